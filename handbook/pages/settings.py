"""A page for each group of settings, from the one place where a setting is declared."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from handbook.pages.commands import parsers
from napari_unet.cli.flags import flag, spelled
from napari_unet.core.settings import (
    AugmentationSettings,
    BlockSettings,
    ExportSettings,
    InferenceSettings,
    LossSettings,
    NetworkSettings,
    Option,
    PostprocessingSettings,
    PreprocessingSettings,
    SearchSettings,
    Settings,
    SharingSettings,
    TrainingSettings,
)

GROUPS: dict[str, tuple[str, type[Settings], str]] = {
    "training": ("Learning", TrainingSettings, "learning.md"),
    "network": ("The network", NetworkSettings, "networks.md"),
    "preprocessing": ("What the network sees", PreprocessingSettings, "preprocessing.md"),
    "augmentation": ("Random changes", AugmentationSettings, ""),
    "loss": ("What counts as a mistake", LossSettings, "losses.md"),
    "search": ("Searching for settings", SearchSettings, "search.md"),
    "inference": ("Running a model", InferenceSettings, "preprocessing.md"),
    "postprocessing": ("From probability to labels", PostprocessingSettings, "how_it_works.md"),
    "blocks": ("Pictures larger than memory", BlockSettings, "large.md"),
    "export": ("Writing files", ExportSettings, "export.md"),
    "sharing": ("Sharing a model", SharingSettings, "models.md"),
}
"""The page's name, its title, what it shows, and the page that explains it."""


def settings_pages() -> dict[str, str]:
    """Every page by its place in the site."""
    return {f"reference/settings_{name}.md": settings_page(name) for name in GROUPS}


def settings_page(name: str) -> str:
    """The page of one group."""
    title, group, more = GROUPS[name]
    parts = [f"# Settings: {title[0].lower()}{title[1:]}", str(group.__doc__)]
    if more:
        parts.append(f"In words: [{_title_of(more)}](../{more}).")
    parts.append(f"In Python this group is [`{group.__name__}`](python.md#{group.__name__.lower()}).")
    return "\n\n".join([*parts, *(_told(group, item) for item in group.options())]) + "\n"


def _title_of(page: str) -> str:
    from handbook import DOCS
    from handbook.markdown import headings

    return headings((DOCS / page).read_text(encoding="utf-8"))[0]


def _told(group: type[Settings], item: Option) -> str:
    """A setting: its title, its sentence of help, and a list of facts: a row of them is too wide for a telephone."""
    facts = {
        "Usual": f"`{spelled(item.default)}`{_unit(item)}; may be {limits(item)}",
        "In Python and JSON": f"`{item.name}`",
        "In the terminal": f"`{flag(item)}`" + _of_commands(group, item),
    }
    if notes := _notes(item):
        facts["Where"] = notes
    lines = "\n".join(f"* **{name}:** {fact}" for name, fact in facts.items())
    return f"## {item.label} {{ #{item.name} }}\n\n{item.help}\n\n{lines}"


def limits(item: Option) -> str:
    """What values a setting may have, in words."""
    if item.kind is bool:
        return "yes or no"
    if item.several:
        return "any of " + ", ".join(f"`{one}`" for one in item.choices)
    if item.choices:
        return ", ".join(f"`{one}`" for one in item.choices)
    if item.kind is str:
        return "words"
    return f"{spelled(item.minimum or 0)} to {spelled(item.maximum or 0)}{_unit(item)}"


def _unit(item: Option) -> str:
    return f" {item.unit}" if item.unit else ""


def _notes(item: Option) -> str:
    kinds = {"objects": "projects of objects", "regions": "projects of regions", "": ""}
    notes = [
        kinds[item.applies_to],
        "stacks" if item.stacks else "",
        "under *more* in the window" if item.advanced else "",
    ]
    return ", ".join(note for note in notes if note)


def _of_commands(group: type[Settings], item: Option) -> str:
    commands = _takers()[f"{group.__name__}.{item.name}"]
    return f" of {', '.join(f'`{name}`' for name in commands)}" if commands else ""


@cache
def _takers() -> dict[str, list[str]]:
    """Which commands take which setting; read off the parsers."""
    takers: dict[str, list[str]] = defaultdict(list)
    for name, parser in parsers().items():
        for action in parser._actions:
            takers[action.dest].append(name)
    return takers
