"""`napari-unet export`."""

from __future__ import annotations

import numpy as np

import napari_unet as nu
from tests.cli.conftest import discs


def project(folder):
    with nu.Project.create(folder, "objects", ("cell",)) as made:
        for number, name in enumerate("ab"):
            image, mask = discs(number)
            made.add(nu.Picture(name, image[np.newaxis]), mask, "drawn")
        made.add(nu.Picture("bare", discs(5)[0][np.newaxis]), None, "")
    return folder


def test_a_training_set_becomes_folders_that_can_be_learned_from(tmp_path, terminal, here):
    said = terminal("export", project(tmp_path / "cells.unet"), "--out", tmp_path / "set")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Wrote 2 pictures with masks to {tmp_path / 'set'}. 1 picture with nothing painted")
    same = here("evaluate", tmp_path / "set" / "masks", tmp_path / "set" / "masks")
    assert same.code == 0


def test_what_is_there_stays_unless_it_may_be_replaced(tmp_path, here):
    words = ("export", project(tmp_path / "cells.unet"), "--out", tmp_path / "set")
    here(*words)
    assert here(*words).code == 6
    assert here(*words, "--overwrite").code == 0


def test_in_python_too(tmp_path):
    folder = project(tmp_path / "cells.unet")
    assert nu.export_set(folder, tmp_path / "set").startswith("Wrote 2 pictures with masks")
    assert {path.name for path in (tmp_path / "set" / "images").iterdir()} == {"a.tif", "b.tif"}


def test_with_formats_what_was_found_is_written(tmp_path, here):
    folder, out = project(tmp_path / "cells.unet"), tmp_path / "found"
    said = here("export", folder, "--out", out, "--as", "imagej-rois,csv")
    assert said.code == 3
    assert "bare has no labels to export." in said.err
    made = sorted(path.name for path in out.iterdir())
    assert made == ["a_measurements.csv", "a_rois.zip", "b_measurements.csv", "b_rois.zip", "measurements.csv"]
    assert sorted(said.out.splitlines()) == [str(out / name) for name in made]
    assert here("export", folder, "--out", out, "--as", "csv").code == 6


def test_a_format_that_is_not_known_is_a_sentence_with_those_that_are(tmp_path, here):
    said = here("export", tmp_path, "--out", tmp_path / "found", "--as", "tiff,xls")
    assert said.code == 2
    assert "It must be one or more of tiff, ome-tiff, png" in said.err


def test_formats_of_a_project_in_python_too(tmp_path):
    written = nu.export_project(project(tmp_path / "cells.unet"), tmp_path / "out", formats="png,overlay")
    assert [path.name for path in written.files] == ["a.png", "a_overlay.png", "b.png", "b_overlay.png"]
    assert ["bare" in error.sentence for error in written.errors] == [True]
