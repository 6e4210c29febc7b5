"""The files that a project was made of are known, all of them, wherever the program runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_unet.core.data import Project, read_picture
from napari_unet.core.data.lazy import open_lazily
from napari_unet.core.data.own_files import own_files, replaced
from napari_unet.core.data.part import part_source
from napari_unet.core.data.picture import Picture
from tests.core.data.channel_files import write_channel_files

IMAGE = np.random.default_rng(0).integers(0, 999, (3, 30, 40)).astype(np.uint16)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "cells.unet", "objects", ("cell",)) as project:
        yield project


@pytest.mark.parametrize("first", [0, 1, 2])
def test_every_file_of_a_picture_in_several_files_is_ones_own(project: Project, tmp_path: Path, first: int) -> None:
    files = write_channel_files(tmp_path, IMAGE)
    picture = read_picture(files[first])
    assert picture.image.shape == IMAGE.shape
    project.add(picture, None, "")
    assert replaced([*files, tmp_path / "other.tif"], own_files(project)) == files
    with Project.open(project.folder) as again:
        assert replaced(files, own_files(again)) == files


def test_so_are_those_of_a_part_of_it(project: Project, tmp_path: Path) -> None:
    files = write_channel_files(tmp_path, IMAGE)
    project.add(open_lazily(files[0]).part(slice(0, 20), slice(0, 20)), None, "")
    assert replaced(files, own_files(project)) == files


def test_a_picture_that_goes_on_into_another_project_keeps_them(project: Project, tmp_path: Path) -> None:
    files = write_channel_files(tmp_path, IMAGE)
    name = project.add(read_picture(files[0]), None, "")
    with Project.create(tmp_path / "more.unet", "objects", ("cell",)) as other:
        other.add(project.picture(name), None, "")
        assert replaced(files, own_files(other)) == files


def test_names_from_where_the_program_ran_are_known_elsewhere(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.tif", "mask.tif", "slide.tif"):
        tifffile.imwrite(name, np.ones((30, 40), np.uint16))
    project.add(read_picture("a.tif"), np.ones((30, 40), np.uint16), "mask.tif")
    part = part_source("slide.tif", (slice(0, 30), slice(0, 40)))
    project.add(Picture("part", np.ones((1, 30, 40), np.uint16), source=part), None, "")
    project.add(Picture("layer", np.ones((1, 30, 40), np.uint16), source="open layer a.tif"), None, "")
    monkeypatch.chdir("/")
    files = [tmp_path / name for name in ("a.tif", "mask.tif", "slide.tif")]
    assert replaced(files, own_files(project)) == files
    assert project.record("layer").source == "open layer a.tif"


def test_a_record_of_one_file_is_written_as_ever(project: Project, tmp_path: Path) -> None:
    """So that an older version reads it."""
    tifffile.imwrite(tmp_path / "a.tif", IMAGE[0])
    name = project.add(read_picture(tmp_path / "a.tif"), None, "")
    assert "files" not in json.loads((project.folder / "pictures" / name / "record.json").read_text())


def test_what_a_picture_came_from_may_be_named_at_any_length(project: Project) -> None:
    """No disk has names of so many bytes, and a layer may be called anything."""
    source = f"open layer {'細胞' * 90}"
    project.add(Picture("long", np.arange(12, dtype=np.uint8).reshape(1, 3, 4), source=source), None, "")
    assert project.record("long").source == source
