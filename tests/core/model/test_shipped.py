"""What a word for a model means: a model at that path, or the name of one that came with the package."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from napari_unet.core.errors import ModelError
from napari_unet.core.model import load_model, read_card
from napari_unet.core.model.card import WEIGHTS
from napari_unet.core.model.shipped import model_path, shipped, shipped_model


@pytest.mark.parametrize("name", shipped())
def test_a_model_that_came_along_is_known_by_its_name(name: str) -> None:
    assert read_card(Path(name)).name == name
    assert load_model(Path(name)).card == read_card(shipped_model(name))


def test_a_model_at_that_path_goes_first_and_a_folder_of_pictures_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "nuclei"
    own.mkdir()
    (own / "picture.tif").touch()
    assert model_path("nuclei") == shipped_model("nuclei")
    shutil.copy(shipped_model("cells") / WEIGHTS, own)
    assert model_path("nuclei") == Path("nuclei")
    assert read_card(Path("nuclei")).name == "cells"


def test_what_is_no_model_names_those_that_are() -> None:
    with pytest.raises(ModelError, match="cells, membranes, nuclei came along"):
        read_card(Path("nucleus"))
