"""The round trip: whatever axes and type a picture has, in whichever format, its mask leaves with the right ones.

Pictures are written by other libraries and read by us; masks are written by us and read by other libraries.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import tifffile
import zarr

from napari_unet.core.data import Picture, read_picture
from napari_unet.core.data.lazy import open_lazily
from napari_unet.core.export import Found, write_found
from napari_unet.core.settings import ExportSettings
from tests.core.data.zarrs import axes_of, ome_zarr

SIDES = {"T": 2, "Z": 3, "C": 2, "Y": 20, "X": 24}
SIZE = {"T": 30.0, "Z": 2.0, "Y": 0.5, "X": 0.25}
"""Seconds, and µm."""

UNITS = {"t": "second", "z": "micrometer", "y": "micrometer", "x": "micrometer"}


def by_imagej(array: np.ndarray, axes: str, folder: Path) -> Path:
    told = {"axes": axes, "unit": "um", "spacing": SIZE["Z"], "finterval": SIZE["T"]}
    tifffile.imwrite(folder / "imagej.tif", array, imagej=True, resolution=(4.0, 2.0), metadata=told)
    return folder / "imagej.tif"


def by_ome(array: np.ndarray, axes: str, folder: Path) -> Path:
    told: dict[str, Any] = {f"PhysicalSize{axis}": SIZE[axis] for axis in "ZYX"} | {"TimeIncrement": SIZE["T"]}
    tifffile.imwrite(folder / "ome.ome.tif", array, ome=True, photometric="minisblack", metadata={"axes": axes, **told})
    return folder / "ome.ome.tif"


def by_zarr(array: np.ndarray, axes: str, folder: Path) -> Path:
    names = axes.lower()
    scale = {"type": "scale", "scale": [SIZE.get(axis, 1.0) for axis in axes]}
    about = {"axes": axes_of(names, UNITS), "coordinateTransformations": [scale]}
    return ome_zarr(folder / "zarr.ome.zarr", array, names, "0.4" if array.dtype == np.uint16 else "0.5", about)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32, np.float32])
@pytest.mark.parametrize("axes", ["YX", "ZYX", "TYX", "CYX", "ZCYX", "TZCYX"])
def test_axes_size_unit_type_and_values_survive(axes: str, dtype: type, tmp_path: Path) -> None:
    array = np.random.default_rng(0).integers(0, 200, [SIDES[axis] for axis in axes]).astype(dtype)
    writers = (by_ome, by_zarr) if dtype == np.uint32 else (by_imagej, by_ome, by_zarr)  # ImageJ has no such numbers
    pictures = [read_and_check(write(array, axes, tmp_path), array, axes) for write in writers]

    labels = (np.arange(np.prod(pictures[0].spatial_shape)) % 301).reshape(pictures[0].spatial_shape)
    found = Found(pictures[0], labels.astype(np.uint32))
    done = write_found(found, "mask", tmp_path, ExportSettings(formats="tiff,ome-tiff,ome-zarr"))

    assert [error.sentence for error in done.errors] == []
    own = pictures[0].axes[1:]
    check_imagej(done.files[0], labels, own)
    check_ome(done.files[1], labels, own)
    check_zarr(done.files[2], labels, pictures[0])


def read_and_check(path: Path, array: np.ndarray, axes: str) -> Picture:
    picture, lazy = read_picture(path), open_lazily(path)
    own = "C" + "".join(axis for axis in "TZYX" if axis in axes)
    ordered = array.transpose([axes.index(axis) for axis in own if axis in axes])
    ordered = ordered if "C" in axes else ordered[np.newaxis]
    assert (picture.axes, picture.image.dtype, picture.unit) == (own, array.dtype, "µm"), path.name
    assert picture.pixel_size == pytest.approx([SIZE[axis] for axis in own[1:]]), path.name
    np.testing.assert_array_equal(picture.image, ordered)
    assert (lazy.axes, lazy.pixel_size, lazy.unit) == (picture.axes, picture.pixel_size, picture.unit)
    np.testing.assert_array_equal(np.asarray(lazy.image), ordered)
    return picture


def check_imagej(path: Path, labels: np.ndarray, own: str) -> None:
    with tifffile.TiffFile(path) as tiff:
        assert (tiff.series[0].axes, tiff.series[0].dtype, tiff.is_imagej) == (own, np.uint16, True)
        told = tiff.imagej_metadata
        assert told["unit"] == "um"
        assert tiff.pages[0].resolution == pytest.approx((4.0, 2.0))
        assert "Z" not in own or told["spacing"] == SIZE["Z"]
        assert "T" not in own or told["finterval"] == SIZE["T"]
        np.testing.assert_array_equal(tiff.asarray(), labels)


def check_ome(path: Path, labels: np.ndarray, own: str) -> None:
    with tifffile.TiffFile(path) as tiff:
        assert (tiff.series[0].axes, tiff.series[0].dtype) == (own, np.uint16)
        np.testing.assert_array_equal(tiff.asarray(), labels)
        pixels = ElementTree.fromstring(tiff.ome_metadata).find("{*}Image/{*}Pixels")
    assert pixels is not None
    for axis in own:
        assert pixels.get(f"Size{axis}") == str(SIDES[axis])
        name = "TimeIncrement" if axis == "T" else f"PhysicalSize{axis}"
        assert float(pixels.attrib[name]) == SIZE[axis]
        assert pixels.get(f"{name}Unit", "s" if axis == "T" else "µm") == ("s" if axis == "T" else "µm")


def check_zarr(path: Path, labels: np.ndarray, picture: Picture) -> None:
    root = zarr.open_group(path, mode="r")
    np.testing.assert_array_equal(root["0"][...], picture.image)
    np.testing.assert_array_equal(root["labels/labels/0"][...], labels)
    assert (root["0"].dtype, root["labels/labels/0"].dtype) == (picture.image.dtype, np.uint16)
    for group, axes in ((root, picture.axes), (root["labels/labels"], picture.axes[1:])):
        told = dict(group.attrs)
        (sizes,) = told.get("ome", told)["multiscales"]
        assert [axis["name"] for axis in sizes["axes"]] == list(axes.lower())
        assert {axis["name"]: axis.get("unit") for axis in sizes["axes"]} == {a: UNITS.get(a) for a in axes.lower()}
        assert sizes["datasets"][0]["coordinateTransformations"][0]["scale"] == [SIZE.get(axis, 1.0) for axis in axes]
