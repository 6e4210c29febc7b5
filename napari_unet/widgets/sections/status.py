"""The last line: where it computes, and whether the worker is ready."""

from __future__ import annotations

from napari_unet.widgets.sections.section import Section, words
from napari_unet.widgets.time_words import time_left


class StatusSection(Section):
    """The device, the worker, and what it is doing, wherever the panel is scrolled to."""

    key = "status"
    title = "Status"
    reads = ("worker_changed", "job_changed")

    def build(self) -> None:
        """Make the line."""
        self.fold.button.hide()
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.line = words(wrap=False)
        self.rows.addWidget(self.line)

    def refresh(self) -> None:
        """Draw the line."""
        job = self.session.job
        if job is None:
            self.line.setText(self.session.worker_line)
        else:
            self.line.setText(f"{self.session.worker_line} · {round(100 * job.done)} %{time_left(job.seconds_left)}")
        self.line.setToolTip(self.line.text())
