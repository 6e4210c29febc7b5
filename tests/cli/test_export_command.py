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


def test_a_training_set_becomes_folders_that_can_be_learned_from(tmp_path, terminal):
    said = terminal("export", project(tmp_path / "cells.unet"), "--out", tmp_path / "set")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Wrote 2 pictures with masks to {tmp_path / 'set'}. 1 picture with nothing painted")
    same = terminal("evaluate", tmp_path / "set" / "masks", tmp_path / "set" / "masks")
    assert same.code == 0


def test_what_is_there_stays_unless_it_may_be_replaced(tmp_path, terminal):
    words = ("export", project(tmp_path / "cells.unet"), "--out", tmp_path / "set")
    terminal(*words)
    assert terminal(*words).code == 6
    assert terminal(*words, "--overwrite").code == 0


def test_in_python_too(tmp_path):
    folder = project(tmp_path / "cells.unet")
    assert nu.export_set(folder, tmp_path / "set").startswith("Wrote 2 pictures with masks")
    assert {path.name for path in (tmp_path / "set" / "images").iterdir()} == {"a.tif", "b.tif"}
