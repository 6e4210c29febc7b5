"""The page of the public Python names, from their docstrings and signatures."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator

import napari_unet
from handbook.pages.docstrings import as_markdown
from napari_unet.core.settings import Settings

WIDEST = 96

LEAD = """\
# Python

`import napari_unet as nu` costs nothing: names are loaded when they are first used, and only what learns or predicts
loads torch. Scripts that run are among the [examples](../project/examples.md). Arrays are channels first,
(C, [T,] [Z,] Y, X); labels are 0 for background and 1, 2, 3 ... for objects.
"""


def python_page() -> str:
    """Every public name, in the order of the work."""
    names = [(name, getattr(napari_unet, name)) for name in napari_unet.__all__]
    verbs = [pair for pair in names if not inspect.isclass(pair[1])]
    settings = [pair for pair in names if _is_settings(pair[1])]
    nouns = [pair for pair in names if pair not in verbs and pair not in settings]
    chapters = {"Verbs": verbs, "Nouns": nouns, "Settings": settings}
    parts = [LEAD]
    for title, members in chapters.items():
        parts += [f"## {title}\n", *(_told(name, thing) for name, thing in members)]
    return "\n".join(parts)


def _is_settings(thing: object) -> bool:
    return inspect.isclass(thing) and issubclass(thing, Settings)


def _told(name: str, thing: object) -> str:
    parts = [f"### {name} {{ #{name.lower()} }}\n"]
    if _is_settings(thing):
        return "\n".join([*parts, as_markdown(inspect.getdoc(thing) or ""), _settings_link(name), ""])
    parts += ["```python", _signature(name, thing), "```\n", as_markdown(inspect.getdoc(thing) or ""), ""]
    if inspect.isclass(thing):
        parts += _members(thing)
    return "\n".join(parts)


def _settings_link(name: str) -> str:
    from handbook.pages.settings import GROUPS

    page = next(page for page, (_, group, _) in GROUPS.items() if group.__name__ == name)
    return f"\nEvery one of them: [{name}](settings_{page}.md)."


def _signature(name: str, thing: object) -> str:
    """How it is called: in a line, or with a line for each argument where that would be too long."""
    line, shown, returned = _called(name, thing)
    return line if len(line) <= WIDEST else "\n".join([f"{name}(", *(f"    {one}," for one in shown), f"){returned}"])


def _called(name: str, thing: object) -> tuple[str, list[str], str]:
    """How it is called in a line; its arguments; and what it gives."""
    try:
        found = inspect.signature(thing)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return f"class {name}", [], ""
    shown = [_argument(one) for one in found.parameters.values() if one.name not in ("self", "cls")]
    kind = "" if inspect.isclass(thing) else _kind(found.return_annotation)
    returned = f" -> {kind}" if kind else ""
    return f"{name}({', '.join(shown)}){returned}", shown, returned


def _argument(one: inspect.Parameter) -> str:
    """An argument; what a dataclass makes anew for each is only told to have a default."""
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}.get(one.kind, "")
    kind = f": {_kind(one.annotation)}" if _kind(one.annotation) else ""
    if one.default is one.empty:
        return f"{stars}{one.name}{kind}"
    told = repr(one.default)
    return f"{one.name}{kind} = {'...' if told.startswith('<') or len(told) > 40 else told}"


def _kind(annotation: object) -> str:
    """A type as it is written; empty where none is."""
    if annotation is inspect.Parameter.empty:
        return ""
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def _members(thing: type) -> Iterator[str]:
    """What an object of the class can do and knows, beside the fields of a dataclass."""
    fields = {field.name for field in dataclasses.fields(thing)} if dataclasses.is_dataclass(thing) else set()
    for name, member in vars(thing).items():
        if name.startswith("_") or name in fields:
            continue
        plain = member.__func__ if isinstance(member, (classmethod, staticmethod)) else member
        told = inspect.getdoc(plain)
        if isinstance(member, property):
            yield f"`.{name}`: {_first(told)}\n"
        elif inspect.isfunction(plain) and told:
            yield f"`.{_called(name, plain)[0]}`: {_first(told)}\n"


def _first(told: str | None) -> str:
    """The first paragraph, in a line."""
    return " ".join((told or "").split("\n\n")[0].split())
