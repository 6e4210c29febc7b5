"""Docstrings in NumPy's form, as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

UNDERLINE = re.compile(r"^-{3,}$")


def as_markdown(docstring: str) -> str:
    """The text, with its sections (Parameters, Returns, Raises ...) as lists."""
    parts = []
    for title, lines in _sections(docstring.splitlines()):
        text = "\n".join(lines).strip("\n")
        parts.append(f"**{title}**\n\n{_items(lines)}" if title else _fenced(text))
    return "\n\n".join(part for part in parts if part.strip())


def _sections(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each title with its lines; the first has none."""
    title, held = "", []
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        if UNDERLINE.match(following.strip()):
            yield title, held
            title, held = line.strip(), []
        elif not UNDERLINE.match(line.strip()):
            held.append(line)
    yield title, held


def _items(lines: list[str]) -> str:
    """A list of what `name : what it is` lines tell, each with the indented lines below it."""
    items: list[list[str]] = []
    for line in lines:
        if line.strip() and not line.startswith(" "):
            items.append([line.strip()])
        elif line.strip() and items:
            items[-1].append(line.strip())
    return "\n".join(f"* {_named(' '.join(item))}" for item in items)


def _named(item: str) -> str:
    name, colon, told = item.partition(" : ")
    return f"`{name}`: {told}" if colon else item


def _fenced(text: str) -> str:
    """Indented code as a block with its language."""
    out, code = list[str](), list[str]()
    for line in [*text.splitlines(), "."]:
        if line.startswith("    ") or (code and not line.strip()):
            code.append(line[4:])
            continue
        if code:
            out += ["```python", *"\n".join(code).rstrip().splitlines(), "```", ""]
            code = []
        out.append(line)
    return "\n".join(out[:-1]).rstrip()
