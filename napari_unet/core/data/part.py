"""Where a part lies that was taken of a larger picture, as the source of the part tells it."""

from __future__ import annotations

import re

Window = tuple[slice, slice]
"""Rows and columns."""

PLACE = re.compile(r"\(rows (\d+) to (\d+), columns (\d+) to (\d+)\)$")

NAMED = re.compile(r"^(.*) y\d+ x\d+( \d+)?$")
"""The name of a part; a number stands behind it where there was one of that name."""


def place_words(window: Window) -> str:
    """Where a part lies, in words."""
    rows, columns = window
    return f"rows {rows.start} to {rows.stop}, columns {columns.start} to {columns.stop}"


def part_name(whole: str, window: Window) -> str:
    """The name of a part."""
    return f"{whole} y{window[0].start} x{window[1].start}"


def part_source(whole: str, window: Window) -> str:
    """The source of a part."""
    return f"{whole} ({place_words(window)})"


def place_in(source: str) -> Window | None:
    """Where a part with this source lies; None of a picture that is none."""
    found = PLACE.search(source)
    if found is None:
        return None
    top, bottom, left, right = map(int, found.groups())
    return slice(top, bottom), slice(left, right)


def whole_source(source: str) -> str:
    """The source of the picture that a part with this source was taken of; of no part it is its own."""
    return PLACE.sub("", source).rstrip()


def whole_name(name: str) -> str:
    """What the picture is called that a part of this name was taken of."""
    found = NAMED.match(name)
    return found[1] if found else name
