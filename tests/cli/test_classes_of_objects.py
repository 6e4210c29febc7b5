"""Classes of objects on the command line: learned from tables beside masks, told beside the masks that are made."""

from __future__ import annotations

import json

import numpy as np
import pytest
import tifffile

import napari_unet as nu
from napari_unet.core.data.class_table import read_table, table_file, write_table
from napari_unet.core.model.header import read_card
from tests.cli.conftest import QUICK, discs

NAMES = {1: "alive", 2: "dead", 3: "alive"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two pictures whose masks have tables beside them."""
    home = tmp_path_factory.mktemp("classed")
    for name, seed in (("a", 1), ("b", 2)):
        picture, mask = discs(seed)
        for part, array in (("pictures", picture), ("masks", mask)):
            (home / part).mkdir(exist_ok=True)
            tifffile.imwrite(home / part / f"{name}.tif", array)
        write_table(table_file(home / "masks" / f"{name}.tif"), mask, NAMES)
    return home


@pytest.fixture(scope="module")
def classed(folder, here):
    """A model that has learned their classes."""
    said = here("train", folder / "pictures", folder / "masks", "--out", folder / "model", *QUICK)
    assert said.code == 0, said.err
    return folder / "model"


def test_classes_are_learned_told_and_scored(folder, classed, here):
    assert read_card(classed).object_classes == ("alive", "dead")
    said = here("segment", classed, folder / "pictures", "--out", folder / "found", "--threshold", "0")
    assert said.code == 0, said.err
    assert "object" in said.err
    assert set(read_table(folder / "found" / "a_classes.csv").values()) <= {"alive", "dead"}
    said = here("evaluate", folder / "masks", folder / "masks", "--json", folder / "scores.json")
    assert (said.code, said.err) == (0, "")
    assert "AP@0.5 with class 1.000  right 4  found 4  true 4" in said.out
    summary = json.loads((folder / "scores.json").read_text())["summary"]
    assert summary["class_ap50"] == 1
    assert summary["object_classes"]["dead"] == {"found": 2, "true": 2, "right": 2, "ap50": 1}


def test_a_class_that_is_not_named_is_told(folder, here):
    said = here("evaluate", folder / "masks", folder / "masks", "--classes", "alive,dividing")
    assert said.code != 0
    assert "'dead', which --classes does not name" in said.err


def test_a_format_asked_for_later_is_added_beside_the_classes(folder, classed, tmp_path, here):
    words = ("segment", classed, folder / "pictures", "--out", tmp_path, "--threshold", "0", "--as")
    assert here(*words, "tiff").code == 0
    before = (tmp_path / "a_classes.csv").read_text(encoding="utf-8")
    said = here(*words, "tiff,csv")
    assert said.code == 0, said.err
    assert (tmp_path / "a_measurements.csv").exists()
    assert (tmp_path / "a_classes.csv").read_text(encoding="utf-8") == before


def test_somebodys_own_table_of_classes_is_not_replaced_unasked(folder, classed, tmp_path, here):
    (tmp_path / "a_classes.csv").write_text("mine", encoding="utf-8")
    said = here("segment", classed, folder / "pictures", "--out", tmp_path)
    assert said.code == 6
    assert "a_classes.csv is there already" in said.err
    assert (tmp_path / "a_classes.csv").read_text(encoding="utf-8") == "mine"


def test_the_verbs_do_the_same(folder, tmp_path):
    model = nu.train(
        folder / "pictures", folder / "masks", tmp_path / "model", epochs=1, steps=1, depth=1, device="cpu"
    )
    assert model.card.object_classes == ("alive", "dead")
    probability = nu.predict(model, folder / "pictures" / "a.tif")
    _, mask = discs(1)
    classes = nu.object_classes(probability, mask, model)
    assert classes.keys() == set(np.unique(mask).tolist()) - {0}
    assert set(classes.values()) <= {"alive", "dead"}
    file = nu.export(mask, tmp_path / "a.tif", classes=NAMES)
    assert read_table(tmp_path / "a_classes.csv") == NAMES
    scores = nu.evaluate(file, folder / "masks" / "a.tif")
    assert scores.class_ap50 == 1
    assert nu.evaluate(mask, folder / "masks" / "a.tif").class_ap50 is None, "an array has no table beside it"
