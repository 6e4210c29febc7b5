"""What looks wrong in an annotation: two objects under one number, pieces of one number far apart, crumbs, nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.data.annotation import UNLABELLED, to_mask

Reason = Literal["joined", "apart", "crumb", "unseen"]
Mask = NDArray[np.bool_]

CRUMB = 0.05
"""A piece of less than this share of the usual object is a crumb."""

SPECK = 3
"""So many pixels are a crumb whatever is usual."""

NECK = 1.4
"""Two parts that are this many times as wide as what joins them may be two objects."""

SHARE = 0.5
"""Of which the smaller is at least this share as wide as the larger."""

ROUND = 1.2
"""An object with less than this many times the pixels of the disc that fits into it is one round piece."""

LEVELS = 6
"""So many widths of a neck are tried."""

THIN = 3.0
"""An object less wide than twice this, in pixels, has no neck to speak of."""

SURE = 0.1
"""Where an answer gives less than this on average, it says background."""

FEWEST = 20
"""Pixels of an object of which that can be said."""


@dataclass(frozen=True)
class Doubt:
    """Something to look at.

    Parameters
    ----------
    number : of the object, as in a mask.
    place : a pixel ([Z,] Y, X) where to look.
    pixels : how large what is doubted is; with the others it says whether this is what was looked at before.
    """

    reason: Reason
    number: int
    place: tuple[int, ...]
    pixels: int

    @property
    def key(self) -> str:
        """The same for the same thing, until it is painted over."""
        return f"{self.reason} {self.number} {self.pixels}"


@dataclass(frozen=True)
class _Own:
    """One object: its number, its connected pieces by numbers, their sizes, and where the box around it begins."""

    number: int
    pieces: NDArray[np.integer]
    sizes: NDArray[np.integer]
    corner: tuple[int, ...]

    @property
    def largest(self) -> int:
        """The number of its largest piece."""
        return int(np.argmax(self.sizes))

    @property
    def pixels(self) -> int:
        """How many it has."""
        return int(self.sizes.sum())

    def place(self, piece: int) -> tuple[int, ...]:
        """The deepest pixel of a piece of it."""
        inside = self.pieces == piece
        deepest = np.unravel_index(int(np.argmax(_depth(inside))), inside.shape)
        return tuple(int(at) + low for at, low in zip(deepest, self.corner, strict=True))


def doubts(annotation: NDArray[np.integer], foreground: NDArray[np.floating] | None) -> tuple[Doubt, ...]:
    """What looks wrong among the objects of an annotation, by their numbers.

    Parameters
    ----------
    annotation : ([Z,] Y, X) unsigned integers; every number is an object.
    foreground : of the same shape, 0..1, the last answer, of whichever model; None where there is none.
    """
    mask = to_mask(annotation)
    areas = np.bincount(mask.ravel())[1:]
    if not areas.any():
        return ()
    usual = float(np.median(areas[areas > 0]))
    unsure = ndimage.binary_dilation(annotation == UNLABELLED)
    found: list[Doubt] = []
    for own in _objects(mask):
        found += _of_pieces(own, usual)
        whole = tuple(slice(low, low + side) for low, side in zip(own.corner, own.pieces.shape, strict=True))
        there, inside = _inner(whole, mask.shape), own.pieces[_cut(whole, mask.shape)] > 0
        if not (unsure[there] & inside).any():
            found += _of_shape(own)
        if foreground is not None and _is_unseen(foreground[there][inside]):
            found.append(Doubt("unseen", own.number, own.place(own.largest), own.pixels))
    return tuple(found)


def _objects(mask: NDArray[np.integer]) -> Iterator[_Own]:
    """Each object in a box of its own, with a pixel around it that is none of it."""
    for number, box in enumerate(ndimage.find_objects(mask.astype(np.int32)), 1):
        if box is not None:
            pieces, count = ndimage.label(np.pad(mask[box] == number, 1), np.ones((3,) * mask.ndim))
            sizes = np.bincount(pieces.ravel(), minlength=count + 1)
            sizes[0] = 0
            yield _Own(number, pieces, sizes, tuple(side.start - 1 for side in box))


def _of_pieces(own: _Own, usual: float) -> Iterator[Doubt]:
    """Crumbs, and pieces that are too far from the largest one to be of the same object."""
    boxes = ndimage.find_objects(own.pieces)
    across = np.sqrt(usual) if own.pieces.ndim == 2 else np.cbrt(usual)
    for piece, size in enumerate(own.sizes[1:].tolist(), 1):
        if size <= SPECK or size < CRUMB * usual:
            yield Doubt("crumb", own.number, own.place(piece), size)
        elif piece != own.largest and _gap(boxes[piece - 1], boxes[own.largest - 1]) > 2 * across:
            yield Doubt("apart", own.number, own.place(piece), size)


def _of_shape(own: _Own) -> Iterator[Doubt]:
    """Whether its largest piece has two wide parts and a narrow neck between them."""
    depth = _depth(own.pieces == own.largest)
    deepest = float(depth.max())
    if deepest < THIN or own.sizes[own.largest] < ROUND * _ball(deepest, depth.ndim):
        return
    for neck in np.linspace(deepest / NECK, 1.0, LEVELS):
        parts, count = ndimage.label(depth > neck)
        if count < 2:
            continue
        widths = np.atleast_1d(ndimage.maximum(depth, parts, np.arange(1, count + 1)))
        wide = np.flatnonzero(widths >= max(NECK * neck, SHARE * deepest))
        if len(wide) > 1:
            one, other = (np.argwhere((parts == part + 1) & (depth == widths[part]))[0] for part in wide[:2])
            place = tuple(int(at) + low for at, low in zip((one + other) // 2, own.corner, strict=True))
            yield Doubt("joined", own.number, place, own.pixels)
            return


def _is_unseen(foreground: NDArray[np.floating]) -> bool:
    """Whether the last answer says nothing of an object, of which these are the pixels in it."""
    return foreground.size >= FEWEST and float(foreground.mean()) < SURE


def _ball(radius: float, axes: int) -> float:
    """How many pixels a disc or a ball has."""
    return float(np.pi * radius**2 if axes == 2 else 4 / 3 * np.pi * radius**3)


def _depth(inside: Mask) -> NDArray[np.floating]:
    return np.asarray(ndimage.distance_transform_edt(inside))


def _gap(one: tuple[slice, ...], other: tuple[slice, ...]) -> int:
    """How far two boxes are from each other, along the axis along which they are furthest."""
    return int(max(max(a.start - b.stop, b.start - a.stop) for a, b in zip(one, other, strict=True)))


def _inner(box: tuple[slice, ...], shape: tuple[int, ...]) -> tuple[slice, ...]:
    """The part of a box that lies in the picture."""
    return tuple(slice(max(side.start, 0), min(side.stop, most)) for side, most in zip(box, shape, strict=True))


def _cut(box: tuple[slice, ...], shape: tuple[int, ...]) -> tuple[slice, ...]:
    """The same part, counted from the corner of the box."""
    return tuple(
        slice(max(-side.start, 0), min(side.stop, most) - side.start) for side, most in zip(box, shape, strict=True)
    )
