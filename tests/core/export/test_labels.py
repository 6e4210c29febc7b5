"""Exported masks open elsewhere with every number, the pixel size and the unit."""

import os
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image
from skimage import io

from napari_unet.core.data import Picture, read_mask, read_picture
from napari_unet.core.errors import MaskError, StorageError
from napari_unet.core.export import export_labels
from napari_unet.core.settings import ExportSettings

SHAPE = (280, 300)
PICTURE = Picture("cells", np.zeros((1, *SHAPE), np.uint8), pixel_size=(0.5, 0.25), unit="µm")


def labels(count: int) -> np.ndarray:
    flat = np.zeros(SHAPE[0] * SHAPE[1], np.uint32)
    flat[: count + 1] = np.arange(count + 1)
    return flat.reshape(SHAPE)


@pytest.mark.parametrize("compress", [True, False])
@pytest.mark.parametrize(
    ("count", "dtype"), [(0, np.uint8), (2, np.uint8), (300, np.uint16), (65_535, np.uint16), (70_000, np.uint32)]
)
def test_every_number_comes_back_in_the_narrowest_type(tmp_path: Path, count: int, dtype: type, compress: bool) -> None:
    settings = ExportSettings(compress=compress)
    path = export_labels(labels(count), PICTURE, tmp_path / "new" / "cells.tif", settings)
    for read in (tifffile.imread(path), io.imread(path), np.asarray(Image.open(path)), read_mask(path)):
        assert read.dtype.kind in "ui" or count > 65_535  # Pillow has no unsigned 32 bits
        assert np.array_equal(read, labels(count))
    assert tifffile.imread(path).dtype == dtype
    assert os.listdir(path.parent) == ["cells.tif"]


@pytest.mark.parametrize("count", [2, 300])
def test_fiji_finds_size_unit_and_axes(tmp_path: Path, count: int) -> None:
    path = export_labels(labels(count), PICTURE, tmp_path / "cells.tif", ExportSettings())
    with tifffile.TiffFile(path) as tiff:
        assert tiff.is_imagej
        assert tiff.imagej_metadata is not None
        assert tiff.imagej_metadata["unit"] == "um"  # ImageJ shows µm
        assert tiff.series[0].axes == "YX"
        assert tiff.pages[0].resolution == pytest.approx((4.0, 2.0))  # pixels per µm along X, Y


def test_wide_numbers_keep_size_and_unit_too(tmp_path: Path) -> None:
    path = export_labels(labels(70_000), PICTURE, tmp_path / "cells.tif", ExportSettings())
    with tifffile.TiffFile(path) as tiff:
        assert tiff.is_ome
        assert 'PhysicalSizeX="0.25" PhysicalSizeXUnit="µm"' in tiff.ome_metadata
        assert tiff.pages[0].resolutionunit.name == "CENTIMETER"
        assert tiff.pages[0].resolution == pytest.approx((40_000, 20_000))


@pytest.mark.parametrize("count", [2, 300, 70_000])
@pytest.mark.parametrize(("size", "unit"), [((0.5, 0.25), "µm"), ((12.0, 12.0), "nm"), ((1.0, 1.0), "pixel")])
def test_size_and_unit_survive_our_own_reading(
    tmp_path: Path, count: int, size: tuple[float, float], unit: str
) -> None:
    picture = Picture("cells", PICTURE.image, pixel_size=size, unit=unit)
    again = read_picture(export_labels(labels(count), picture, tmp_path / "cells.tif", ExportSettings()))
    assert again.pixel_size == pytest.approx(size)
    assert again.unit == unit


def test_a_volume_has_its_spacing(tmp_path: Path) -> None:
    volume = np.zeros((1, 3, 20, 30), np.uint8)
    picture = Picture("cells", volume, pixel_size=(2.0, 0.5, 0.25), unit="µm")
    path = export_labels(volume[0], picture, tmp_path / "cells.tif", ExportSettings())
    with tifffile.TiffFile(path) as tiff:
        assert tiff.series[0].axes == "ZYX"
        assert tiff.imagej_metadata is not None
        assert tiff.imagej_metadata["spacing"] == 2.0


def test_nothing_is_overwritten_without_asking(tmp_path: Path) -> None:
    path = tmp_path / "cells.tif"
    path.write_bytes(b"mine")
    with pytest.raises(StorageError, match=r"cells\.tif is there already"):
        export_labels(labels(2), PICTURE, path, ExportSettings())
    assert path.read_bytes() == b"mine"
    export_labels(labels(2), PICTURE, path, ExportSettings(overwrite=True))
    assert np.array_equal(tifffile.imread(path), labels(2))


def test_labels_of_another_picture_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MaskError, match="cells"):
        export_labels(labels(2)[1:], PICTURE, tmp_path / "cells.tif", ExportSettings())


@pytest.mark.parametrize("count", [1, 70_000])
def test_a_unit_beyond_ascii_comes_back(tmp_path: Path, count: int) -> None:
    picture = Picture("cells", np.zeros((1, *SHAPE), np.uint8), pixel_size=(1.5, 1.25), unit="Å")
    read = read_picture(export_labels(labels(count), picture, tmp_path / "cells.tif", ExportSettings()))
    assert read.pixel_size == pytest.approx(picture.pixel_size)
    assert read.unit == "Å"


def test_a_pixel_size_no_file_can_hold_is_left_out(tmp_path: Path) -> None:
    picture = Picture("cells", np.zeros((1, *SHAPE), np.uint8), pixel_size=(1e-12, 1e-12), unit="µm")
    for count in (1, 70_000):
        path = export_labels(labels(count), picture, tmp_path / f"{count}.tif", ExportSettings())
        assert read_picture(path).unit == "pixel"


def test_a_name_as_long_as_the_disk_allows(tmp_path: Path) -> None:
    path = tmp_path / f"{'ä' * 125}.tif"
    assert export_labels(labels(1), PICTURE, path, ExportSettings()).exists()
