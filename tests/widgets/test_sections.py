"""Each section shows what the session holds and asks the session for what a person clicks."""

from __future__ import annotations

import gc
import importlib
import pkgutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import MethodType
from typing import Any, TypeVar

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from qtpy.QtGui import QDropEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QRadioButton,
    QVBoxLayout,
)

from napari_unet import widgets
from napari_unet.core.errors import MaskError, WorkerError
from napari_unet.core.metrics import Changes
from napari_unet.session.job import Job
from napari_unet.widgets.classes import ClassesDialog
from napari_unet.widgets.dialog import Dialog
from napari_unet.widgets.handing_on import overwrite_question
from napari_unet.widgets.layers.rectangle import box_in
from napari_unet.widgets.new_project import NewProjectDialog
from napari_unet.widgets.pairs import PairsDialog
from napari_unet.widgets.parts import button
from napari_unet.widgets.sections import (
    AnnotateSection,
    ExportSection,
    PicturesSection,
    ProjectSection,
    Section,
    SegmentSection,
    StatusSection,
    TrainSection,
)
from napari_unet.widgets.sessions import Bench
from napari_unet.widgets.wording import time_left
from tests.widgets.conftest import a_picture
from tests.widgets.fake_session import FakeSession

S = TypeVar("S", bound=Section)
Make = Callable[[type[S]], S]


@pytest.fixture
def make(bench: Bench, qtbot: QtBot) -> Make[Section]:
    """A section, shown."""

    def making(kind: type[Section]) -> Section:
        section = kind(bench)
        qtbot.addWidget(section)
        section.show()
        return section

    return making


def give_labels(session: FakeSession, name: str = "a") -> None:
    labels = np.zeros((40, 60), np.uint16)
    labels[2:7, 2:12], labels[20:30, 20:30] = 1, 2
    session.give_model("first", "Dice 0.91 on 3 pictures")
    session.give_probability(name, np.zeros((3, 40, 60), np.float32))
    session.give_labels(name, labels)


# project


def test_without_a_project_the_header_offers_one(make: Make[ProjectSection]) -> None:
    section = make(ProjectSection)
    assert section.name.text() == "No project open"
    assert section.primary.isVisible()
    assert section.primary.property("now") == "true"


def test_the_header_names_the_project_and_counts(
    make: Make[ProjectSection], session: FakeSession, tmp_path: Path
) -> None:
    section = make(ProjectSection)
    session.new_project(tmp_path / "cells.unet", "objects", ("cell",))
    session.add_picture(a_picture("a"), None)
    session.add_picture(a_picture("b"), np.ones((40, 60), np.uint16))
    assert section.name.text() == "cells.unet"
    assert section.counts.text() == "objects · 2 pictures, 1 complete"
    assert not section.primary.isVisible()


def test_a_project_opened_lately_is_one_click_away(
    make: Make[ProjectSection], session: FakeSession, tmp_path: Path
) -> None:
    folder = tmp_path / "cells.unet"
    folder.mkdir()
    first = make(ProjectSection)
    session.new_project(folder, "objects", ("cell",))
    session.project = None
    session.project_changed.emit()
    link = first.recents.itemAt(1).widget()
    assert link.text() == "cells.unet"
    link.click()
    assert session.project.folder == folder


