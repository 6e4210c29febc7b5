"""Locked objects on the canvas: no brush changes them, and locking is a step of the layer's undo history."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np
from napari.layers import Labels
from numpy.typing import NDArray

from napari_unet.core.editing.locking import is_locked, spoiled
from napari_unet.widgets.layers.aside import Aside

if TYPE_CHECKING:
    from napari_unet.session import Session

Numbers = frozenset[int]

PAUSE = 1.0
"""Seconds after which a brush that is held back is one anew."""


class LockStep(Aside):
    """A locking: what was locked before and after it."""


class Padlock:
    """Watches over the labels of the session's picture on show. Undone and redone lockings reach the session."""

    def __init__(self, layer: Labels, session: Session, name: str) -> None:
        self._layer, self._session, self._name = layer, session, name
        self._told = -1, 0.0  # with which number the brush was held back, and when that was said
        # All that napari paints with goes through here, so a brush never even shows over a locked object. Where
        # another napari has no such place, and for scripts, `Strokes` puts back what is spoiled.
        self._theirs = getattr(layer, "_apply_mask_to_data", None)
        if self._theirs is not None:
            layer._apply_mask_to_data = self._apply
        layer.events.set_data.connect(self._on_set_data)

    @property
    def locked(self) -> Numbers:
        """The numbers of the locked objects."""
        return self._session.locked(self._name)

    def lock(self, numbers: Numbers) -> bool:
        """Lock these objects and no others, as one step that can be undone; whether that could be written."""
        before = self.locked
        if not self._session.lock(numbers):
            return False
        self._layer._save_history(LockStep.of(self._layer, before, numbers))
        return True

    def spoiled(self, before: NDArray[Any], after: NDArray[Any]) -> NDArray[np.bool_]:
        """The pixels of these two states of a part of the labels at which a locked object was changed."""
        return spoiled(before, after, self.locked)

    def close(self) -> None:
        """Let go of the layer."""
        self._layer.__dict__.pop("_apply_mask_to_data", None)
        self._layer.events.set_data.disconnect(self._on_set_data)

    def _apply(self, data: NDArray[Any], mask: NDArray[np.bool_], label: int, where: Any) -> Any:
        """What napari does with a stroke's mask, without the pixels of locked objects."""
        assert self._theirs is not None
        locked = self.locked
        if not locked:
            return self._theirs(data, mask, label, where)
        held = mask & is_locked(data, locked) if label not in locked else mask & (data != label)
        if held.any():
            self._tell(label)
        return self._theirs(data, mask & ~held, label, where)

    def _tell(self, label: int) -> None:
        """Say that the brush was held back, once a stroke and not at each of its steps."""
        (last, when), now = self._told, monotonic()
        self._told = label, now
        if label != last or now - when > PAUSE:
            self._session.refused(label)

    def _on_set_data(self, _event: Any = None) -> None:
        """Something was undone or redone: the history says what."""
        for locked in LockStep.turned(self._layer):
            self._session.lock(locked)
