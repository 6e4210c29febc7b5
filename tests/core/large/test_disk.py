"""A disk that fills up while a large picture is segmented: a sentence, no half file, and later it can be done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

import napari_unet as nu
from napari_unet.core.errors import StorageError
from tests.core.large.scenes import made_model
from tests.storage import fill, small_disk

TILES = {"tile": 192, "turns": 1, "device": "cpu", "block": 256, "halo": 64, "split": 0.0, "smallest": 0}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", "16m") as disk:
        yield disk


@pytest.fixture
def slide(tmp_path: Path) -> Path:
    image = np.random.default_rng(0).integers(0, 9000, (300, 400)).astype(np.uint16)
    tifffile.imwrite(tmp_path / "slide.tif", image, tile=(64, 64))
    return tmp_path / "slide.tif"


class Filler:
    """Fills the disk at the first report of a stage, and whatever room is made later, too."""

    def __init__(self, disk: Path, stage: str) -> None:
        self._disk, self._stage, self.ballast = disk, stage, disk / "ballast"

    def __call__(self, report: Any) -> None:
        if self.ballast.exists() or getattr(report, "stage", "").startswith(self._stage):
            assert fill(self._disk) == self.ballast


@pytest.mark.parametrize("stage", ["tile", "objects", "writing"])
@pytest.mark.parametrize("name", ["masks.ome.tif", "masks.ome.zarr"])
def test_a_disk_that_fills_up_at_any_stage_is_a_sentence_and_leaves_nothing(
    name: str, stage: str, disk: Path, slide: Path
) -> None:
    pytest.importorskip("zarr")
    filler = Filler(disk, stage)
    with pytest.raises(StorageError, match=r"[Tt]he disk is full"):
        nu.segment_large(made_model(), slide, disk / name, watch=filler, **TILES)
    assert [one.name for one in disk.iterdir()] == [filler.ballast.name]
    filler.ballast.unlink()
    nu.segment_large(made_model(), slide, disk / name, **TILES)
    whole = nu.postprocess(nu.predict(made_model(), slide, tile=192, turns=1, device="cpu"), made_model(), **CLEAN)
    found = nu.read_mask(disk / name / "labels" / "labels" if name.endswith("zarr") else disk / name)
    np.testing.assert_array_equal(found, whole)


CLEAN = {"split": 0.0, "smallest": 0}


def test_what_was_there_stays_when_the_disk_fills_up(disk: Path, slide: Path) -> None:
    (disk / "masks.ome.tif").write_bytes(b"mine")
    filler = Filler(disk, "writing")
    with pytest.raises(StorageError, match=r"[Tt]he disk is full"):
        nu.segment_large(made_model(), slide, disk / "masks.ome.tif", watch=filler, overwrite=True, **TILES)
    assert (disk / "masks.ome.tif").read_bytes() == b"mine"
    assert {one.name for one in disk.iterdir()} == {"masks.ome.tif", filler.ballast.name}
