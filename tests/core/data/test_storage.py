"""A full disk and a folder that may not be written, for real: a small file system, and another user."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import Picture, Project
from napari_unet.core.errors import StorageError
from tests.storage import anybodys_folder, as_nobody, fill, small_disk

BOX = (slice(2, 8), slice(3, 9))
WHOLE = (slice(0, 100), slice(0, 100))
SEVENS = np.full((6, 6), 7, np.uint16)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", "1m") as folder:
        yield folder


def a_project(folder: Path) -> Project:
    project = Project.create(folder / "cells.unet", "objects", ("cell",))
    project.add(Picture("a", np.arange(10000, dtype=np.uint16).reshape(1, 100, 100)), None, "")
    project.journal.append("a", "annotation", BOX, SEVENS)
    return project


def painted() -> np.ndarray:
    annotation = np.zeros((100, 100), np.uint16)
    annotation[BOX] = SEVENS
    return annotation


def test_on_a_full_disk_nothing_is_lost_and_it_goes_on_once_there_is_room(disk: Path) -> None:
    noise = np.random.default_rng(0).integers(1, 60000, (100, 100)).astype(np.uint16)
    with a_project(disk) as project:
        ballast = fill(disk)
        for write in (
            lambda: project.journal.append("a", "annotation", WHOLE, noise),
            lambda: project.save_annotation("a", noise),
            lambda: project.save_labels("a", noise),
            lambda: project.update_record("a", complete=True),
            lambda: project.save_settings("export", {"format": "tiff" * 2000}),
            lambda: project.add(Picture("b", noise[None]), None, ""),
            lambda: project.save_locks("a", range(2000)),
        ):
            with pytest.raises(StorageError, match="disk is full"):
                write()
        assert project.names() == ("a",)
        np.testing.assert_array_equal(project.annotation("a"), painted())
        ballast.unlink()
        project.save_annotation("a", noise)
    with Project.open(disk / "cells.unet") as project:
        np.testing.assert_array_equal(project.annotation("a"), noise)
        assert not project.record("a").complete
        assert project.settings("export") == {}
        assert not list((disk / "cells.unet").rglob("*.part*"))


def test_a_half_written_stroke_is_taken_back(disk: Path) -> None:
    """Room for a piece of a stroke only: what was painted before and after it is whole."""
    noise = np.random.default_rng(1).integers(1, 60000, (100, 100)).astype(np.uint16)
    with a_project(disk) as project:
        ballast, journal = fill(disk), project.journal.path("a", "annotation")
        before = journal.stat().st_size
        with ballast.open("r+b") as file:
            file.truncate(ballast.stat().st_size - 8192)
        with pytest.raises(StorageError, match="disk is full"):
            project.journal.append("a", "annotation", WHOLE, noise)
        assert journal.stat().st_size == before
        project.journal.append("a", "annotation", (slice(20, 26), slice(20, 26)), SEVENS)
    expected = painted()
    expected[20:26, 20:26] = 7
    with Project.open(disk / "cells.unet") as project:
        np.testing.assert_array_equal(project.annotation("a"), expected)


LOOK = """
from pathlib import Path
import numpy as np
from napari_unet.core.data import Project
from napari_unet.core.errors import StorageError
box, ones = (slice(0, 1), slice(0, 1)), np.ones((1, 1), np.uint16)
with Project.open(Path(sys.argv[1])) as project:
    print(project.read_only, project.notice)
    print(int(project.annotation("a").sum()))
    for write in (lambda: project.save_annotation("a", project.annotation("a")),
                  lambda: project.journal.append("a", "annotation", box, ones),
                  lambda: project.remove("a")):
        try:
            write()
        except StorageError as error:
            print(error.what)
"""

EXPORT = """
from pathlib import Path
import numpy as np
from napari_unet.core.data import Picture, Project
from napari_unet.core.errors import StorageError
from napari_unet.core.export import export_labels
from napari_unet.core.settings import ExportSettings
folder = Path(sys.argv[1])
labels = np.ones((4, 4), np.uint16)
for write in (lambda: Project.create(folder / "new.unet", "objects", ("cell",)),
              lambda: export_labels(labels, Picture("a", labels[None]), folder / "a.tif", ExportSettings())):
    try:
        write()
    except StorageError as error:
        print(error.sentence)
"""


def test_a_folder_that_may_not_be_written_is_opened_to_be_looked_at() -> None:
    with anybodys_folder() as folder:
        a_project(folder).close()
        said = as_nobody(LOOK, folder / "cells.unet").splitlines()
    assert said[0].startswith("True The folder ")
    assert "does not let us write" in said[0]
    assert said[1] == str(int(painted().sum()))
    assert said[2:] == [said[0].removeprefix("True ")] * 3


def test_whatever_would_be_written_into_such_a_folder_is_a_sentence() -> None:
    with anybodys_folder() as folder:
        said = as_nobody(EXPORT, folder).splitlines()
        assert len(said) == 2
        assert all("does not let us write" in line and "Choose another folder" in line for line in said)
        assert list(folder.iterdir()) == []
