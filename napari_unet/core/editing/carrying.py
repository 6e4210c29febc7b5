"""Classes of objects through a change of their numbers: what is parted, joined or numbered anew keeps its class."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from napari_unet.core.data.object_classes import NONE, Classes
from napari_unet.core.data.runs import overlaps, sizes
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
    own = {*news[(olds == news) & (news > 0)].tolist(), *_reaching_out(labels, before)}
    changes: Classes = {}
    for number in np.unique(news[news > 0]).tolist():
        if number in own:
            continue
        from_objects = (news == number) & (olds > 0)
        parent = int(olds[from_objects][shared[from_objects].argmax()]) if from_objects.any() else NONE
        changes[number] = classes.get(parent, NONE)
    return {number: value for number, value in changes.items() if classes.get(number, NONE) != value}


def _reaching_out(labels: Labels, inside: Labels) -> list[int]:
    """The objects that have pixels outside the part of the labels that is changed."""
    everywhere = sizes(labels)
    within = np.zeros_like(everywhere)
    counted = sizes(inside)
    within[: len(counted)] = counted
    return [int(number) for number in np.flatnonzero(everywhere > within)]
