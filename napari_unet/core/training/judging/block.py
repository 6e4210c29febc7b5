"""A compact part of a picture that measures while the rest of it teaches."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.data.annotation import BACKGROUND, FIRST, UNLABELLED, completed
from napari_unet.core.data.sample import Sample

SMALLEST = 48
"""Side of a part at least, in pixels: on less, not one cell would be whole."""

LARGEST = 0.3
"""Share of a picture's area that a part takes at most, whatever share was asked for: the rest has to teach."""

MARGIN = (4, 32)
"""The margin between what measures and what teaches, in pixels: a sixteenth of the shorter side, within these. Pixels
further apart are not simply copies of each other."""

FEWEST = 8
"""Labelled pixels of a class on either side of the cut at least."""

UNEVEN = 3
"""A part may hold so many times more or less of the labels than was asked for."""

SPREAD = 0.125
"""A number painted over more of the picture than this is a class, not an object: it has to be on both sides."""

STEPS = 8
"""Parts begin at so many places along either side of a picture with strokes."""

NAMED = re.compile(r"^(.*) \[(\d+):(\d+), (\d+):(\d+)\]$", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """The part: `box` has start and stop along (Y, X), in pixels; `margin` is how far around it nothing teaches."""

    box: tuple[tuple[int, int], tuple[int, int]]
    margin: int

    def name_in(self, picture: str) -> str:
        """What the part of a picture is called: "img [0:96, 160:256]"."""
        return f"{picture} [{', '.join(f'{low}:{high}' for low, high in self.box)}]"

    def window(self, margin: int = 0) -> tuple[slice, slice]:
        """Where it is along (Y, X), with so much around it."""
        rows, columns = (slice(max(0, low - margin), high + margin) for low, high in self.box)
        return rows, columns

    def fits(self, sample: Sample) -> bool:
        """Whether the sample is large enough for the part to be in it."""
        return all(high <= side for (_, high), side in zip(self.box, sample.annotation.shape[-2:], strict=True))


def picture_of(name: str) -> str:
    """The name of the picture that a sample of this name is, or is a part of."""
    found = NAMED.match(name)
    return found.group(1) if found else name


def block_named(name: str, sample: Sample) -> Block | None:
    """The part of the sample's picture that is called so; None when it is no part of it, or not in it any more."""
    found = NAMED.match(name)
    if not found or found.group(1) != sample.name:
        return None
    top, bottom, left, right = map(int, found.groups()[1:])
    block = Block(((top, bottom), (left, right)), _margin(sample.annotation.shape[-2:]))
    return block if block.fits(sample) else None


def cut_out(sample: Sample, block: Block) -> Sample:
    """The part alone, as a small sample of its own."""
    window = (Ellipsis, *block.window())
    return dataclasses.replace(
        sample,
        name=block.name_in(sample.name),
        image=np.ascontiguousarray(sample.image[window]),
        annotation=np.ascontiguousarray(sample.annotation[window]),
        origins=None if sample.origins is None else np.ascontiguousarray(sample.origins[window]),
    )


def without(sample: Sample, block: Block) -> Sample:
    """The sample with the part and the margin around it unlabelled."""
    annotation = completed(sample.annotation) if sample.complete else sample.annotation.copy()
    annotation[(Ellipsis, *block.window(block.margin))] = UNLABELLED
    return dataclasses.replace(sample, annotation=annotation, complete=False)


def blocks_of(sample: Sample, count: int) -> list[Block]:
    """So many strips along the longer side that together are all of the picture; none when they were too narrow."""
    shape = sample.annotation.shape[-2:]
    along = int(np.argmax(shape))
    cuts = np.linspace(0, shape[along], count + 1).round().astype(int).tolist()
    if count < 1 or shape[along] / count < SMALLEST:
        return []
    whole = (0, shape[1 - along])
    strips = itertools.pairwise(cuts)
    return [Block((strip, whole) if along == 0 else (whole, strip), _margin(shape)) for strip in strips]


def choose_block(sample: Sample, share: float) -> Block | None:
    """The part that measures; None when none has what is needed inside and leaves it outside.

    A corner or edge of a complete picture, any place of one with strokes. Each class (of objects: objects and
    background) has to be on both sides of the cut, if it occurs at all. Of the parts that do, the first in an order
    that only the picture's name and shape decide, so that painting on hardly ever moves it.
    """
    groups = _groups(completed(sample.annotation) if sample.complete else sample.annotation)
    if len(groups) < 2:
        return None
    for box in _drawn(sample, share):
        block = Block(box, _margin(sample.annotation.shape[-2:]))
        if _is_fit(groups, block, share) and np.ptp(sample.image[(slice(None), ..., *block.window())]) > 0:
            return block
    return None


def _margin(shape: tuple[int, ...]) -> int:
    return int(np.clip(min(shape) // 16, *MARGIN))


def _groups(annotation: NDArray[np.integer]) -> list[NDArray[np.int64]]:
    """What has to be on both sides, each as a table of sums (Y + 1, X + 1): background, anything else, each class."""
    planes = [annotation == BACKGROUND, annotation >= FIRST]
    planes += [annotation == value for value in _classes(annotation)]
    flat = [plane.reshape(-1, *plane.shape[-2:]).sum(0) for plane in planes if plane.any()]
    return [np.pad(plane, ((1, 0), (1, 0))).cumsum(0).cumsum(1) for plane in flat]


def _classes(annotation: NDArray[np.integer]) -> list[int]:
    """The numbers that are painted over so much of the picture that they are no objects."""
    values, places = np.unique(annotation, return_inverse=True)
    boxes = ndimage.find_objects(places.reshape(annotation.shape).astype(np.int32) + 1)
    least = SPREAD * math.prod(annotation.shape[-2:])
    areas = [math.prod(part.stop - part.start for part in box[-2:]) for box in boxes]
    return [int(value) for value, area in zip(values, areas, strict=True) if value >= FIRST and area > least]


def _is_fit(groups: list[NDArray[np.int64]], block: Block, share: float) -> bool:
    labels = groups[0] + groups[1]
    inside = _sum(labels, block.window()) / labels[-1, -1]
    if not share / UNEVEN < inside < min(0.5, share * UNEVEN):
        return False
    return all(
        _sum(table, block.window()) >= FEWEST
        and table[-1, -1] - _sum(table, block.window(block.margin)) >= max(FEWEST, _sum(table, block.window()) / 2)
        for table in groups
    )


def _sum(table: NDArray[np.int64], window: tuple[slice, slice]) -> int:
    (top, bottom), (left, right) = (
        (part.start, min(part.stop, side - 1)) for part, side in zip(window, table.shape, strict=True)
    )
    return int(table[bottom, right] - table[top, right] - table[bottom, left] + table[top, left])


def _drawn(sample: Sample, share: float) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """The possible parts in the order of a draw by the picture's name and shape."""
    shape = sample.annotation.shape[-2:]
    boxes = set(_boxes(shape, share, edges=sample.complete))
    lot = f"{sample.name} {shape}"
    return sorted(boxes, key=lambda box: hashlib.sha256(f"{lot} {box}".encode()).hexdigest())


def _boxes(shape: tuple[int, ...], share: float, edges: bool) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Blocks and strips of about `share` of the area; of pictures with strokes also larger ones, and anywhere."""
    for part, shapely in itertools.product((share,) if edges else (share, 1.5 * share, 2 * share), (0.5, 0.0, 1.0)):
        # Half of the share from either side is a block in proportion, all of it from one side is a strip.
        sides = [
            min(side, max(SMALLEST, round(side * part**exponent)))
            for side, exponent in zip(shape, (shapely, 1 - shapely), strict=True)
        ]
        if math.prod(sides) > LARGEST * math.prod(shape):
            continue
        starts = [
            [0, side - own] if edges else np.linspace(0, side - own, STEPS).round().astype(int).tolist()
            for side, own in zip(shape, sides, strict=True)
        ]
        for top, left in itertools.product(*starts):
            yield (top, top + sides[0]), (left, left + sides[1])
