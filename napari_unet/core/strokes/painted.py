"""What was painted on one picture, as the learners need it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from skimage.measure import label

from napari_unet.core.data.annotation import BACKGROUND, FIRST, UNLABELLED
from napari_unet.core.data.object_classes import class_map
from napari_unet.core.preprocessing.levels import Levels
from napari_unet.core.settings import Kind
from napari_unet.core.strokes.guide import evenly
from napari_unet.core.strokes.seen import Features, Seen, sampled
from napari_unet.core.strokes.starts import said_by, size_of_found
from napari_unet.core.strokes.trust import BOTH
from napari_unet.core.strokes.windows import Window

BLOCK = 512
"""Features of a large picture are looked up in squares of this side, and only where something is painted."""

AROUND = 1500
"""So many pixels beside the strokes."""

NOTHING = -1
"""The class of a pixel that nobody painted."""

REMEMBERED = 10_000
"""Of so many painted pixels of a picture at most the features are kept, evenly spread over each class: one that is
accepted wholly has a million, whose features would fill the memory and tell no more.
"""

UNSORTED: Mapping[int, int] = MappingProxyType({})
"""The classes of objects that have none."""

Found = Sequence[tuple[Window, NDArray[np.bool_]]]
"""Windows in which something is painted, and where in them."""


@dataclass(frozen=True)
class Around:
    """Pixels anywhere in a picture, by which a start can be asked what it would have painted.

    Parameters
    ----------
    features : (M, F).
    said : what the start says about them, (K, M), or None.
    size : how large the objects are that it finds there, in pixels, on average; 0 where it finds none.
    """

    features: Features
    said: NDArray[np.float32] | None
    size: float = 0.0


@dataclass(frozen=True)
class Painted:
    """Strokes of one picture.

    Parameters
    ----------
    classes : (Y, X) int16: NOTHING, 0 for background, 1 for objects or the class.
    numbers : (Y, X) whole, 1 and more: which object is painted there, 0 where none is, and for regions everywhere.
    features : (N, F), of REMEMBERED of the painted pixels at most, in reading order within blocks.
    values : (N,) their classes.
    strokes : (N,) the number of the stroke that each lies in: a connected piece of one class.
    sorts : (N,) of objects that have classes, the class from 1; NONE where it is not known.
    levels : by which its brightness was measured.
    start : the start for this picture, or None.
    said : what it says about them, (K, N), or None; see `starts.said_by`.
    around : the same picture beside the strokes; see `Around`.
    in_stack : whether it is a plane of a stack.
    """

    classes: NDArray[np.int16]
    numbers: NDArray[np.unsignedinteger]
    features: Features
    values: NDArray[np.intp]
    strokes: NDArray[np.intp]
    sorts: NDArray[np.intp]
    levels: Levels
    start: str | None
    said: NDArray[np.float32] | None
    around: Around
    in_stack: bool = False

    @property
    def count(self) -> int:
        """How many classes there are at least, background among them."""
        return max(BOTH, int(self.classes.max()) + 1)

    @property
    def other_side(self) -> Painted:
        """The same with a start that says of one region what it said of the other."""
        said = None if self.around.said is None else self.around.said[::-1]
        around = replace(self.around, said=said)
        return replace(self, said=None if self.said is None else self.said[::-1], around=around)

    @property
    def without_start(self) -> Painted:
        """The same as if there were no start that could be asked."""
        return replace(self, start=None, said=None, around=replace(self.around, said=None, size=0.0))

    def thinned(self, every: int) -> Painted:
        """The same with one in so many of its painted pixels; see `evenly`."""
        if every <= 1:
            return self
        kept = evenly(self.values, every)
        parts = {name: getattr(self, name)[kept] for name in ("features", "values", "strokes", "sorts")}
        return replace(self, **parts, said=None if self.said is None else self.said[:, kept])


def painted_on(
    seen: Seen,
    annotation: NDArray[np.integer],
    kind: Kind,
    start: str | None,
    classes_of: Mapping[int, int] = UNSORTED,
) -> Painted | None:
    """What an annotation (Y, X) says about a picture; None when nothing is painted.

    `classes_of` are the classes of objects, by the numbers that they have in the annotation.
    """
    numbers = np.minimum(annotation, FIRST) if kind == "objects" else annotation  # first: one may be 3,000,000,000
    classes = numbers.astype(np.int16) - np.int16(BACKGROUND)
    classes[annotation == UNLABELLED] = NOTHING
    found = list(_blocks(_some(classes)))
    if not found:
        return None
    features = np.concatenate([seen.features(window)[where] for window, where in found])
    strokes = label(classes, background=NOTHING, connectivity=2)
    sorts = _there(class_map(annotation, classes_of), found)
    there = _there(classes, found), _there(strokes, found), sorts
    said, numbers = _gathered(start, seen, found), _numbers(annotation, kind)
    return Painted(classes, numbers, features, *there, seen.levels, start, said, _around(seen, start, kind))


def joined(painted: Sequence[Painted]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Classes and strokes of all painted pixels; strokes of different pictures have different numbers."""
    ends = np.cumsum([0, *(int(one.strokes.max()) for one in painted)])
    strokes = [one.strokes + end for one, end in zip(painted, ends, strict=False)]
    return np.concatenate([one.values for one in painted]), np.concatenate(strokes)


