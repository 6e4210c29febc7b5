"""What a picture is along its axes is told in words, and planes that are something else can be taken so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_unet.core.data import Picture, Project, ProjectSet, read_picture
from napari_unet.core.data.telling_axes import axes_words, other_planes, take_other_planes
from napari_unet.core.errors import PictureError


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A stack whose file calls its time points focal planes, as many do; a film of stacks; a flat picture."""
    stack = np.random.default_rng(0).integers(0, 99, (5, 20, 30)).astype(np.uint16)
    about = {"axes": "ZYX", "unit": "um", "spacing": 2.0}
    tifffile.imwrite(tmp_path / "film.tif", stack, imagej=True, resolution=(2.0, 2.0), metadata=about)
    project = Project.create(tmp_path / "a.unet", "objects", ("cell",))
    project.add(read_picture(tmp_path / "film.tif"), None, "")
    project.add(Picture("both", np.zeros((1, 2, 3, 20, 30), np.uint8) + np.arange(30, dtype=np.uint8)), None, "")
    two = np.stack([stack[0], stack[1]])
    project.add(Picture("flat", two, (0.25, 0.25), "µm", ("DAPI", "GFP")), None, "")
    return project


def test_axes_are_told_in_words(project: Project) -> None:
    with project:
        words = {name: axes_words(project.record(name)) for name in project.names()}
        assert words == {
            "film": "5 focal planes, 20 x 30 pixels of 0.5 µm",
            "both": "2 time points, 3 focal planes, 20 x 30 pixels",
            "flat": "2 channels (DAPI and GFP), 20 x 30 pixels of 0.25 µm",
        }
        assert [other_planes(project.record(name)) for name in words] == ["time points", "", ""]


def test_focal_planes_become_time_points_and_back_and_what_is_painted_stays(project: Project) -> None:
    with project:
        painted = np.zeros((5, 20, 30), np.uint16)
        painted[3, 4:9, 4:9] = 2
        project.save_annotation("film", painted)
        watching = ProjectSet(project.folder)
        assert [sample.axes for sample in watching.samples()] == ["ZYX"]
        before = project.picture("film")
        take_other_planes(project, "film")
        after = project.picture("film")
        assert (after.axes, after.pixel_size) == ("CTYX", (1.0, 0.5, 0.5))
        np.testing.assert_array_equal(after.image, before.image)
        np.testing.assert_array_equal(project.annotation("film"), painted)
        (sample,) = watching.changed()
        assert (sample.axes, sample.name) == ("TYX", "film")
        take_other_planes(project, "film")
        assert project.picture("film").axes == "CZYX"
        assert project.picture("film").pixel_size == (2.0, 0.5, 0.5)


def test_where_there_is_no_choice_that_is_said(project: Project) -> None:
    with project:
        for name in ("both", "flat"):
            with pytest.raises(PictureError, match="Only focal planes or time points"):
                take_other_planes(project, name)