def test_a_new_project_is_asked_for_by_name_kind_and_classes(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = NewProjectDialog()
    qtbot.addWidget(dialog)
    dialog.name.setText("axons")
    dialog.place.setText(str(tmp_path))
    dialog.regions.setChecked(True)
    dialog.classes.setText("axon, myelin")
    wanted = dialog.value()
    assert (wanted.folder, wanted.kind, wanted.class_names) == (tmp_path / "axons.unet", "regions", ("axon", "myelin"))
    assert dialog.create.isEnabled()


@pytest.mark.parametrize(
    ("name", "classes", "word"),
    [("", "cell", "name"), ("a/b", "cell", "cannot"), ("x", " , ", "at least one"), ("x", "a, a", "same name")],
)
def test_a_project_that_cannot_be_made_says_why(qtbot: QtBot, name: str, classes: str, word: str) -> None:
    dialog = NewProjectDialog()
    qtbot.addWidget(dialog)
    dialog.regions.setChecked(True)
    dialog.name.setText(name)
    dialog.classes.setText(classes)
    assert not dialog.create.isEnabled()
    assert word in dialog.where.text()


def test_a_new_project_is_asked_for_in_plain_words_that_are_read_whole(qtbot: QtBot) -> None:
    dialog = NewProjectDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    for kind in (dialog.objects, dialog.regions):
        kind.click()
        qtbot.wait(50)
        said = [one.text() for one in (*dialog.findChildren(QLabel), *dialog.findChildren(QRadioButton))]
        assert not [text for text in said if "class" in text.lower() or "pixel" in text]
        for radio in (dialog.objects, dialog.regions):
            assert radio.sizeHint().width() <= radio.width(), radio.text()


def test_a_folder_that_exists_is_not_made_again(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "my-cells.unet").mkdir()
    dialog = NewProjectDialog()
    qtbot.addWidget(dialog)
    dialog.place.setText(str(tmp_path))
    assert not dialog.create.isEnabled()


# pictures


def test_an_empty_list_says_what_to_do(make: Make[PicturesSection]) -> None:
    section = make(PicturesSection)
    assert section.empty.isVisible()
    assert "Drop pictures" in section.empty.text()
    assert not section.list.isVisible()


def test_the_list_tells_the_state_in_mark_and_word(make: Make[PicturesSection], opened: FakeSession) -> None:
    opened.add_picture(a_picture("c"), np.ones((40, 60), np.uint16))
    section = make(PicturesSection)
    told = [section.list.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(section.list.count())]
    assert told == ["a, unlabelled", "b, unlabelled", "c, complete, 1 cell"]


def test_a_click_opens_a_picture(make: Make[PicturesSection], opened: FakeSession, qtbot: QtBot) -> None:
    section = make(PicturesSection)
    place = section.list.visualItemRect(section.list.item(1)).center()
    qtbot.mouseClick(section.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.current == "b"


def test_dropped_files_are_added_and_other_things_are_not(
    make: Make[PicturesSection], opened: FakeSession, tmp_path: Path
) -> None:
    section = make(PicturesSection)
    paths = [tmp_path / "one.tif", tmp_path / "two.PNG", tmp_path / "notes.txt"]
    for path in paths:
        path.touch()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    section.dropEvent(event)
    assert opened.calls[-1] == ("add_files", paths[0], paths[1])


def test_a_picture_without_a_project_asks_for_one_first(
    make: Make[PicturesSection], session: FakeSession, tmp_path: Path
) -> None:
    section = make(PicturesSection)
    file = tmp_path / "one.tif"
    file.touch()
    section.add_paths([file])
    dialog = section.findChild(NewProjectDialog)
    dialog.place.setText(str(tmp_path))
    dialog.accept()
    assert [call[0] for call in session.calls] == ["new_project", "add_files"]


def test_pictures_that_come_with_a_folder_wait_until_it_is_known_what_that_holds(
    make: Make[PicturesSection], opened: FakeSession, tmp_path: Path
) -> None:
    from napari_unet.core.data.pairing import Pair

    section, file, folder = make(PicturesSection), tmp_path / "one.tif", tmp_path / "more"
    file.touch()
    folder.mkdir()
    section.add_paths([file, folder])
    assert opened.calls[-1] == ("look_into", folder)
    pairs = [Pair(folder / "a.tif", folder / "a_mask.tif", "same name")]
    opened.pairs_found.emit(((folder, pairs),))
    assert opened.calls[-1] == ("add_files", file)
    dialog = section.findChild(PairsDialog)
    dialog.accept()
    assert opened.calls[-1] == ("add_pairs", *pairs)
    section.add_paths([file, folder])
    opened.pairs_found.emit(())  # it was stopped
    assert opened.calls[-1] == ("add_files", file)


def test_open_layers_become_pictures(make: Make[PicturesSection], opened: FakeSession, bench: Bench) -> None:
    section = make(PicturesSection)
    bench.viewer.add_image(np.zeros((30, 30)), name="theirs")
    section.add_layers()
    assert opened.calls[-1] == ("add_picture", "theirs", False)


def test_open_layers_are_offered(make: Make[PicturesSection], opened: FakeSession, bench: Bench) -> None:
    section = make(PicturesSection)
    assert not section.offer.isVisible()
    bench.viewer.add_image(np.zeros((30, 30)), name="theirs")
    assert section.offer.text() == "Add the open layer theirs"
    section.offer.click()
    assert opened.calls[-1] == ("add_picture", "theirs", False)
    assert not section.offer.isVisible(), "it is in the project now"


def test_no_open_layer_is_an_error_here(make: Make[PicturesSection], opened: FakeSession) -> None:
    section = make(PicturesSection)
    section.add_layers()
    assert "No picture is open in napari." in section.message.sentence.text()


def test_pairs_are_shown_before_they_are_taken(qtbot: QtBot, tmp_path: Path) -> None:
    from napari_unet.core.data.pairing import Pair

    pairs = [Pair(tmp_path / "a.tif", tmp_path / "a_mask.tif", "same name"), Pair(tmp_path / "b.tif", None, "no mask")]
    dialog = PairsDialog(pairs)
    qtbot.addWidget(dialog)
    shown = [[dialog.table.item(row, column).text() for column in range(3)] for row in range(2)]
    assert shown == [["a.tif", "a_mask.tif", "same name"], ["b.tif", "none", "no mask"]]
    dialog.table.item(1, 0).setCheckState(Qt.CheckState.Unchecked)
    assert dialog.value() == pairs[:1]
    assert dialog.add.text() == "Add 1 picture"


def test_removing_a_picture_asks_first(
    make: Make[PicturesSection], opened: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = make(PicturesSection)
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.No)
    section.ask_remove("a")
    assert ("remove", "a") not in opened.calls
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    section.ask_remove("a")
    assert opened.calls[-1] == ("remove", "a")


# annotate


def test_the_buttons_take_up_the_brush(make: Make[AnnotateSection], bench: Bench, opened: FakeSession) -> None:
    section = make(AnnotateSection)
    layer = bench.canvas.numbers("annotation")
    for key, mode, number in (("background", "paint", 1), ("cell", "paint", 2), ("new", "paint", 2)):
        section.tools.buttons[key].click()
        assert (str(layer.mode), layer.selected_label) == (mode, number), key
    layer.paint((10, 10), 2)
    section.tools.buttons["new"].click()
    assert layer.selected_label == 3
    section.tools.buttons["erase"].click()
    assert str(layer.mode) == "erase"
    assert section.tools.buttons["erase"].isChecked()


def test_the_button_names_the_cell_in_use(make: Make[AnnotateSection], bench: Bench, opened: FakeSession) -> None:
    section = make(AnnotateSection)
    section.painting.use(9)
    assert section.tools.buttons["cell"].text() == "Cell 8"
    assert section.tools.buttons["cell"].isChecked()


def test_classes_have_a_button_each(
    make: Make[AnnotateSection], session: FakeSession, bench: Bench, tmp_path: Path
) -> None:
    session.new_project(tmp_path / "em.unet", "regions", ("axon", "myelin"))
    session.add_picture(a_picture("em"), None)
    section = make(AnnotateSection)
    assert [button.text() for button in section.tools.buttons.values()] == [
        "Background",
        "Paint axon",
        "myelin",
        "Erase",
    ]
    section.tools.buttons["3"].click()
    assert bench.canvas.numbers("annotation").selected_label == 3
    section.painting.foreground()
    assert bench.canvas.numbers("annotation").selected_label == 2, "W takes the next class, and begins anew"


def test_brush_size_is_the_layers(make: Make[AnnotateSection], bench: Bench, opened: FakeSession) -> None:
    section = make(AnnotateSection)
    section.brush.setValue(33)
    assert bench.canvas.numbers("annotation").brush_size == 33
    bench.canvas.numbers("annotation").brush_size = 12
    assert section.brush_box.value() == 12


def test_the_complete_tick_belongs_to_the_picture(
    make: Make[AnnotateSection], bench: Bench, opened: FakeSession
) -> None:
    section = make(AnnotateSection)
    section.complete.click()
    assert opened.calls[-1] == ("set_complete", "a", True)
    assert section.complete.isChecked()
    bench.select("b")
    assert not section.complete.isChecked()
    bench.select("a")
    assert section.complete.isChecked()


def test_a_tick_that_could_not_be_written_is_not_shown(
    make: Make[AnnotateSection], opened: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = make(AnnotateSection)
    monkeypatch.setattr(opened, "set_complete", lambda name, complete: None)
    section.complete.click()
    assert not section.complete.isChecked()


def test_a_tick_is_taken_back_where_it_is_told_what_it_means(make: Make[AnnotateSection], opened: FakeSession) -> None:
    section = make(AnnotateSection)
    opened.completed = "1 cell painted; the other 99 % of the picture counts as background now."
    opened.said.emit("annotate", opened.completed)
    assert section.message.isVisible()
    section.message.remedy.click()
    assert opened.calls[-1] == ("uncomplete",)


def test_enter_makes_the_project_and_does_not_browse(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    browsed: list[object] = []
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *how: browsed.append(how) or "")
    dialog = NewProjectDialog()
    qtbot.addWidget(dialog)
    dialog.place.setText(str(tmp_path))
    dialog.show()
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert browsed == []
    assert dialog.result() == NewProjectDialog.DialogCode.Accepted


def test_enter_presses_no_button_of_a_dialog_that_is_for_none(qtbot: QtBot) -> None:
    pressed: list[str] = []
    dialog = Dialog()
    qtbot.addWidget(dialog)
    line, layout = QLineEdit(), QVBoxLayout(dialog)
    layout.addWidget(line)
    layout.addWidget(button("Remove…", "Removes.", lambda: pressed.append("remove")))
    dialog.show()
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert pressed == []
    assert dialog.isVisible()


def test_every_dialog_of_ours_decides_what_enter_does() -> None:
    for module in pkgutil.iter_modules(widgets.__path__):
        importlib.import_module(f"{widgets.__name__}.{module.name}")
    ours = {kind for kind in QDialog.__subclasses__() if kind.__module__.startswith("napari_unet.")}
    assert ours == {Dialog}


def test_choosing_begins_where_the_pictures_came_from(
    make: Callable[..., Any], opened: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda _parent, _title, where: begun.append(where) or "")
    monkeypatch.setattr(
        QFileDialog, "getOpenFileNames", lambda _parent, _title, where, _kinds: begun.append(where) or ([], "")
    )
    section = make(ExportSection)
    section.ask()
    section.ask_set()
    make(PicturesSection).ask_files()
    assert begun == [str(opened.picture_folder)] * 3
    section.write(Path("masks"))
    section.ask()
    assert begun[-1] == "masks"


def test_classes_can_be_renamed_and_added(qtbot: QtBot) -> None:
    dialog = ClassesDialog(("axon",), ("#123456",))
    qtbot.addWidget(dialog)
    dialog.lines[0].setText("fibre")
    dialog.add("")
    assert not dialog.save.isEnabled(), "a class without a name"
    dialog.lines[1].setText("myelin")
    assert dialog.save.isEnabled()
    names, colours = dialog.value()
    assert names == ("fibre", "myelin")
    assert colours[0] == "#123456"


# train


def test_training_needs_something_painted(make: Make[TrainSection], opened: FakeSession) -> None:
    section = make(TrainSection)
    assert not section.primary.isEnabled()
    assert "Paint a few cells" in section.why_not.text()
    opened.add_picture(a_picture("c"), np.ones((40, 60), np.uint16))
    assert section.primary.isEnabled()
    section.primary.click()
    assert ("train",) in opened.calls


def test_the_button_says_how_many_epochs(make: Make[TrainSection], opened: FakeSession) -> None:
    section = make(TrainSection)
    section.forms["training"].editors["epochs"].box.setValue(7)
    assert section.primary.text() == "Train 7 epochs"
    assert opened.settings("training").epochs == 7


def test_options_under_more_reach_the_session(make: Make[TrainSection], opened: FakeSession) -> None:
    section = make(TrainSection)
    section.forms["more"].editors["seed"].box.setValue(5)
    section.forms["augmentation"].editors["rotation"].box.setValue(45)
    section.forms["network"].editors["depth"].box.setValue(3)
    assert opened.settings("training").seed == 5
    assert opened.settings("augmentation").rotation == 45
    assert opened.settings("network").depth == 3


def test_a_running_training_shows_how_far_and_can_be_stopped(make: Make[TrainSection], opened: FakeSession) -> None:
    section = make(TrainSection)
    opened.give_job(Job("train", "Training · epoch 3 of 20", 0.25, 100.0))
    assert section.progress.bar.value() == 250
    assert section.progress.doing.text() == "Training · epoch 3 of 20 · 1:40 left"
    assert not section.primary.isEnabled()
    section.progress.stop.click()
    assert opened.calls[-1] == ("stop",)
    opened.give_job(None)
    assert not section.progress.isVisible()


@pytest.mark.parametrize(
    ("section", "kind"), [(TrainSection, "train"), (SegmentSection, "segment"), (ExportSection, "export")]
)
def test_a_job_shows_in_the_section_it_belongs_to(
    section: type[Section], kind: str, make: Make[Section], opened: FakeSession
) -> None:
    made = make(section)
    for other in ("train", "segment", "export"):
        opened.give_job(Job(other, "working", 0.5))  # type: ignore[arg-type]
        assert made.progress.isVisible() == (other == kind)


def test_the_curve_shows_loss_and_score(make: Make[TrainSection], opened: FakeSession) -> None:
    section = make(TrainSection)
    assert not section.curve.isVisible()
    opened.curve.steps = [(float(step), 1.0 / step) for step in range(1, 5000)]
    opened.curve.epochs = [(2500.0, 0.8)]
    opened.curve_changed.emit()
    assert section.curve.isVisible()
    x, y = section.curve.loss.getData()
    assert len(x) <= 400
    assert "loss" in section.curve.legend.text()
    assert "Dice" in section.curve.legend.text()
    assert y[0] > y[-1]


def test_a_dead_worker_is_a_sentence_and_a_button(make: Make[TrainSection], opened: FakeSession) -> None:
    opened.add_picture(a_picture("c"), np.ones((40, 60), np.uint16))
    section = make(TrainSection)
    opened.failed.emit("train", WorkerError("The worker stopped.", "", "Your strokes are kept."))
    assert section.message.sentence.text() == "The worker stopped. Your strokes are kept."
    section.message.remedy.click()
    assert opened.calls[-1] == ("train",)


def test_the_active_model_can_be_changed(make: Make[TrainSection], opened: FakeSession) -> None:
    section = make(TrainSection)
    opened.give_model("first", "Dice 0.80 on 1 picture")
    opened.give_model("second", "Dice 0.91 on 3 pictures")
    assert section.active.text() == "second is in use · Dice 0.91 on 3 pictures"
    section.models.menu().actions()[0].trigger()
    assert opened.calls[-1] == ("activate", "first")


def test_training_starts_from_what_is_chosen(make: Make[TrainSection], opened: FakeSession) -> None:
    opened.give_model("first", "Dice 0.80 on 1 picture")
    section = make(TrainSection)
    assert [section.start.itemText(index) for index in range(section.start.count())] == ["nothing", "first"]
    section.start.setCurrentIndex(1)
    section.start.activated.emit(1)
    assert opened.start == "first"


# segment


def test_segmenting_needs_a_project_first(make: Make[SegmentSection], session: FakeSession) -> None:
    assert make(SegmentSection).why_not.text() == "Open a project first."


def test_segmenting_needs_a_model(make: Make[SegmentSection], opened: FakeSession) -> None:
    section = make(SegmentSection)
    assert section.why_not.text() == "There is no model yet: train one first."
    opened.give_model("first", "")
    assert section.one.isEnabled()
    section.one.click()
    assert opened.calls[-1] == ("segment", ["a"])
    section.all.click()
    assert opened.calls[-1] == ("segment", None)


def test_before_anything_is_trained_a_model_that_came_along_can_be_asked(
    make: Make[SegmentSection], opened: FakeSession
) -> None:
    section = make(SegmentSection)
    assert not section.one.isEnabled()
    opened.stand_in = "cells"
    section.refresh()
    assert "a model that came along" in section.why_not.text()
    section.one.click()
    assert opened.calls[-1] == ("segment", ["a"])


def test_a_slider_reaches_the_session_and_the_last_position_wins(
    make: Make[SegmentSection], opened: FakeSession, qtbot: QtBot
) -> None:
    section = make(SegmentSection)
    opened.give_model("first", "")
    for position in range(20, 81):
        section.form.editors["threshold"].slider.setValue(position)
    qtbot.waitUntil(lambda: opened.threshold == 0.8)


def test_counts_have_units(make: Make[SegmentSection], opened: FakeSession) -> None:
    section = make(SegmentSection)
    give_labels(opened)
    assert section.found.text() == "2 cells, median 75 px (18.8 µm²)"
    for changed, words in (
        (Changes(4, 11, 0), "(+4, -11 against before)"),
        (Changes(0, 0, 2), "(2 reshaped against before)"),
        (Changes(0, 0, 0), "(as before)"),
    ):
        opened.changed = changed
        opened.changes_counted.emit("a")
        assert section.found.text() == f"2 cells {words}, median 75 px (18.8 µm²)"


def test_what_is_only_glanced_at_is_not_counted(make: Make[SegmentSection], opened: FakeSession) -> None:
    section = make(SegmentSection)
    give_labels(opened)
    before = section.found.text()
    opened.settled = False
    opened.give_labels("a", opened.labels("a") * 0)
    assert section.found.text() == before
    opened.settled = True
    opened.labels_changed.emit("a")
    assert section.found.text().startswith("No cell found")


def test_regions_are_told_in_shares(make: Make[SegmentSection], session: FakeSession, tmp_path: Path) -> None:
    session.new_project(tmp_path / "em.unet", "regions", ("axon", "myelin"))
    session.add_picture(a_picture("a"), None)
    section = make(SegmentSection)
    give_labels(session)
    assert section.found.text() == "axon 2 %, myelin 4 %"
    assert not section.form.editors["threshold"].isVisible()


def test_accept_takes_the_picture_on_show(make: Make[SegmentSection], opened: FakeSession) -> None:
    section = make(SegmentSection)
    give_labels(opened)
    section.accepting.accept.click()
    assert opened.calls[-1] == ("accept", "a", None)
    section.accepting.back.click()
    assert opened.calls[-1] == ("take_back",)


def test_a_drawn_rectangle_is_accepted_and_its_layer_goes(
    make: Make[SegmentSection], opened: FakeSession, bench: Bench
) -> None:
    section = make(SegmentSection)
    give_labels(opened)
    section.accepting.box.click()
    shapes = bench.canvas.layer("rectangle")
    shapes.add_rectangles(np.array([[4.6, 7.2], [4.6, 30.1], [22.4, 30.1], [22.4, 7.2]]))
    assert opened.calls[-1] == ("accept", "a", (slice(5, 23), slice(8, 31)), "rectangle")
    assert bench.canvas.layer("rectangle") is None
    assert not section.accepting.box.isChecked()


def test_drawing_a_rectangle_can_be_called_off(make: Make[SegmentSection], opened: FakeSession, bench: Bench) -> None:
    section = make(SegmentSection)
    give_labels(opened)
    section.accepting.box.click()
    section.accepting.box.click()
    assert bench.canvas.layer("rectangle") is None
    assert not any(call[0] == "accept" for call in opened.calls)


def test_another_picture_calls_the_rectangle_off(make: Make[SegmentSection], opened: FakeSession, bench: Bench) -> None:
    section = make(SegmentSection)
    give_labels(opened)
    section.accepting.box.click()
    opened.select("b")
    assert bench.canvas.layer("rectangle") is None
    assert not section.accepting.box.isChecked()


def test_a_rectangle_is_cut_to_the_picture() -> None:
    corners = np.array([[-9.0, -3.0], [-9.0, 900.0], [12.5, 900.0], [12.5, -3.0]])
    assert box_in(corners, (40, 60)) == (slice(0, 13), slice(0, 60))
    assert box_in(np.array([[5.0, 5.0], [5.0, 5.4], [5.2, 5.4], [5.2, 5.0]]), (40, 60)) is None


def test_probability_is_shown_when_asked(make: Make[SegmentSection], opened: FakeSession, bench: Bench) -> None:
    section = make(SegmentSection)
    give_labels(opened)
    section.probability.click()
    assert bench.canvas.layer("probability").visible


# export


def test_masks_are_written_where_asked(make: Make[ExportSection], opened: FakeSession, tmp_path: Path) -> None:
    section = make(ExportSection)
    assert not section.primary.isEnabled()
    give_labels(opened)
    section.scope.setCurrentIndex(section.scope.findData("this"))
    section.write(tmp_path)
    assert opened.calls[-1] == ("export", ["a"], tmp_path, False)
    section.scope.setCurrentIndex(section.scope.findData("all"))
    section.write(tmp_path)
    assert opened.calls[-1] == ("export", None, tmp_path, False)


def test_the_training_set_is_written_from_beside_the_import(
    make: Make[PicturesSection], opened: FakeSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = make(PicturesSection)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    menu = section.add_button.menu()
    action = next(one for one in menu.actions() if one.text().startswith("Write the training set"))
    action.trigger()
    assert opened.calls[-1] == ("export_set", tmp_path, False)


def test_nothing_is_overwritten_without_a_yes(
    make: Make[ExportSection], opened: FakeSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = make(ExportSection)
    give_labels(opened)
    opened.there = [tmp_path / "a.tif"]
    asked: list[str] = []
    answer = QMessageBox.StandardButton.No

    def question(parent: object, title: str, text: str, *buttons: object) -> QMessageBox.StandardButton:
        asked.append(text)
        return answer

    monkeypatch.setattr(QMessageBox, "question", question)
    section.write(tmp_path)
    assert not any(call[0] == "export" for call in opened.calls)
    assert "a.tif" in asked[0]
    answer = QMessageBox.StandardButton.Yes
    section.write(tmp_path)
    assert opened.calls[-1] == ("export", None, tmp_path, True)


def test_a_part_goes_into_the_mask_of_its_whole_after_a_yes(
    make: Make[ExportSection], opened: FakeSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    section = make(ExportSection)
    give_labels(opened)
    section.refresh()
    assert section.back.isHidden()
    opened.part_on_show = "rows 0 to 2048, columns 5 to 2053"
    section.refresh()
    assert not section.back.isHidden()
    asked, answers = list[str](), [QMessageBox.StandardButton.No, *[QMessageBox.StandardButton.Yes] * 2]

    def question(parent: object, title: str, text: str) -> QMessageBox.StandardButton:
        asked.append(text)
        return answers[len(asked) - 1]

    monkeypatch.setattr(QMessageBox, "question", question)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "slide.tif"), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "slide.ome.zarr"))
    tiff, zarr = section.back.menu().actions()
    tiff.trigger()
    assert not any(call[0] == "write_back" for call in opened.calls)
    assert "a into slide.tif" in asked[0]
    assert "rows 0 to 2048, columns 5 to 2053" in asked[0]
    tiff.trigger()
    assert opened.calls[-1] == ("write_back", tmp_path / "slide.tif")
    zarr.trigger()
    assert opened.calls[-1] == ("write_back", tmp_path / "slide.ome.zarr")


def test_a_picture_says_what_its_axes_are_and_lets_planes_be_others(
    make: Make[PicturesSection], opened: FakeSession
) -> None:
    section = make(PicturesSection)
    opened.add_picture(a_picture("film", (1, 3, 40, 60)), None)
    texts = [one.text() for one in section.menu_of("a").actions() if one.text()]
    aside = ["Keep it for testing only", "Leave it out"]
    assert texts == ["40 x 60 pixels of 0.5 µm", "Open", *aside, "Remove from the project…"]
    menu = section.menu_of("film")
    action = next(one for one in menu.actions() if one.text() == "Its planes are time points")
    action.trigger()
    assert opened.calls[-1] == ("take_other_planes", "film")


def test_the_question_names_the_files_but_not_a_thousand(tmp_path: Path) -> None:
    question = overwrite_question([tmp_path / f"{index}.tif" for index in range(1000)])
    assert "0.tif" in question
    assert "and 995 more" in question
    assert question.count("\n") < 15


def test_whoever_only_presses_enter_replaces_nothing(make: Make[ExportSection], opened: FakeSession) -> None:
    section, before = make(ExportSection), len(opened.calls)
    opened.there = [Path("masks/a.tif")]
    QTimer.singleShot(0, lambda: QTest.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_Return))
    section.write(Path("masks"))
    assert len(opened.calls) == before


# status, errors, time


def test_the_last_line_says_where_it_computes(make: Make[StatusSection], session: FakeSession) -> None:
    section = make(StatusSection)
    assert section.line.text() == "CPU, 2 cores · ready"
    session.worker_line = "worker stopped"
    session.worker_changed.emit()
    assert section.line.text() == "worker stopped"


def test_an_error_is_a_sentence_with_details_folded(make: Make[PicturesSection], opened: FakeSession) -> None:
    section, other = make(PicturesSection), make(TrainSection)
    try:
        raise MaskError("The mask is too small.", "Both must have the same size.") from ValueError("deep inside")
    except MaskError as error:
        opened.failed.emit("pictures", error)
    assert section.message.sentence.text() == "The mask is too small. Both must have the same size."
    assert not section.message.details.isVisible()
    section.message.unfold.click()
    assert "deep inside" in section.message.details.text()
    assert not other.message.isVisible()
    section.message.close_button.click()
    assert not section.message.isVisible()


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, ""), (5, " · 0:05 left"), (100, " · 1:40 left"), (7500, " · 2 h 05 min left")]
)
def test_time_left_is_in_words(seconds: float, words: str) -> None:
    assert time_left(seconds) == words


