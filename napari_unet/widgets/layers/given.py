"""One object said to be right, or to be none: painted as one step of the annotation's undo history, with its origin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from napari.layers import Labels

if TYPE_CHECKING:
    from napari_unet.core.data import Region
    from napari_unet.session import Session
    from napari_unet.widgets.layers.canvas import Canvas


class OriginStep(tuple[Any, ...]):
    """What napari's history keeps of an origin: a pixel that stays as it was painted, and the region it belongs to."""

    region: Region
    done: bool

    @classmethod
    def of(cls, where: tuple[Any, ...], number: Any, region: Region) -> OriginStep:
        """A step that is done. napari writes its pixel back before the rest is undone, or after it is done again."""
        values = np.full(1, number)
        step = cls((tuple(along[:1] for along in where), values, values))
        step.region, step.done = region, True
        return step


class Given:
    """Watches over the annotation of the picture on show: the origin of a piece comes and goes with its painting."""

    def __init__(self, layer: Labels, session: Session, name: str) -> None:
        self._layer, self._session, self._name = layer, session, name
        layer.events.set_data.connect(self._on_set_data)

    def close(self) -> None:
        """Let go of the layer."""
        self._layer.events.set_data.disconnect(self._on_set_data)

    def _on_set_data(self, _event: Any = None) -> None:
        """Something was undone or redone: the last step of either history says what."""
        for history, done in ((self._layer._redo_history, False), (self._layer._undo_history, True)):
            for step in history[-1] if history else ():
                if isinstance(step, OriginStep) and step.done is not done:
                    step.done = done
                    self._session.set_origin(self._name, step.region, done)


def say(canvas: Canvas, session: Session, place: tuple[int, ...], right: bool) -> bool:
    """Take what lies at a place of the labels, in pixels, as right, or as none; whether anything lies there."""
    labels, annotation = canvas.numbers("labels"), canvas.numbers("annotation")
    if labels is None or annotation is None:
        return False
    inside = all(0 <= at < side for at, side in zip(place, labels.data.shape, strict=True))
    if not inside or not labels.data[place]:
        return False
    said = session.expect_piece(place, right)
    if said is not None:
        piece, number, region = said
        annotation.visible = True
        with annotation.block_history():
            annotation.data_setitem(piece.where, number)
            annotation._save_history(OriginStep.of(piece.where, number, region))
        canvas.flush()
    return True
