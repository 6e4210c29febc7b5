"""One object said to be right, or to be none: painted as one step of the annotation's undo history, with its origin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari.layers import Labels

from napari_unet.widgets.layers.aside import Aside

if TYPE_CHECKING:
    from napari_unet.session import Session
    from napari_unet.widgets.layers.canvas import Canvas


class OriginStep(Aside):
    """An object said to be right, or to be none: its region, and whether that was there before and after the step."""


class Given:
    """Watches over the annotation of the picture on show: the origin of a piece comes and goes with its painting."""

    def __init__(self, layer: Labels, session: Session, name: str) -> None:
        self._layer, self._session, self._name = layer, session, name
        layer.events.set_data.connect(self._on_set_data)

    def close(self) -> None:
        """Let go of the layer."""
        self._layer.events.set_data.disconnect(self._on_set_data)

    def _on_set_data(self, _event: Any = None) -> None:
        """Something was undone or redone: the history says what."""
        for region, there in OriginStep.turned(self._layer):
            self._session.set_origin(self._name, region, there)


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
        step = OriginStep.of(annotation, (region, False), (region, True))
        canvas.watched.change("annotation", piece.where, number, session.class_along(place, number), step)
        return True
    changes = session.class_along(place, int(annotation.data[place])) if right else {}
    keeper = canvas.watched.keeper("annotation")
    if changes and keeper is not None:
        keeper.give(changes)  # all but its class is said already
    return True
