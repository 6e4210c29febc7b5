"""Labels of a stack of which some planes are complete: there, what a person painted or accepted stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import to_mask
from napari_unet.core.data.runs import mapped, overlaps, sizes
from napari_unet.core.settings import Kind

Labels = NDArray[np.integer]

SAME = 0.5
"""Objects of labels and annotation that overlap (IoU) by more than this on these planes are the same."""


@dataclass(frozen=True)
class Merged:
    """Labels with the truth in them, and which number each object of the truth has there, by its own in a mask."""

    labels: Labels
    numbers: dict[int, int]


def with_truth(labels: Labels, annotation: Labels, planes: Collection[int], kind: Kind) -> Merged:
    """The labels, and on these planes what is annotated.

    An object of the annotation goes on with the number of the one in the labels that is the same there, so that it is
    one object through the planes beside them, too; any other gets a number of its own.

    Parameters
    ----------
    labels, annotation : ([T,] [Z,] Y, X) of equal shape. What is unlabelled on these planes is background.
    planes : counted from 0 in the order in which they are stored.
    kind : classes of regions keep their numbers.
    """
    chosen = sorted(planes)
    flat = labels.reshape(-1, *labels.shape[-2:])
    truth = to_mask(annotation.reshape(flat.shape)[chosen])
    numbers = {} if kind == "regions" else _numbers(flat[chosen], truth, int(labels.max(initial=0)))
    table = np.arange(int(truth.max(initial=0)) + 1, dtype=np.uint32)
    table[list(numbers)] = list(numbers.values())
    top = max(int(labels.max(initial=0)), int(table.max(initial=0)))
    merged = flat.astype(np.promote_types(labels.dtype, np.min_scalar_type(top)))
    merged[chosen] = mapped(truth, table)
    return Merged(merged.reshape(labels.shape), numbers)


def _numbers(labels: Labels, truth: Labels, top: int) -> dict[int, int]:
    """For each object of the truth the number of the same one in the labels, or else one above `top`."""
    there = np.flatnonzero(sizes(truth))
    found, true, shared = overlaps(labels, truth)
    either = sizes(labels)[found] + sizes(truth)[true] - shared
    same = (found > 0) & (true > 0) & (shared > SAME * either)
    numbers = dict(zip(true[same].tolist(), found[same].tolist(), strict=True))
    others = [int(number) for number in there if number and number not in numbers]
    return numbers | {number: top + at for at, number in enumerate(others, 1)}
