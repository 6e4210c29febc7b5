"""A model of the project as a file for other programs, written by the worker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from napari_unet.core.errors import UnetError
from napari_unet.core.settings import SharingSettings
from napari_unet.engine.share_messages import ShareModel
from napari_unet.session.asides import Aside
from napari_unet.session.opened import told
from napari_unet.session.studying import Studying


class Sharing(Studying):
    """Handing a model on."""

    @told("train")
    def share_model(self, name: str, file: Path, settings: SharingSettings, authors: Sequence[str]) -> None:
        """Write a model for other programs; `said` tells when it is done. It takes a few seconds."""
        command = ShareModel(str(self._folder(name)), str(file), settings.to_json(), tuple(authors))
        self.jobs.asides.ask(command, Aside(lambda _report: None, lambda error: self._shared(file, error)))
        self.said.emit("train", f"Writing {file.name} …")

    @told("train")
    def _shared(self, file: Path, error: UnetError | None) -> None:
        if error is not None:
            raise error
        self.said.emit("train", f"The model is in {file}.")
