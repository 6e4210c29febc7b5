"""The last line: where it computes, and whether the worker is ready."""

from __future__ import annotations

from napari_unet.widgets.doctor import see_doctor
from napari_unet.widgets.parts import flat, row, words
from napari_unet.widgets.sections.section import Section
from napari_unet.widgets.wording import time_left


class StatusSection(Section):
    """The device, the worker, and what it is doing, wherever the panel is scrolled to."""

    key = "status"
    title = "Status"
    reads = ("worker_changed",)

    def build(self) -> None:
        """Make the line."""
        self.fold.button.hide()
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.line = words()
        self.doctor = flat(
            "Doctor…", "Look at this computer: graphics card, versions, screen, room. Says what to mend."
        )
        self.doctor.clicked.connect(self.see_doctor)
        self.tour = flat("? Tour", "Leads through the whole work once, on a sample picture; about two minutes.")
        self.tour.hide()  # the panel that has all steps shows it
        line = row(spacing=6)
        line.addWidget(self.line, 1)
        line.addWidget(self.tour)
        line.addWidget(self.doctor)
        self.rows.addLayout(line)

    def see_doctor(self) -> None:
        """Have this computer looked at."""
        project = self.session.project
        see_doctor(self, self.bench.look, project.folder if project is not None else None)

    def refresh(self) -> None:
        """Draw the line."""
        self.draw_job()

    def draw_job(self) -> None:
        """The device, then how far the running job is, or the state of the worker."""
        job, line = self.session.job, self.session.worker_line
        if job is not None:
            device = line.partition(" · ")[0]
            line = f"{device} · {round(100 * job.done)} %{time_left(job.seconds_left)}"
        self.line.setText(line)
        self.line.setToolTip(line)
