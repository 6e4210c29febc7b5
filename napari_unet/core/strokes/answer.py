"""What a learner says about a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.object_classes import Classes
from napari_unet.core.errors import PictureError
from napari_unet.core.postprocessing import object_classes, postprocess
from napari_unet.core.settings import Kind, PostprocessingSettings


@dataclass(frozen=True)
class Answer:
    """Probability and labels of one picture.

    Parameters
    ----------
    probability : float32, 0..1. Objects: ([T,] [Z,] Y, X), of being part of an object. Regions: (K, [T,] [Z,] Y, X),
        background first.
    labels : ([T,] [Z,] Y, X) whole numbers. Objects: 0 is background, each object has its own number. Regions: the
        class.
    classes : the class of each object, from 1, by its number; empty where no two classes are known.
    """

    probability: NDArray[np.float32]
    labels: NDArray[np.unsignedinteger]
    classes: Classes = field(default_factory=dict)


def answer_of(planes: NDArray[np.float32], kind: Kind) -> Answer:
    """The answer that is in what is known about a picture, (K, [T,] [Z,] Y, X), by the usual clean-up."""
    labels = postprocess(planes, kind, PostprocessingSettings())
    if kind == "regions":
        return Answer(planes, labels)
    return Answer(planes[0], labels, object_classes(planes, labels))


def stacked(told: Sequence[NDArray[np.float32] | None], kind: Kind) -> NDArray[np.float32]:
    """What is known about the planes of a stack together, (K, N, Y, X): of each as much as of all.

    Parameters
    ----------
    told : of each plane (K, Y, X); None of one in which there is nothing to see, which is background.

    Raises
    ------
    PictureError : there is nothing to see in any of them.
    """
    there = [one for one in told if one is not None]
    if not there:
        raise PictureError("Every plane of the stack has the same value everywhere.", "There is nothing to see in it.")
    known = min(map(len, there))  # a start that tells borders may not fit every plane
    nothing = np.zeros((known, *there[0].shape[1:]), np.float32)
    nothing[:1] = kind == "regions"
    return np.stack([nothing if one is None else one[:known] for one in told], 1)
