"""Labels of stacks: each plane by itself, then objects joined from one to the next where they overlap.

Joining planes by overlap is what Cellpose calls stitching (Stringer et al. 2021, https://doi.org/10.1038/s41592-020-01018-x).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.axes import behind
from napari_unet.core.data.runs import mapped, overlaps, sizes
from napari_unet.core.settings import Kind, PostprocessingSettings
from napari_unet.core.stopping import Stop

FLAT = 2
"""Axes of the labels of a picture that is no stack."""

Labels = NDArray[np.unsignedinteger]
Clean = Callable[[NDArray[np.floating], PostprocessingSettings], Labels]


def clean_stack(
    probability: NDArray[np.floating], kind: Kind, settings: PostprocessingSettings, clean: Clean, stop: Stop
) -> Labels:
    """Clean up every plane; objects then have numbers of their own through the whole stack.

    Parameters
    ----------
    probability : (K, ([T,] Z) or T, Y, X) float; see `postprocess`.
    clean : how one plane is cleaned up.
    stop : asked before each plane; when it says yes, the planes after it stay empty.

    Returns
    -------
    labels : uint16, or uint32 when there are more than 65535 objects, numbered without gaps in the order of the planes.
    """
    places = list(np.ndindex(probability.shape[1:-2]))
    labels = np.zeros(probability.shape[1:], np.uint32 if kind == "objects" else np.uint16)
    top = 0
    for place in places:
        if stop():
            break
        plane = clean(probability[behind(place)], settings)
        if kind == "objects":
            labels[place] = np.where(plane, plane + np.uint32(top), 0)
            top += int(plane.max(initial=0))
        else:
            labels[place] = plane
    return labels


def joined(labels: Labels, axes: str, settings: PostprocessingSettings) -> Labels:
    """Let objects keep their number from plane to plane, and from one time point to the next, where that is wanted.

    Parameters
    ----------
    labels : ([T,] [Z,] Y, X), every object of every plane with a number of its own.
    axes : their letters, such as TZYX.
    """
    if "Z" in axes and settings.join:
        for volume in labels if "T" in axes else [labels]:
            _carry(volume, settings.join)
    if "T" in axes and settings.follow:
        _carry(labels, settings.follow)
    return _narrow(labels)


def in_time(
    probability: NDArray[np.floating], axes: str, settings: PostprocessingSettings, clean: Clean, stop: Stop
) -> Labels:
    """A volume (K, Z, Y, X), or each time point's (K, T, Z, Y, X), cleaned up in 3-D; followed in time if wanted."""
    if axes[0] != "T":
        return clean(probability, settings)
    labels, top = np.zeros(probability.shape[1:], np.uint32), 0
    for time in range(len(labels)):
        if stop():
            return labels
        volume = clean(probability[:, time], settings)
        labels[time] = np.where(volume, volume + np.uint32(top), 0)
        top += int(volume.max(initial=0))
    return joined(labels, "T" + axes.replace("Z", "").replace("T", ""), settings)


def apart(settings: PostprocessingSettings) -> PostprocessingSettings:
    """The settings without any joining: every plane counts by itself."""
    return dataclasses.replace(settings, join=0.0, follow=0.0)


def numbered_apart(labels: NDArray[np.integer], together: int) -> NDArray[np.integer]:
    """The labels of a stack (..., Y, X) with other numbers on each plane (`together` is 2), or in each volume (3)."""
    apart_along = labels.shape[:-together]
    steps = (int(labels.max(initial=0)) + 1) * np.arange(math.prod(apart_along), dtype=np.int64)
    return np.where(labels, labels + steps.reshape(*apart_along, *(1,) * together), 0)


def _carry(labels: Labels, least: float) -> None:
    """Let the objects of each slice along the first axis have, in place, the numbers of those that they overlap."""
    for before, after in pairwise(labels):
        old, new = _pairs(before, after, least)
        if new.size:
            table = np.arange(int(after.max()) + 1, dtype=labels.dtype)
            table[new] = old
            after[...] = mapped(after, table)


def _pairs(before: Labels, after: Labels, least: float) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """Which numbers belong together: the pairs that overlap most (IoU) first, each number once."""
    return matched(overlaps(before, after), sizes(before), sizes(after), least)


def matched(
    met: tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.intp]],
    areas: NDArray[np.intp],
    others: NDArray[np.intp],
    least: float,
) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
    """The same of what `overlaps` found in two slices whose numbers have these sizes; see `runs`."""
    old, new, shared = met
    real = (old > 0) & (new > 0)
    old, new, shared = old[real], new[real], shared[real]
    share = shared / np.maximum(areas[old] + others[new] - shared, 1)
    order = np.argsort(-share, kind="stable")
    order = order[share[order] >= least]
    taken: tuple[set[int], set[int]] = set(), set()
    kept = []
    for at in order:
        one, other = int(old[at]), int(new[at])
        if one not in taken[0] and other not in taken[1]:
            taken[0].add(one)
            taken[1].add(other)
            kept.append(at)
    return old[kept], new[kept]


def _narrow(labels: Labels) -> Labels:
    """Numbered without gaps in the order of the planes, and no wider than needed."""
    found = np.flatnonzero(sizes(labels))
    found = found[found > 0]
    wide = np.uint16 if len(found) <= np.iinfo(np.uint16).max else np.uint32
    table: Labels = np.zeros(int(labels.max(initial=0)) + 1, wide)
    table[found] = np.arange(1, len(found) + 1)
    return mapped(labels, table)
