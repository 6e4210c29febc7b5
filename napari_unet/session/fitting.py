"""Fitting the clean-up to what is painted: one click instead of a play with sliders."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import UNLABELLED, with_complete_planes
from napari_unet.core.data.axes import behind
from napari_unet.core.data.planes import FLAT, Place, gathered
from napari_unet.core.errors import ProjectError
from napari_unet.core.fitting import Fit, Patience, Truth, fit, merit
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.core.wording import MEANING, counted
from napari_unet.session.looker import Looker, Seen
from napari_unet.session.opened import told
from napari_unet.session.origins import Origins

Told = NDArray[np.floating]
Numbers = NDArray[np.integer]
Window = tuple[slice, slice]

PATIENCE = 20.0
"""Seconds after which the best settings so far are taken."""

MOST = 20
"""So many pictures are fitted to, those shown last among them: more take longer and hardly change the settings."""

PLANES = 16
"""Of a stack, so many of the planes that are painted on."""

SIDE = 1024
"""Of larger pictures the middle, at most so many pixels wide and high."""


MEANWHILE = "What was painted since Fit was pressed is not in it: press Fit again to count that, too."
"""Said behind what was fitted."""

CHANGED = "The clean-up was changed meanwhile, and stays as it is. Press Fit again to go on."


@dataclass
class _Search:
    """A search that is under way, as its thread tells of it."""

    settings: PostprocessingSettings
    began: float = field(default_factory=time.monotonic)
    done: float = 0.0
    best: Fit | None = None
    outdated: bool = False
    given_up: threading.Event = field(default_factory=threading.Event)

    def go_on(self, tried: float, best: Fit) -> bool:
        """Whether to try another setting."""
        used = (time.monotonic() - self.began) / PATIENCE
        self.done, self.best = min(1.0, max(tried, used)), best  # whichever ends it first
        return used < 1 and not self.given_up.is_set()


class Fitting(Origins):
    """Uses the answers that are there; asks no model anew."""

    def __init__(self) -> None:
        super().__init__()
        self._fitter = Looker[Fit]()
        self._search = _Search(PostprocessingSettings())
        self._told_of: tuple[str, str | None] = ("", None)  # the last fit, as a sentence, and the picture on show
        self.settings_changed.connect(self._on_settings)
        self.current_changed.connect(self._on_picture)
        for signal in (self.annotation_changed, self.probability_changed):
            signal.connect(self._truth_changed)

    @property
    def fitting(self) -> bool:
        """Whether settings are being looked for."""
        return not self._fitter.idle

    @told("segment")
    def fit_clean_up(self) -> None:
        """Look for the settings whose labels agree best with what is painted, in all pictures that have an answer."""
        project = self.need_writable()
        self.needed.emit()
        if self.beside.job("fit") is not None:
            return
        names = sorted(project.names(), key=lambda name: name != self.current)
        # No more than are used are read: with what is said of them, a thousand would fill the memory.
        truths = list(islice((truth for name in names if (truth := self._truth(name)) is not None), MOST))
        if not truths:
            raise ProjectError(
                "There is nothing to fit to.",
                "It needs a picture with a prediction, on which something is painted or accepted.",
                "Paint a few cells and some background, then press Fit again.",
            )
        kind, classes, settings = project.kind, project.class_names, self._clean_up
        search = self._search = _Search(settings)

        def look() -> Fit:
            return fit(truths, kind, classes, settings, Patience(search.go_on, search.given_up.is_set), thorough=True)

        self._fitter.ask("fit", str(project.folder), look)
        text = f"Fitting the clean-up to {counted(len(truths), 'picture')}"
        self.beside.begin("fit", text, self._take_best)

    def _truth(self, name: str) -> Truth | None:
        desk, record = self.need_desk(), self.need_project().record(name)
        if record.aside or not desk.probabilities.there(name):
            return None
        annotation = desk.annotation_now(name)
        if not annotation.any() or (probability := desk.probabilities.glance(name)) is None:
            return None
        starts = [max(0, (side - SIDE) // 2) for side in annotation.shape[-2:]]
        y, x = (slice(start, start + SIDE) for start in starts)
        known = with_complete_planes(annotation, record.complete_planes)
        if annotation.ndim == FLAT:
            classes = self.need_desk().classes(name, "annotation") if self.need_project().object_classes else {}
            return Truth(np.array(probability[:, y, x], np.float32), known[y, x].copy(), record.complete, classes)
        parted = self._clean_up.volume and "Z" in record.axes
        told, painted = (_slab if parted else _planes)(probability, known, (y, x))
        return Truth(told, painted, record.complete or bool((painted != UNLABELLED).all()), volume=parted)

    def _take_fits(self) -> None:
        """Collect what was found, when it is there; what was looked for in another project is nobody's here."""
        self.beside.got_on("fit", self._search.done)
        for result in self._fitter.results():
            if self.project is not None and result.name == str(self.project.folder):
                self._take_fit(result)

    def _take_fit(self, result: Seen[Fit]) -> None:
        stopped = self.beside.end("fit")
        if result.error is not None:
            self.failed.emit("segment", result.error)
        elif result.made is not None and self._clean_up != self._search.settings:
            self.said.emit("segment", CHANGED)
        elif result.made is not None:
            sentence = " ".join([_told(result.made, stopped), *[MEANWHILE] * self._search.outdated])
            self.said.emit("segment", sentence)
            if result.made.settings != self._clean_up:
                self.set_settings("postprocessing", result.made.settings)
            self._told_of = sentence, self.current

    def _truth_changed(self) -> None:
        """What was fitted to, or is being fitted to, is others now."""
        super()._truth_changed()
        self._search.outdated = True
        self._unsay()

    def _on_settings(self, group: str) -> None:
        if group == "postprocessing":
            self._unsay()

    def _on_picture(self) -> None:
        if self.current != self._told_of[1]:
            self._unsay()

    def _unsay(self) -> None:
        """Settings or annotations are no more those that were fitted, or another picture is on show."""
        sentence, self._told_of = self._told_of[0], ("", None)
        if sentence:
            self.unsaid.emit("segment", sentence)

    def _take_best(self) -> None:
        """The person wants an end: nobody waits for the setting that is tried now, which may take seconds."""
        best = self._search.best
        self._give_up()
        self._fitter.forget()
        if best is not None:
            self._take_fit(Seen("fit", str(self.need_project().folder), best))
        else:
            self.beside.end("fit")
            self.said.emit("segment", "Stopped before any other setting was tried: nothing has changed.")

    def _give_up(self) -> None:
        """Let what is looked for now end soon."""
        self._search.given_up.set()

    def _forget_results(self) -> None:
        """Its result would move the sliders of the next project."""
        super()._forget_results()
        self._give_up()
        self._fitter.forget()

    def _end_fitting(self) -> None:
        """Give the search up in the middle of the settings it tries now."""
        self._give_up()
        self._fitter.close()


