"""A simulated person who corrects labels until they are right, with the tools of the desk or with the brush alone.

What a person sees at once is known to it: an object that is none, one that is two, two that are one, one that is
missing or badly outlined. Each action is one use of a tool. Seconds follow the keystroke-level model (Card, Moran,
Newell 1980, https://doi.org/10.1145/358886.358895): POINT to a place, PRESS and let go; the brush moves with PACE.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.metrics import contingency_table

from napari_unet.core.editing import Edit, delete, merge_along, split_between

Labels = NDArray[np.integer]
Place = tuple[int, ...]

POINT, PRESS = 1.1, 0.2
"""Seconds to point at a place; to press and let go."""

PACE, BRUSH = 60.0, 8.0
"""Pixels of the picture that the brush passes in a second, and its diameter."""

RIGHT = 0.5
"""An object is right when it overlaps (IoU) a true one by more than this."""

MOSTLY = 0.5


@dataclass(frozen=True)
class Action:
    """One use of a tool: what it is called, how long it takes in seconds, and the labels afterwards."""

    tool: str
    seconds: float
    labels: Labels


def with_tools(labels: Labels, truth: Labels) -> Action | None:
    """The next thing that a person with the desk would do; None when all is right.

    A person sees at once whether a split or a merge has helped; one that would not is not tried.
    """
    wrong = Wrong(labels, truth)
    actions = (action for look in (_split, _merge, _delete, _redraw) for action in look(wrong))
    return next((action for action in actions if Wrong(action.labels, truth).mistakes < wrong.mistakes), None)


def with_brush(labels: Labels, truth: Labels) -> Action | None:
    """The next thing that a person with the brush alone would do: erase an object that is none, or paint one anew."""
    wrong = Wrong(labels, truth)
    for number in wrong.false:
        after = np.where(labels == number, 0, labels)
        return Action("erase", _painting(int((labels == number).sum())), after)
    return next(iter(_redraw(wrong)), None)


class Wrong:
    """Labels beside the truth: which objects of either have no partner."""

    def __init__(self, labels: Labels, truth: Labels) -> None:
        self.labels, self.truth = labels, truth
        shared = contingency_table(labels, truth).toarray().astype(float)
        sizes, true_sizes = shared.sum(1, keepdims=True), shared.sum(0, keepdims=True)
        overlap = shared / np.maximum(sizes + true_sizes - shared, 1)
        right = overlap[1:, 1:] > RIGHT
        self.false = [n for n in 1 + np.flatnonzero(~right.any(1)) if sizes[n, 0]]
        self.missed = [n for n in 1 + np.flatnonzero(~right.any(0)) if true_sizes[0, n]]
        self.of_label = shared / np.maximum(sizes, 1)
        self.of_truth = shared / np.maximum(true_sizes, 1)

    @property
    def mistakes(self) -> int:
        """Objects of either without a partner."""
        return len(self.false) + len(self.missed)

    def place(self, label: int, true: int) -> Place:
        """The middle of what an object shares with a true one."""
        depth = ndimage.distance_transform_edt((self.labels == label) & (self.truth == true))
        return tuple(int(at) for at in np.unravel_index(depth.argmax(), depth.shape))


def _split(wrong: Wrong) -> Iterator[Action]:
    """An object that holds most of two true ones: a click on each part."""
    for number in wrong.false:
        inside = list(1 + np.flatnonzero(wrong.of_truth[number, 1:] > MOSTLY))
        if len(inside) > 1:
            done = split_between(wrong.labels, *(wrong.place(number, n) for n in inside[:2]))
            yield from _done("split", 2 * (POINT + PRESS), done, wrong.labels)


def _merge(wrong: Wrong) -> Iterator[Action]:
    """Two objects that both lie mostly in one true one: a line from one to the other."""
    for number in wrong.false:
        true = 1 + int(wrong.of_label[number, 1:].argmax()) if wrong.of_label.shape[1] > 1 else 0
        inside = list(1 + np.flatnonzero(wrong.of_label[1:, true] > MOSTLY)) if true else []
        if number in inside and len(inside) > 1:
            other = next(n for n in inside if n != number)
            done = merge_along(wrong.labels, [wrong.place(n, true) for n in (number, other)])
            yield from _done("merge", 2 * POINT + PRESS, done, wrong.labels)


def _delete(wrong: Wrong) -> Iterator[Action]:
    """An object that is mostly background: a click."""
    for number in wrong.false:
        if wrong.of_label[number, 0] > MOSTLY:
            place = wrong.place(number, 0)
            yield from _done("delete", POINT + PRESS, delete(wrong.labels, place), wrong.labels)


def _redraw(wrong: Wrong) -> Iterator[Action]:
    """A true object that nothing matches: painted anew, over what is there."""
    for true in wrong.missed:
        inside = wrong.truth == true
        under = wrong.labels[inside]
        gone = [n for n in np.unique(under[under > 0]) if (wrong.labels[inside] == n).sum() > MOSTLY * inside.sum()]
        after = np.where(np.isin(wrong.labels, gone), 0, wrong.labels)
        after[inside] = int(wrong.labels.max(initial=0)) + 1
        yield Action("paint", _painting(int(inside.sum())), after)


def _done(tool: str, seconds: float, done: Edit | None, labels: Labels) -> Iterator[Action]:
    if done is not None:
        yield Action(tool, seconds, done.applied(labels))


def _painting(pixels: int) -> float:
    """Seconds to pass over so many pixels with the brush."""
    return POINT + PRESS + pixels / BRUSH / PACE
