"""The canvas shows the current picture by our own layers and leaves all others alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from napari.layers import Image, Labels, Points
from pytestqt.qtbot import QtBot

from napari_unet.core.data.picture import COLOUR, Picture
from napari_unet.core.data.steps import Change
from napari_unet.widgets.layers.making import contrast
from napari_unet.widgets.sessions import Bench
from tests.widgets.conftest import a_picture
from tests.widgets.fake_session import FakeSession


def names(bench: Bench) -> list[str]:
    return [layer.name for layer in bench.viewer.layers]


def give_everything(session: FakeSession, name: str) -> None:
    session.give_labels(name, np.arange(2400, dtype=np.uint16).reshape(40, 60) % 7)
    session.give_probability(name, np.random.default_rng(0).random((3, 40, 60)).astype(np.float32))


def test_layers_have_their_names_and_their_order(bench: Bench, opened: FakeSession) -> None:
    assert names(bench) == ["picture", "annotation"]
    give_everything(opened, "a")
    assert names(bench) == ["picture", "probability", "labels", "annotation"]


def test_every_layer_lies_on_the_picture(bench: Bench, opened: FakeSession) -> None:
    give_everything(opened, "a")
    for layer in bench.viewer.layers:
        assert tuple(layer.scale) == (0.5, 0.5)
        assert {str(unit) for unit in layer.units} == {"micrometer"}
        assert layer.axis_labels == ("y", "x")
        assert layer.data.shape == (40, 60)


def test_probability_is_hidden_until_it_is_asked_for(bench: Bench, opened: FakeSession) -> None:
    give_everything(opened, "a")
    probability = bench.canvas.layer("probability")
    assert not probability.visible
    bench.canvas.show_probability(True)
    assert probability.visible
    give_everything(opened, "b")
    bench.select("b")
    assert bench.canvas.layer("probability").visible, "what was asked for stays asked for"


def test_three_hundred_objects_keep_three_hundred_numbers(
    bench: Bench, session: FakeSession, opened: FakeSession
) -> None:
    mask = np.zeros((40, 60), np.uint16)
    mask.ravel()[: 300 * 8] = np.repeat(np.arange(1, 301), 8)
    opened.add_picture(a_picture("many"), mask)
    bench.select("many")
    annotation = bench.canvas.numbers("annotation")
    assert annotation.data.dtype == np.uint16
    assert len(np.unique(annotation.data)) == 300
    annotation.paint((20, 20), 400)
    assert 400 in annotation.data


def test_no_layer_of_ours_is_eight_bit(bench: Bench, opened: FakeSession) -> None:
    give_everything(opened, "a")
    assert {bench.canvas.numbers(role).data.dtype.itemsize for role in ("labels", "annotation")} == {2}


def test_switching_swaps_our_layers_and_no_others(bench: Bench, opened: FakeSession) -> None:
    theirs = Points([(1, 1)], name="mine"), Labels(np.zeros((9, 9), np.uint8), name="also mine")
    bench.viewer.layers.insert(0, theirs[0])
    bench.viewer.add_layer(theirs[1])
    theirs[1].visible = False
    give_everything(opened, "b")
    bench.select("b")
    assert names(bench) == ["mine", "picture", "probability", "labels", "annotation", "also mine"]
    assert not theirs[1].visible
    bench.select("a")
    assert names(bench) == ["mine", "picture", "probability", "labels", "annotation", "also mine"]
    assert bench.canvas.layer("labels") is None, "there, but empty: this picture has none"


def test_strokes_belong_to_the_picture_they_were_painted_on(bench: Bench, opened: FakeSession) -> None:
    bench.canvas.numbers("annotation").paint((10, 10), 2)
    bench.select("b")
    bench.canvas.numbers("annotation").paint((20, 20), 3)
    bench.canvas.flush()
    assert [(name, layer, int(values.max())) for name, layer, _box, values in opened.strokes] == [
        ("a", "annotation", 2),
        ("b", "annotation", 3),
    ]


def test_corrections_of_labels_are_reported_as_such(bench: Bench, opened: FakeSession) -> None:
    give_everything(opened, "a")
    bench.canvas.numbers("labels").paint((10, 10), 40)
    bench.canvas.flush()
    assert [layer for _name, layer, *_ in opened.strokes] == ["labels"]


def test_new_labels_show_in_the_same_layer(bench: Bench, opened: FakeSession) -> None:
    give_everything(opened, "a")
    layer = bench.canvas.numbers("labels")
    opened.give_labels("a", np.full((40, 60), 9, np.uint16))
    assert bench.canvas.numbers("labels") is layer
    assert (np.asarray(layer.data) == 9).all()
    bench.canvas.flush()
    assert opened.strokes == [], "the program's labels are not the person's corrections"


def test_labels_of_another_picture_are_not_shown(bench: Bench, opened: FakeSession) -> None:
    opened.give_labels("b", np.ones((40, 60), np.uint16))
    assert bench.canvas.layer("labels") is None


def test_an_accepted_annotation_is_shown(bench: Bench, opened: FakeSession) -> None:
    opened.give_annotation("a", np.full((40, 60), 3, np.uint16))
    assert (np.asarray(bench.canvas.numbers("annotation").data) == 3).all()


def test_habits_go_along_to_the_next_picture(bench: Bench, opened: FakeSession) -> None:
    annotation = bench.canvas.numbers("annotation")
    annotation.brush_size, annotation.mode, annotation.opacity = 23, "paint", 0.9
    bench.select("b")
    after = bench.canvas.numbers("annotation")
    assert (after.brush_size, str(after.mode), after.opacity) == (23, "paint", 0.9)
    assert bench.viewer.layers.selection.active is after


def test_a_colour_picture_is_one_layer(bench: Bench, opened: FakeSession) -> None:
    image = np.random.default_rng(1).integers(0, 255, (3, 40, 60)).astype(np.uint8)
    opened.add_picture(Picture("he", image, channel_names=COLOUR), None)
    bench.select("he")
    layer = bench.canvas.layer("picture")
    assert layer.rgb
    assert layer.data.shape == (40, 60, 3)
    assert names(bench) == ["picture", "annotation"]


def test_channels_are_layers_of_their_own(bench: Bench, opened: FakeSession) -> None:
    opened.add_picture(a_picture("two", (2, 40, 60), channel_names=("DAPI", "GFP")), None)
    bench.select("two")
    assert names(bench) == ["picture · DAPI", "picture · GFP", "annotation"]
    assert len({bench.viewer.layers[index].colormap.name for index in (0, 1)}) == 2


def test_layers_the_person_deleted_come_back_when_the_picture_is_chosen(bench: Bench, opened: FakeSession) -> None:
    for gone in (["picture"], ["annotation"], ["picture", "annotation"]):
        for name in gone:
            bench.viewer.layers.remove(name)
        bench.select("a")
        assert names(bench) == ["picture", "annotation"]


def test_a_hot_pixel_does_not_darken_the_picture() -> None:
    image = np.random.default_rng(0).integers(100, 200, (1000, 1000)).astype(np.uint16)
    image[500, 500] = 65535
    low, high = contrast(image)
    assert 100 <= low < high <= 200


@pytest.mark.parametrize("image", [np.full((9, 9), 7.0), np.full((9, 9), np.nan)])
def test_a_constant_picture_has_contrast_limits(image: np.ndarray) -> None:
    low, high = contrast(image)
    assert low < high


def test_background_is_quiet_and_no_cell_looks_like_it(bench: Bench, opened: FakeSession) -> None:
    colours = bench.canvas.palette("annotation")
    table = colours.map(np.arange(1, 3000, dtype=np.uint16))
    background, cells = table[0], table[1:]
    assert background[3] <= 0.65
    assert np.abs(cells - background).max(axis=1).min() > 0.1


def test_a_cell_keeps_its_colour_when_it_is_accepted(bench: Bench, opened: FakeSession) -> None:
    labels, annotation = bench.canvas.palette("labels"), bench.canvas.palette("annotation")
    numbers = np.arange(1, 500, dtype=np.uint16)
    np.testing.assert_allclose(labels.map(numbers), annotation.map(numbers + np.uint16(1)), atol=1e-3)


def test_classes_have_the_projects_colours(bench: Bench, session: FakeSession, tmp_path: object) -> None:
    session.new_project(tmp_path, "regions", ("axon", "myelin"))  # type: ignore[arg-type]
    session.add_picture(a_picture("em"), None)
    layer = bench.canvas.numbers("annotation")
    np.testing.assert_allclose(layer.get_color(2)[:3], [0.902, 0.624, 0.0], atol=0.01)
    np.testing.assert_allclose(layer.get_color(3)[:3], [0.337, 0.706, 0.914], atol=0.01)


def test_a_read_only_project_cannot_be_painted(bench: Bench, session: FakeSession, opened: FakeSession) -> None:
    session.read_only = True
    bench.canvas.show()
    assert not bench.canvas.numbers("annotation").editable


def test_changes_by_script_reach_the_session_by_themselves(bench: Bench, opened: FakeSession, qtbot: QtBot) -> None:
    layer = bench.canvas.numbers("annotation")
    layer.data[:5, :5] = 2
    layer.refresh()
    qtbot.waitUntil(lambda: len(opened.strokes) == 1)
    assert opened.strokes[0][2] == (slice(0, 5), slice(0, 5))


def test_images_are_layers_whichever_way(bench: Bench, opened: FakeSession) -> None:
    assert isinstance(bench.canvas.layer("picture"), Image)


def test_a_picture_of_another_size_and_kind_takes_over(bench: Bench, opened: FakeSession) -> None:
    give_everything(opened, "a")
    many = np.full((90, 30), 70_000, np.uint32)
    opened.add_picture(a_picture("tall", (1, 90, 30), pixel_size=(2.0, 2.0), unit="nm"), many)
    bench.canvas.numbers("labels").paint((5, 5), 9)
    bench.select("tall")
    annotation = bench.canvas.numbers("annotation")
    assert annotation.data is opened.annotation("tall"), "painted in place"
    assert annotation.data.dtype == np.uint32
    assert tuple(annotation.scale) == (2.0, 2.0)
    assert str(annotation.units[0]) == "nanometer"
    bench.canvas.flush()
    assert [stroke[:2] for stroke in opened.strokes] == [("a", "labels")]
    for layer in bench.viewer.layers:
        assert layer.data.shape == (90, 30) or layer.name in ("labels", "probability")


def test_undo_does_not_reach_back_into_another_picture(bench: Bench, opened: FakeSession) -> None:
    bench.canvas.numbers("annotation").paint((10, 10), 2)
    bench.select("b")
    bench.canvas.numbers("annotation").undo()
    assert not opened.annotation("b").any()
    assert opened.annotation("a").any()


def test_labels_of_the_picture_before_are_gone_and_cannot_be_painted(bench: Bench, opened: FakeSession) -> None:
    give_everything(opened, "a")
    bench.select("b")
    left = next(layer for layer in bench.viewer.layers if layer.name == "labels")
    assert not np.asarray(left.data).any()
    assert not left.editable
    give_everything(opened, "b")
    assert bench.canvas.numbers("labels") is left
    assert left.editable


def test_what_was_painted_before_can_be_undone_on_the_way_back(bench: Bench, opened: FakeSession) -> None:
    bench.canvas.numbers("annotation").paint((10, 10), 2)
    bench.select("b")
    bench.canvas.numbers("annotation").paint((20, 20), 3)
    bench.select("a")
    annotation = bench.canvas.numbers("annotation")
    annotation.undo()
    assert not opened.annotation("a").any()
    annotation.redo()
    assert opened.annotation("a").any()
    bench.select("b")
    bench.canvas.numbers("annotation").undo()
    assert not opened.annotation("b").any()


def test_undo_is_not_given_back_for_numbers_that_have_changed(bench: Bench, opened: FakeSession) -> None:
    bench.canvas.numbers("annotation").paint((10, 10), 2)
    bench.select("b")
    opened.annotation("a")[:] = 7
    bench.select("a")
    bench.canvas.numbers("annotation").undo()
    assert (opened.annotation("a") == 7).all()


def test_undo_does_not_reach_into_another_project(bench: Bench, opened: FakeSession, tmp_path: Path) -> None:
    annotation = bench.canvas.numbers("annotation")
    annotation.paint((10, 10), 2)
    annotation.undo()  # a picture of the same name and size is as empty as this one now
    opened.leave_project()
    opened.new_project(tmp_path / "other.unet", "objects", ("cell",))
    opened.add_picture(a_picture("a"), None)
    bench.canvas.numbers("annotation").redo()
    assert not opened.annotation("a").any()


def test_strokes_of_a_sitting_that_ended_badly_can_be_taken_back(bench: Bench, opened: FakeSession) -> None:
    where = (np.array([3, 3]), np.array([4, 5]))
    opened.annotation("b")[where] = 2
    opened.found["b", "annotation"] = [[Change(where, np.zeros(2, np.uint16), np.full(2, 2, np.uint16))]]
    bench.select("b")
    annotation = bench.canvas.numbers("annotation")
    annotation.undo()
    assert not opened.annotation("b").any()
    bench.canvas.flush()
    assert [name for name, *_ in opened.strokes] == ["b"], "that is on the disk, too"
    annotation.redo()
    assert opened.annotation("b")[3, 5] == 2
