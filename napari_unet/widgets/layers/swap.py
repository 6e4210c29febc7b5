"""Swapping what a layer shows. Removing a layer from napari takes a fifth of a second, new contents a tenth of that."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from napari.layers import Image, Labels, Layer

from napari_unet.core.data.steps import Beside, Change, Classed, Locked, Said, Step
from napari_unet.widgets.layers.class_keeper import ClassStep
from napari_unet.widgets.layers.given import OriginStep
from napari_unet.widgets.layers.padlock import LockStep


def adopt(old: Layer, new: Layer) -> bool:
    """Let a layer on show take the contents of one that is not; False, and nothing changed, when they differ in kind.

    What the person set on the layer (opacity, contour, brush) stays; colours of numbers stay too.
    """
    if type(old) is not type(new) or old.ndim != new.ndim or getattr(old, "rgb", None) != getattr(new, "rgb", None):
        return False
    old.data = new.data
    for name in ("name", "scale", "translate", "units", "axis_labels", "metadata"):
        wanted = getattr(new, name)
        if not np.array_equal(np.asarray(getattr(old, name), object), np.asarray(wanted, object)):
            setattr(old, name, wanted)
    if isinstance(old, Image) and not old.rgb:
        old.contrast_limits_range = new.contrast_limits_range
        old.contrast_limits = new.contrast_limits
    if isinstance(old, Labels):
        forget_history(old)
    return True


def blank(layer: Layer) -> None:
    """Empty a layer that the picture on show has no contents for; it stays in its place in the list."""
    layer.data = np.zeros(layer.data.shape, layer.data.dtype)
    if isinstance(layer, Labels):
        forget_history(layer)
        layer.editable = False


def forget_history(layer: Labels) -> None:
    """Let undo begin anew: boxes of old strokes must never be written into other numbers."""
    layer._reset_history()  # napari has no public name for it


@dataclass(frozen=True)
class History:
    """What can be undone and redone on a layer, and a fingerprint of the numbers that it belongs to."""

    undo: deque[Any]
    redo: deque[Any]
    fingerprint: int


def history_of(layer: Labels) -> History | None:
    """The layer's history, to be given back later; None when there is nothing to undo or redo."""
    undo, redo = layer._undo_history, layer._redo_history
    return History(undo, redo, _fingerprint(layer)) if undo or redo else None


def give_back(layer: Labels, history: History | None) -> None:
    """Let the person undo again what they did before, if the numbers are still those they left."""
    if history is not None and history.fingerprint == _fingerprint(layer):
        layer._undo_history, layer._redo_history = history.undo, history.redo


def take_up(layer: Labels, steps: Sequence[Step]) -> None:
    """Let the person undo what was painted on these numbers by another process, step by step."""
    layer._undo_history.extend([_part(layer, one) for one in step] for step in steps)


def _part(layer: Labels, one: Change | Beside) -> tuple[Any, ...]:
    """A part of a step as napari's history has it."""
    match one:
        case Classed():
            return ClassStep.of(layer, dict(one.before), dict(one.after))
        case Locked():
            return LockStep.of(layer, one.before, one.after)
        case Said():
            return OriginStep.of(layer, (one.region, not one.there), (one.region, one.there))
    return one.where, one.before, one.after


def is_painting(layer: Labels) -> bool:
    """Whether the person is in the middle of a step, such as a stroke with the button still held."""
    # As above: what napari paints now it joins into one step. One that has just ended is in the history already.
    staged, done = getattr(layer, "_staged_history", None), layer._undo_history
    return bool(getattr(layer, "_block_history", False)) and not (done and done[-1] is staged)


def _fingerprint(layer: Labels) -> int:
    return zlib.crc32(np.ascontiguousarray(layer.data).data)
