"""Chosen channels on the command line: `--channels` of train and of segment."""

from __future__ import annotations

import json

import numpy as np
import pytest
import tifffile

from napari_unet.core.data.read import read_mask


@pytest.fixture(scope="module")
def mixed(shared, tmp_path_factory):
    """The shared pictures, each with another channel: before the cells in a and c, behind them in b."""
    folder = tmp_path_factory.mktemp("mixed")
    random = np.random.default_rng(0)
    for name in "abc":
        cells = tifffile.imread(shared / "pictures" / f"{name}.tif")
        other = random.integers(0, 500, cells.shape).astype(np.uint16)
        planes, dyes = ([cells, other], ["DAPI", "GFP"]) if name == "b" else ([other, cells], ["GFP", "DAPI"])
        tifffile.imwrite(
            folder / f"{name}.tif",
            np.stack(planes),
            imagej=True,
            resolution=(2.0, 2.0),
            metadata={"axes": "CYX", "unit": "um", "Labels": dyes},
        )
    return folder


@pytest.fixture(scope="module")
def chosen(mixed, shared, terminal, quick, tmp_path_factory):
    """A model that looks at DAPI alone; made in a process of its own, with as many threads as `model` had."""
    out = tmp_path_factory.mktemp("models") / "dapi"
    said = terminal("train", mixed, shared / "masks", "--out", out, "--channels", "DAPI", *quick)
    assert said.code == 0, said.err
    return out


def test_a_model_of_one_channel_finds_what_one_of_pictures_of_that_channel_finds(chosen, mixed, masks, here, tmp_path):
    assert json.loads((chosen / "model.json").read_text())["channels"] == 1
    said = here("segment", chosen, mixed, "--out", tmp_path / "masks")
    assert said.code == 0, said.err
    for name in "abc":
        np.testing.assert_array_equal(read_mask(tmp_path / "masks" / f"{name}.tif"), read_mask(masks / f"{name}.tif"))


def test_a_picture_without_the_channel_is_told_and_the_others_are_done(chosen, mixed, here, tmp_path):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for name in "ab":
        (pictures / f"{name}.tif").write_bytes((mixed / f"{name}.tif").read_bytes())
    cells = tifffile.imread(mixed / "b.tif")
    tifffile.imwrite(pictures / "c.tif", cells, imagej=True, metadata={"axes": "CYX", "Labels": ["Hoechst", "GFP"]})
    said = here("segment", chosen, pictures, "--out", tmp_path / "masks")
    assert said.code == 3
    assert "c has no channel DAPI. Its channels are Hoechst and GFP." in said.err
    assert len(list((tmp_path / "masks").glob("*.tif"))) == 2
    said = here("segment", chosen, pictures / "c.tif", "--out", tmp_path / "other", "--channels", "Hoechst")
    assert said.code == 0, said.err
    np.testing.assert_array_equal(read_mask(tmp_path / "other" / "c.tif"), read_mask(tmp_path / "masks" / "b.tif"))


def test_in_blocks_the_same_channel_is_seen(chosen, mixed, here, tmp_path):
    for folder, how in (("whole", "never"), ("blocks", "always")):
        said = here(
            "segment", chosen, mixed / "a.tif", "--out", tmp_path / folder, "--in-blocks", how, "--block", "256"
        )
        assert said.code == 0, said.err
    np.testing.assert_array_equal(read_mask(tmp_path / "blocks" / "a.tif"), read_mask(tmp_path / "whole" / "a.tif"))


def test_pictures_that_differ_say_what_to_do(mixed, shared, here, quick, tmp_path):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    (pictures / "a.tif").write_bytes((mixed / "a.tif").read_bytes())
    (pictures / "b.tif").write_bytes((shared / "pictures" / "b.tif").read_bytes())
    said = here("train", pictures, shared / "masks", "--out", tmp_path / "model", *quick)
    assert said.code == 4
    assert "b has 1 channels and a has 2." in said.err
    assert "--channels" in said.err
