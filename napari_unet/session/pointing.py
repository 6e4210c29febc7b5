"""Pointing: where the next strokes would help most, and what each start says of the picture on show."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.atomic import storage_errors
from napari_unet.core.data.cached import cache_root
from napari_unet.core.errors import ModelError, ProjectError, UnetError, WorkerError
from napari_unet.core.model.shipped import AUTO
from napari_unet.core.wording import counted
from napari_unet.engine.live_messages import PreviewStarts, Suggest, Suggested, Suggestion
from napari_unet.session.asides import Aside
from napari_unet.session.learning import NOTHING
from napari_unet.session.living import Living
from napari_unet.session.opened import told

PLACES = 8
"""So many places are asked for at once; pressing again goes from one to the next."""

HARDLY = 0.05
"""Where the best place would change less than this, strokes hardly help any more."""

ENOUGH = "More strokes would hardly change the answer now. Train a model, or go on to accept what is right."


@dataclass(frozen=True)
class SeenStart:
    """What a start says of the picture on show: its key, what the window calls it, and a tile (Y, X, 3) uint8."""

    key: str
    words: str
    tile: NDArray[np.uint8]


class Pointing(Living):
    """Questions to the worker that help a person to go on."""

    def __init__(self) -> None:
        super().__init__()
        self._places: list[Suggestion] = []
        self._painted_at = -1.0  # the last stroke that the places know of

    def further_places(self, place: Suggestion) -> tuple[tuple[int, int], ...]:
        """The places (y, x) that come after this one in its picture and plane, the most helpful first."""
        beside = (each for each in self._places if (each.name, each.plane) == (place.name, place.plane))
        return tuple(each.position for each in beside)

    @told("train")
    def compare_starts(self) -> None:
        """Have what each start says of the picture on show made; `starts_seen` follows."""
        project, name = self.need_writable(), self._need_current()
        self.jobs.refuse_second()
        starts = [(key, words) for key, words in self.starts if key not in (NOTHING, AUTO)]
        if not starts:
            raise ModelError("There is no model to start from yet.", "", "Train one first; it is then a start.")
        out = cache_root(project) / "starts.npy"
        with storage_errors(out):
            out.parent.mkdir(exist_ok=True)
        command = PreviewStarts(
            project=str(project.folder),
            kind=project.kind,
            picture=name,
            starts=tuple(self._start_name(key) for key, _words in starts),
            device=self._training_settings.device,
            out=str(out),
            channels=self.plan.preprocessing.channels,
        )
        aside = Aside(lambda _report: None, lambda error: self._show_starts(out, starts, error))
        self._ask_beside("starts", f"Asking {counted(len(starts), 'start')} about {name}", command, aside)

    @told("train")
    def _show_starts(self, out: Path, starts: list[tuple[str, str]], error: UnetError | None) -> None:
        if isinstance(error, WorkerError):
            return  # its death is told already
        if error is not None:
            raise error
        with storage_errors(out):
            tiles = np.load(out)
            out.unlink()
        self.starts_seen.emit(tuple(SeenStart(*start, tile) for start, tile in zip(starts, tiles, strict=True)))

    @told("pictures")
    def where_next(self) -> None:
        """Go to the place where strokes would help most, or to the next one; `place_found` follows."""
        project, name = self.need_project(), self._need_current()
        self.jobs.refuse_second()
        self.needed.emit()
        if self._places and self._painted_at == self._last_stroke:
            self._go_to(self._places.pop(0))
            return
        self._painted_at, self._places = self._last_stroke, []
        start, device = self._start_name(self.start), self._training_settings.device
        seen = self.plan.preprocessing.channels
        folder, (turned, unheard) = str(project.folder), self._sides
        command = Suggest(
            folder, project.kind, start, device, name, PLACES, channels=seen, turned=turned, unheard=unheard
        )
        text = "Looking where strokes would help most"
        self._ask_beside("place", text, command, Aside(self._take_places, self._point))

    def _take_places(self, report: object) -> None:
        if isinstance(report, Suggested):
            self._places = list(report.places)

    @told("pictures")
    def _point(self, error: UnetError | None) -> None:
        """Go to the first of the places that came."""
        if isinstance(error, WorkerError):
            return
        if error is not None:
            raise error
        if not self._places:
            raise ProjectError("No place was found.", "", "Paint a cell and some background first.")
        if self._places[0].gain < HARDLY:
            self.said.emit("pictures", ENOUGH)
        self._go_to(self._places.pop(0))

    def _go_to(self, place: Suggestion) -> None:
        if place.name not in self.need_project().names():
            return
        if place.name != self.current:
            self.select(place.name)
        if place.name == self.current:
            self.place_found.emit(place)

    def select(self, name: str) -> None:
        """Show another picture; a later step of the work knows how."""
        raise NotImplementedError

    def _abandon_jobs(self) -> None:
        super()._abandon_jobs()
        self._places.clear()
