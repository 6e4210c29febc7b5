"""The correcting desk, with the real mouse in the real window and a real session: every tool is one step of undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from napari import Viewer
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from napari_unet.core.data import Picture
from napari_unet.engine.client import Engine
from napari_unet.session import Session
from napari_unet.widgets.desk import CorrectingDesk
from napari_unet.widgets.dock import UnetDock
from napari_unet.widgets.keys import DESK
from napari_unet.widgets.sessions import Bench
from tests.widgets.conftest import real_panel
from tests.widgets.test_window import canvas_widget, on_screen
from tests.widgets.test_window_clicks import move
from tests.workers import KeptEngine

pytestmark = pytest.mark.gui

LEFT = Qt.MouseButton.LeftButton


def cells() -> np.ndarray:
    """Two that were taken for one (3), one alone (5), one with a hole (9)."""
    labels = np.zeros((60, 90), np.uint16)
    labels[10:24, 8:24], labels[10:24, 24:40], labels[14:20, 22:26] = 3, 3, 3
    labels[10:14, 22:26] = labels[20:24, 22:26] = 0
    labels[36:50, 10:24] = 5
    labels[30:54, 50:76] = 9
    labels[40:44, 60:64] = 0
    return labels


def lay_out(panel: UnetDock, session: Session, qtbot: QtBot) -> None:
    """Open the picture and press *Correct*."""
    session.select("a")
    section = panel.steps["segment"]
    section.fold.set_open(True)
    section.correct.click()
    qtbot.waitUntil(section.desk.isVisible)


@pytest.fixture
def dock(window: Viewer, qtbot: QtBot, quick_engine: KeptEngine, tmp_path: Path) -> Iterator[UnetDock]:
    """The panel with a picture whose labels wait to be corrected, and the desk laid out."""
    session = Session(quick_engine)
    session.new_project(tmp_path / "cells.unet", "objects", ("cell",))
    image = (cells() > 0) * 150 + np.arange(90) % 5
    session.add_picture(Picture("a", image.astype(np.uint8)[None]), None)
    session.need_project().save_labels("a", cells())
    with real_panel(window, qtbot, session) as panel:
        lay_out(panel, session, qtbot)
        window.reset_view()
        qtbot.wait(100)
        yield panel


@pytest.fixture
def desk(dock: UnetDock) -> CorrectingDesk:
    return dock.steps["segment"].desk


def labels(bench: Bench) -> np.ndarray:
    return np.asarray(bench.canvas.numbers("labels").data)


def numbers(bench: Bench) -> set[int]:
    return set(np.unique(labels(bench)).tolist()) - {0}


def click(qtbot: QtBot, bench: Bench, place: tuple[float, float]) -> None:
    native, at = canvas_widget(bench), on_screen(bench, *place)
    qtbot.mouseMove(native, at)
    qtbot.mouseClick(native, LEFT, pos=at)
    qtbot.wait(30)


def drag(qtbot: QtBot, bench: Bench, *points: tuple[float, float]) -> None:
    """Draw with the left button held, as a real mouse tells it: who pans the picture would pan it."""
    native, places = canvas_widget(bench), [on_screen(bench, *point) for point in points]
    qtbot.mouseMove(native, places[0])
    qtbot.mousePress(native, LEFT, pos=places[0])
    for place in places[1:]:
        move(native, place, LEFT)
        qtbot.wait(60)  # napari looks at the mouse at most once a frame
    qtbot.mouseRelease(native, LEFT, pos=places[-1])
    qtbot.wait(30)


def press(qtbot: QtBot, bench: Bench, key: Qt.Key, *held: Qt.KeyboardModifier) -> None:
    modifiers = held[0] if held else Qt.KeyboardModifier.NoModifier
    qtbot.keyClick(canvas_widget(bench), key, modifiers)
    qtbot.wait(30)


def undo(qtbot: QtBot, bench: Bench) -> None:
    press(qtbot, bench, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)


def test_a_click_deletes_one_and_a_rectangle_several(dock: UnetDock, desk: CorrectingDesk, qtbot: QtBot) -> None:
    desk.tools.buttons["delete"].click()
    click(qtbot, dock.bench, (43, 17))
    assert numbers(dock.bench) == {3, 9}
    drag(qtbot, dock.bench, (4, 2), (20, 20), (28, 46))
    assert numbers(dock.bench) == {9}
    undo(qtbot, dock.bench)
    assert numbers(dock.bench) == {3, 9}
    undo(qtbot, dock.bench)
    np.testing.assert_array_equal(labels(dock.bench), cells())


def test_a_line_parts_one_and_another_makes_it_one_again(dock: UnetDock, desk: CorrectingDesk, qtbot: QtBot) -> None:
    desk.tools.buttons["split"].click()
    drag(qtbot, dock.bench, (6, 24), (16, 24), (28, 24))
    assert numbers(dock.bench) == {3, 5, 9, 10}
    assert labels(dock.bench)[16, 12] != labels(dock.bench)[16, 36]
    assert dock.steps["segment"].found.text().startswith("4 cells"), "counted at once"
    desk.tools.buttons["merge"].click()
    drag(qtbot, dock.bench, (17, 12), (17, 24), (17, 36))
    assert numbers(dock.bench) in ({3, 5, 9}, {5, 9, 10})
    undo(qtbot, dock.bench)
    undo(qtbot, dock.bench)
    np.testing.assert_array_equal(labels(dock.bench), cells())


def test_two_clicks_part_one_at_its_neck(dock: UnetDock, desk: CorrectingDesk, qtbot: QtBot) -> None:
    desk.tools.buttons["split"].click()
    click(qtbot, dock.bench, (17, 12))
    np.testing.assert_array_equal(labels(dock.bench), cells())
    click(qtbot, dock.bench, (17, 36))
    assert labels(dock.bench)[16, 12] != labels(dock.bench)[16, 36]
    np.testing.assert_array_equal(labels(dock.bench) > 0, cells() > 0)


@pytest.mark.parametrize(
    ("tool", "place", "grows"), [("fill", (50, 55), True), ("grow", (43, 17), True), ("shrink", (43, 17), False)]
)
def test_a_click_reshapes_one(
    dock: UnetDock, desk: CorrectingDesk, qtbot: QtBot, tool: str, place: tuple[int, int], grows: bool
) -> None:
    desk.tools.buttons[tool].click()
    click(qtbot, dock.bench, place)
    number = int(cells()[place])
    before, after = int((cells() == number).sum()), int((labels(dock.bench) == number).sum())
    assert (after > before) is grows
    assert after != before
    others = cells() != number
    changed = labels(dock.bench) != cells()
    assert not (changed & others & (cells() > 0)).any()
    undo(qtbot, dock.bench)
    np.testing.assert_array_equal(labels(dock.bench), cells())


def test_redraw_paints_one_and_leaves_the_others_alone(dock: UnetDock, desk: CorrectingDesk, qtbot: QtBot) -> None:
    desk.tools.buttons["redraw"].click()
    click(qtbot, dock.bench, (43, 17))
    layer = dock.bench.canvas.numbers("labels")
    layer.brush_size = 6
    assert dock.bench.hand.tool is None, "it is the brush that is in the hand now"
    drag(qtbot, dock.bench, (43, 20), (43, 40), (43, 70))
    assert labels(dock.bench)[43, 35] == 5
    np.testing.assert_array_equal(labels(dock.bench) == 9, (cells() == 9))


def test_keys_take_tools_and_a_second_press_puts_them_back(dock: UnetDock, qtbot: QtBot) -> None:
    shift = Qt.KeyboardModifier.ShiftModifier
    press(qtbot, dock.bench, Qt.Key.Key_D, shift)
    assert dock.bench.hand.tool == "delete"
    press(qtbot, dock.bench, Qt.Key.Key_X, shift)
    assert dock.bench.hand.tool == "split"
    press(qtbot, dock.bench, Qt.Key.Key_X, shift)
    assert dock.bench.hand.tool is None
    press(qtbot, dock.bench, Qt.Key.Key_O, shift)
    assert numbers(dock.bench) == {1, 2, 3}
    undo(qtbot, dock.bench)
    assert numbers(dock.bench) == {3, 5, 9}


def test_with_a_tool_in_the_hand_a_drag_does_not_move_the_picture(
    dock: UnetDock, desk: CorrectingDesk, qtbot: QtBot
) -> None:
    centre = tuple(dock.bench.viewer.scene.camera.center)
    desk.tools.buttons["merge"].click()
    drag(qtbot, dock.bench, (2, 2), (4, 30), (4, 60))
    assert tuple(dock.bench.viewer.scene.camera.center) == centre
    assert "Draw a line across" in dock.steps["segment"].message.sentence.text()
    desk.tools.buttons["merge"].click()
    assert dock.bench.viewer.scene.camera.mouse_pan


def test_the_object_under_the_mouse_is_described(dock: UnetDock, desk: CorrectingDesk, qtbot: QtBot) -> None:
    qtbot.mouseMove(canvas_widget(dock.bench), on_screen(dock.bench, 43, 17))
    qtbot.waitUntil(lambda: "cell 5" in desk.line.text())
    assert "196 px" in desk.line.text()
    qtbot.mouseMove(canvas_widget(dock.bench), on_screen(dock.bench, 2, 2))
    qtbot.waitUntil(lambda: not desk.line.text())


def test_what_is_said_of_an_object_is_said_anew_when_a_tool_has_changed_it(
    dock: UnetDock, desk: CorrectingDesk, qtbot: QtBot
) -> None:
    desk.tools.buttons["grow"].click()
    click(qtbot, dock.bench, (43, 17))
    assert f"{int((labels(dock.bench) == 5).sum())} px" in desk.line.text()
    desk.tools.buttons["delete"].click()
    click(qtbot, dock.bench, (43, 17))
    assert desk.line.text() == ""


def test_next_goes_from_object_to_object(dock: UnetDock, desk: CorrectingDesk) -> None:
    seen = []
    for _ in range(4):
        desk.once["next"].click()
        y, x = dock.bench.viewer.scene.camera.center[-2:]
        seen.append(int(cells()[round(y), round(x)]))
    assert seen == [3, 5, 9, 3]
    desk.once["previous"].click()
    y, x = dock.bench.viewer.scene.camera.center[-2:]
    assert cells()[round(y), round(x)] == 9
    desk.once["unsure"].click()
    assert desk.line.text().startswith("cell")


def test_what_the_desk_did_is_in_the_journal(dock: UnetDock, desk: CorrectingDesk, qtbot: QtBot) -> None:
    session = dock.bench.session
    desk.tools.buttons["delete"].click()
    click(qtbot, dock.bench, (43, 17))
    folder = session.need_project().folder
    assert any(path.stat().st_size for path in (folder / "journal").iterdir())
    again = Session(Engine())
    again.open_project(folder)
    assert again.read_only, "the first window is still open"
    again.select("a")
    kept = again.labels("a")
    assert kept is not None
    assert set(np.unique(kept).tolist()) == {0, 3, 9}
    again.close()


def test_on_a_picture_without_labels_a_tool_does_nothing(dock: UnetDock, desk: CorrectingDesk, qtbot: QtBot) -> None:
    session = dock.bench.session
    session.add_picture(Picture("bare", np.arange(5400, dtype=np.uint16).reshape(1, 60, 90)), None)
    desk.tools.buttons["delete"].click()
    session.select("bare")
    click(qtbot, dock.bench, (20, 20))
    drag(qtbot, dock.bench, (10, 10), (20, 30), (30, 50))
    assert dock.bench.canvas.numbers("labels") is None
    session.select("a")
    qtbot.wait(50)
    np.testing.assert_array_equal(labels(dock.bench), cells())


def lock(qtbot: QtBot, dock: UnetDock, *places: tuple[float, float]) -> None:
    """Click on these with the lock, and put it back."""
    desk = dock.steps["segment"].desk
    desk.tools.buttons["lock"].click()
    for place in places:
        click(qtbot, dock.bench, place)
    desk.tools.buttons["lock"].click()


def test_a_click_locks_one_which_is_shown_and_another_unlocks_it(
    dock: UnetDock, desk: CorrectingDesk, qtbot: QtBot
) -> None:
    lock(qtbot, dock, (43, 17))
    assert dock.bench.session.locked("a") == {5}
    assert dock.steps["segment"].found.text().endswith("· 1 locked")
    shown = dock.bench.canvas.numbers("locked")
    assert shown is not None
    np.testing.assert_array_equal(np.asarray(shown.data) > 0, cells() == 5)
    lock(qtbot, dock, (43, 17))
    assert dock.bench.session.locked("a") == frozenset()
    assert "locked" not in dock.steps["segment"].found.text()
    assert dock.bench.canvas.layer("locked") is None
    np.testing.assert_array_equal(labels(dock.bench), cells())


def test_locking_is_undone_and_redone_in_the_order_of_the_work(
    dock: UnetDock, desk: CorrectingDesk, qtbot: QtBot
) -> None:
    lock(qtbot, dock, (43, 17))
    desk.tools.buttons["delete"].click()
    drag(qtbot, dock.bench, (1, 1), (30, 40), (58, 88))
    assert numbers(dock.bench) == {5}, "the rectangle spares what is locked"
    undo(qtbot, dock.bench)
    np.testing.assert_array_equal(labels(dock.bench), cells())
    assert dock.bench.session.locked("a") == {5}
    undo(qtbot, dock.bench)
    assert dock.bench.session.locked("a") == frozenset()
    np.testing.assert_array_equal(labels(dock.bench), cells())
    dock.bench.canvas.numbers("labels").redo()
    assert dock.bench.session.locked("a") == {5}
    dock.bench.canvas.numbers("labels").redo()
    assert numbers(dock.bench) == {5}


def test_the_brush_paints_round_a_locked_object_and_never_more_of_it(
    dock: UnetDock, desk: CorrectingDesk, qtbot: QtBot
) -> None:
    lock(qtbot, dock, (43, 17))
    layer = dock.bench.canvas.take_up("labels", "paint")
    layer.brush_size, layer.selected_label = 6, 30
    drag(qtbot, dock.bench, (43, 4), (43, 17), (43, 35))
    np.testing.assert_array_equal(labels(dock.bench) == 5, cells() == 5)
    assert labels(dock.bench)[43, 4] == labels(dock.bench)[43, 30] == 30
    assert "Locked objects stay as they are" in dock.steps["segment"].message.sentence.text()
    undo(qtbot, dock.bench)
    np.testing.assert_array_equal(labels(dock.bench), cells())
    layer.mode, layer.selected_label = "erase", 30
    drag(qtbot, dock.bench, (43, 4), (43, 17), (43, 35))
    np.testing.assert_array_equal(labels(dock.bench), cells())
    layer.mode, layer.selected_label = "paint", 5
    drag(qtbot, dock.bench, (43, 4), (43, 17), (43, 35))
    np.testing.assert_array_equal(labels(dock.bench), cells())
    assert "Number 5 is locked" in dock.steps["segment"].message.sentence.text()


def test_what_a_script_does_to_a_locked_object_is_put_back(dock: UnetDock, desk: CorrectingDesk, qtbot: QtBot) -> None:
    lock(qtbot, dock, (43, 17))
    layer = dock.bench.canvas.numbers("labels")
    layer.data_setitem((np.array([0, 43]), np.array([0, 17])), 8)
    dock.bench.canvas.flush()
    np.testing.assert_array_equal(labels(dock.bench) == 5, cells() == 5)
    assert labels(dock.bench)[0, 0] == 8
    undo(qtbot, dock.bench)
    dock.bench.canvas.flush()
    np.testing.assert_array_equal(labels(dock.bench), cells())


def test_a_locked_object_is_not_redrawn_and_all_are_locked_at_once(
    dock: UnetDock, desk: CorrectingDesk, qtbot: QtBot
) -> None:
    desk.once["lock all"].click()
    assert dock.steps["segment"].found.text().endswith("· 3 locked")
    desk.tools.buttons["redraw"].click()
    click(qtbot, dock.bench, (43, 17))
    assert dock.bench.hand.tool == "redraw"
    assert "is locked" in dock.steps["segment"].message.sentence.text()
    desk.once["unlock all"].click()
    assert dock.bench.session.locked("a") == frozenset()
    undo(qtbot, dock.bench)
    assert dock.bench.session.locked("a") == {3, 5, 9}


def test_locks_are_shown_again_when_the_picture_is(dock: UnetDock, desk: CorrectingDesk, qtbot: QtBot) -> None:
    session = dock.bench.session
    lock(qtbot, dock, (43, 17))
    session.add_picture(Picture("other", np.arange(5400, dtype=np.uint16).reshape(1, 60, 90)), None)
    session.select("other")
    assert dock.bench.canvas.layer("locked") is None
    session.select("a")
    qtbot.wait(50)
    assert dock.bench.canvas.layer("locked") is not None
    desk.tools.buttons["delete"].click()
    click(qtbot, dock.bench, (43, 17))
    assert numbers(dock.bench) == {3, 5, 9}
    undo(qtbot, dock.bench)
    assert session.locked("a") == frozenset(), "what was done before can still be undone"


def test_lock_has_a_key_and_stands_in_the_list_of_keys(dock: UnetDock, desk: CorrectingDesk, qtbot: QtBot) -> None:
    press(qtbot, dock.bench, Qt.Key.Key_K, Qt.KeyboardModifier.ShiftModifier)
    assert dock.bench.hand.tool == "lock"
    assert "(Shift+K)" in desk.tools.buttons["lock"].toolTip()
    assert {"Shift+K", "Shift+H", "Shift+J"} <= {item.key for item in DESK}


@pytest.fixture
def stack(
    sliders: None,
    window: Viewer,
    qtbot: QtBot,
    quick_engine: KeptEngine,
    tmp_path: Path,
) -> Iterator[UnetDock]:
    """The desk over a stack of five planes, all with the same cells, of which the third is on show."""
    session = Session(quick_engine)
    session.new_project(tmp_path / "cells.unet", "objects", ("cell",))
    image = (cells() > 0) * 150 + np.arange(90) % 5
    session.add_picture(Picture("a", np.stack([image.astype(np.uint8)] * 5)[None]), None)
    session.need_project().save_labels("a", planes())
    with real_panel(window, qtbot, session) as panel:
        lay_out(panel, session, qtbot)
        window.dims.set_current_step(0, 2)
        window.reset_view()
        qtbot.wait(100)
        yield panel


def planes() -> np.ndarray:
    return np.stack([cells()] * 5)


def per_plane(bench: Bench) -> list[set[int]]:
    return [set(np.unique(plane).tolist()) - {0} for plane in labels(bench)]


@pytest.mark.parametrize("through", [False, True])
def test_of_a_stack_a_tool_works_on_the_plane_on_show_or_through_all(
    stack: UnetDock, qtbot: QtBot, through: bool
) -> None:
    bench, desk = stack.bench, stack.steps["segment"].desk
    if desk.through.isChecked() is not through:
        press(qtbot, bench, Qt.Key.Key_Z, Qt.KeyboardModifier.ShiftModifier)
    assert desk.through.isChecked() is through
    changed = [through or plane == 2 for plane in range(5)]
    desk.tools.buttons["split"].click()
    drag(qtbot, bench, (6, 24), (16, 24), (28, 24))
    assert [len(numbers) == 4 for numbers in per_plane(bench)] == changed
    undo(qtbot, bench)
    desk.tools.buttons["delete"].click()
    click(qtbot, bench, (43, 17))
    assert [numbers == {3, 9} for numbers in per_plane(bench)] == changed
    drag(qtbot, bench, (4, 2), (20, 20), (28, 46))
    assert [numbers == {9} for numbers in per_plane(bench)] == changed
    for _ in range(2):
        undo(qtbot, bench)
    np.testing.assert_array_equal(labels(bench), planes())


def test_of_a_stack_planes_in_between_are_filled_as_one_step(stack: UnetDock, qtbot: QtBot) -> None:
    bench, desk = stack.bench, stack.steps["segment"].desk
    desk.through.setChecked(False)
    desk.tools.buttons["delete"].click()
    click(qtbot, bench, (43, 17))
    assert [5 in numbers for numbers in per_plane(bench)] == [True, True, False, True, True]
    desk.tools.buttons["delete"].click()
    bench.viewer.dims.set_current_step(0, 1)
    desk.tools.buttons["grow"].click()
    click(qtbot, bench, (43, 17))
    desk.once["between"].click()
    assert all(5 in numbers for numbers in per_plane(bench))
    assert stack.steps["segment"].message.sentence.text() == "Filled plane 3 with cell 5."
    undo(qtbot, bench)
    assert [5 in numbers for numbers in per_plane(bench)] == [True, True, False, True, True]
