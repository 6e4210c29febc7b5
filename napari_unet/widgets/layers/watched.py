"""What a person does on our labels and annotation: strokes, locks and classes, told to the session."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from napari.layers import Labels
from numpy.typing import NDArray

from napari_unet.widgets.layers.class_keeper import ClassKeeper
from napari_unet.widgets.layers.given import Given
from napari_unet.widgets.layers.making import Numbered
from napari_unet.widgets.layers.padlock import Padlock
from napari_unet.widgets.layers.strokes import Strokes
from napari_unet.widgets.layers.swap import History, give_back, history_of, take_up

if TYPE_CHECKING:
    from napari_unet.session import Session

Where = tuple[NDArray[np.intp], ...]


class Watched:
    """The layers of one picture that are watched. What can be undone on them is kept for when it is shown again."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._name = ""
        self._layers: dict[Numbered, Labels] = {}
        self._strokes: dict[Numbered, Strokes] = {}
        self._keepers: dict[Numbered, ClassKeeper] = {}
        self._folder: Path | None = None  # of the project that these layers are of
        self._histories: dict[tuple[Path | None, str, Numbered], History | None] = {}
        self.padlock: Padlock | None = None
        self._given: Given | None = None  # of the annotation

    def watch(self, role: Numbered, layer: Labels, name: str) -> None:
        """Watch a layer of the picture of this name."""
        self.gone(role)
        self._name, self._layers[role] = name, layer
        self._folder = None if self._session.project is None else self._session.project.folder
        layer.editable = not self._session.read_only
        kept, found = self._histories.pop((self._folder, name, role), None), self._session.recovered(name, role)
        give_back(layer, kept)
        if kept is None:
            take_up(layer, found)
        if role == "labels":
            self.padlock = Padlock(layer, self._session, name)
        else:
            self._given = Given(layer, self._session, name)
        spoiled = self.padlock.spoiled if role == "labels" and self.padlock is not None else None
        self._keepers[role] = ClassKeeper(layer, self._session, name, role)
        before = partial(self._session.before_correcting, name) if role == "labels" else None
        self._strokes[role] = Strokes(layer, partial(self._session.painted, name, role), spoiled, before)

    def rest(self) -> None:
        """Tell the last strokes and watch nothing any more; what can be undone is kept for the way back."""
        for role, layer in list(self._layers.items()):
            self.gone(role)
            self._histories[self._folder, self._name, role] = history_of(layer)

    def gone(self, role: Numbered) -> None:
        """Tell the last strokes on a layer and watch it no more."""
        self._layers.pop(role, None)
        for kept in (self._strokes, self._keepers):
            if (watcher := kept.pop(role, None)) is not None:
                watcher.close()
        if role == "labels" and self.padlock is not None:
            self.padlock.close()
            self.padlock = None

    def flush(self) -> None:
        """Tell the session every stroke so far, now."""
        for strokes in list(self._strokes.values()):
            strokes.flush()

    def replace(self, role: Numbered, numbers: NDArray[np.integer]) -> bool:
        """Show other numbers on a layer; whether it is watched. Undo starts anew."""
        if role in self._strokes:
            self._strokes[role].replace(numbers)
        return role in self._strokes

    def keeper(self, role: Numbered) -> ClassKeeper | None:
        """Who keeps the classes of the objects of a layer; None while it is not watched."""
        return self._keepers.get(role)

    def change(self, role: Numbered, where: Where, values: object, changes: Mapping[int, int], *beside: object) -> None:
        """Change pixels of a layer, and with them the classes of objects, as one step that can be undone; told at once.

        Parameters
        ----------
        where : indices along each axis.
        changes : number of an object -> its class.
        beside : more parts of the step.
        """
        if (keeper := self._keepers.get(role)) is not None:
            keeper.change(where, values, changes, *beside)
        self.flush()
