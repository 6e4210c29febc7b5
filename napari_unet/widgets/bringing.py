"""Brings pictures into the project of which something must be asked first: what the axes of a stack are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from napari_unet.core.errors import AxesError, PictureError, UnetError
from napari_unet.widgets.axes_question import Asked, AxesQuestion
from napari_unet.widgets.layers import OpenedPicture, opened_pictures
from napari_unet.widgets.layers.opened import Unnamed

if TYPE_CHECKING:
    from napari_unet.core.data.pairing import Pair
    from napari_unet.widgets.message import Message
    from napari_unet.widgets.sessions import Bench


class Bringing:
    """Adds open layers and files; `question` is where the person is asked."""

    def __init__(self, bench: Bench, message: Message) -> None:
        self._bench, self._message = bench, message
        self.question = AxesQuestion()

    def layers(self) -> None:
        """Add the pictures that are open in napari. Raises PictureError."""
        wrong: list[PictureError] = []
        self._take(opened_pictures(self._bench.viewer, self._ask_layer, wrong.append))
        if len(wrong) > 1:
            wrong = [PictureError(" ".join(error.what for error in wrong), "The other layers were taken.")]
        for error in wrong:
            self._message.fail(error)

    def ask_file(self, pair: Pair, error: AxesError) -> None:
        """Ask what the axes of a file are, and add it then."""

        def answered(axes: str) -> None:
            self._bench.session.add_pairs([replace(pair, axes=axes)])

        self.question.ask(Asked(pair.picture.name, error, answered))

    def _ask_layer(self, layer: Unnamed) -> None:
        self.question.ask(
            Asked(
                layer.name,
                layer.error,
                lambda axes: self._take_if_it_can_be(lambda: layer.taken(axes)),
                lambda: self._take_if_it_can_be(layer.plane_on_show),
            )
        )

    def _take_if_it_can_be(self, read: Callable[[], OpenedPicture]) -> None:
        """Take what a person has answered about: only now its pixels are read, and they may be gone."""
        try:
            self._take([read()])
        except UnetError as error:
            self._message.fail(error)

    def _take(self, opened: Sequence[OpenedPicture]) -> None:
        for one in opened:
            self._bench.session.add_picture(one.picture, one.mask, one.mask_source)
        if notes := [one.note for one in opened if one.note]:
            self._message.say(" ".join(notes))
