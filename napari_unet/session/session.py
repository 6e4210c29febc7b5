"""The session: what is open now, as one object. Widgets call it and listen to it; it knows neither Qt nor torch."""

from __future__ import annotations

import time

from napari_unet.engine.client import Engine
from napari_unet.session.exporting import Exported
from napari_unet.session.job import Job
from napari_unet.session.jobs import Jobs
from napari_unet.session.leaving import leaving
from napari_unet.session.measuring import Measuring
from napari_unet.session.opened import told

REST = 1.0
"""Seconds between two looks at what need not follow every stroke and every position of a slider."""

SOON = 0.5
"""Seconds that closing waits for a folder to be looked through: nothing is written there, and it may be far away."""

BRIEFLY = 0.01
"""Seconds of each look that may go into counting the objects of a long list."""


class Session(Measuring):
    """One per viewer. Every call is made on one thread; what happens elsewhere is collected by `poll`."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self.jobs = Jobs(self, self._engine, self)
        self._export_shown: Job | None = None
        self._rested = 0.0

    def start_worker(self) -> None:
        """Warm the worker up in the background, so that it is ready when it is asked."""
        self._engine.start()

    def poll(self) -> None:
        """Collect what the worker, the clean-up and an export have done since. Never waits; call it often."""
        self.jobs.poll()
        self._follow()
        self._let_hand_go_first()
        for result in self._cleaner.results():
            self._cleaned(result)
        self._take_changes()
        self._take_views()
        self._take_fits()
        self._take_thumbnails()
        self._take_checked()
        self._look_for_doubts()
        self._go_on_measuring()
        self._follow_export()
        self._take_found()
        self._go_on_adding()
        if self._desk is not None and self._desk.counts.go_on(BRIEFLY, busy=self.current):
            self._stale = True
        now = time.monotonic()
        if now - max(self._rested, self._last_stroke) > REST:  # counting must not hold a hand that paints
            self._rested = now
            self._catch_up()

    @property
    def busy(self) -> bool:
        """Whether anything is still to come: pictures, or something from the worker, the clean-up or an export."""
        threads = not (self._cleaner.idle and self._looker.idle and self._tuning.idle) or self.fitting
        threads = threads or self._exporter.job is not None or not self._measurer.idle
        return bool(self._waiting) or not self._finder.idle or self.job is not None or threads

    @property
    def job(self) -> Job | None:
        """The long job that is running: of the worker, or an export; or the look that one waits for."""
        return self.jobs.job or self._exporter.job or self.looking

    def leaving(self) -> str:
        """Write what is not written yet; then what closing now would break off or lose, and what is kept, in sentences.

        Empty where nothing is broken off and all is on the disk.
        """
        unwritten = self._unwritten()
        return leaving((self.jobs.job or self._exporter.job, self.adding), self.project, unwritten)

    def stop(self) -> None:
        """End the running job soon and keep what it has."""
        self.jobs.stop()
        self._exporter.stop()
        self._stop_looking()

    def close(self) -> None:
        """Save everything and end the worker. The session cannot be used afterwards."""
        self._exporter.close()
        self._cleaner.close()
        self._looker.close()
        self._tuning.close()
        self._doubter.close()
        self._thumbs.close()
        self._checker.close()
        self._end_measuring()
        self._finder.close(SOON)
        self._end_fitting()
        self._engine.close()
        self._close_told()

    @told("project")
    def _close_told(self) -> None:
        try:
            self._close_project()
        finally:
            if self.project is not None:  # it could not be saved; its journal has the strokes
                self.project.close()

    @told("project")
    def _catch_up(self) -> None:
        """Count the objects that were painted, and write settings that were changed."""
        if self._settings_moved:  # what could not be written is tried with the next, not again and again
            self._keep_settings()
        if self._stale:
            self._stale = False
            self.pictures_changed.emit()
        self._ask_how_long()
        self._ask_how_good()

    def _whose(self, result: Exported) -> str:
        """Of which project files are, to stand before what is said of them; empty where it is the one that is open."""
        other = next((task.project for task in result.tasks if task.project is not self.project), None)
        return "" if other is None else f"{other.name}: "

    def _follow_export(self) -> None:
        if (result := self._exporter.result()) is not None:
            for error in result.errors:
                self.failed.emit("export", error)
            if result.sentence:
                self.said.emit(
                    "export", " ".join(filter(None, (self._whose(result) + result.sentence, result.left_out)))
                )
            self.job_changed.emit()
        elif self._exporter.job != self._export_shown:
            self._export_shown = self._exporter.job
            self.job_changed.emit()
