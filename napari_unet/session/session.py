"""The session: what is open now, as one object. Widgets call it and listen to it; it knows neither Qt nor torch."""

from __future__ import annotations

import time

from napari_unet.engine.client import Engine
from napari_unet.session.job import Job
from napari_unet.session.jobs import Jobs
from napari_unet.session.pictures import Pictures
from napari_unet.session.segmenting import Segmenting

RECOUNT = 1.0
"""Seconds between two counts of the objects a person is painting."""


class Session(Pictures, Segmenting):
    """One per viewer. Every call is made on one thread; what happens elsewhere is collected by `poll`."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine
        self.jobs = Jobs(self, self._engine, self._trained, self._predicted)
        self._counted = 0.0

    def start_worker(self) -> None:
        """Warm the worker up in the background, so that it is ready when it is asked."""
        self._engine.start()

    def poll(self) -> None:
        """Collect what the worker, the clean-up and an export have done since. Never waits; call it often."""
        self.jobs.poll()
        for result in self._cleaner.results():
            self._cleaned(result)
        self._follow_export()
        if self._stale and time.monotonic() - self._counted > RECOUNT:
            self._stale, self._counted = False, time.monotonic()
            self.pictures_changed.emit()

    @property
    def busy(self) -> bool:
        """Whether anything is still to come from the worker, the clean-up or an export."""
        return self.job is not None or not self._cleaner.idle or self._exporter.progress is not None

    def close(self) -> None:
        """Save everything and end the worker. The session cannot be used afterwards."""
        self._close_project()
        self._cleaner.close()
        self._exporter.close()
        self._engine.close()

    def _follow_export(self) -> None:
        if (result := self._exporter.result()) is not None:
            for error in result.errors:
                self.failed.emit("export", error)
            if result.written:
                count = len(result.written)
                self.said.emit("export", f"Wrote {count} mask{'s' if count != 1 else ''} to {result.folder}.")
            self.job_changed.emit()

    @property
    def export_job(self) -> Job | None:
        """The export under way, or None."""
        if self._exporter.progress is None:
            return None
        done, total = self._exporter.progress
        return Job("export", f"Writing mask {min(done + 1, total)} of {total}", done / max(total, 1))
