"""Classes of objects on the canvas: what is painted anew gets the class in the hand, and undo brings classes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.layers import Labels
from numpy.typing import NDArray

from napari_unet.core.data import FIRST
from napari_unet.core.data.object_classes import NONE
from napari_unet.widgets.layers.aside import Aside
from napari_unet.widgets.layers.making import Numbered

if TYPE_CHECKING:
    from napari_unet.session import Session

Changes = Mapping[int, int]


class ClassStep(Aside):
    """A change of classes: those of the objects that it changed, before and after it."""


class ClassKeeper:
    """Watches over one layer of the session's picture on show. Does nothing while objects have no classes."""

    def __init__(self, layer: Labels, session: Session, name: str, role: Numbered) -> None:
        self._layer, self._session, self._name, self._role = layer, session, name, role
        self._by_tool = False
        layer.events.paint.connect(self._on_paint)
        layer.events.set_data.connect(self._on_set_data)

    def close(self) -> None:
        """Let go of the layer."""
        self._layer.events.paint.disconnect(self._on_paint)
        self._layer.events.set_data.disconnect(self._on_set_data)

    def give(self, changes: Changes) -> bool:
        """Give objects these classes, as one step that can be undone; whether that could be written."""
        step = self._told(changes, goes_on=False)
        if step is not None:
            self._layer._save_history(step)
        return step is not None

    def change(self, where: tuple[NDArray[np.intp], ...], values: Any, changes: Changes, *beside: Any) -> None:
        """Change pixels, and with them these classes, as one step that can be undone; `beside` are more parts of it."""
        self._by_tool = True
        try:
            with self._layer.block_history():
                self._layer.data_setitem(where, values)
                for part in beside:
                    self._layer._save_history(part)
        finally:
            self._by_tool = False
        self._append(changes, goes_on=True)

    def _append(self, changes: Changes, *, goes_on: bool) -> None:
        """Let a change of classes go with the last step of the history; `goes_on`: its pixels are changed already."""
        history = self._layer._undo_history
        if changes and history and (step := self._told(changes, goes_on=goes_on)) is not None:
            history[-1].append(step)

    def _told(self, changes: Changes, *, goes_on: bool) -> ClassStep | None:
        classes = self._session.classes(self._name, self._role)
        before = {number: classes.get(number, NONE) for number in changes}
        if not self._session.classify(self._name, self._role, changes, goes_on):
            return None
        return ClassStep.of(self._layer, before, dict(changes))

    def _on_paint(self, event: Any) -> None:
        """An object that was not there before has the class in the hand. Undo and redo do not come here."""
        if self._by_tool or not self._session.object_classes or self._session.read_only:
            return
        numbers = {number for number in map(_painted, event.value) if number is not None and self._is_object(number)}
        fresh = {number for number in numbers if self._is_new(number, event.value)}
        classes = self._session.classes(self._name, self._role)
        changes = dict.fromkeys(fresh, self._session.hand_class)
        other = {number: value for number, value in changes.items() if classes.get(number, NONE) != value}
        self._append(other, goes_on=self._is_made(event.value))

    def _is_object(self, number: int) -> bool:
        return number >= (FIRST if self._role == "annotation" else 1)

    def _is_new(self, number: int, item: Iterable[Any]) -> bool:
        """Whether all pixels of an object are those that were just painted, or are about to be."""
        mine = [atom for atom in item if _painted(atom) == number]
        painted = sum(map(_area, mine)) if self._is_made(mine) else 0
        return int(np.count_nonzero(np.asarray(self._layer.data) == number)) == painted

    def _is_made(self, item: Iterable[Any]) -> bool:
        """Whether pixels are as a step of the history says: napari tells some changes before it makes them."""
        atoms = [atom for atom in item if _painted(atom) is not None]
        return all(int(np.asarray(self._layer.data)[_first_pixel(atom)]) == _painted(atom) for atom in atoms[-1:])

    def _on_set_data(self, _event: Any = None) -> None:
        """Something was undone or redone: the history says what."""
        for classes in ClassStep.turned(self._layer):
            self._session.classify(self._name, self._role, classes)


def _painted(atom: Any) -> int | None:
    """The number that a part of a step of the history painted; None where that was not one number for all."""
    if isinstance(atom, Aside):
        return None
    value = atom.new_value if hasattr(atom, "new_value") else atom[2]
    return int(value) if np.ndim(value) == 0 else None


def _first_pixel(atom: Any) -> tuple[int, ...]:
    """A pixel that a part of a step of the history changed."""
    if not hasattr(atom, "mask"):
        return tuple(int(along[0]) for along in atom[0])
    corner = [part.start or 0 for part in atom.slice_key]
    inside = (0,) * len(corner) if atom.mask is None else np.argwhere(atom.mask)[0]
    return tuple(int(start + at) for start, at in zip(corner, inside, strict=True))


def _area(atom: Any) -> int:
    """How many pixels a part of a step of the history changed."""
    if not hasattr(atom, "mask"):
        return int(np.size(atom[1]))
    return int(np.size(atom.old_values) if atom.mask is None else np.count_nonzero(atom.mask))
