"""Spoiling files led by coverage: what makes a reader go where it never went is kept, and spoilt further.

Lines of this program's own code are counted, by Python's tracing; `make fuzz ARGS=--guided` does it for every reader.
"""

from __future__ import annotations

import collections
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import napari_unet
from tests.hostile import Reader, spoilt, tried

OURS = str(Path(napari_unet.__file__).parent)

ROUND = 50
"""Files that are made of those known so far before what was found joins them."""

LAST = 40
"""Of the files that were kept, the last ones are spoilt further, beside the whole ones."""

Line = tuple[str, int]


@dataclass
class Led:
    """What came of it: how often each outcome was, the files that were kept, and the lines that were seen."""

    said: collections.Counter[str] = field(default_factory=collections.Counter)
    kept: list[bytes] = field(default_factory=list)
    seen: set[Line] = field(default_factory=set)


def guided(reader: Reader, inputs: int, number: int, where: str = OURS) -> Led:
    """Read so many spoilt files; raises what a file of them does wrong. `where` is the code whose lines count."""
    led = Led()
    for data in reader.whole:
        _try(reader, data, led, where)
    led.kept.clear()
    for begun in range(0, inputs, ROUND):
        known = replace(reader, whole=(*reader.whole, *led.kept[-LAST:]))
        _round(known, min(ROUND, inputs - begun), number + begun, led, where)
    return led


def _round(known: Reader, inputs: int, number: int, led: Led, where: str) -> None:
    @seed(number)
    @settings(
        max_examples=inputs,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def check(data: st.DataObject) -> None:
        _try(known, data.draw(spoilt(known)), led, where)

    check()


def _try(reader: Reader, data: bytes, led: Led, where: str) -> None:
    with traced(where) as lines:
        led.said[tried(reader, data)] += 1
    if not lines <= led.seen:
        led.seen |= lines
        led.kept.append(data)


@contextmanager
def traced(where: str) -> Iterator[set[Line]]:
    """The lines of the code there that run meanwhile, in this thread."""
    lines: set[Line] = set()

    def inside(frame: FrameType, event: str, _argument: Any) -> Any:
        lines.add((frame.f_code.co_filename, frame.f_lineno))
        return inside

    def calls(frame: FrameType, event: str, _argument: Any) -> Any:
        return inside if frame.f_code.co_filename.startswith(where) else None

    before = sys.gettrace()
    sys.settrace(calls)
    try:
        yield lines
    finally:
        sys.settrace(before)