def test_a_section_that_is_gone_listens_no_more(bench: Bench, opened: FakeSession, qtbot: QtBot) -> None:
    section = TrainSection(bench)
    section.deleteLater()
    with qtbot.waitSignal(section.destroyed):
        pass
    opened.give_job(Job("train", "Training", 0.5))
    opened.pictures_changed.emit()


def test_a_large_folder_that_is_added_has_a_bar_the_time_left_and_stop(
    make: Make[PicturesSection], opened: FakeSession
) -> None:
    section = make(PicturesSection)
    assert not section.progress.isVisible()
    opened.give_adding(Job("add", "Adding picture 251 of 1000", 0.25, 100.0))
    assert section.progress.isVisible()
    assert section.progress.doing.text() == "Adding picture 251 of 1000 · 1:40 left"
    section.progress.stop.click()
    assert opened.calls[-1] == ("stop_adding",)
    opened.give_adding(None)
    assert not section.progress.isVisible()


def test_what_was_said_of_a_project_goes_with_it(make: Make[SegmentSection], opened: FakeSession) -> None:
    section = make(SegmentSection)
    opened.said.emit("segment", "Accepted the whole picture into the training set.")
    opened.select("b")
    assert section.message.isVisible(), "another picture of the same project"
    opened.leave_project()
    assert not section.message.isVisible()


