"""A training set that is handed on as folders and taken in again is the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_unet.core.data import Project, read_mask
from napari_unet.core.data.part import part_name, part_source
from napari_unet.core.data.synthesis import sample_data_folder
from napari_unet.core.data.write_tiff import write_picture
from napari_unet.core.settings import ExportSettings, Kind
from napari_unet.session import Session
from napari_unet.session.exporting import Exported, SetTask
from tests.session.conftest import Told, Wait, correct, discs, give_probability

STROKE = (slice(10, 14), slice(20, 60))


@pytest.fixture
def session(quick_session: Session) -> Session:
    return quick_session


def fill(session: Session, classes: int) -> None:
    """Complete pictures (one of them all background), one with strokes, one bare."""
    for number in range(2):
        picture, mask = discs(f"whole{number}", number)
        session.add_picture(picture, np.minimum(mask, classes).astype(mask.dtype) if classes else mask)
    picture, mask = discs("empty", 5)
    session.add_picture(picture, np.zeros_like(mask))
    for name in ("strokes", "bare"):
        session.add_picture(discs(name, 7)[0], None)
    session.select("strokes")
    for value in (1, 2):
        box = (slice(10 * value, 10 * value + 4), STROKE[1])
        session.annotation("strokes")[box] = value
        session.painted("strokes", "annotation", box, np.full((4, 40), value, np.uint16))


def the_set(project: Project) -> dict[str, tuple[bytes, bytes, bool, tuple[float, ...]]]:
    """All that is learned from."""
    return {
        name: (
            project.picture(name).image.tobytes(),
            project.annotation(name).astype(np.uint32).tobytes(),
            project.record(name).complete,
            project.record(name).pixel_size,
        )
        for name in project.names()
        if project.record(name).complete or project.annotation(name).any()
    }


@pytest.mark.parametrize(("kind", "classes"), [("objects", ("cell",)), ("regions", ("leaf", "stem"))])
def test_the_same_set_comes_back(
    session: Session, told: Told, wait: Wait, tmp_path: Path, kind: Kind, classes: tuple[str, ...]
) -> None:
    session.new_project(tmp_path / "first.unet", kind, classes)
    fill(session, len(classes) if kind == "regions" else 0)
    session.export_set(tmp_path / "set", False)
    wait(lambda: not session.busy)
    first = the_set(session.need_project())

    session.new_project(tmp_path / "second.unet", kind, classes)
    session.add_pairs(session.find_pairs(tmp_path / "set") or [])
    wait(lambda: not session.busy)

    assert told.errors == []
    assert the_set(session.need_project()) == first
    assert first.keys() == {"whole0", "whole1", "empty", "strokes"}


def test_it_says_what_was_written_and_what_was_left_out(
    session: Session, told: Told, wait: Wait, tmp_path: Path
) -> None:
    fill(session, 0)
    session.export_set(tmp_path / "set", False)
    wait(lambda: not session.busy)
    assert told.sentences[-1] == (
        "Wrote 3 pictures with masks and 1 picture painted in part (in partly, with what is unlabelled marked) to "
        f"{tmp_path / 'set'}. 1 picture with nothing painted was left out."
    )


def test_without_anything_painted_there_is_no_set(session: Session, told: Told, tmp_path: Path) -> None:
    session.add_picture(discs("bare", 0)[0], None)
    session.export_set(tmp_path / "set", False)
    assert "There is no training set yet." in told.errors[-1][1].sentence
    assert not (tmp_path / "set").exists()


def test_what_would_be_replaced_is_told_before(session: Session, wait: Wait, tmp_path: Path) -> None:
    fill(session, 0)
    session.export_set(tmp_path / "set", False)
    wait(lambda: not session.busy)
    assert len(session.set_would_overwrite(tmp_path / "set")) == 9
    assert session.set_would_overwrite(tmp_path / "other") == []


def test_a_file_of_the_person_is_not_replaced_unasked(session: Session, told: Told, tmp_path: Path) -> None:
    fill(session, 0)
    (tmp_path / "set").mkdir()
    mine = tmp_path / "set" / "training-set.txt"
    mine.write_text("mine", encoding="utf-8")
    session.export_set(tmp_path / "set", False)
    assert "is there already" in told.errors[-1][1].sentence
    assert [path.name for path in (tmp_path / "set").iterdir()] == ["training-set.txt"]
    assert mine.read_text(encoding="utf-8") == "mine"


def test_stopped_it_says_how_many_had_no_turn(tmp_path: Path) -> None:
    with Project.create(tmp_path / "three.unet", "objects", ("cell",)) as project:
        for number in range(3):
            project.add(*discs(f"whole{number}", number), "drawn")
        tasks = tuple(SetTask(name, project) for name in project.names())
        written = tasks[0].write(tmp_path / "set", ExportSettings()).files
        told = Exported(tmp_path / "set", written, (), tasks, 1).sentence
    assert told == f"Wrote 1 picture with its mask to {tmp_path / 'set'}. Stopped: 2 pictures had no turn."
    assert Exported(tmp_path, (), (), tasks, 0).sentence == "Stopped: 3 pictures had no turn."


def test_what_could_not_be_written_is_not_hidden_by_what_was(
    session: Session, told: Told, wait: Wait, tmp_path: Path
) -> None:
    for number in range(2):
        session.add_picture(discs(f"disc{number}", number)[0], None)
    give_probability(session, "disc0")
    session.export(None, tmp_path / "out", False)
    wait(lambda: not session.busy)
    ((_section, error),) = told.errors
    assert told.sentences[-1] == f"Wrote 1 mask to {tmp_path / 'out'}. Left out: {error.sentence}"


def test_what_was_found_goes_out_in_every_chosen_format_and_together(
    session: Session, told: Told, wait: Wait, tmp_path: Path
) -> None:
    for number in range(2):
        session.add_picture(discs(f"disc{number}", number)[0], None)
        give_probability(session, f"disc{number}")
    session.select("disc1")
    wait(lambda: session.labels("disc1") is not None)
    correct(session, "disc1", (slice(0, 10), slice(0, 10)), 77)
    session.set_settings("export", ExportSettings(formats="tiff,geojson,csv,report"))
    session.export(None, tmp_path / "out", False)
    wait(lambda: not session.busy)
    assert told.errors == []
    assert told.sentences[-1] == f"Wrote 10 files to {tmp_path / 'out'}."
    made = {path.name for path in (tmp_path / "out").iterdir()}
    endings = (".tif", ".geojson", "_measurements.csv", "_report.html")
    assert made == {f"disc{n}{end}" for n in range(2) for end in endings} | {"measurements.csv", "report.html"}
    assert 77 in read_mask(tmp_path / "out" / "disc1.tif")
    rows = (tmp_path / "out" / "measurements.csv").read_text().splitlines()
    assert [row.split(",")[:2] for row in rows if row.startswith("disc1")] == [["disc1", "1"], ["disc1", "77"]]
    assert "corrected by hand" in (tmp_path / "out" / "disc1_report.html").read_text(encoding="utf-8")
    assert len(session.would_overwrite(None, tmp_path / "out")) == 10
    assert len(session.would_overwrite(["disc0"], tmp_path / "out")) == 4


@pytest.fixture
def brought(session: Session, tmp_path: Path) -> Path:
    """A folder of three pictures that are in the project now: one with its mask, one segmented, one bare."""
    folder = tmp_path / "microscope"
    folder.mkdir()
    for number, name in enumerate(("masked", "found", "bare")):
        picture, mask = discs(name, number)
        write_picture(folder / f"{name}.tif", picture)
        if name == "masked":
            tifffile.imwrite(folder / "masked_mask.tif", mask)
    session.add_pairs(session.find_pairs(folder) or [])
    give_probability(session, "found")
    return folder


def held(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("names", [None, ["found"]])
def test_a_picture_is_never_replaced_by_its_mask(
    session: Session, told: Told, wait: Wait, brought: Path, names: list[str] | None
) -> None:
    before = held(brought)
    assert session.would_overwrite(names, brought) is None
    session.export(names, brought, True)
    wait(lambda: not session.busy)
    assert held(brought) == before
    more = " (and so is 1 more)" if names is None else ""
    sentence = f"{brought / 'found.tif'} is one of your own pictures or masks{more}. "
    assert {error.sentence for _section, error in told.errors} == {
        f"{sentence}Nothing that is written ever replaces those. Choose another folder, for example a new one."
    }


def test_a_picture_that_gets_labels_only_later_does_not_replace_itself(
    session: Session, told: Told, wait: Wait, brought: Path
) -> None:
    before = held(brought)
    session.export(["bare"], brought, True)
    wait(lambda: not session.busy)
    assert held(brought) == before
    ((_section, error),) = told.errors
    assert f"{brought / 'bare.tif'} is one of your own pictures" in error.sentence


def test_damaged_strokes_of_one_picture_do_not_keep_the_others_back(
    session: Session, told: Told, wait: Wait, brought: Path, tmp_path: Path
) -> None:
    project = session.need_project()
    project.save_annotation("bare", np.ones(project.picture("bare").spatial_shape, np.uint16))
    (project.folder / "pictures" / "bare" / "annotation.tif").write_bytes(b"damaged")
    assert session.would_overwrite(None, tmp_path / "out") == []
    session.export(None, tmp_path / "out", False)
    wait(lambda: not session.busy)
    assert {path.name for path in (tmp_path / "out").glob("*.tif")} == {"masked.tif", "found.tif"}
    ((_section, error),) = told.errors
    assert "annotation.tif" in error.sentence, error.sentence


def test_choosing_begins_where_the_pictures_came_from(session: Session, brought: Path) -> None:
    assert session.picture_folder == brought
    session.add_files([sample_data_folder() / "images" / "colonies.tif"])
    assert session.picture_folder == brought, "not among the program's own files"
    for name in [row.name for row in session.pictures]:
        session.remove(name)
    assert session.picture_folder == Path.home()


def test_a_mask_that_was_brought_along_is_never_replaced(session: Session, told: Told, tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "masks").mkdir()
    picture, mask = discs("cells", 0)
    write_picture(tmp_path / "images" / "cells.tif", picture)
    tifffile.imwrite(tmp_path / "masks" / "cells.tif", mask)
    session.add_pairs(session.find_pairs(tmp_path) or [])
    before = held(tmp_path / "masks")
    session.export(None, tmp_path / "masks", True)
    session.export_set(tmp_path, True)
    assert session.set_would_overwrite(tmp_path) is None
    assert held(tmp_path / "masks") == before
    assert [str(tmp_path / "masks") in told.errors[0][1].sentence, len(told.errors)] == [True, 3]


def test_beside_pictures_that_nothing_is_written_of_masks_may_lie(
    session: Session, told: Told, wait: Wait, brought: Path, tmp_path: Path
) -> None:
    """Only files that will be written are asked about; the bare picture has none."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "bare.tif").write_bytes((brought / "bare.tif").read_bytes())
    assert session.would_overwrite(None, out) == []
    session.export(None, out, False)
    wait(lambda: not session.busy)
    assert {path.name for path in out.iterdir()} >= {"bare.tif", "found.tif", "masked.tif"}
    assert (out / "bare.tif").read_bytes() == (brought / "bare.tif").read_bytes()
    assert session.would_overwrite(None, out) == [out / "found.tif", out / "masked.tif"]


