"""How far a long job is: what it does, a bar, the time left, and Stop."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, QTimer
from qtpy.QtWidgets import QGridLayout, QLabel, QProgressBar, QPushButton, QWidget

from napari_unet.widgets.look import tag
from napari_unet.widgets.wording import time_left

if TYPE_CHECKING:
    from napari_unet.session import Job, Session
    from napari_unet.session.job import Beside

FULL = 1000

MOMENT = 300
"""Milliseconds: what is over sooner is worth no bar, and nothing moves for it."""


class JobBar(QWidget):
    """Shows jobs of some kinds; hidden while there is none, and for so many milliseconds `after` one has begun."""

    def __init__(self, kinds: Collection[str], stop: Callable[[], object], help: str, after: int = 0) -> None:  # noqa: A002
        super().__init__()
        self.setObjectName("body")
        self._kinds, self._after = kinds, after
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.show)
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
        self._appear(mine)
        if job is not None and mine:
            self.bar.setValue(round(FULL * job.done))
            self.doing.setText(f"{job.text}{time_left(job.seconds_left)}")
            self.bar.setAccessibleName(self.doing.text())
            self.stop.setEnabled(job.can_stop)

    def _appear(self, wanted: bool) -> None:
        if not wanted:
            self._soon.stop()
            self.setVisible(False)
        elif self.isHidden() and not self._soon.isActive():
            self._soon.start(self._after) if self._after else self.setVisible(True)


def beside_bar(kind: Beside, session: Session, help: str) -> JobBar:  # noqa: A002
    """The bar of one kind of jobs that are asked for beside the long one."""
    return JobBar((kind,), lambda: session.beside.stop(kind), help, MOMENT)
