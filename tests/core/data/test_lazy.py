"""A picture that stays in its file gives what the whole one would, and reads no more than is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from napari_unet.core.data import read_picture, sliced
from napari_unet.core.data.lazy import LazyPicture, open_lazily
from napari_unet.core.data.sliced import held
from napari_unet.core.errors import AxesError, PictureError
from tests.core.data.zarrs import OLD, noise, ome_zarr

STACK = noise((5, 60, 70))
OME = {"PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5, "PhysicalSizeZ": 2.0}
PACKED: dict[str, Any] = {"compression": "zlib", "predictor": True}


def tiff(array: np.ndarray, **more: Any) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        tifffile.imwrite(folder / "a.tif", array, **more)
        return folder / "a.tif"

    return write


def image_file(folder: Path) -> Path:
    Image.fromarray(noise((20, 30, 4), np.uint8), "RGBA").save(folder / "a.png")
    return folder / "a.png"


def npy(folder: Path) -> Path:
    np.save(folder / "a.npy", STACK)
    return folder / "a.npy"


FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "tiles": (tiff(noise((60, 70)), tile=(16, 32), **PACKED), ""),
    "BigTIFF of tiles": (tiff(noise((60, 70)), tile=(32, 16), bigtiff=True, byteorder=">", **PACKED), ""),
    "tiles of colours": (tiff(noise((60, 70, 3), np.uint8), tile=(16, 16), photometric="rgb", **PACKED), ""),
    "colours and alpha": (tiff(noise((60, 70, 4), np.uint8), photometric="rgb", rowsperstrip=7, **PACKED), ""),
    "colours apart": (
        tiff(noise((3, 60, 70), np.uint8), tile=(16, 16), photometric="rgb", planarconfig="separate", **PACKED), "",
    ),
    "strips": (tiff(noise((60, 70), np.float32), rowsperstrip=7, compression="zlib"), ""),
    "a stack of ImageJ": (tiff(STACK, imagej=True, metadata={"axes": "ZYX", "unit": "um", "spacing": 2.0}), ""),
    "an OME stack of tiles": (
        tiff(noise((2, 5, 60, 70)), ome=True, tile=(32, 32), metadata={"axes": "CZYX"} | OME, **PACKED), "",
    ),
    "a stack without names": (tiff(noise((7, 1, 60, 70)), metadata=None, **PACKED), "ZYX"),
    "a Zarr": (lambda folder: ome_zarr(folder / "a.zarr", noise((2, 3, 40, 50)), "tcyx"), ""),
    "an old Zarr": (lambda folder: ome_zarr(folder / "a.zarr", noise((1, 3, 40, 50)), "tzyx", OLD), ""),
    "a PNG": (image_file, ""),
    "an array": (npy, "TYX"),
}  # fmt: skip


def cut(random: np.random.Generator, side: int) -> Any:
    """An index along an axis: a number, or a slice of any kind."""
    first, last = sorted(random.integers(0, side, 2))
    steps = slice(None), slice(None, None, 3), slice(None, None, -1)
    return [int(first), -1, slice(first, last + 1), slice(last, last), *steps][random.integers(7)]


@pytest.mark.parametrize("kind", FILES)
def test_a_part_is_what_it_is_in_the_whole(tmp_path: Path, kind: str) -> None:
    write, axes = FILES[kind]
    path = write(tmp_path)
    lazy, whole = open_lazily(path, axes), read_picture(path, axes)
    assert (lazy.name, lazy.axes, lazy.unit, lazy.told) == (whole.name, whole.axes, whole.unit, whole.told)
    assert (lazy.pixel_size, lazy.channel_names) == (whole.pixel_size, whole.channel_names)
    assert (lazy.image.shape, lazy.image.dtype) == (whole.image.shape, whole.image.dtype)
    np.testing.assert_array_equal(np.asarray(lazy.image), whole.image)
    random = np.random.default_rng(0)
    for _ in range(25):
        key = tuple(cut(random, side) for side in whole.image.shape)
        np.testing.assert_array_equal(lazy.image[key], whole.image[key])
    np.testing.assert_array_equal(lazy.image[..., 4], whole.image[..., 4])
    part = lazy.part(*(slice(0, max(1, side // 2)) for side in lazy.spatial_shape))
    np.testing.assert_array_equal(part.image, whole.image[(slice(None), *map(slice, part.spatial_shape))])


def test_indices_are_numpys(tmp_path: Path) -> None:
    image = open_lazily(tiff(STACK, metadata={"axes": "ZYX"}, **PACKED)(tmp_path), "ZYX").image
    assert (image.ndim, image.size, image.nbytes, len(image)) == (4, STACK.size, STACK.nbytes, 1)
    with pytest.raises(IndexError):
        image[0, 0, 0, 0, 0]
    with pytest.raises(IndexError):
        image[0, 5]
    assert image[0, np.int64(2), 3, 4] == STACK[2, 3, 4]


def test_only_the_tiles_that_are_touched_are_read(tmp_path: Path) -> None:
    """Where a tile is damaged, only what touches it fails."""
    path = tiff(noise((64, 64)), tile=(16, 16), compression="zlib")(tmp_path)
    with tifffile.TiffFile(path) as file:
        place, size = (file.pages.first.dataoffsets[6], file.pages.first.databytecounts[6])  # second row, third column
    data = bytearray(path.read_bytes())
    whole = read_picture(path).image
    data[place : place + size] = bytes(size)
    path.write_bytes(data)
    lazy = open_lazily(path)
    assert lazy.image.pieces == (1, 16, 16)
    np.testing.assert_array_equal(lazy.image[:, :16], whole[:, :16])
    np.testing.assert_array_equal(lazy.image[:, 16:32, :32], whole[:, 16:32, :32])
    with pytest.raises(PictureError, match="cannot be read"):
        lazy.image[:, 16:17, 32:33]


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_only_the_pieces_that_are_touched_are_read(tmp_path: Path, version: str) -> None:
    array = noise((64, 64))
    path = ome_zarr(tmp_path / "a.zarr", array, "yx", version)
    (path / "0" / ("1.2" if version == OLD else "c/1/2")).write_bytes(b"rubbish")
    lazy = open_lazily(path)
    assert lazy.image.pieces == (1, 16, 16)
    np.testing.assert_array_equal(lazy.image[0, 16:32, :32], array[16:32, :32])
    with pytest.raises(PictureError, match="a piece of it is damaged"):
        lazy.image[0, 16:17, 32:33]


def test_opening_reads_no_pixel(tmp_path: Path) -> None:
    path = ome_zarr(tmp_path / "a.zarr", noise((64, 64)), "yx")
    for file in (path / "0" / "c").rglob("*"):
        if file.is_file():
            file.write_bytes(b"rubbish")
    lazy = open_lazily(path)
    assert isinstance(lazy, LazyPicture)
    assert (lazy.spatial_shape, lazy.image.dtype) == ((64, 64), np.uint16)


def test_what_a_picture_cannot_be_is_said_when_it_is_opened(tmp_path: Path) -> None:
    with pytest.raises(AxesError):
        open_lazily(tiff(STACK, metadata=None, **PACKED)(tmp_path))
    with pytest.raises(PictureError, match="There is no file"):
        open_lazily(tmp_path / "nothing.tif")
    tifffile.imwrite(tmp_path / "c.tif", np.ones((20, 20), np.complex64), tile=(16, 16), compression="zlib")
    with pytest.raises(PictureError, match="values of the type complex64"):
        open_lazily(tmp_path / "c.tif")


@pytest.mark.parametrize("part", [1, 300, 2000, 10**6])
def test_what_is_too_large_for_memory_is_brought_into_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    array = noise((3, 2, 40, 50))
    path = ome_zarr(tmp_path / "a.zarr", array, "tzyx")
    monkeypatch.setattr(sliced, "MOST_HELD", 1000)
    monkeypatch.setattr(sliced, "PART", part)
    picture = read_picture(path)
    assert isinstance(picture.image.base, np.memmap) or isinstance(picture.image, np.memmap)
    np.testing.assert_array_equal(picture.image[0], array)
    monkeypatch.undo()
    assert not isinstance(held(sliced.Mapped(array)), np.memmap)
