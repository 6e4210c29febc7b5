"""A brush and two tools in the real window, in a process of its own: `python -m benchmarks.crowded_window ...`.

Words: STROKES MANY FEW DIR FILE. Makes a project in DIR with two pictures, of MANY objects and of FEW, and goes from
one to the other. Writes FILE: {number of objects: {what was done: [milliseconds, ...]}}.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from time import perf_counter, sleep
from typing import TYPE_CHECKING

import napari
import numpy as np
from qtpy.QtCore import QEvent, QPoint, QPointF, Qt
from qtpy.QtGui import QMouseEvent
from qtpy.QtWidgets import QApplication

from benchmarks.crowd import Crowd, Place
from napari_unet.core.data import Picture
from napari_unet.journey.hands import Hands
from napari_unet.window import add_dock

if TYPE_CHECKING:
    from napari_unet.session import Session
    from napari_unet.widgets.sessions import Bench

SIZE = (1400, 880)
BRUSH = 12
STEPS, STEP = 8, 12
"""Steps of a stroke, and the pixels of the picture between two of them."""

PAINTED = 1200
"""The brush works below this row, the tools above it."""

PATIENCE = 5.0
"""Seconds after which a step that is not drawn is given up."""

ROUNDS = 5
"""So often the pictures take turns: what else the machine does falls on both."""

DRAWN, SHOWN = "brush, a step until drawn", "brush, a step until on screen"

Times = dict[str, dict[str, list[float]]]
LEFT = Qt.MouseButton.LeftButton


def watch(strokes: int, counts: tuple[int, int], folder: Path) -> Times:
    """Milliseconds with each number of objects."""
    viewer = napari.Viewer()
    times: Times = {str(count): defaultdict(list) for count in counts}
    try:
        viewer.window.resize(*SIZE)
        bench, hands = add_dock(viewer).bench, Hands(viewer)
        crowds = {str(count): Crowd(count, max(counts)) for count in counts}
        _open_project(bench.session, folder, crowds)
        for turn in range(-1, ROUNDS):  # the first is for warming up
            for name, crowd in crowds.items():
                bench.select(name)
                viewer.reset_view()
                hands.settle(1)
                here = times[name] if turn >= 0 else defaultdict(list)
                _use_tools(bench, crowd, turn + 1, here)
                for stroke in range(-(-strokes // ROUNDS)):
                    _stroke(bench, hands, (PAINTED + 40 * stroke, 200 + 200 * (turn + 1)), here)
    finally:
        viewer.close()
    return times


def _open_project(session: Session, folder: Path, crowds: dict[str, Crowd]) -> None:
    session.new_project(folder / "crowds.unet", "objects", ("cell",))
    for name, crowd in crowds.items():
        session.add_picture(Picture(name, crowd.image[np.newaxis]), None)
        session.need_project().save_labels(name, crowd.labels)
        session.select(name)


def _use_tools(bench: Bench, crowd: Crowd, turn: int, times: dict[str, list[float]]) -> None:
    """Delete one object and merge two others, until the count is shown and the window is drawn."""
    bench.canvas.take_up("labels", "pan_zoom")  # as the desk does when a tool is taken
    for name, path in (
        ("delete", [crowd.middle(3 * turn)]),
        ("merge", [crowd.middle(3 * turn + 1), crowd.middle(3 * turn + 2)]),
    ):
        start = perf_counter()
        assert bench.hand.use(name, list(path)), f"{name} changed nothing at {path}"  # type: ignore[arg-type]
        times[name].append(1000 * (perf_counter() - start))
        QApplication.processEvents()


def _stroke(bench: Bench, hands: Hands, begin: Place, times: dict[str, list[float]]) -> None:
    """Paint a stroke with the mouse; from each step's event until its frame was drawn, and until that is on screen."""
    layer = bench.canvas.take_up("labels", "paint")
    assert layer is not None
    layer.brush_size, layer.selected_label = BRUSH, int(layer.data.max()) + 1
    drawn: list[float] = []
    scene = hands.viewer.window._qt_viewer.canvas._scene_canvas
    on_draw = scene.events.draw.connect(lambda _event: drawn.append(perf_counter()), position="last")
    places = [(begin[0], begin[1] + STEP * number) for number in range(STEPS)]
    points = [hands._point(layer, place) for place in places]
    _mouse(hands, QEvent.Type.MouseButtonPress, points[0])
    for place, point in zip(places[1:], points[1:], strict=True):
        sleep(0.02)  # napari looks at the mouse at most once a frame
        QApplication.processEvents()
        drawn.clear()
        start = perf_counter()
        _mouse(hands, QEvent.Type.MouseMove, point)
        while not (layer.data[place] == layer.selected_label and drawn) and perf_counter() - start < PATIENCE:
            QApplication.processEvents()
        if not drawn:
            raise TimeoutError(f"After {PATIENCE:g} s no frame was drawn.")
        times[DRAWN].append(1000 * (drawn[0] - start))
        times[SHOWN].append(1000 * (perf_counter() - start))
    _mouse(hands, QEvent.Type.MouseButtonRelease, points[-1])
    scene.events.draw.disconnect(on_draw)  # this one alone: vispy draws by others
    hands.settle()


def _mouse(hands: Hands, kind: QEvent.Type, point: QPoint) -> None:
    """A mouse with its left button held; PyQt makes no such moves by itself."""
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else LEFT
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else LEFT
    place, world = QPointF(point), QPointF(hands.canvas.mapToGlobal(point))
    event = QMouseEvent(kind, place, world, button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(hands.canvas, event)


if __name__ == "__main__":
    words = sys.argv[1:]
    found = watch(int(words[0]), (int(words[1]), int(words[2])), Path(words[3]))
    Path(words[4]).write_text(json.dumps(found), encoding="utf-8")
