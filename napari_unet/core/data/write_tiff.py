"""Writing TIFFs that Fiji, QuPath and Python open with the right numbers, axes, pixel size and unit.

What ImageJ's own TIFF can hold (8 and 16 bits, float) is written as that; 32-bit numbers as OME-TIFF with the plain
resolution tags beside it, because ImageJ's has no such numbers; the few types OME does not know as plain TIFF.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.scale import MICRON, PIXEL, Scaled, escaped, per_centimetre, storable

IMAGEJ_TYPES = (np.uint8, np.uint16, np.float32)
OME_LACKS = (np.int64, np.uint64, np.float16)
IMAGEJ_BYTES = 2**32 - 2**20
"""ImageJ's TIFF has 32-bit offsets; a little room is left for its tags."""

IMAGEJ_COLOURS = 256
COLOURED = (np.uint8, np.uint16)
"""Numbers of other types have no table of colours in any TIFF."""

TILE = 512
"""Side of a tile, in pixels."""

PACKED_AT_ONCE = 2**25
"""Bytes of tiles that are compressed in one go."""

OME_UNITS = {"inch": "in"}

HYPERSTACK = "TZCYX"
"""The order in which ImageJ keeps the axes of a stack; OME's TIFF may."""


def write_labels(path: Path, labels: NDArray[np.integer], scale: Scaled, compress: bool, note: str) -> None:
    """Write labels or an annotation, whole or not at all.

    Parameters
    ----------
    labels : ([T,] [Z,] Y, X) unsigned integers; every number is kept.
    scale : where the axes, the pixel size and the unit come from, usually the picture.
    compress : zlib, which ImageJ and everything else reads.
    note : kept in the file's Software tag; empty for none.

    Raises
    ------
    StorageError : the disk is full, or the folder cannot be written.
    """
    details = {"compression": "zlib" if compress else None, "software": note or None, "photometric": "minisblack"}
    _write(path, labels, scale.axes[-labels.ndim :], scale, details, {})


def write_coloured_labels(
    path: Path,
    labels: NDArray[np.integer],
    scale: Scaled,
    compress: bool,
    table: NDArray[np.uint16],
    shown: dict[str, float] | None = None,
) -> None:
    """As `write_labels`, with a colour table (3, 256) of red, green and blue, 0..65535, where ImageJ has one.

    ImageJ shows the numbers 0 to 255 in its colours, in order, and those above in the last; or those from `shown`'s
    "min" to its "max". A table of more colours, which ImageJ does not know, goes into an OME-TIFF. Where the numbers
    need 32 bits there is no table. Raises StorageError.
    """
    packed = "zlib" if compress else None
    if labels.dtype not in COLOURED or labels.nbytes >= IMAGEJ_BYTES:
        write_labels(path, labels, scale, compress, note="")
        return
    if table.shape[1] != IMAGEJ_COLOURS:
        write_ome_labels(path, labels, scale, compress, table)
        return
    photometric = "palette" if labels.dtype == np.uint8 else "minisblack"
    shown = shown or {"min": 0.0, "max": float(table.shape[1] - 1)}
    details = {"compression": packed, "photometric": photometric, "colormap": table}
    _write(path, labels, scale.axes[-labels.ndim :], scale, details, shown)


def write_ome_labels(
    path: Path, labels: NDArray[np.integer], scale: Scaled, compress: bool, table: NDArray[np.uint16] | None = None
) -> None:
    """Write labels ([T,] [Z,] Y, X) as OME-TIFF, whatever their type, with a colour table if any. Raises StorageError.

    Where there are more numbers than colours, those above have the last; of 32 bits there is no table.
    """
    import tifffile  # 0.2 s that a window which only opens need not wait for

    layout = _tagged(scale.axes[-labels.ndim :], scale, ome=True)
    layout["metadata"]["Channel"] = {"Name": ["labels"]}
    with atomic_path(path) as temporary:
        packed = "zlib" if compress else None
        tifffile.imwrite(temporary, labels, compression=packed, **_coloured(labels.dtype, table), **layout)


def write_ome_tiles(
    path: Path, labels: NDArray[np.integer], scale: Scaled, compress: bool, table: NDArray[np.uint16] | None = None
) -> None:
    """Write labels ([T,] [Z,] Y, X), of which only a tile at a time is read, as tiled OME-TIFF, for any size (BigTIFF).

    The colour table is as in `write_ome_labels`. Raises StorageError.
    """
    import tifffile  # 0.2 s that a window which only opens need not wait for

    layout = _tagged(scale.axes[-labels.ndim :], scale, ome=True)
    layout["metadata"]["Channel"] = {"Name": ["labels"]}
    packed: dict[str, Any] = {"compression": "zlib", "buffersize": PACKED_AT_ONCE} if compress else {}
    with atomic_path(path) as temporary:
        tifffile.imwrite(
            temporary,
            _tiles(labels),
            shape=labels.shape,
            dtype=labels.dtype,
            tile=(TILE, TILE),
            bigtiff=True,
            **_coloured(labels.dtype, table),
            **packed,
            **layout,
        )


