"""Sample data, reader and writer, as napari calls them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pint
import pytest
import tifffile

from napari_unet.core.data import Picture
from napari_unet.core.errors import MaskError
from napari_unet.core.export import Found, write_found
from napari_unet.core.settings import ExportSettings
from napari_unet.plugin.reader import read_layers, reader_of
from napari_unet.plugin.sample import nuclei
from napari_unet.plugin.writer import write_mask


def test_the_sample_is_a_picture_and_its_mask() -> None:
    (picture, about, kind), (mask, about_mask, mask_kind) = nuclei()
    assert (kind, mask_kind) == ("image", "labels")
    assert picture.shape == mask.shape
    assert mask.max() > 10
    assert about["scale"] == about_mask["scale"]
    assert about["units"] == about_mask["units"]


def test_a_written_mask_keeps_numbers_pixel_size_and_unit(tmp_path: Path) -> None:
    labels = (np.arange(1200).reshape(30, 40) % 400).astype(np.int64)
    unit = pint.get_application_registry().Unit("um")
    about = {"name": "cells", "scale": (0.5, 0.5), "units": (unit, unit)}
    (path,) = write_mask(str(tmp_path / "cells.tif"), labels, about)
    with tifffile.TiffFile(path) as file:
        np.testing.assert_array_equal(file.asarray(), labels)
        assert file.asarray().dtype == np.uint16
        assert file.imagej_metadata["unit"] in ("µm", "micron", "um", "\\u00B5m")


def test_numbers_below_zero_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MaskError, match="below 0"):
        write_mask(str(tmp_path / "cells.tif"), np.full((3, 3), -1), {"name": "cells"})


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_a_zarr_opens_lazily_in_sizes_with_its_channels_axes_and_labels(tmp_path: Path, version: str) -> None:
    image = np.random.default_rng(0).integers(1, 200, (2, 3, 1100, 60)).astype(np.uint16)
    labels = (image[0] % 3).astype(np.uint8)
    picture = Picture("cells", image, (2.0, 0.5, 0.25), "µm", ("DAPI", "GFP"), axes="CZYX")
    write_found(Found(picture, labels), "cells", tmp_path, ExportSettings(formats="ome-zarr", zarr=version))
    path = str(tmp_path / "cells.ome.zarr")
    read = reader_of(path)
    assert read is not None
    first, second, mask = read(path)
    assert [layer[1]["name"] for layer in (first, second, mask)] == ["cells · DAPI", "cells · GFP", "cells labels"]
    assert [layer[2] for layer in (first, second, mask)] == ["image", "image", "labels"]
    sizes, about, _ = second
    assert [size.shape for size in sizes] == [(3, 1100, 60), (3, 550, 30)]
    assert about["multiscale"] is True
    for layer in (first, second, mask):
        assert (layer[1]["scale"], layer[1]["axis_labels"]) == ((2.0, 0.5, 0.25), ("z", "y", "x"))
    np.testing.assert_array_equal(np.asarray(sizes[0][1, 600:700]), image[1, 1, 600:700])
    np.testing.assert_array_equal(mask[0], labels)
    assert not isinstance(sizes[0], np.ndarray)


def test_colours_open_as_colours(tmp_path: Path) -> None:
    picture = Picture("he", np.ones((3, 20, 30), np.uint8), channel_names=("red", "green", "blue"))
    write_found(Found(picture, np.zeros((20, 30), np.uint8)), "he", tmp_path, ExportSettings(formats="ome-zarr"))
    (data, about, _), _ = read_layers(str(tmp_path / "he.ome.zarr"))
    assert (data.shape, about["rgb"]) == ((20, 30, 3), True)


def test_what_is_no_zarr_is_left_to_others(tmp_path: Path) -> None:
    (tmp_path / "a.tif").touch()
    assert reader_of(str(tmp_path / "a.tif")) is None
    assert reader_of([str(tmp_path), str(tmp_path / "a.tif")]) is None
