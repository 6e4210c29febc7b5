"""Reading Markdown as far as links, headings and code go."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

FENCE = re.compile(r"^\s*(```+|~~~+)\s*(\S*)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$")
OWN_ANCHOR = re.compile(r"\s*\{[^}]*#([\w-]+)[^}]*\}\s*$")
LINK = re.compile(
    r"\[(?:[^\[\]]|\[[^\[\]]*\](?:\([^()\s]*\))?)*\]"  # its words, among which a picture may be
    r"\(([^()\s]+(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\)"  # where it leads, and perhaps a title
)
CODE = re.compile(r"`+[^`\n]*`+")
SOURCE = re.compile(r'\bsrc="([^"]+)"')


@dataclass(frozen=True)
class Fence:
    """A block of code: the language it says it is in, its lines, and the number of the line where it begins."""

    language: str
    lines: tuple[str, ...]
    line: int


def fences(text: str) -> Iterator[Fence]:
    """Every block of code."""
    opened: re.Match[str] | None = None
    begun, held = 0, list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        mark = FENCE.match(line)
        if opened and _closes(mark, opened):
            yield Fence(opened[2], tuple(held), begun)
            opened = None
        elif opened:
            held.append(line)
        elif mark:
            opened, begun, held = mark, number, []


def prose(text: str) -> str:
    """The text with spaces for its blocks of code: lines and places stay where they are."""
    kept = []
    opened: re.Match[str] | None = None
    for line in text.split("\n"):
        mark = FENCE.match(line)
        inside = opened is not None or mark is not None
        if opened and _closes(mark, opened):
            opened = None
        elif not opened:
            opened = mark
        kept.append(" " * len(line) if inside else line)
    return "\n".join(kept)


def headings(text: str) -> list[str]:
    """The words of every heading, without marks."""
    return [_bare(words) for words in _headings(text)]


def anchors(text: str) -> set[str]:
    """What a link may name behind its #: a heading's own anchor, or that made of its words, as GitHub makes it."""
    named: set[str] = set()
    for words in _headings(text):
        own = OWN_ANCHOR.search(words)
        slug = own[1] if own else slugged(_bare(words))
        others = (f"{slug}-{number}" for number in range(1, 1000))
        named.add(slug if slug not in named else next(other for other in others if other not in named))
    return named


def heading_anchor(words: str, _separator: str) -> str:
    """What MkDocs asks for the anchor of a heading."""
    return slugged(words)


def slugged(words: str) -> str:
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", words.lower()).strip().replace(" ", "-")


def links(text: str) -> list[str]:
    """Where every link and picture leads."""
    masked = _masked(text)
    pictures = [found[1] for found in re.finditer(r"!\[[^\[\]]*\]\(([^()\s]+)\)", masked)]
    return list(dict.fromkeys([*(found[1] for found in LINK.finditer(masked)), *pictures, *SOURCE.findall(masked)]))


def relinked(text: str, change: Callable[[str], str]) -> str:
    """The text with every link changed; code stays as it is."""
    parts, done = list[str](), 0
    for found in LINK.finditer(_masked(text)):
        begin, end = found.span(1)
        parts += [text[done:begin], change(found[1])]
        done = end
    return "".join([*parts, text[done:]])


def _closes(mark: re.Match[str] | None, opened: re.Match[str]) -> bool:
    return mark is not None and mark[1].startswith(opened[1]) and not mark[2]


def _masked(text: str) -> str:
    """The text with spaces for code, in blocks and in lines."""
    return CODE.sub(lambda found: " " * len(found[0]), prose(text))


def _headings(text: str) -> Iterator[str]:
    return (found[1] for line in prose(text).split("\n") if (found := HEADING.match(line)))


def _bare(words: str) -> str:
    """A heading's words without code marks, emphasis, links and an anchor of its own."""
    words = OWN_ANCHOR.sub("", words)
    words = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", words)
    return re.sub(r"[`*]", "", words).strip()