def test_what_is_true_no_more_is_said_no_more_and_what_was_said_since_stays(
    make: Make[SegmentSection], opened: FakeSession
) -> None:
    section = make(SegmentSection)
    opened.said.emit("segment", "Fitted to 3 pictures.")
    opened.unsaid.emit("train", "Fitted to 3 pictures.")
    assert section.message.isVisible(), "it was said elsewhere"
    opened.unsaid.emit("segment", "Fitted to 3 pictures.")
    assert not section.message.isVisible()
    opened.said.emit("segment", "Accepted.")
    opened.unsaid.emit("segment", "Fitted to 3 pictures.")
    assert section.message.isVisible()


def held() -> int:
    """What signals are connected to and keep."""
    gc.collect()
    return sum(type(one) in (partial, MethodType) for one in gc.get_objects())


def test_a_menu_is_made_anew_only_when_the_models_have_changed(make: Make[TrainSection], opened: FakeSession) -> None:
    """What its lines were connected to stayed each time, as the soak told: nothing is kept of lines that went."""
    opened.give_model("first", "Dice 0.80")
    section = make(TrainSection)
    before = held()
    for number in range(5):
        opened.give_model(f"model {number}", "Dice 0.85")
    assert held() <= before
    lines = section.models.menu().actions()
    section.refresh()
    assert section.models.menu().actions() == lines
    opened.give_model("second", "Dice 0.90")
    assert "Explain second…" in [line.text() for line in section.models.menu().actions()]
