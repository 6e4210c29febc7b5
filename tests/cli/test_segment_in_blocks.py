"""`napari-unet segment` of pictures that are taken block by block."""

from __future__ import annotations

import csv
import json
import shutil

import numpy as np
import tifffile

from napari_unet.core.data.read import read_mask
from tests.storage import small_disk

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
    again = here("run", out, "--out", tmp_path / "again")
    assert again.code == 0, again.err
    assert "3 masks of 3 came out identical." in again.out, "that in blocks, and those in one go"
    for name in "abc":
        np.testing.assert_array_equal(read_mask(tmp_path / "again" / f"{name}.tif"), read_mask(out / f"{name}.tif"))
    recipe = json.loads((out / "segmented.json").read_text(encoding="utf-8"))
    assert [(one["name"], one["block"]) for one in recipe["pictures"]] == [("a", 256), ("b", 0), ("c", 0)]


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


def test_a_picture_too_large_for_the_disk_does_not_stop_the_batch(model, shared, masks, tmp_path, here):
    pictures = shutil.copytree(shared / "pictures", tmp_path / "pictures")
    slide = np.tile(tifffile.imread(pictures / "a.tif"), (12, 12))
    tifffile.imwrite(pictures / "a.tif", slide, tile=(256, 256))
    with small_disk(tmp_path / "disk", "4m") as disk:
        said = here("segment", model, pictures, "--out", disk / "masks", *BLOCKS)
        assert said.code == 6
        assert "Traceback" not in said.err
        assert "not enough room" in said.err
        assert sorted(path.name for path in (disk / "masks").glob("*.tif")) == ["b.tif", "c.tif"]
        assert [path.name for path in (disk / "masks").iterdir() if ".part" in path.name] == []
        for name in "bc":
            np.testing.assert_array_equal(read_mask(disk / "masks" / f"{name}.tif"), read_mask(masks / f"{name}.tif"))
