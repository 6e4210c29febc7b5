"""What the objects of the picture on show measure: in a thread, while somebody wants to know."""

from __future__ import annotations

import time

from napari_unet.core.data.picture import Picture
from napari_unet.core.measuring import Measurements, measure
from napari_unet.core.measuring.measuring import Stopped
from napari_unet.session.cleaning import Labels
from napari_unet.session.desk import Box, Layer
from napari_unet.session.looker import Looker
from napari_unet.session.tabling import Tabling

REST = 0.4
"""Seconds for which labels must rest before they are measured: not at each step of a slider or stroke."""


class Measuring(Tabling):
    """Measurements follow the labels on show; an older measuring gives way to a newer one."""

    def __init__(self) -> None:
        super().__init__()
        self._measurer = Looker[Measurements | None]()
        self._measuring = False
        self._measured: tuple[str, Measurements] | None = None
        self._changed_at: float | None = None
        self._turn = 0
        self.current_changed.connect(self._measure_soon)
        self.labels_changed.connect(self._measure_again)

    def set_measuring(self, on: bool) -> None:
        """Measure the objects on show from now on, or no more."""
        self._measuring = on
        self._turn += 1
        self._measured = None
        if on:
            self._measure_soon()

    def measurements(self, name: str) -> Measurements | None:
        """What was measured of the picture; None before that is done. `measured` tells when it is new."""
        return self._measured[1] if self._measured is not None and self._measured[0] == name else None

    def painted(self, name: str, layer: Layer, box: Box, values: Labels, goes_on: bool = False) -> None:
        """As before, and labels that were painted are measured anew."""
        super().painted(name, layer, box, values, goes_on)
        if layer == "labels":
            self._measure_again(name)

    def _measure_again(self, name: str) -> None:
        if name == self.current:
            self._measure_soon()

    def _measure_soon(self) -> None:
        if self._measuring:
            self._changed_at = time.monotonic()

    def _go_on_measuring(self) -> None:
        """Begin when the labels have rested; collect what is measured."""
        if self._changed_at is not None and time.monotonic() - self._changed_at > REST:
            self._changed_at = None
            self._ask_measurements()
        for result in self._measurer.results():
            if result.error is not None:
                self.failed.emit("export", result.error)
            elif result.made is not None and result.name == self.current and self._measuring:
                self._measured = (result.name, result.made)
                self.measured.emit(result.name)

    def _ask_measurements(self) -> None:
        name, self._turn = self.current, self._turn + 1
        labels = None if name is None or self._desk is None else self._desk.labels(name)
        if name is None or labels is None:
            self._measured = None
            self.measured.emit(name or "")
            return
        picture, labels, turn = self.need_desk().picture(name), labels.copy(), self._turn  # they may be painted on
        self._measurer.ask("measurements", name, lambda: self._measure(labels, picture, turn))

    def _measure(self, labels: Labels, picture: Picture, turn: int) -> Measurements | None:
        try:
            return measure(labels, picture, lambda: turn != self._turn)
        except Stopped:
            return None

    def _forget_results(self) -> None:
        super()._forget_results()
        self._measurer.forget()
        self._measured, self._changed_at, self._turn = None, None, self._turn + 1

    def _end_measuring(self) -> None:
        self._measuring = False
        self._turn += 1
        self._measurer.close()
