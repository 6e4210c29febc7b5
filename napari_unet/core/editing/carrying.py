"""Classes of objects through a change of their numbers: what is parted, joined or numbered anew keeps its class."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from napari_unet.core.data.object_classes import NONE, Classes
from napari_unet.core.data.runs import overlaps
from napari_unet.core.editing.edit import Edit, Labels


def carried(labels: Labels, done: Edit, classes: Mapping[int, int]) -> Classes:
    """Which objects must get another class (NONE: none) so that each has that of what it was made of.

    An object that keeps some of its pixels keeps its class. One whose number is new, or was another's, has the class of
    the object from which most of its pixels are.

    Parameters
    ----------
    labels : before the edit.
    classes : of its objects, by their numbers.
    """
    if not classes:
        return {}
    before = labels[done.box]
    olds, news, shared = overlaps(before, done.values)
    own = set(news[(olds == news) & (news > 0)].tolist())
    changes: Classes = {}
    for number in np.unique(news[news > 0]).tolist():
        if number in own or _outside(labels, before, number):
            continue
        from_objects = (news == number) & (olds > 0)
        parent = int(olds[from_objects][shared[from_objects].argmax()]) if from_objects.any() else NONE
        changes[number] = classes.get(parent, NONE)
    return {number: value for number, value in changes.items() if classes.get(number, NONE) != value}


def _outside(labels: Labels, inside: Labels, number: int) -> bool:
    """Whether an object has pixels outside the part of the labels that is changed."""
    return bool(np.count_nonzero(labels == number) > np.count_nonzero(inside == number))