def test_a_part_does_not_go_into_the_slide_it_was_taken_of(session: Session, told: Told, tmp_path: Path) -> None:
    slide, window = tmp_path / "slide.tif", (slice(0, 96), slice(0, 96))
    picture = discs("slide", 0)[0]
    write_picture(slide, picture)
    before = slide.read_bytes()
    name = part_name("slide", window)
    session.add_picture(replace(picture, name=name, source=part_source(str(slide), window)), discs("slide", 0)[1])
    session.write_back(slide)
    assert "Choose the file with the labels of the whole picture." in told.errors[-1][1].sentence
    assert slide.read_bytes() == before


def test_the_chosen_formats_are_there_when_the_project_is_opened_again(session: Session, tmp_path: Path) -> None:
    folder = session.need_project().folder
    session.set_settings("export", ExportSettings(formats="geojson,csv"))
    session.new_project(tmp_path / "other.unet", "objects", ("cell",))
    assert session.settings("export") == ExportSettings()
    session.open_project(folder)
    assert session.settings("export") == ExportSettings(formats="geojson,csv")


def test_pictures_whose_files_would_be_the_same_are_told_and_the_others_written(
    session: Session, told: Told, wait: Wait, tmp_path: Path
) -> None:
    for name in ("a", "a_overlay", "b"):
        session.add_picture(*discs(name, 1))
    session.set_settings("export", ExportSettings(formats="png,overlay"))
    session.export(None, tmp_path / "out", False)
    wait(lambda: not session.busy)
    assert "a_overlay was not written" in told.errors[0][1].sentence
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        *("a.png", "a_overlay.png", "b.png", "b_overlay.png")
    ]