def _planes(probability: Told, known: Numbers, window: Window) -> tuple[Told, Numbers]:
    """What is said of the planes that are painted on, and what is painted: (K, N, Y, X) and (N, Y, X)."""
    places = _painted_places(known)[:PLANES]
    told = np.stack([probability[(*behind(place), *window)] for place in places], 1).astype(np.float32)
    return told, gathered(known, places)[(slice(None), *window)]


def _slab(probability: Told, known: Numbers, window: Window) -> tuple[Told, Numbers]:
    """The same of the first plane that is painted on and those behind it, (K, Z, Y, X) and (Z, Y, X)."""
    *time, plane = _painted_places(known)[0]
    slab: tuple[int | slice, ...] = (*time, slice(plane, plane + PLANES), *window)
    return np.array(probability[(slice(None), *slab)], np.float32), known[slab].copy()


def _painted_places(known: Numbers) -> list[Place]:
    return [tuple(place) for place in np.argwhere((known != UNLABELLED).any((-2, -1))).tolist()]


def _told(found: Fit, stopped: bool) -> str:
    """What was found, in a sentence or two."""
    before, after = merit(found.before), merit(found.after)
    what = "AP" if "ap50" in found.after else "Dice"
    on = counted(round(found.after["pictures"]), "picture")
    if after <= before and stopped:
        return f"Stopped early: nothing better was found so far. The settings stay ({what} {before:.2f} on {on})."
    if after <= before:
        return f"The settings fit already: {what} {before:.2f} on {on}."
    early = "Stopped early. " if stopped else ""
    return f"{early}Fitted to {on}: {what} {before:.2f} before, {after:.2f} now. {MEANING[what]}"
