"""What a person changed on a Labels layer, whichever way: stroke, fill, polygon, undo, redo or a script."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from napari.layers import Labels
from numpy.typing import NDArray
from qtpy.QtCore import QObject, QTimer

from napari_unet.widgets.layers.aside import Aside
from napari_unet.widgets.layers.swap import forget_history, is_painting

Box = tuple[slice, ...]
Report = Callable[[Box, NDArray[np.integer], bool], None]
"""Is told the box, the pixels that are in it now, and whether that is more of the stroke that was told last."""
Spoiled = Callable[[NDArray[np.integer], NDArray[np.integer]], NDArray[np.bool_]]
"""Which pixels, before and after a change, must be put back."""
Before = Callable[[NDArray[np.integer]], None]
"""Is told all numbers as they are before a change, which is reported next."""

PAUSE = 200
"""Milliseconds between the first pixel of a change and its report; a long stroke is reported while it is drawn."""


class Strokes(QObject):
    """Compares a layer with a copy of it wherever napari hints at a change, and reports the pixels that differ.

    napari tells which pixels it paints, but of undo, redo and direct assignment only that something changed: the
    copy is what makes those as safe as a stroke. What is `spoiled` is put back from it and not reported.
    """

    def __init__(
        self, layer: Labels, report: Report, spoiled: Spoiled | None = None, before: Before | None = None
    ) -> None:
        super().__init__()
        self._layer, self._report, self._spoiled, self._before = layer, report, spoiled, before
        self._copy = np.array(layer.data, copy=True)
        self._pending: Box | None = None
        self._begun = False  # whether a part of the stroke that is being painted was told
        self._state = self._look()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self.flush)
        layer.events.paint.connect(self._on_paint)
        layer.events.labels_update.connect(self._on_update)
        # First: whoever else hears of an undo has its pixels told before what goes with them.
        layer.events.set_data.connect(self._on_set_data, position="first")

    def flush(self) -> None:
        """Report what has changed so far, now."""
        self._timer.stop()
        box, self._pending = self._pending, None
        if box is None:
            return
        self._put_back(box)
        differs = np.asarray(self._layer.data[box]) != self._copy[box]
        tight = within(box, differs)
        if tight is not None:
            values = np.array(self._layer.data[tight], copy=True)
            if self._before is not None:
                self._before(self._copy)
            self._copy[tight] = values
            goes_on, self._begun = self._begun, is_painting(self._layer)
            self._report(tight, values, goes_on)

    def _put_back(self, box: Box) -> None:
        """Undo what was done to pixels that nothing may change."""
        if self._spoiled is None:
            return
        wrong = self._spoiled(self._copy[box], np.asarray(self._layer.data[box]))
        if wrong.any():
            self._layer.data[box] = np.where(wrong, self._copy[box], self._layer.data[box])
            self._layer.refresh()
            self._timer.stop()
            self._pending = None  # what refreshing tells is known

    def replace(self, numbers: NDArray[np.integer]) -> None:
        """Show other numbers. They are not the person's change: nothing is reported, and undo starts anew."""
        self.flush()
        self._copy = np.array(numbers, copy=True)
        self._layer.data = numbers
        self._pending, self._begun = None, False
        self._timer.stop()
        forget_history(self._layer)

    def close(self) -> None:
        """Report what is left and stop listening."""
        self.flush()
        for event in (self._layer.events.paint, self._layer.events.labels_update, self._layer.events.set_data):
            event.disconnect(self)

    def _on_paint(self, event: Any) -> None:
        if pixels := [atom for atom in event.value if not isinstance(atom, Aside)]:
            self._touch(box_of(pixels, self._layer.data.shape))
        if self._begun:
            self.flush()  # the rest of a long stroke, before the next one begins
            self._begun = False

    def _on_update(self, event: Any) -> None:
        # Of a stack, napari tells the part of the plane on show: that part is looked at in all planes.
        box = list(everything(self._layer.data.shape))
        for axis, at, side in zip(displayed(self._layer), event.offset, event.data.shape, strict=True):
            box[axis] = slice(at, at + side)
        self._touch(tuple(box))

    def _on_set_data(self, event: Any = None) -> None:
        before, self._state = self._state, self._look()
        if before[0] == self._state[0] or before[1] != self._state[1]:
            self._touch(everything(self._layer.data.shape))  # else only another plane came on show

    def _look(self) -> tuple[Any, tuple[int, int]]:
        """Which plane is on show, and how much there is to undo and to redo."""
        layer = self._layer
        return layer._slice_input.world_slice.point, (len(layer._undo_history), len(layer._redo_history))

    def _touch(self, box: Box) -> None:
        self._pending = box if self._pending is None else union(self._pending, box)
        if not self._timer.isActive():
            self._timer.start()


def box_of(item: Iterable[Any], shape: tuple[int, ...]) -> Box:
    """The box of one step of napari's history, whose parts are masks in a box (since napari 0.8) or index lists."""
    box: Box | None = None
    for atom in item:
        part = _box_of_atom(atom, shape)
        box = part if box is None else union(box, part)
    return box if box is not None else everything(shape)


def _box_of_atom(atom: Any, shape: tuple[int, ...]) -> Box:
    key = getattr(atom, "slice_key", None)
    if key is not None:
        return tuple(slice(*part.indices(side)[:2]) for part, side in zip(key, shape, strict=True))
    if isinstance(atom, tuple) and len(atom) == 3 and len(atom[0]) == len(shape):
        return tuple(slice(int(np.min(along)), int(np.max(along)) + 1) for along in atom[0])
    return everything(shape)


def displayed(layer: Labels) -> tuple[int, ...]:
    """The axes that are on show; the others have sliders."""
    return tuple(int(axis) for axis in layer._slice_input.displayed)


def everything(shape: tuple[int, ...]) -> Box:
    """The box that holds a whole array."""
    return tuple(slice(0, side) for side in shape)


def union(one: Box, other: Box) -> Box:
    """The smallest box that holds two boxes."""
    return tuple(slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in zip(one, other, strict=True))


def within(box: Box, differs: NDArray[np.bool_]) -> Box | None:
    """The smallest box, inside `box`, around the pixels that differ; None when none does."""
    sides = []
    for axis, part in enumerate(box):
        along = np.flatnonzero(differs.any(axis=tuple(other for other in range(differs.ndim) if other != axis)))
        if along.size == 0:
            return None
        sides.append(slice(part.start + int(along[0]), part.start + int(along[-1]) + 1))
    return tuple(sides)
