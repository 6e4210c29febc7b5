"""Says that a long job has ended to a person who looks at something else meanwhile."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from napari.utils.notifications import show_info
from qtpy.QtWidgets import QApplication

if TYPE_CHECKING:
    from napari_unet.session import Session
    from napari_unet.session.job import Job

LONG = 20.0
"""Seconds: a shorter job ends before anybody has turned away."""

WORDS = {
    "train": "Training has ended.",
    "compare": "The models are compared.",
    "cross": "The cross-validation has ended.",
    "search": "The search for better settings has ended.",
    "segment": "Segmenting has ended.",
    "export": "The masks are written.",
}


class Bell:
    """Rings once when a long job ends while the window is behind others."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._job: Job | None = None
        self._began = 0.0
        session.job_changed.connect(self._on_job)

    def close(self) -> None:
        """Stop listening."""
        self._session.job_changed.disconnect(self._on_job)

    def _on_job(self) -> None:
        job, before = self._session.job, self._job
        if job is not None and before is None:
            self._began = time.monotonic()
        self._job = job
        if job is None and before is not None and time.monotonic() - self._began > LONG and window_is_behind():
            ring(WORDS[before.kind])


def window_is_behind() -> bool:
    """Whether the person is looking at another program."""
    return QApplication.activeWindow() is None


def ring(sentence: str) -> None:
    """Show the sentence in napari, and ask the desktop to mark the window."""
    show_info(f"U-Net: {sentence}")
    for window in QApplication.topLevelWidgets():
        if window.isVisible():
            QApplication.alert(window)
