"""A picture's file that was replaced by another one of its size is noticed, and no other is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_unet.core.data import Picture, Project, as_added
from napari_unet.core.data.as_added import check, remember
from napari_unet.core.data.telling_axes import take_other_planes
from napari_unet.core.data.write_tiff import write_picture
from napari_unet.core.errors import PictureError
from tests.storage import untouched_since


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "cells.unet", "objects", ("cell",)) as project:
        yield project


def picture(seed: int, axes: str = "", dtype: str = "u2") -> Picture:
    shape = (2, *(3, 4)[: max(0, len(axes) - 3)], 20, 30)
    return Picture("a", (np.random.default_rng(seed).random(shape) * 100).astype(dtype), axes=axes)


def replaced(project: Project, name: str) -> PictureError | None:
    """A look, as the window takes it."""
    checked = check(project, name)
    remember(project, name, checked)
    return checked.wrong


def file_of(project: Project) -> Path:
    return project.folder / "pictures" / "a" / "image.tif"


@pytest.mark.parametrize("dtype", ["?", "u1", "i1", ">u2", "i2", "u4", "i8", "f2", ">f4", "f8"])
@pytest.mark.parametrize("axes", ["", "CZYX", "CTZYX"])
def test_a_picture_as_it_was_added_is_none(project: Project, axes: str, dtype: str) -> None:
    project.add(picture(0, axes, dtype), None, "")
    assert replaced(project, "a") is None


def test_one_of_the_same_size_is_noticed_until_it_is_put_back(project: Project) -> None:
    project.add(picture(0), None, "")
    assert replaced(project, "a") is None
    write_picture(file_of(project), picture(1))
    for _look in range(2):
        found = replaced(project, "a")
        assert found is not None
        assert found.what == "The file of the picture a was replaced since it was added: its pixels are others."
        assert str(file_of(project)) in found.do
    write_picture(file_of(project), picture(0))
    assert replaced(project, "a") is None


def test_so_it_is_where_nothing_was_looked_at_before(project: Project) -> None:
    project.add(picture(0), None, "")
    tifffile.imwrite(file_of(project), picture(1).image, imagej=True, metadata={"axes": "CYX"})
    assert replaced(project, "a") is not None


def test_pixels_are_only_looked_at_when_date_or_size_are_others(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    honest = as_added.pixel_hash
    monkeypatch.setattr(as_added, "pixel_hash", lambda one: looks.append(one.name) or honest(one))
    project.add(picture(0), None, "")
    assert [replaced(project, "a") for _look in range(3)] == [None] * 3
    assert len(looks) == 1
    untouched_since(file_of(project), 3600)  # as in a copy of the project
    assert [replaced(project, "a") for _look in range(3)] == [None] * 3
    assert len(looks) == 2
    shutil.rmtree(project.folder / "cache")
    assert replaced(project, "a") is None
    assert len(looks) == 3


def test_planes_that_are_taken_for_others_are_no_other_picture(project: Project) -> None:
    project.add(picture(0, "CZYX"), None, "")
    take_other_planes(project, "a")
    os.utime(file_of(project), (1, 1))
    assert replaced(project, "a") is None


def test_who_may_only_look_writes_nothing(project: Project) -> None:
    project.add(picture(0), None, "")
    looking = Project.open(project.folder)
    assert looking.read_only
    assert replaced(looking, "a") is None
    assert not (project.folder / "cache").exists()


def test_a_very_large_file_is_not_looked_into(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.add(picture(0), None, "")
    write_picture(file_of(project), picture(1))
    monkeypatch.setattr(as_added, "LARGEST", file_of(project).stat().st_size - 1)
    assert replaced(project, "a") is None


def test_pictures_of_the_oldest_layout_are_as_they_were_added(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(Path(__file__).parents[2] / "layouts" / "project-1", tmp_path / "old.unet"))
    with Project.open(folder) as project:
        assert [check(project, name).wrong for name in project.names()] == [None]