def pictures_of(painted: Sequence[Painted]) -> NDArray[np.intp]:
    """The number of the picture that each of all painted pixels lies in, from 0."""
    return np.repeat(np.arange(len(painted)), [len(one.values) for one in painted])


def held(told: NDArray[np.float32], painted: Painted | None, window: Window) -> NDArray[np.float32]:
    """An answer in a window (K, y, x), background first, but as painted where anything is."""
    if painted is None:
        return told
    classes = painted.classes[window]
    sure: NDArray[np.bool_] = np.arange(len(told))[:, np.newaxis, np.newaxis] == classes
    return np.where(classes == NOTHING, told, sure).astype(np.float32)


def _numbers(annotation: NDArray[np.integer], kind: Kind) -> NDArray[np.unsignedinteger]:
    """The objects 1, 2, ... in the order of their numbers, in as few bytes as they take."""
    numbers = np.zeros(annotation.shape, np.uint8)
    painted = annotation >= FIRST
    if kind == "regions" or not painted.any():
        return numbers
    known, places = np.unique(annotation[painted], return_inverse=True)
    numbers = numbers.astype(np.min_scalar_type(len(known)))
    numbers[painted] = places + 1
    return numbers


def _some(classes: NDArray[np.int16]) -> NDArray[np.int16]:
    """The pixels whose features are kept; the others are NOTHING."""
    places = np.flatnonzero(classes != NOTHING)
    every = -(-len(places) // REMEMBERED)
    if every <= 1:
        return classes
    few, kept = np.full_like(classes, NOTHING), places[evenly(classes.ravel()[places], every)]
    few.ravel()[kept] = classes.ravel()[kept]
    return few


def _around(seen: Seen, start: str | None, kind: Kind) -> Around:
    """Pixels of one window (all of a picture that is not large), the same ones every time."""
    window = sampled(seen)
    sides = [part.stop - part.start for part in window]
    places = np.random.default_rng(0).choice(math.prod(sides), min(AROUND, math.prod(sides)), replace=False)
    where = np.zeros(sides, bool)
    where.ravel()[places] = True
    found = [(window, where)]
    size = size_of_found(start, seen, window) if kind == "objects" and start is not None else 0.0
    return Around(seen.features(window)[where], _gathered(start, seen, found), size)


def _there(plane: NDArray[np.integer], found: Found) -> NDArray[np.intp]:
    return np.concatenate([plane[window][where] for window, where in found]).astype(np.intp)


def _gathered(start: str | None, seen: Seen, found: Found) -> NDArray[np.float32] | None:
    """What the start says about the pixels found, (K, N); None when it cannot be asked."""
    if start is None:
        return None
    told = [(said_by(start, seen, window), where) for window, where in found]
    known = [said[:, where] for said, where in told if said is not None]
    return np.concatenate(known, axis=1) if len(known) == len(told) else None


def _blocks(classes: NDArray[np.int16]) -> Iterator[tuple[Window, NDArray[np.bool_]]]:
    """The windows in which something is painted, and where in them."""
    rows, columns = classes.shape
    for top in range(0, rows, BLOCK):
        for left in range(0, columns, BLOCK):
            window = slice(top, min(top + BLOCK, rows)), slice(left, min(left + BLOCK, columns))
            where = classes[window] != NOTHING
            if where.any():
                yield window, where