def _coloured(dtype: np.dtype[Any], table: NDArray[np.uint16] | None) -> dict[str, Any]:
    """How numbers of this type are shown: in the colours of a table, brought to as many as there are numbers."""
    if table is None or dtype not in COLOURED:
        return {"photometric": "minisblack"}
    missing = 2 ** (8 * dtype.itemsize) - table.shape[1]
    return {"photometric": "palette", "colormap": np.pad(table, ((0, 0), (0, max(0, missing))), "edge")}


def _tiles(labels: NDArray[np.integer]) -> Iterator[NDArray[np.integer]]:
    """The tiles of all planes in reading order, those at the end filled up with 0."""
    corners = [(y, x) for y in range(0, labels.shape[-2], TILE) for x in range(0, labels.shape[-1], TILE)]
    for place in np.ndindex(labels.shape[:-2]):
        for y, x in corners:
            window = (*(slice(at, at + 1) for at in place), slice(y, y + TILE), slice(x, x + TILE))
            part = labels[window]
            height, width = part.shape[-2:]
            full = np.zeros((TILE, TILE), labels.dtype)
            full[:height, :width] = part.reshape(height, width)
            yield full


def write_picture(path: Path, picture: Picture) -> None:
    """Write a picture as acquired, uncompressed so that it opens at once. Raises StorageError."""
    if picture.is_colour and picture.image.dtype == np.uint8 and picture.image.ndim == 3:
        _write(path, np.moveaxis(picture.image, 0, -1), "YXS", picture, {"photometric": "rgb"}, {})
    else:
        axes = "CYX" if picture.axes == "CYX" else "".join(axis for axis in HYPERSTACK if axis in picture.axes)
        image = picture.image.transpose([picture.axes.index(axis) for axis in axes])
        _write(path, image, axes, picture, {"photometric": "minisblack"}, {})


def _write(
    path: Path, array: NDArray[np.generic], axes: str, scale: Scaled, details: dict[str, Any], shown: dict[str, float]
) -> None:
    """Write as ImageJ has it, or OME, or plain; `shown` says which values ImageJ shows darkest and brightest."""
    import tifffile  # 0.2 s that a window which only opens need not wait for

    as_imagej = array.dtype in IMAGEJ_TYPES and array.nbytes < IMAGEJ_BYTES
    layout = _imagej(axes, scale) if as_imagej else _tagged(axes, scale, array.dtype not in OME_LACKS)
    layout["metadata"] |= shown
    names = scale.channel_names if isinstance(scale, Picture) and "C" in axes else ()
    if names and as_imagej:  # ImageJ names planes: those of a stack one after the other
        planes = int(np.prod(array.shape[:-2])) // len(names)
        layout["metadata"]["Labels"] = list(names) * planes
    elif names and layout["ome"]:
        layout["metadata"]["Channel"] = {"Name": list(names)}
    with atomic_path(path) as temporary:
        tifffile.imwrite(temporary, array, **layout, **details)


def _imagej(axes: str, scale: Scaled) -> dict[str, Any]:
    y, x = scale.pixel_size[-2:]
    metadata: dict[str, Any] = {"axes": axes} | _interval(axes, scale, "finterval")
    resolution = None if scale.unit == PIXEL else storable((1 / x, 1 / y))
    if resolution is None:
        return {"imagej": True, "metadata": metadata}
    # "um" is how ImageJ spells µm in its ASCII description; it shows µm.
    metadata["unit"] = "um" if scale.unit == MICRON else escaped(scale.unit)
    if "Z" in axes:
        metadata["spacing"] = scale.pixel_size[-3]
    return {"imagej": True, "resolution": resolution, "metadata": metadata}


def _interval(axes: str, scale: Scaled, key: str) -> dict[str, float]:
    """How far time points are apart, in seconds, under a format's name for it; nothing where that is not known."""
    known = "T" in axes and scale.pixel_size[0] != 1
    return {key: scale.pixel_size[0]} if known else {}


def _tagged(axes: str, scale: Scaled, ome: bool) -> dict[str, Any]:
    """OME-TIFF or plain, with the pixel size in the tags that every reader knows."""
    resolution = per_centimetre(scale)
    layout: dict[str, Any] = {"ome": ome, "metadata": {"axes": axes}}
    if ome and (interval := _interval(axes, scale, "TimeIncrement")):
        layout["metadata"] |= {**interval, "TimeIncrementUnit": "s"}
    if resolution is None:
        return layout
    if ome:
        for axis, size in zip(reversed(scale.axes), reversed(scale.pixel_size), strict=False):
            if axis == "T":
                break
            layout["metadata"][f"PhysicalSize{axis}"] = size
            layout["metadata"][f"PhysicalSize{axis}Unit"] = OME_UNITS.get(scale.unit, scale.unit)
    return {**layout, "resolution": resolution, "resolutionunit": "CENTIMETER"}
