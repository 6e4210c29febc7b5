"""`napari-unet export`."""

from __future__ import annotations

import numpy as np
import pytest
import tifffile

import napari_unet as nu
from napari_unet.core.data.part import part_name, part_source
from napari_unet.core.errors import StorageError
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


def test_the_pictures_themselves_are_never_replaced(tmp_path, here):
    own = tmp_path / "microscope"
    own.mkdir()
    image, mask = discs(0)
    tifffile.imwrite(own / "a.tif", image)
    with nu.Project.create(tmp_path / "cells.unet", "objects", ("cell",)) as made:
        made.add(nu.read_picture(own / "a.tif"), mask, "drawn")
    before = (own / "a.tif").read_bytes()
    said = here("export", tmp_path / "cells.unet", "--out", own, "--as", "tiff", "--overwrite")
    assert said.code == 6
    assert "a.tif is one of your own pictures or masks. Nothing that is written ever replaces those." in said.err
    with pytest.raises(StorageError, match="one of your own"):
        nu.export_project(tmp_path / "cells.unet", own, overwrite=True)
    with pytest.raises(StorageError, match="one of your own"):
        nu.export(mask, own / "a.tif", own / "a.tif", overwrite=True)
    assert (own / "a.tif").read_bytes() == before


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


def test_parts_of_a_slide_go_back_into_its_mask(here, tmp_path):
    whole = np.zeros((60, 70), np.uint8)
    whole[50:55, 5:10] = 4
    tifffile.imwrite(tmp_path / "slide.tif", whole)
    labels = np.zeros((20, 30), np.uint16)
    labels[5:9, 5:9] = 7
    with nu.Project.create(tmp_path / "a.unet", "objects", ("cell",)) as made:
        window = (slice(10, 30), slice(20, 50))
        image = np.arange(600, dtype=np.uint16).reshape(1, 20, 30)
        name = part_name("slide", window)
        made.add(nu.Picture(name, image, source=part_source("open layer slide", window)), None, "")
        made.save_labels(name, labels)
    said = here("export", tmp_path / "a.unet", "--into", tmp_path / "slide.tif")
    assert said.code == 0, said.err
    assert said.out == f"{tmp_path / 'slide.tif'}\n"
    assert "Wrote 1 part back: slide y10 x20." in said.err
    whole[15:19, 25:29] = 5
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "slide.tif"), whole)
    both = here("export", tmp_path / "a.unet", "--into", tmp_path / "slide.tif", "--out", tmp_path / "out")
    assert both.code == 2
