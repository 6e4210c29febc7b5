"""A glance: the labels of what a person sees of a large picture, made before those of the rest of it.

Where more is on show than the screen has room for, every second pixel, or fewer, is looked at: nobody sees the others.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.runs import mapped, overlaps
from napari_unet.core.postprocessing import Kept, object_classes, postprocess
from napari_unet.core.settings import Kind, PostprocessingSettings

Labels = NDArray[np.integer]

ENOUGH = 1024 * 1024
"""Pixels: so many are quick, and are more than most windows show at once."""

MARGIN = 48
"""Pixels that are looked at beyond what is on show, so that objects on its edge look as they will."""

MOST = 256 * 2**20
"""Bytes: larger labels are only shown as a whole, for to show a part of them all must be copied."""

FLAT = 2


@dataclass(frozen=True)
class Glance:
    """What is looked at: the plane along ([T,] [Z]), rows and columns, and every how many-th pixel of them.

    Rows and columns begin at a multiple of the step.
    """

    place: tuple[int, ...]
    rows: slice
    columns: slice
    step: int

    @property
    def part(self) -> tuple[int | slice, ...]:
        """Where the part that is looked at lies in the labels."""
        return (*self.place, self.rows, self.columns)


@dataclass(frozen=True)
class Glanced:
    """The labels of the pixels that a glance looks at, with numbers of their own, and the classes of their objects."""

    labels: Labels
    classes: Mapping[int, int]


def glance_at(shape: tuple[int, ...], part: tuple[int, ...]) -> Glance | None:
    """What to look at first of labels ([T,] [Z,] Y, X); None where the whole is made as quickly, or nothing is seen.

    Parameters
    ----------
    part : plane, top, bottom, left, right of what is on show, in pixels; empty where that is not known.
    """
    planes = math.prod(shape[:-FLAT])
    if not part or math.prod(shape) <= ENOUGH or part[0] >= planes or 2 * math.prod(shape) > MOST:
        return None
    place = tuple(int(at) for at in np.argwhere(np.arange(planes).reshape(shape[:-FLAT]) == part[0])[0])
    ends = [
        (max(0, low), min(high, side)) for low, high, side in zip(part[1::2], part[2::2], shape[-FLAT:], strict=True)
    ]
    area = math.prod(max(0, high - low) for low, high in ends)
    step = max(1, math.ceil(math.sqrt(area / ENOUGH) - 0.1))
    rows, columns = (slice(low - low % step, high) for low, high in ends)
    return Glance(place, rows, columns, step) if area else None


@dataclass(frozen=True)
class Cut:
    """What is cut out of a probability for a glance; and what was made of it, which a slider that moves on needs again.

    `near` are the rows and columns with some around them, `sides` those of the whole picture, and `seen` every so
    many-th pixel of these (K, y, x).
    """

    glance: Glance
    of: weakref.ref[NDArray[np.floating]]
    near: tuple[slice, ...]
    sides: tuple[int, ...]
    seen: NDArray[np.floating]
    kept: Kept = field(default_factory=Kept)

    def fits(self, probability: NDArray[np.floating], glance: Glance) -> bool:
        """Whether this is what would be cut out."""
        return self.of() is probability and self.glance == glance


def cut_out(probability: NDArray[np.floating], glance: Glance) -> Cut:
    """Cut a glance out of the probability of the whole picture, (K, [T,] [Z,] Y, X) float."""
    step, sides = glance.step, probability.shape[-FLAT:]
    near = tuple(
        slice(max(0, part.start - MARGIN * step), min(side, part.stop + MARGIN * step))
        for part, side in zip((glance.rows, glance.columns), sides, strict=True)
    )
    there: tuple[int | slice, ...] = (*glance.place, *(slice(part.start, part.stop, step) for part in near))
    seen = np.ascontiguousarray(probability[(slice(None), *there)])
    return Cut(glance, weakref.ref(probability), near, sides, seen)


def glanced(cut: Cut, kind: Kind, settings: PostprocessingSettings) -> Glanced:
    """Clean up what is looked at alone, plane by plane: a volume is only parted as one when all of it is made."""
    step = cut.glance.step
    labels: Labels = postprocess(cut.seen, kind, _fitting(settings, step), kept=cut.kept)
    if kind == "objects" and not settings.keep_cut:
        labels = _without(labels, _on_edges(labels, cut.near, cut.sides))
    classes = object_classes(cut.seen, labels) if kind == "objects" else {}
    rows, columns = (
        slice((part.start - around.start) // step, -((around.start - part.stop) // step))
        for part, around in zip((cut.glance.rows, cut.glance.columns), cut.near, strict=True)
    )
    return Glanced(labels[rows, columns], classes)


def pasted(before: Labels, found: Glanced, glance: Glance, kind: Kind) -> tuple[Labels, dict[int, int]]:
    """A copy of the labels so far with those of a glance in them, and the classes of the glance's objects there.

    An object goes on with the number of the one that it covers most of, and so keeps its colour.
    """
    if kind == "regions":
        after = before.copy()
        _paint(after[glance.part], found.labels, glance.step)
        return after, {}
    last, plane = int(before.max(initial=0)), glance.part
    table = _numbers(before[plane][:: glance.step, :: glance.step], found.labels, last)
    top = max(int(table.max(initial=0)), last)
    after = before.astype(np.promote_types(before.dtype, np.min_scalar_type(top)))
    _paint(after[plane], mapped(found.labels, table.astype(after.dtype)), glance.step)
    return after, {int(table[number]): value for number, value in found.classes.items()}


def _paint(part: Labels, labels: Labels, step: int) -> None:
    """Let every pixel of a part of a plane have the label of the pixel that was looked at for it."""
    wide = labels.repeat(step, 1)[:, : part.shape[1]]
    for row in range(step):
        rows = part[row::step]
        rows[...] = wide[: len(rows)]


def _numbers(before: Labels, now: Labels, top: int) -> NDArray[np.uint32]:
    """For each number of a glance the one that it gets: of the object before it, each once, or else one above `top`."""
    count = int(now.max(initial=0))
    table = np.concatenate([[0], top + 1 + np.arange(count)]).astype(np.uint32)
    olds, news, shared = overlaps(before, now)
    there = (olds > 0) & (news > 0)
    order = np.argsort(-shared[there], kind="stable")
    olds, news = olds[there][order], news[there][order]
    first = _first(news)  # for each object now the one before that it covers most of ...
    olds, news = olds[first], news[first]
    first = _first(olds)  # ... and that one to none but the object that covers most of it
    table[news[first]] = olds[first]
    return table


def _first(numbers: Labels) -> NDArray[np.intp]:
    """Where each number comes first."""
    return np.sort(np.unique(numbers, return_index=True)[1])


def _fitting(settings: PostprocessingSettings, step: int) -> PostprocessingSettings:
    """The settings for every so many-th pixel of one plane; edges of what is seen are no edges of the picture."""
    sizes = (0, 0) if settings.volume else (-(-settings.smallest // step**2), -(-settings.largest // step**2))
    return replace(
        settings,
        smooth=settings.smooth / step,
        opening=round(settings.opening / step),
        closing=round(settings.closing / step),
        smallest=sizes[0],
        largest=sizes[1],
        keep_cut=True,
        volume=False,
    )


def _on_edges(labels: Labels, near: tuple[slice, ...], sides: tuple[int, ...]) -> NDArray[np.integer]:
    """The objects that touch an edge of the picture."""
    edges = []
    for axis, (part, side) in enumerate(zip(near, sides, strict=True)):
        across = np.moveaxis(labels, axis, 0)
        edges += [across[0]] if part.start == 0 else []
        edges += [across[-1]] if part.stop == side else []
    return np.unique(np.concatenate([np.zeros(1, labels.dtype), *edges]))


def _without(labels: Labels, numbers: NDArray[np.integer]) -> Labels:
    table = np.arange(int(labels.max(initial=0)) + 1, dtype=labels.dtype)
    table[numbers] = 0
    return mapped(labels, table)
