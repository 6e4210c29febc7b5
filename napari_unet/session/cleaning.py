"""Live clean-up: labels that follow the settings, what a person sees of them first."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.errors import ProjectError
from napari_unet.core.metrics import Changes
from napari_unet.core.settings import PostprocessingSettings, Settings
from napari_unet.session.cleaner import Cleaned, Cleaner, Wish
from napari_unet.session.desk import Box
from napari_unet.session.glancing import Glanced, glance_at, pasted
from napari_unet.session.searching import Searching
from napari_unet.session.tuning import Tuning

Labels = NDArray[np.integer]

PATIENCE = 5.0
"""Seconds for which somebody who goes on from labels waits until all of them are as the settings say."""

HELD = "These labels hold your corrections, so the sliders leave them alone. Accept them, or discard them."


class Cleaning(Searching):
    """Of large pictures, labels of what is seen come first. For that moment the labels on show are mixed: the rest of
    them is as it was before. Nobody works on mixed labels: whoever asks for them waits until all are made, and a stroke
    that was painted on them goes onto those.
    """

    def __init__(self) -> None:
        super().__init__()
        self._cleaner = Cleaner()
        self._tuning = Tuning()
        self._part: tuple[int, ...] = ()  # what is seen of the picture on show, see `look_at`
        self._mixed: Labels | None = None  # a copy of the labels on show, while they are mixed
        self._arriving: Cleaned | None = None  # what is taken as soon as the last strokes are told
        self.current_changed.connect(self._turn_away)

    def labels(self, name: str) -> Labels | None:
        """The labels of the picture; None while there are none. When they can be computed, `labels_changed` follows."""
        labels = self.need_desk().labels(name)
        if labels is None:
            self._clean(name)
        return labels

    def set_settings(self, group: str, settings: Settings) -> None:
        """Change a group of settings. Clean-up settings show at once; the last position wins."""
        before = self._settings[group]
        if self._take_settings(group, settings) and group == "postprocessing" and self._desk is not None:
            self._desk.forget_labels_but(self.current)
            if self.current is not None:
                self._tuning.moved(before, settings, self.current, self._desk.labels(self.current))
                if self._desk.corrected(self.current):
                    self._say_held()  # whatever answers come by themselves meanwhile
                else:
                    self._clean(self.current)

    def _say_held(self) -> None:
        self.said.emit("segment", HELD)

    @property
    def cleaning(self) -> bool:
        """Whether labels are on their way."""
        return not self._cleaner.idle

    @property
    def settled(self) -> bool:
        """Whether all labels on show are as the settings say, and not only those of what is seen."""
        return self._mixed is None

    def changes(self, name: str) -> Changes | None:
        """What the last setting of the clean-up changed in the labels on show; None where that is not known."""
        objects = name == self.current and self.need_project().kind == "objects"
        return self._tuning.told if objects and not self.need_desk().corrected(name) else None

    def _take_changes(self) -> None:
        if self._tuning.collect() and self.current is not None:
            self.changes_counted.emit(self.current)

    def _clean(self, name: str) -> None:
        desk = self.need_desk()
        probability = desk.probabilities.get(name)
        if probability is None:
            return
        if desk.corrected(name):
            self._say_held()
            return
        project = self.need_project()
        glance = glance_at(probability.shape[1:], self._part) if name == self.current else None
        axes = project.record(name).axes[1:]
        self._cleaner.ask(Wish(name, probability, project.kind, self._clean_up, axes, glance))

    @property
    def _clean_up(self) -> PostprocessingSettings:
        settings = self.settings("postprocessing")
        assert isinstance(settings, PostprocessingSettings)
        return settings

    def _cleaned(self, result: Cleaned) -> None:
        name, desk = result.wish.name, self._desk
        if desk is None or not desk.probabilities.holds(name, result.wish.probability):
            return  # of a project, a picture or a probability that is no longer there
        if name != self.current and result.wish.settings != self._clean_up:
            return
        if result.error is not None:
            self.failed.emit("segment", result.error)
            return
        self._arriving = result
        self.needed.emit()  # a first correction of the last moment counts
        if self._arriving is result and not desk.corrected(name):
            self._take(result)
        self._arriving = None

    def _take(self, result: Cleaned) -> None:
        """Show labels that have come."""
        name, desk = result.wish.name, self.need_desk()
        if result.seen is not None:
            self._glanced(result, result.seen)
        elif result.labels is not None:
            self._mixed = None if name == self.current else self._mixed
            desk.set_labels(name, result.labels, result.classes)
            self.labels_changed.emit(name)
            self._tuning.cleaned(name, result.labels)

    def _glanced(self, result: Cleaned, seen: Glanced) -> None:
        """Show the labels of a glance among those so far; those of the whole follow."""
        wish, desk = result.wish, self.need_desk()
        name, glance = wish.name, wish.glance
        if name != self.current or wish.settings != self._clean_up or glance is None:
            return
        before = desk.labels(name)
        if before is None:
            before = np.zeros(wish.probability.shape[1:], np.uint16)
        labels, classes = pasted(before, seen, glance, wish.kind)
        self._mixed = labels.copy()
        desk.set_labels(name, labels, {**desk.classes(name, "labels"), **classes})
        self.labels_changed.emit(name)

    def _settle(self) -> None:
        """Have all labels on show as the settings say when they are mixed: somebody goes on from them.

        Raises ProjectError when that takes long.
        """
        self._wait_for_whole()
        if self._mixed is not None:
            what = "The labels of all planes are still being made; so far only what you see is as the sliders say."
            raise ProjectError(what, "", "Do it again in a moment, once the count has changed.")

    def _wait_for_whole(self) -> None:
        arriving = self._arriving
        if self._mixed is not None and arriving is not None and arriving.labels is not None:
            self._arriving = None
            self._take(arriving)
        end = time.monotonic() + PATIENCE
        while self._mixed is not None and not self._cleaner.idle and (left := end - time.monotonic()) > 0:
            for result in self._cleaner.wait(left):
                self._cleaned(result)
        if self._cleaner.idle:
            self._mixed = None  # what was to come could not be made, and why is told

    def before_correcting(self, name: str, labels: Labels) -> None:
        """Labels are corrected next, and are these so far: after a crash that is what undo leads back to.

        Not where they are mixed: what is corrected then are other ones.
        """
        if self._desk is not None and not self.read_only and not (self._mixed is not None and name == self.current):
            self._desk.begin_correcting(name, labels)

    def _painted_on_whole(self, name: str, box: Box, values: Labels) -> Labels:
        """What stands in a box once a stroke that was painted on mixed labels is on the whole ones."""
        mixed = self._mixed
        if mixed is None or name != self.current:
            return values
        painted = values != mixed[box]
        self._wait_for_whole()
        self._mixed = None
        labels = self.need_desk().labels(name)
        assert labels is not None
        values = np.where(painted, values, labels[box]).astype(labels.dtype)
        labels[box] = values
        self.labels_changed.emit(name)
        return values

    def _turn_away(self) -> None:
        self._tuning.forget()
        self._mixed = None

    def _forget_results(self) -> None:
        super()._forget_results()
        self._cleaner.forget()
        self._tuning.forget()
        self._part, self._mixed, self._arriving = (), None, None
