"""Fitting the clean-up to what is painted: one click instead of a play with sliders."""

from __future__ import annotations

import numpy as np

from napari_unet.core.errors import ProjectError
from napari_unet.core.fitting import Fit, Truth, merit
from napari_unet.session.fitter import Fitter
from napari_unet.session.opened import told
from napari_unet.session.origins import Origins

MOST = 20
"""So many pictures are fitted to, those shown last among them: more take longer and hardly change the settings."""

SIDE = 1024
"""Of larger pictures the middle, at most so many pixels wide and high."""


class Fitting(Origins):
    """Uses the answers that are there; asks no model anew."""

    def __init__(self) -> None:
        super().__init__()
        self._fitter = Fitter()

    @property
    def fitting(self) -> bool:
        """Whether settings are being looked for."""
        return self._fitter.running

    @told("segment")
    def fit_clean_up(self) -> None:
        """Look for the settings whose labels agree best with what is painted, in all pictures that have an answer."""
        project = self.need_writable()
        self.needed.emit()
        names = sorted(project.names(), key=lambda name: name != self.current)
        truths = [truth for name in names if (truth := self._truth(name)) is not None][:MOST]
        if not truths:
            raise ProjectError(
                "There is nothing to fit to.",
                "It needs a picture with a prediction, on which something is painted or accepted.",
                "Paint a few cells and some background, then press Fit again.",
            )
        self._fitter.start(truths, project.kind, project.class_names, self._clean_up)
        self.said.emit("segment", f"Fitting the clean-up to {_pictures(len(truths))}…")

    def _truth(self, name: str) -> Truth | None:
        desk, record = self.need_desk(), self.need_project().record(name)
        if len(record.spatial_shape) > 2 or not desk.probabilities.there(name):
            return None
        annotation, probability = desk.annotation(name), desk.probabilities.get(name)
        if probability is None or not annotation.any():
            return None
        starts = [max(0, (side - SIDE) // 2) for side in annotation.shape]
        y, x = (slice(start, start + SIDE) for start in starts)
        return Truth(np.array(probability[:, y, x], np.float32), annotation[y, x].copy(), record.complete)

    def _take_fit(self) -> None:
        """Collect what was found, when it is there."""
        was = self._fitter.running
        found = self._fitter.result()
        if found is None:
            if was and not self._fitter.running:
                self.said.emit("segment", "No settings could be found. Accept a picture and try again.")
            return
        self.said.emit("segment", _told(found))
        if found.settings != self._clean_up:
            self.set_settings("postprocessing", found.settings)


def _told(found: Fit) -> str:
    """What was found, in a sentence."""
    before, after = merit(found.before), merit(found.after)
    what = "AP" if "ap50" in found.after else "Dice"
    on = _pictures(round(found.after["pictures"]))
    if after <= before:
        return f"The settings fit already: {what} {before:.2f} on {on}."
    return f"Fitted to {on}: {what} {before:.2f} before, {after:.2f} now."


def _pictures(count: int) -> str:
    return f"{count} picture{'s' if count != 1 else ''}"
