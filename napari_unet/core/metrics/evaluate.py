"""Compare one picture's labels with the truth."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.errors import MaskError
from napari_unet.core.metrics.matching import match
from napari_unet.core.metrics.outline import outline_f1
from napari_unet.core.metrics.scores import TWENTIETHS, ObjectScores, Overlap, Scores, share
from napari_unet.core.settings import Kind


def evaluate(
    labels: NDArray[np.integer],
    truth: NDArray[np.integer],
    kind: Kind,
    class_names: Sequence[str],
    outlines: bool = True,
) -> Scores:
    """Say how well `labels` agree with `truth`.

    Parameters
    ----------
    labels, truth : ([Z,] Y, X) integers of one shape, 0 = background. Objects: every object has its own number, in any
        order and with gaps. Regions: the number of the class.
    kind : what the numbers mean.
    class_names : name of the classes 1, 2, ...; only used for regions.
    outlines : compare outlines too; without, it is several times quicker, and `boundary_f1` is None.

    Raises
    ------
    MaskError : the two are not of one size, or not made of whole numbers.
    """
    check_comparable(labels, truth)
    compared = outlined if outlines else overlap
    foreground = compared(labels > 0, truth > 0)
    if kind == "regions":
        classes = {name: compared(labels == number, truth == number) for number, name in enumerate(class_names, 1)}
        return Scores(kind, foreground, classes=classes)
    return Scores(kind, foreground, objects=objects(labels, truth))


def overlap(found: NDArray[np.bool_], true: NDArray[np.bool_]) -> Overlap:
    """How well two boolean arrays of one shape agree."""
    both, in_found, in_true = (int(np.count_nonzero(pixels)) for pixels in (found & true, found, true))
    return Overlap.counted(both, in_found - both, in_true - both, found.size - in_found - in_true + both)


def outlined(found: NDArray[np.bool_], true: NDArray[np.bool_]) -> Overlap:
    """The same, and how well their outlines do."""
    return dataclasses.replace(overlap(found, true), boundary_f1=outline_f1(found, true))


def objects(labels: NDArray[np.integer], truth: NDArray[np.integer]) -> ObjectScores:
    """How well the objects of two label pictures agree one by one."""
    matches = match(labels, truth)
    right = [int(np.count_nonzero(matches.above(threshold))) for threshold in TWENTIETHS]
    total = matches.found + matches.true
    overlaps = float(matches.overlaps()[matches.above(TWENTIETHS[0])].sum())
    return ObjectScores(
        found=matches.found,
        true=matches.true,
        ap=tuple(share(hits, total - hits) for hits in right),
        f1=tuple(share(2 * hits, total) for hits in right),
        panoptic_quality=share(2 * overlaps, total),
    )


def check_comparable(labels: NDArray[np.integer], truth: NDArray[np.integer]) -> None:
    """Raises MaskError when two label pictures are not of one size, or not made of whole numbers."""
    if labels.shape != truth.shape:
        raise MaskError(
            f"The labels are {_size(labels)} but the truth is {_size(truth)}.",
            "Both must have the same size.",
            "Check that they belong to the same picture and that neither was cropped or rescaled.",
        )
    for name, array in (("labels", labels), ("truth", truth)):
        if not np.issubdtype(array.dtype, np.integer):
            raise MaskError(
                f"The {name} hold {array.dtype} values.",
                "A mask holds whole numbers: 0 for background, then one number per object or class.",
            )


def _size(array: NDArray[np.integer]) -> str:
    return " x ".join(str(side) for side in array.shape)
