"""Masks with a colour table: Fiji shows every object in its own colour, and the numbers are what they were."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_unet.core.data import Picture, read_mask
from napari_unet.core.export import Found, write_found
from napari_unet.core.settings import ExportSettings


def mask(top: int, shape: tuple[int, ...] = (40, 50)) -> np.ndarray:
    return (np.arange(np.prod(shape)) % (top + 1)).reshape(shape).astype(np.uint32)


def written(labels: np.ndarray, folder: Path, axes: str = "CYX", **settings: bool) -> Path:
    sizes = (2.0, 0.5, 0.25)[-labels.ndim :] if "T" not in axes else (0.5, 0.25)
    picture = Picture("cells", labels[np.newaxis], sizes, "µm", axes=axes)
    done = write_found(Found(picture, labels), "cells", folder, ExportSettings(formats="tiff", **settings))
    assert done.errors == ()
    return done.files[0]


@pytest.mark.parametrize("top", [5, 255, 300, 1999])
def test_a_table_of_colours_lies_in_the_file_and_the_numbers_stay(top: int, tmp_path: Path) -> None:
    labels = mask(top)
    with tifffile.TiffFile(written(labels, tmp_path, colours=True)) as tiff:
        page, told = tiff.pages[0], tiff.imagej_metadata
        np.testing.assert_array_equal(tiff.asarray(), labels)
        assert tiff.is_imagej
        assert page.photometric.name == ("PALETTE" if top < 256 else "MINISBLACK")
        table = page.colormap
        assert (told["min"], told["max"], told["unit"]) == (0.0, 255.0, "um")
        assert page.resolution == pytest.approx((4.0, 2.0))
    assert table.shape == (3, 256)
    assert not table[:, 0].any(), "background is black"
    assert len(np.unique(table.T, axis=0)) == 256, "all colours differ"
    assert table[:, 1:].max(0).min() > 2**15, "all are bright"
    np.testing.assert_array_equal(read_mask(tmp_path / "cells.tif"), labels)


@pytest.mark.parametrize(("axes", "shape"), [("CZYX", (3, 20, 30)), ("CTYX", (3, 20, 30)), ("CTZYX", (2, 3, 20, 30))])
def test_stacks_keep_their_axes(axes: str, shape: tuple[int, ...], tmp_path: Path) -> None:
    labels = mask(7, shape)
    with tifffile.TiffFile(written(labels, tmp_path, axes, colours=True)) as tiff:
        assert tiff.series[0].axes == axes[1:]
        np.testing.assert_array_equal(tiff.asarray(), labels)
        assert tiff.pages[0].colormap is not None


def test_without_the_wish_there_is_no_table(tmp_path: Path) -> None:
    with tifffile.TiffFile(written(mask(5), tmp_path)) as tiff:
        assert 320 not in tiff.pages[0].tags
        assert tiff.pages[0].photometric.name == "MINISBLACK"


def test_numbers_of_32_bits_are_kept_without_a_table(tmp_path: Path) -> None:
    labels = mask(70_000, (300, 300))
    with tifffile.TiffFile(written(labels, tmp_path, colours=True)) as tiff:
        np.testing.assert_array_equal(tiff.asarray(), labels)
        assert 320 not in tiff.pages[0].tags
