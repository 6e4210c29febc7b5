"""A dock widget: the project's name on top, the steps that scroll, the status line below."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from qtpy.QtCore import QSize, Qt, QTimer
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from napari_unet.widgets.look import WIDTH, tag
from napari_unet.widgets.sections import ProjectSection, Section, StatusSection
from napari_unet.widgets.sessions import bench_for
from napari_unet.widgets.style import stylesheet

if TYPE_CHECKING:
    import napari.viewer

HEIGHT = 760
WARM_UP = 300
"""Milliseconds after a panel shows until the worker starts: the window is drawn first."""


class Panel(QWidget):
    """Shows some steps of the work. The steps scroll; header and status stay. Panels of a viewer share one session."""

    shows: ClassVar[tuple[type[Section], ...]] = ()

    def __init__(self, napari_viewer: napari.viewer.Viewer) -> None:
        super().__init__()
        self.bench = bench_for(napari_viewer)
        self.header = ProjectSection(self.bench)
        self.steps = {step.key: step(self.bench) for step in self.shows}
        self.status = StatusSection(self.bench)
        self.setMinimumWidth(WIDTH - 20)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 4, 6)
        layout.setSpacing(6)
        layout.addWidget(self.header)
        if (guide := self.guide()) is not None:
            layout.addWidget(guide)
        layout.addWidget(_line())
        layout.addWidget(self._scrolling(), 1)
        layout.addWidget(_line())
        layout.addWidget(self.status)
        self._follow_theme()

    def sizeHint(self) -> QSize:
        """As wide as it is drawn for."""
        return QSize(WIDTH, HEIGHT)

    def showEvent(self, event: QShowEvent) -> None:
        """Learn which window this is in, and warm the worker up once that is drawn."""
        super().showEvent(event)
        self.bench.live_in(self)
        QTimer.singleShot(WARM_UP, self.bench.warm_up)

    def guide(self) -> QWidget | None:
        """What stands between header and steps; most panels have nothing there."""
        return None

    def _scrolling(self) -> QScrollArea:
        inside = QWidget()
        inside.setObjectName("body")
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 2, 8, 2)
        layout.setSpacing(8)
        for index, step in enumerate(self.steps.values()):
            if index:
                layout.addWidget(_line())
            layout.addWidget(step)
        layout.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inside)
        return area

    def _follow_theme(self) -> None:
        self._on_theme()
        events = self.bench.viewer.events
        events.theme.connect(self._on_theme)
        self.destroyed.connect(partial(events.theme.disconnect, self._on_theme))

    def _on_theme(self, event: object = None) -> None:
        self.setStyleSheet(stylesheet(self.bench.look))
        for step in (self.header, *self.steps.values(), self.status):
            step.recolour()


def _line() -> QFrame:
    line = QFrame()
    tag(line, tone="line")
    return line
