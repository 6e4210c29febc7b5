"""How far a long job is: what it does, a bar, the time left, and Stop."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QGridLayout, QLabel, QProgressBar, QPushButton, QWidget

from napari_unet.widgets.look import tag
from napari_unet.widgets.wording import time_left

if TYPE_CHECKING:
    from napari_unet.session import Job

FULL = 1000


class JobBar(QWidget):
    """Shows jobs of some kinds; hidden while there is none."""

    def __init__(self, kinds: Collection[str], stop: Callable[[], object], help: str) -> None:  # noqa: A002  (the word used everywhere)
        super().__init__()
        self.setObjectName("body")
        self._kinds = kinds
        self.bar = QProgressBar(textVisible=False)
        self.bar.setRange(0, FULL)
        self.doing = QLabel(wordWrap=True)
        tag(self.doing, tone="quiet")
        self.stop = QPushButton("Stop", toolTip=help)
        self.stop.setAccessibleDescription(help)
        self.stop.clicked.connect(lambda: stop())
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setColumnStretch(0, 1)
        layout.addWidget(self.bar, 0, 0, 1, 2)
        layout.addWidget(self.doing, 1, 0)
        layout.addWidget(self.stop, 1, 1, Qt.AlignmentFlag.AlignTop)
        self.set_job(None)

    def set_job(self, job: Job | None) -> None:
        """Show how far this job is, if it is one of ours."""
        mine = job is not None and job.kind in self._kinds
        self.setVisible(mine)
        if job is not None and mine:
            self.bar.setValue(round(FULL * job.done))
            self.doing.setText(f"{job.text}{time_left(job.seconds_left)}")
            self.stop.setEnabled(job.can_stop)
