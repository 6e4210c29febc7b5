"""Windows of a picture."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

Window = tuple[slice, slice]
"""(y, x), with numbers at both ends."""

SQUARE = 1024
"""Large pictures are seen, learned from and answered in squares of this side, which begin at multiples of it."""


def grown(window: Window, by: int, shape: tuple[int, int]) -> Window:
    """The window made larger on every side by so many pixels, as far as the picture goes."""
    y, x = (slice(max(0, part.start - by), min(side, part.stop + by)) for part, side in zip(window, shape, strict=True))
    return y, x


def within(window: Window, wide: Window) -> Window:
    """Where the window lies in a wider one."""
    y, x = (slice(part.start - outer.start, part.stop - outer.start) for part, outer in zip(window, wide, strict=True))
    return y, x


def moved(window: Window, outer: Window) -> Window:
    """A window of a window, as a window of the picture."""
    y, x = (slice(part.start + by.start, part.stop + by.start) for part, by in zip(window, outer, strict=True))
    return y, x


def squares(window: Window, shape: tuple[int, int]) -> Iterator[Window]:
    """The squares of a picture that a window lies in."""
    starts = [range(part.start // SQUARE * SQUARE, part.stop, SQUARE) for part in window]
    for y, x in product(*starts):
        yield slice(y, min(y + SQUARE, shape[0])), slice(x, min(x + SQUARE, shape[1]))


def central(shape: tuple[int, int]) -> Window:
    """The square in the middle of a picture."""
    y, x = (side // 2 for side in shape)
    return next(squares((slice(y, y + 1), slice(x, x + 1)), shape))