def test_a_picture_that_fails_this_time_is_not_among_all_pictures(
    session: Session, told: Told, wait: Wait, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        session.add_picture(*discs(name, 1))
    session.set_settings("export", ExportSettings(formats="csv,report"))
    session.export(None, tmp_path / "out", False)
    wait(lambda: not session.busy)
    assert "painted or accepted by hand" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    project = session.need_project()
    (project.folder / "pictures" / "b" / "annotation.tif").write_bytes(b"II*")
    session.open_project(project.folder)
    session.export(None, tmp_path / "out", True)
    wait(lambda: not session.busy)
    assert len(told.errors) == 1
    rows = (tmp_path / "out" / "measurements.csv").read_text().splitlines()[1:]
    assert {row.split(",")[0] for row in rows} == {"a"}


def test_corrections_that_were_accepted_are_what_goes_out(session: Session, wait: Wait, tmp_path: Path) -> None:
    session.new_project(tmp_path / "a.unet", "objects", ("cell",))
    session.add_picture(discs("disc", 0)[0], None)
    session.select("disc")
    give_probability(session, "disc")
    wait(lambda: session.labels("disc") is not None)
    correct(session, "disc", (slice(0, 10), slice(0, 10)), 77)
    session.accept("disc", None)
    wait(lambda: session.labels("disc") is not None)
    session.export(None, tmp_path / "out", False)
    wait(lambda: not session.busy)
    mask = read_mask(tmp_path / "out" / "disc.tif")
    assert (mask[:10, :10] == 77).all()
    np.testing.assert_array_equal(mask, np.where(mask > 0, session.annotation("disc") - 1, 0))


def test_a_report_names_the_model_that_answered_and_not_the_one_that_is_active_now(
    session: Session, told: Told, wait: Wait, tmp_path: Path
) -> None:
    session.add_picture(discs("a", 1)[0], None)
    session._asked = "2024-01-01-nuclei"
    give_probability(session, "a")
    session._active = "another one, that has answered nothing"
    session.set_settings("export", ExportSettings(formats="report"))
    session.export(None, tmp_path / "out", False)
    wait(lambda: not session.busy)
    assert told.errors == []
    page = (tmp_path / "out" / "a_report.html").read_text(encoding="utf-8")
    assert "2024-01-01-nuclei" in page
    assert "another one" not in page


def test_a_part_goes_back_into_the_mask_of_the_whole(session: Session, told: Told, wait: Wait, tmp_path: Path) -> None:
    window = (slice(100, 196), slice(50, 146))
    picture = discs("slide", 1)[0]
    named = replace(picture, name=part_name("slide", window), source=part_source("open layer slide", window))
    session.add_picture(named, None)
    session.add_picture(discs("other", 2)[0], None)
    session.select(named.name)
    assert session.part_on_show == "rows 100 to 196, columns 50 to 146"
    give_probability(session, named.name)
    wait(lambda: session.labels(named.name) is not None)
    correct(session, named.name, (slice(0, 10), slice(0, 10)), 77)
    whole = np.zeros((300, 200), np.uint8)
    whole[95:100, 50:60] = 3
    whole[250:260, 10:20] = 9
    tifffile.imwrite(tmp_path / "slide.tif", whole)
    session.write_back(tmp_path / "slide.tif")
    wait(lambda: not session.busy)
    assert told.errors == []
    assert told.sentences[-1] == f"Wrote 1 mask to {tmp_path}."
    now = read_mask(tmp_path / "slide.tif")
    assert (now[95:110, 50:60] == 3).all(), "what touches across the seam is one object"
    assert (now[250:260, 10:20] == 9).all()
    assert (now[window] > 0).sum() == (session.labels(named.name) > 0).sum()
    session.select("other")
    assert session.part_on_show == ""
    session.write_back(tmp_path / "slide.tif")
    wait(lambda: not session.busy)
    assert "other is no part of a larger picture" in told.errors[-1][1].sentence
