"""One bench per viewer: the session, the canvas and the clock that all panels of a viewer share."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from napari.components import ViewerModel
from qtpy.QtCore import QEvent, QObject, QTimer
from qtpy.QtWidgets import QApplication, QDockWidget, QWidget

from napari_unet.widgets.bell import Bell
from napari_unet.widgets.keys import bind_keys, unbind_keys
from napari_unet.widgets.layers import Canvas
from napari_unet.widgets.layers.clicks import CellClicks
from napari_unet.widgets.layers.gaze import Gaze
from napari_unet.widgets.layers.hand import Hand
from napari_unet.widgets.leaving import Leaving
from napari_unet.widgets.look import Look, look_of

if TYPE_CHECKING:
    from napari_unet.session import PictureRow, Session

POLL = 30
"""Milliseconds between two looks at what the worker and the clean-up have sent."""

SOON = 8
"""The same while labels are on their way to a slider that has moved."""

_BENCHES: dict[int, Bench] = {}


class Bench(QObject):
    """What every panel of one viewer works on. Made by `bench_for`; ends with the viewer's window."""

    def __init__(self, viewer: ViewerModel, session: Session) -> None:
        super().__init__()
        self._viewer = weakref.ref(viewer)
        self._key = id(viewer)
        self._windows: set[int] = set()
        self._leaving: list[Leaving] = []
        self._warm = False
        self.session = session
        self._rows: tuple[PictureRow, ...] | None = None
        for signal in (session.project_changed, session.pictures_changed, session.current_changed):
            signal.connect(self._forget_rows)  # before any section listens: they all read the same fresh rows
        self.canvas = Canvas(viewer, session)
        self.hand = Hand(self.canvas, session)
        self.clicks = CellClicks(viewer, self.canvas, session, lambda: self.hand.tool is None)
        self.gaze = Gaze(viewer, self.canvas, session)
        self.desk_laid_out = False  # the correcting desk is on show
        self.bell = Bell(session)
        bind_keys(viewer, self)
        self._timer = QTimer(self)
        self._timer.setInterval(POLL)
        self._timer.timeout.connect(self._poll)
        self._timer.start()
        session.settings_changed.connect(self._hurry)

    @property
    def viewer(self) -> ViewerModel:
        """The viewer, which this never keeps alive."""
        return self.canvas.viewer

    @property
    def look(self) -> Look:
        """Colours that fit the viewer's theme."""
        return look_of(self.viewer.theme)

    @property
    def pictures(self) -> tuple[PictureRow, ...]:
        """The session's picture rows, read once for all sections."""
        if self._rows is None:
            self._rows = self.session.pictures
        return self._rows

    def _forget_rows(self) -> None:
        self._rows = None

    def _hurry(self, group: str) -> None:
        if group == "postprocessing":
            self._timer.setInterval(SOON)

    def _poll(self) -> None:
        self.session.poll()
        if self._timer.interval() == SOON and not self.session.cleaning:
            self._timer.setInterval(POLL)

    def select(self, name: str) -> None:
        """Open a picture; what was painted on the one before is told first."""
        self.canvas.flush()
        if name != self.session.current:
            self.session.select(name)
        self.canvas.ensure()

    def step(self, by: int) -> None:
        """Open the next (1) or the previous (-1) picture of the list."""
        names = [row.name for row in self.pictures]
        if names:
            at = names.index(self.session.current) + by if self.session.current in names else 0
            self.select(names[max(0, min(at, len(names) - 1))])

    def take_next_class(self) -> None:
        """The next class of objects into the hand."""
        self.session.take_class(self.session.hand_class + 1)

    def warm_up(self) -> None:
        """Start the worker in the background; does nothing the second time, or after the end."""
        if self._key in _BENCHES and not self._warm:
            self._warm = True
            self.session.start_worker()

    def segment_current(self) -> None:
        """Run the active model over the picture on show."""
        if self.session.current is not None and self.session.job is None:
            self.canvas.flush()
            self.session.segment([self.session.current])

    def live_in(self, panel: QWidget) -> None:
        """End with the window this panel is shown in."""
        window = panel.window()
        if window is not panel and not isinstance(window, QDockWidget) and id(window) not in self._windows:
            self._windows.add(id(window))
            window.installEventFilter(self)
            self._leaving.append(Leaving(window, self))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that the window is asked to close; the person may still say no, so look again afterwards."""
        if event.type() == QEvent.Type.Close and isinstance(watched, QWidget):
            window = weakref.ref(watched)
            QTimer.singleShot(0, lambda: self._end_with(window()))
        return False

    def _end_with(self, window: QWidget | None) -> None:
        if window is None or not _is_visible(window):
            close_bench(self._key)

    def close(self) -> None:
        """Tell the last strokes, end the worker, let go of the viewer."""
        self._timer.stop()
        for one in self._leaving:
            one.let_go()
        self.session.settings_changed.disconnect(self._hurry)
        if (viewer := self._viewer()) is not None:
            unbind_keys(viewer)
            self.hand.close(viewer)
            self.clicks.close(viewer)
        self.gaze.close()
        self.bell.close()
        self.canvas.close()
        self.session.close()


def bench_for(napari_viewer: Any, session: Session | None = None) -> Bench:
    """The bench of this viewer, made when first asked for; `session` only counts then."""
    viewer: ViewerModel = getattr(napari_viewer, "__wrapped__", napari_viewer)
    key = id(viewer)
    if key not in _BENCHES:
        _BENCHES[key] = Bench(viewer, session if session is not None else _new_session())
        weakref.finalize(viewer, close_bench, key)
        if (app := QApplication.instance()) is not None:
            app.aboutToQuit.connect(lambda: close_bench(key))
    return _BENCHES[key]


def _is_visible(window: QWidget) -> bool:
    try:
        return bool(window.isVisible())
    except RuntimeError:  # Qt has deleted it
        return False


def close_bench(key: int) -> None:
    """End the bench of the viewer with this id. Does nothing when it has ended."""
    bench = _BENCHES.pop(key, None)
    if bench is not None:
        bench.close()


def _new_session() -> Session:
    # Here, so that the panel's module imports at once.
    from napari_unet.engine.client import Engine
    from napari_unet.session import Session

    return Session(Engine())
