"""Pieces of pictures, and what is to be found in them: the objects, all but the objects, their rims, what is inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

SIDE = 192
"""Of a piece, in pixels."""

LEAST, MOST = 0.005, 0.95
"""Of a piece, so much is to be found: else there is nothing to paint, or nothing else."""

Image = NDArray[np.generic]
Mask = NDArray[np.bool_]
Numbers = NDArray[np.integer]
Chance = np.random.Generator


@dataclass(frozen=True)
class Piece:
    """A picture (SIDE, SIDE) or (SIDE, SIDE, 3), and where what is to be found is."""

    image: Image
    truth: Mask


Pieces = list[Piece]


def sought(name: str, mask: Numbers, found: str) -> Mask:
    """Where what is to be found is, in a mask of that set."""
    if name == "em_axon_sem" and found in ("rim", "core"):
        return mask == (2 if found == "rim" else 1)  # myelin lies around the axon
    return SOUGHT[found](mask)


def _rim(mask: Numbers) -> Mask:
    edge = ndimage.maximum_filter(mask, 3) != ndimage.minimum_filter(mask, 3)
    return np.asarray(ndimage.binary_dilation(edge, iterations=2))


SOUGHT: dict[str, Callable[[Numbers], Mask]] = {
    "objects": lambda mask: mask > 0,
    "inverse": lambda mask: mask == 0,
    "rim": _rim,
    "core": lambda mask: (mask > 0) & ~_rim(mask),
}
ODDS = (0.79, 0.09, 0.06, 0.06)
WALLS = (0.4, 0.35, 0.2, 0.05)
"""Where cells fill a picture, walls are sought as often: membranes are such."""
WHOLE = (0.9, 0.1, 0.0, 0.0)
"""What is thin, small or ragged is all rim."""


def useful(pieces: Pieces) -> Iterator[Pieces]:
    """Those that are of the same kind as the first, and not the same everywhere; none unless there are several."""
    kept = [piece for piece in pieces if piece.image.ndim == pieces[0].image.ndim and np.ptp(piece.image) > 0]
    kept = [piece for piece in kept if LEAST < piece.truth.mean() < MOST]
    if len(kept) > 1:
        yield kept


def window_of(image: Image, mask: Numbers, side: int, rng: Chance) -> tuple[Image, Numbers]:
    """A square of about that side, brought to SIDE."""
    side = min(side, *mask.shape)
    y, x = (int(rng.integers(whole - side + 1)) for whole in mask.shape)
    window = slice(y, y + side), slice(x, x + side)
    return _zoomed(image[window]), mask[window][np.ix_(*[_places(side)] * 2)]


def _places(side: int) -> NDArray[np.intp]:
    return np.minimum(((np.arange(SIDE) + 0.5) * side / SIDE).astype(int), side - 1)


def _zoomed(image: Image) -> Image:
    """The square image as large as a piece, smoothed first when it becomes smaller."""
    side = len(image)
    if side == SIDE:
        return image
    still = (0,) * (image.ndim - 2)
    fine = image.astype(np.float32)
    if side > SIDE:
        fine = ndimage.gaussian_filter(fine, (0.4 * side / SIDE,) * 2 + still)
    return ndimage.zoom(fine, (SIDE / side,) * 2 + (1,) * len(still), order=1, grid_mode=True, mode="nearest")
