"""`napari-unet segment` of pictures that are taken block by block."""

from __future__ import annotations

import csv

import numpy as np
import tifffile

from napari_unet.core.data.read import read_mask

BLOCKS = ("--in-blocks", "always", "--block", "256", "--halo", "32")


def test_masks_are_those_of_pictures_taken_in_one_go(model, shared, masks, tmp_path, terminal):
    out = tmp_path / "masks"
    said = terminal("segment", model, shared / "pictures", "--out", out, "--as", "tiff,ome-tiff", *BLOCKS)
    assert said.code == 0, said.err
    assert sorted(file.name for file in out.glob("*.tif")) == sorted(
        f"{n}{e}" for n in "abc" for e in (".ome.tif", ".tif")
    )
    for name in "abc":
        for file in (out / f"{name}.tif", out / f"{name}.ome.tif"):
            np.testing.assert_array_equal(read_mask(file), read_mask(masks / f"{name}.tif"))
        with tifffile.TiffFile(out / f"{name}.tif") as written:
            assert written.is_bigtiff
    tables = [
        list(csv.DictReader((folder / "segmented.csv").read_text(encoding="utf-8").splitlines()))
        for folder in (out, masks)
    ]
    for one, other in zip(*tables, strict=True):
        assert all(one[column] == other[column] for column in ("objects", "area_share", "warnings", "state"))


def test_a_batch_in_blocks_is_gone_on_with(model, shared, tmp_path, here):
    out = tmp_path / "masks"
    assert here("segment", model, shared / "pictures" / "a.tif", "--out", out, *BLOCKS).code == 0
    said = here("segment", model, shared / "pictures", "--out", out)
    assert said.code == 0, said.err
    assert "a.tif · done before" in said.err


def test_what_blocks_cannot_do_is_a_sentence_before_anything_is_done(model, shared, tmp_path, here):
    said = here("segment", model, shared / "pictures", "--out", tmp_path / "masks", "--as", "csv", *BLOCKS)
    assert said.code == 2
    assert "In blocks, Measurements cannot be written." in said.err
    assert not (tmp_path / "masks").exists()


def test_an_unknown_cluster_is_a_sentence(model, shared, tmp_path, terminal):
    out = tmp_path / "masks"
    said = terminal("segment", model, shared / "pictures" / "a.tif", "--out", out, "--cluster", "nonsense")
    assert said.code == 2
    assert "No scheduler answers at nonsense" in said.err or "distributed is not installed" in said.err
    assert "Traceback" not in said.err
    assert list(out.glob("*.tif")) == []
