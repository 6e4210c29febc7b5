"""What is wrong with labels beside the truth, and what a person with the desk would do about it, tool by tool."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core import editing

Mask = NDArray[np.integer]
Place = tuple[int, int]

MOSTLY = 0.5
BRUSH = 3
"""Diameter of the brush, in pixels of the picture."""


@dataclass(frozen=True)
class Fix:
    """One use of a tool: where, on which objects of the labels, and which true ones are meant."""

    tool: str
    path: tuple[Place, ...]
    labels: tuple[int, ...]
    true: tuple[int, ...]


class Mistakes:
    """Labels beside the truth. Both are (Y, X), 0 is background."""

    def __init__(self, labels: Mask, truth: Mask) -> None:
        self.labels, self.truth = labels, truth
        shared = np.zeros((int(labels.max()) + 1, int(truth.max()) + 1))
        np.add.at(shared, (labels.ravel(), truth.ravel()), 1)
        sizes, true_sizes = shared.sum(1, keepdims=True), shared.sum(0, keepdims=True)
        self.overlap = shared / np.maximum(sizes + true_sizes - shared, 1)
        self.of_label, self.of_truth = shared / np.maximum(sizes, 1), shared / np.maximum(true_sizes, 1)
        self.there = [int(number) for number in np.unique(labels) if number]

    def fix(self, tool: str) -> Fix | None:
        """What a person would do next with a tool; None where it is of no use."""
        helping = (fix for fix in _FIND[tool](self) if tool == "redraw" or self._helps(fix))
        return next(helping, None)

    def _helps(self, fix: Fix) -> bool:
        """Whether the objects meant become better, and all others stay. A person sees that at once."""
        done = editing.run(fix.tool, self.labels, fix.path)  # type: ignore[arg-type]  # one of its tools
        if done is None:
            return False
        after = done.applied(self.labels)
        touched = set(np.unique(self.labels[after != self.labels])) - {0}
        return touched <= set(fix.labels) and Mistakes(after, self.truth).agreement > self.agreement

    @property
    def agreement(self) -> float:
        """How well every true object is met, less what is there and should not be."""
        none = sum(self.of_label[number, 0] > MOSTLY for number in self.there)
        return float(self.overlap[1:, 1:].max(0, initial=0).sum()) - float(none)

    def partner(self, true: int) -> int:
        """The object that meets a true one best."""
        return 1 + int(self.overlap[1:, true].argmax())

    def inner(self, inside: NDArray[np.bool_]) -> Place:
        """The place that is furthest from the edge of something."""
        depth = ndimage.distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
        row, column = np.unravel_index(int(depth.argmax()), depth.shape)
        return int(row), int(column)


def _split(wrong: Mistakes) -> Iterator[Fix]:
    """A line between the two true ones in an object, from edge to edge."""
    for number in wrong.there:
        inside = [int(true) for true in 1 + np.flatnonzero(wrong.of_truth[number, 1:] > MOSTLY)]
        if len(inside) == 2:
            whole = wrong.labels == number
            ends = [np.array(wrong.inner(whole & (wrong.truth == true)), float) for true in inside]
            yield Fix("split", _between(whole, *ends), (number,), tuple(inside))


def _merge(wrong: Mistakes) -> Iterator[Fix]:
    """A line from one to another of the objects that lie in one true one."""
    for true in range(1, wrong.truth.max() + 1):
        parts = [number for number in wrong.there if wrong.of_label[number, true] > MOSTLY]
        if len(parts) == 2:
            yield Fix("merge", tuple(wrong.inner(wrong.labels == part) for part in parts), tuple(parts), (true,))


def _delete(wrong: Mistakes) -> Iterator[Fix]:
    """A click on what is background, those first that are most of it."""
    for number in sorted(wrong.there, key=lambda one: -wrong.of_label[one, 0]):
        if wrong.of_label[number, 0] > MOSTLY:
            yield Fix("delete", (wrong.inner(wrong.labels == number),), (number,), ())


def _click(tool: str) -> Callable[[Mistakes], Iterator[Fix]]:
    """A click on an object that is about right."""

    def found(wrong: Mistakes) -> Iterator[Fix]:
        for number in wrong.there:
            true = 1 + int(wrong.overlap[number, 1:].argmax())
            if wrong.overlap[number, true] > MOSTLY:
                yield Fix(tool, (wrong.inner(wrong.labels == number),), (number,), (true,))

    return found


def _redraw(wrong: Mistakes) -> Iterator[Fix]:
    """The object that lacks most of its true one, to be painted with the brush: to and fro, from top to bottom."""
    lacking = wrong.of_truth[0].copy()
    for true in 1 + np.argsort(-lacking[1:]):
        number, brushed = wrong.partner(true), _brushed(wrong.truth == true)
        if brushed and number in wrong.there and wrong.of_label[number, true] > MOSTLY:
            click = wrong.inner((wrong.labels == number) & (wrong.truth == true))
            yield Fix("redraw", (click, *brushed), (number,), (int(true),))


_FIND: dict[str, Callable[[Mistakes], Iterator[Fix]]] = {
    "split": _split,
    "merge": _merge,
    "delete": _delete,
    "fill": _click("fill"),
    "smooth": _click("smooth"),
    "redraw": _redraw,
}


def _between(inside: NDArray[np.bool_], one: NDArray[np.float64], other: NDArray[np.float64]) -> tuple[Place, ...]:
    """A line across, half-way between two places, that ends just outside on both sides."""
    middle, along = (one + other) / 2, other - one
    across = np.array([-along[1], along[0]]) / np.linalg.norm(along)
    ends = []
    for sign in (-1, 1):
        length = 0.0
        while _holds(inside, middle + sign * length * across):
            length += 0.5
        ends.append(middle + sign * (length + 1) * across)
    low, high = ends
    return _pixel(low), _pixel(middle), _pixel(high)


def _holds(inside: NDArray[np.bool_], place: NDArray[np.float64]) -> bool:
    row, column = _pixel(place)
    return 0 <= row < inside.shape[0] and 0 <= column < inside.shape[1] and bool(inside[row, column])


def _pixel(place: NDArray[np.float64]) -> Place:
    return round(float(place[0])), round(float(place[1]))


def _brushed(inside: NDArray[np.bool_]) -> tuple[Place, ...]:
    """Where the middle of the brush goes to paint an object: a row each time it has moved by its width, less one."""
    core = ndimage.binary_erosion(np.pad(inside, 1), iterations=BRUSH // 2)[1:-1, 1:-1]
    path: list[Place] = []
    for turn, row in enumerate(np.flatnonzero(core.any(1))[:: BRUSH - 1]):
        columns = np.flatnonzero(core[row])
        ends = [(int(row), int(columns[0])), (int(row), int(columns[-1]))]
        path += ends[::-1] if turn % 2 else ends
    return tuple(path)
