"""What was painted on one picture, as the learners need it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import BACKGROUND, UNLABELLED
from napari_unet.core.settings import Kind
from napari_unet.core.strokes.seen import Seen, Window
from napari_unet.core.strokes.starts import loss_of

BLOCK = 512
"""Features of a large picture are looked up in squares of this side, and only where something is painted."""

BOTH = 2
"""Background and what is looked for: the fewest classes there are."""

NOTHING = -1
"""The class of a pixel that nobody painted."""


@dataclass(frozen=True)
class Painted:
    """Strokes of one picture.

    Parameters
    ----------
    classes : (Y, X) int16: NOTHING, 0 for background, 1 for objects or the class.
    features : (N, F) float32, of the painted pixels, in reading order within blocks.
    values : (N,) their classes.
    losses : how far each start is from it; see `starts.loss_of`.
    """

    classes: NDArray[np.int16]
    features: NDArray[np.float32]
    values: NDArray[np.intp]
    losses: Mapping[str, float]

    @property
    def count(self) -> int:
        """How many classes there are at least, background among them."""
        return _count(self.classes)


def painted_on(seen: Seen, annotation: NDArray[np.integer], kind: Kind, starts: Sequence[str]) -> Painted | None:
    """What an annotation (Y, X) says about a picture, objects not told apart; None when nothing is painted.

    With several `starts` to choose from, how well each agrees with it.
    """
    classes = annotation.astype(np.int16) - np.int16(BACKGROUND)
    classes[annotation == UNLABELLED] = NOTHING
    if kind == "objects":
        classes = np.minimum(classes, 1)
    found = [(seen.features(window)[where], classes[window][where]) for window, where in _blocks(classes)]
    if not found:
        return None
    features, values = (np.concatenate(parts) for parts in zip(*found, strict=True))
    losses = {name: loss_of(name, seen, classes, kind, _count(classes)) for name in starts} if len(starts) > 1 else {}
    return Painted(classes, features, values.astype(np.intp), losses)


def _count(classes: NDArray[np.int16]) -> int:
    return max(BOTH, int(classes.max()) + 1)


def _blocks(classes: NDArray[np.int16]) -> Iterator[tuple[Window, NDArray[np.bool_]]]:
    """The windows in which something is painted, and where in them."""
    rows, columns = classes.shape
    for top in range(0, rows, BLOCK):
        for left in range(0, columns, BLOCK):
            window = slice(top, min(top + BLOCK, rows)), slice(left, min(left + BLOCK, columns))
            where = classes[window] != NOTHING
            if where.any():
                yield window, where
