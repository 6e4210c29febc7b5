"""The project's folder goes away, or another one takes its place, or its files change, while somebody works."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_unet.core.data import Picture, Project
from napari_unet.core.data.write_tiff import write_picture
from napari_unet.core.errors import StorageError
from napari_unet.session import Session
from tests.session.conftest import Told, Wait, discs, fill
from tests.session.test_nothing_lost import BOX, STROKE, paint

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no folder that holds an open file")


@pytest.fixture
def folder(session: Session) -> Path:
    """The folder of a project in which one stroke was painted."""
    session.add_picture(discs("disc0", 0)[0], None)
    session.select("disc0")
    paint(session, "disc0", 2)
    return session.need_project().folder


def sentences(told: Told) -> list[str]:
    return [error.sentence for _, error in told.errors if isinstance(error, StorageError)]


def test_strokes_painted_while_the_folder_was_gone_are_written_once_it_is_back(
    session: Session, told: Told, folder: Path
) -> None:
    away = folder.with_name("away")
    folder.rename(away)
    paint(session, "disc0", 3, BOX)
    assert sentences(told)
    assert "is not in its folder any more" in sentences(told)[0]
    assert not folder.exists(), "nothing is written to where the folder was"
    away.rename(folder)
    paint(session, "disc0", 4, (slice(40, 44), slice(40, 44)))
    found = Project.open(folder).annotation("disc0")  # as the next start would find it
    assert [int(found[place]) for place in ((2, 2), (80, 80), (40, 40))] == [2, 3, 4]


def test_nothing_is_written_into_another_project_that_took_the_place(
    session: Session, told: Told, folder: Path
) -> None:
    folder.rename(folder.with_name("away"))
    with Project.create(folder, "objects", ("somebody else's",)) as other:
        other._write_card(created="2001-01-01T00:00:00+00:00")
        other.add(discs("disc0", 0)[0], None, "")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    paint(session, "disc0", 3, BOX)
    session.set_complete("disc0", True)
    assert len(sentences(told)) == 2
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_copy_of_the_project_in_its_place_is_gone_on_with(session: Session, told: Told, folder: Path) -> None:
    """A backup that was put back, or a network drive that numbers its folders anew."""
    shutil.copytree(folder, folder.with_name("copy"))
    shutil.rmtree(folder)
    folder.with_name("copy").rename(folder)
    paint(session, "disc0", 3, BOX)
    assert told.errors == []
    found = Project.open(folder).annotation("disc0")
    assert (found[BOX] == 3).all()
    assert (found[STROKE] == 2).all()


def test_a_picture_file_that_was_changed_to_another_size_is_told_and_the_others_stay(
    session: Session, told: Told, folder: Path
) -> None:
    session.add_picture(discs("disc1", 1)[0], None)
    for shape in ((90, 90), (5, 96, 96)):
        tifffile.imwrite(folder / "pictures" / "disc1" / "image.tif", np.zeros(shape, np.uint16))
        told.errors.clear()
        session.select("disc1")
        assert [type(error).__name__ for _, error in told.errors] == ["PictureError"]
        assert "was changed" in told.errors[0][1].what
    session.select("disc0")
    paint(session, "disc0", 3, BOX)
    assert (session.annotation("disc0")[BOX] == 3).all()


def test_a_picture_file_that_was_replaced_by_one_of_its_size_is_told_when_it_is_shown(
    session: Session, told: Told, wait: Wait, folder: Path
) -> None:
    session.add_picture(discs("disc1", 1)[0], None)
    session.select("disc1")
    wait(lambda: (folder / "cache" / "disc1.as-added").exists())
    write_picture(folder / "pictures" / "disc1" / "image.tif", discs("disc1", 2)[0])
    session.open_project(folder)
    session.select("disc0")
    session.select("disc1")
    wait(lambda: bool(told.errors))
    ((section, error),) = told.errors
    assert section == "pictures"
    assert error.sentence.startswith("The file of the picture disc1 was replaced since it was added: ")
    assert session.current == "disc1"


def test_a_picture_file_with_values_that_are_no_numbers_is_told(tmp_path: Path) -> None:
    with Project.create(tmp_path / "c.unet", "objects", ("cell",)) as project:
        project.add(Picture("a", np.ones((1, 8, 8), np.float32)), None, "")
        tifffile.imwrite(project.folder / "pictures" / "a" / "image.tif", np.full((8, 8), np.nan, np.float32))
        with pytest.raises(Exception, match="64 of 64 values that are no numbers"):
            project.picture("a")


def test_a_project_that_is_deleted_is_let_go_when_that_is_asked_twice(
    session: Session, told: Told, folder: Path
) -> None:
    shutil.rmtree(folder)
    paint(session, "disc0", 3, BOX)
    other = folder.with_name("other.unet")
    Project.create(other, "objects", ("cell",)).close()
    for name in ("cells", "other"):
        session.open_project(other)
        assert session.project is not None
        assert session.project.name == name
    assert "once more" in told.errors[-1][1].do
    assert not folder.exists()


def test_settings_changed_while_the_folder_was_gone_are_written_once_it_is_back(
    session: Session, told: Told, folder: Path, tmp_path: Path
) -> None:
    usual = session.settings("postprocessing")
    folder.rename(folder.with_name("away"))
    session.set_settings("postprocessing", replace(usual, threshold=0.8))
    for _look in range(3):
        session._catch_up()
    assert len(sentences(told)) == 1, "it is told once, not at each look"
    folder.with_name("away").rename(folder)
    session.new_project(tmp_path / "other.unet", "objects", ("cell",))
    assert session.settings("postprocessing") == usual
    session.open_project(folder)
    assert session.settings("postprocessing") == replace(usual, threshold=0.8)


def test_a_training_writes_nothing_to_where_the_folder_was_and_is_gone_on_with_once_it_is_back(
    session: Session, told: Told, wait: Wait, tmp_path: Path
) -> None:
    folder, away = session.need_project().folder, tmp_path / "away"
    fill(session, 2, epochs=500, steps=2, batch=1)
    session.train()
    wait(lambda: len(session.curve.epochs) >= 2)
    folder.rename(away)
    wait(lambda: session.job is None)
    assert [sentence for sentence in sentences(told) if "The model cannot be kept: " in sentence]
    assert not folder.exists()
    away.rename(folder)
    session.open_project(folder)
    assert session.broken_off is not None
    assert session.broken_off.epoch >= 2
