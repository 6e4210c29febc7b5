"""A session on stacks: axes that are asked about, planes completed and accepted, numbers that go on, exports."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_unet.core.data import Pair, Picture, read_picture
from napari_unet.core.errors import AxesError
from napari_unet.core.settings import ExportSettings
from napari_unet.session import Session
from napari_unet.session.files import fresh_file
from tests.session.conftest import Told, Wait

SHAPE = (3, 40, 50)
PLANE = (slice(1, 2), slice(0, 40), slice(0, 50))


def answer(session: Session, name: str) -> None:
    """A probability as the worker would leave it: two squares through all planes."""
    planes = np.zeros((1, *SHAPE), np.float32)
    planes[:, :, 5:15, 5:15] = planes[:, :, 20:35, 25:45] = 0.9
    file = fresh_file(session.need_project(), name)
    file.parent.mkdir(parents=True, exist_ok=True)
    np.save(file, planes)
    session.predicted(name)


@pytest.fixture
def stack(session: Session, wait: Wait) -> str:
    """The name of a stack with labels."""
    image = np.random.default_rng(0).integers(0, 900, (1, *SHAPE)).astype(np.uint16)
    session.add_picture(Picture("embryo", image, (2.0, 0.5, 0.5), "µm"), None)
    answer(session, "embryo")
    session.labels("embryo")
    wait(lambda: not session.busy)
    assert session.labels("embryo") is not None
    return "embryo"


def test_an_axis_without_a_name_is_asked_about_and_added_as_told(session: Session, told: Told, tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "film.tif", np.zeros((6, 20, 30), np.uint8))
    asked: list[tuple[Pair, AxesError]] = []
    session.axes_asked.connect(lambda pair, error: asked.append((pair, error)))
    session.add_files([tmp_path / "film.tif"])
    assert session.pictures == ()
    (pair, error) = asked[0]
    assert (error.shape, error.axes) == ((6, 20, 30), "?YX")
    session.add_pairs([replace(pair, axes="TYX")])
    assert session.need_project().record("film").axes == "CTYX"
    assert session.need_project().record("film").told == "TYX"


def test_labels_of_a_stack_are_joined_through_its_planes(session: Session, stack: str) -> None:
    labels = session.labels(stack)
    assert labels is not None
    assert [np.unique(plane).tolist() for plane in labels] == [[0, 1, 2]] * 3


def test_a_plane_is_completed_by_a_tick_and_all_of_them_are_the_picture(session: Session, stack: str) -> None:
    for plane in (0, 2):
        session.set_complete_plane(stack, plane, True)
    assert [session.complete_plane(stack, plane) for plane in range(3)] == [True, False, True]
    assert not session.complete(stack)
    session.set_complete_plane(stack, 1, True)
    assert session.complete(stack)
    session.set_complete_plane(stack, 2, False)
    assert [session.complete_plane(stack, plane) for plane in range(3)] == [True, True, False]


def test_planes_accepted_one_by_one_give_an_object_one_number(session: Session, stack: str) -> None:
    session.painted(stack, "annotation", (slice(0, 1), slice(36, 39), slice(0, 3)), np.full((1, 3, 3), 9, np.uint16))
    for plane in (1, 2):
        session.accept(stack, (slice(plane, plane + 1), *PLANE[1:]), "plane")
    annotation = session.annotation(stack)
    assert annotation[1, 10, 10] == annotation[2, 10, 10] > 9
    assert annotation[1, 25, 30] == annotation[2, 25, 30] > 9
    assert annotation[1, 10, 10] != annotation[1, 25, 30]
    assert session.need_project().record(stack).complete_planes == (1, 2)
    assert annotation[0].max() == 9


def test_accepting_a_plane_can_be_taken_back_at_once_and_at_any_later_time(session: Session, stack: str) -> None:
    session.set_complete_plane(stack, 0, True)
    session.accept(stack, PLANE, "plane")
    assert session.need_project().record(stack).complete_planes == (0, 1)
    session.take_back()
    assert session.need_project().record(stack).complete_planes == (0,)
    assert not session.annotation(stack).any()
    session.accept(stack, None)
    assert session.complete(stack)
    region = session.need_project().record(stack).origin[0]
    assert session.need_project().acceptance(stack, region).planes == (1, 2)
    session.need_desk().take_out({stack: {region.id}})
    assert session.need_project().record(stack).complete_planes == (0,)


def test_a_plane_stays_complete_while_a_later_accept_says_so(session: Session, stack: str) -> None:
    session.accept(stack, PLANE, "plane")
    first = session.need_project().record(stack).origin[0]
    session.accept(stack, PLANE, "plane")
    session.need_desk().take_out({stack: {first.id}})
    assert session.need_project().record(stack).complete_planes == (1,)
    session.take_back()
    assert session.need_project().record(stack).complete_planes == ()


def test_a_part_of_a_plane_says_nothing_of_others_and_completes_nothing(session: Session, stack: str) -> None:
    session.accept(stack, (slice(0, 1), slice(0, 18), slice(0, 50)))
    annotation = session.annotation(stack)
    assert annotation[0, 10, 10] > 1
    assert annotation[0, 2, 40] == 1
    assert not annotation[0, 20:].any()
    assert not annotation[1:].any()
    assert session.need_project().record(stack).complete_planes == ()


@pytest.mark.parametrize(("kind", "name"), [("tiff", "embryo.tif"), ("ome-tiff", "embryo.ome.tif")])
def test_the_mask_of_a_stack_has_its_axes_and_spacing(
    session: Session, stack: str, wait: Wait, tmp_path: Path, kind: str, name: str
) -> None:
    session.set_settings("export", ExportSettings(formats=kind))
    session.export([stack], tmp_path / "out", overwrite=False)
    wait(lambda: not session.busy)
    (file,) = (tmp_path / "out").glob("*.tif")
    with tifffile.TiffFile(file) as tiff:
        assert tiff.is_ome == (kind != "tiff")
        assert tiff.series[0].axes == "ZYX"
        assert np.array_equal(tiff.series[0].asarray(), session.labels(stack))
    assert read_picture(file).pixel_size == pytest.approx((2.0, 0.5, 0.5))


def exported(session: Session, wait: Wait, folder: Path) -> np.ndarray:
    session.export(["embryo"], folder, overwrite=True)
    wait(lambda: not session.busy)
    return np.asarray(tifffile.imread(folder / "embryo.tif"))


def paint_plane(session: Session, plane: int, box: tuple[slice, slice], number: int) -> None:
    """Paint on the annotation of a plane, and say that it is complete."""
    where = (slice(plane, plane + 1), *box)
    session.annotation("embryo")[where] = number
    session.painted("embryo", "annotation", where, session.annotation("embryo")[where].copy())
    session.set_complete_plane("embryo", plane, True)


def mend_plane(session: Session, plane: int, box: tuple[slice, slice], number: int) -> None:
    """Correct the labels of a plane."""
    where, labels = (slice(plane, plane + 1), *box), session.labels("embryo")
    assert labels is not None
    labels[where] = number
    session.painted("embryo", "labels", where, labels[where].copy())


def test_complete_planes_are_exported_as_a_person_left_them_and_the_others_as_found(
    session: Session, stack: str, told: Told, wait: Wait, tmp_path: Path
) -> None:
    paint_plane(session, 1, (slice(4, 15), slice(5, 15)), 30)  # the first square, a little larger; the second is none
    mask = exported(session, wait, tmp_path / "out")
    assert np.array_equal(mask[[0, 2]], session.labels(stack)[[0, 2]])
    assert np.array_equal(mask[1] > 0, session.annotation(stack)[1] > 1)
    assert mask[1, 10, 10] == mask[0, 10, 10], "one object through all planes"
    assert "of 3 planes 1 painted or accepted by hand, 2 as the model found them" in told.sentences[-1]


def test_what_was_corrected_after_it_was_complete_is_exported_as_corrected(
    session: Session, stack: str, told: Told, wait: Wait, tmp_path: Path
) -> None:
    paint_plane(session, 0, (slice(4, 15), slice(5, 15)), 30)
    session.accept(stack, PLANE, "plane")
    mend_plane(session, 1, (slice(20, 35), slice(25, 45)), 0)
    mask = exported(session, wait, tmp_path / "out")
    assert not mask[1, 20:35, 25:45].any(), "the correction of an accepted plane counts, although it is not accepted"
    assert np.array_equal(mask[0] > 0, session.annotation(stack)[0] > 1), "and what was painted on another stands"
    assert mask[2, 25, 30] > 0
    words = "of 3 planes 1 painted or accepted by hand, 1 corrected, 1 as the model found them"
    assert words in told.sentences[-1]
    session.accept(stack, PLANE, "plane")
    assert session.need_project().record(stack).corrected_planes == ()


def test_new_numbers_correct_no_plane(session: Session, stack: str) -> None:
    paint_plane(session, 0, (slice(4, 15), slice(5, 15)), 30)
    mend_plane(session, 2, (slice(5, 15), slice(5, 15)), 0)
    mend_plane(session, 1, (slice(5, 15), slice(5, 15)), 0)
    mend_plane(session, 0, (slice(5, 15), slice(5, 15)), 0)
    session.set_complete_plane(stack, 0, True)
    done = session.correction("relabel", [], True)
    assert done is not None
    labels = session.labels(stack)
    assert labels is not None
    labels[done.box] = done.values
    session.painted(stack, "labels", done.box, done.values)
    assert session.need_project().record(stack).corrected_planes == (1, 2)


def test_corrections_that_were_let_go_leave_no_trace(session: Session, stack: str, wait: Wait) -> None:
    mend_plane(session, 1, (slice(20, 35), slice(25, 45)), 0)
    session.discard_corrections()
    wait(lambda: not session.busy)
    mend_plane(session, 2, (slice(20, 35), slice(25, 45)), 0)
    assert session.need_project().record(stack).corrected_planes == (2,)


def test_accepted_classes_are_exported_with_their_planes(
    session: Session, stack: str, wait: Wait, tmp_path: Path
) -> None:
    session.set_classes(("alive", "dead"), ("#e69f00", "#56b4e9"))
    paint_plane(session, 1, (slice(4, 15), slice(5, 15)), 30)
    session.classify(stack, "annotation", {30: 2})
    mask = exported(session, wait, tmp_path / "out")
    lines = (tmp_path / "out" / "embryo_classes.csv").read_text().splitlines()
    assert f"{mask[1, 10, 10]},dead" in lines


def test_planes_that_are_time_points_are_taken_so_while_one_looks_at_them(
    quick_session: Session, tmp_path: Path
) -> None:
    session, told = quick_session, list[str]()
    session.said.connect(lambda _section, sentence: told.append(sentence))
    picture = Picture("film", np.random.default_rng(0).integers(0, 99, (1, 4, 30, 40)).astype(np.uint8))
    session.add_picture(picture, None)
    session.select("film")
    session.annotation("film")[2, 3:9, 3:9] = 2
    session.painted("film", "annotation", np.s_[2:3, 3:9, 3:9], np.full((1, 6, 6), 2, np.uint16))
    assert session.about("film") == "4 focal planes, 30 x 40 pixels"
    assert session.other_planes("film") == "time points"
    session.take_other_planes("film")
    assert told[-1] == "film is 4 time points, 30 x 40 pixels now."
    assert (session.current, session.picture("film").axes) == ("film", "CTYX")
    assert (session.annotation("film")[2, 3:9, 3:9] == 2).all()
    assert session.need_project().record("film").axes == "CTYX"
