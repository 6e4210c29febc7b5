"""The picture with its mask as OME-Zarr: pieces of several sizes, for viewers of large pictures.

Source: https://ngff.openmicroscopy.org/0.4 and /0.5
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.atomic import FORGOTTEN, atomic_tree, storage_errors, sweep, write_json
from napari_unet.core.data.json_file import read_json
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.scale import MICRON, PIXEL
from napari_unet.core.data.zarr_folder import BOTH, is_zarr, node
from napari_unet.core.data.zarr_pieces import zarr_package
from napari_unet.core.errors import SettingsError
from napari_unet.core.export.drawing import CHANNELS, GREY, RGB, Wheel
from napari_unet.core.export.found import Found
from napari_unet.core.export.labels import narrowed
from napari_unet.core.preprocessing.levels import evenly_spaced
from napari_unet.core.settings import ExportSettings

SUMMARY, SUMMARISED = ".zmetadata", "consolidated_metadata"
"""Where groups repeat what is said in them: a file in format 2, a part of `zarr.json` in format 3."""

PIECE = 512
"""Side of a piece, in pixels."""

WINDOW = 4 * PIECE
"""Side of what is written at once."""

SMALL = 1024
"""A picture is halved until no side is longer than this."""

UNITS = {
    MICRON: "micrometer",
    "Å": "angstrom",
    "nm": "nanometer",
    "mm": "millimeter",
    "cm": "centimeter",
    "inch": "inch",
    "m": "meter",
}


KINDS = {"c": {"type": "channel"}, "t": {"type": "time"}}
"""What axes are that are none of space."""

SECONDS = {"unit": "second"}


def write(found: Found, path: Path, settings: ExportSettings) -> None:
    """Write a folder that is one OME-Zarr.

    Raises SettingsError without the package zarr, MaskError without a picture, StorageError.
    """
    _write(found, narrowed(found.labels), path, settings)


def write_large(found: Found, path: Path, settings: ExportSettings) -> None:
    """The same of a picture and labels that are read a window at a time. Raises as `write`."""
    _write(found, found.labels, path, settings)


def _write(found: Found, labels: NDArray[np.integer], path: Path, settings: ExportSettings) -> None:
    zarr = zarr_package("written", SettingsError)
    found.seen("OME-Zarr")
    layout = 2 if settings.zarr == "0.4" else 3
    with atomic_tree(path) as temporary:
        root = zarr.create_group(temporary, zarr_format=layout)
        piece = _Piece(root, settings, found.picture)
        piece.write(found.picture.image, "c")
        about = root.create_group("labels")
        about.attrs.update(_wrapped({"labels": ["labels"]}, settings))
        mask = _Piece(about.create_group("labels"), settings, found.picture)
        mask.write(labels, "")


def write_labels_group(path: Path, labels: NDArray[np.integer], picture: Picture, settings: ExportSettings) -> None:
    """Replace the labels of an OME-Zarr, a folder in it, by labels that are read a window at a time.

    They stay in the version of OME-Zarr that they are in. Raises SettingsError without the package zarr, StorageError.
    """
    zarr = zarr_package("written", SettingsError)
    layout = node(path).layout
    own = replace(settings, zarr="0.4" if layout == 2 else "0.5")
    with atomic_tree(path) as temporary:
        group = zarr.create_group(temporary, zarr_format=layout)
        _Piece(group, own, picture).write(labels, "")
        _keep_colours(path, group, own)
    _forget_summaries(path)


def _forget_summaries(path: Path) -> None:
    """Groups around the labels may say what everything in them is like ("consolidated metadata"), which is no more so.

    Raises StorageError.
    """
    for around in path.parents:
        if not is_zarr(around):
            return
        sweep(around, FORGOTTEN)
        with storage_errors(around):
            (around / SUMMARY).unlink(missing_ok=True)
        if (around / BOTH).is_file() and SUMMARISED in (about := read_json(around / BOTH)):
            write_json(around / BOTH, {name: value for name, value in about.items() if name != SUMMARISED})


def _keep_colours(path: Path, group: Any, settings: ExportSettings) -> None:
    """What the labels at `path` say of single numbers, as colours and properties, is said of the new ones, too."""
    told = node(path).about.get("image-label")
    if isinstance(told, dict):
        about = dict(group.attrs if settings.zarr == "0.4" else group.attrs["ome"])
        kept = {name: value for name, value in told.items() if name != "version"}
        about["image-label"] = {**about["image-label"], **kept}
        group.attrs.update(about if settings.zarr == "0.4" else {"ome": about})


class _Piece:
    """A group that becomes a picture of several sizes."""

    def __init__(self, group: Any, settings: ExportSettings, picture: Picture) -> None:
        self._group, self._settings, self._picture = group, settings, picture

    def write(self, array: NDArray[np.generic], channel: str) -> None:
        """Write an array ([C,] [T,] [Z,] Y, X) and what it is; `channel` names the first axis of a picture."""
        names = self._picture.axes.lower()[-array.ndim :]
        scales, level = [], array
        for index, step in enumerate(steps(array.shape)):
            level = self._write_level(str(index), level, 2 if index else 1, names)
            sides = (*self._picture.pixel_size[:-2], *(side * step for side in self._picture.pixel_size[-2:]))
            scales.append([1.0] * (len(names) - len(sides)) + [float(side) for side in sides])
        self._group.attrs.update(_wrapped(self._about(names, scales, is_labels=not channel), self._settings))

    def _write_level(self, name: str, source: Any, every: int, names: str) -> Any:
        """Write every so-many-th pixel along (Y, X) of an array, or of the level before; a window at a time."""
        shape = (*source.shape[:-2], *(-(-side // every) for side in source.shape[-2:]))
        old = self._settings.zarr == "0.4"
        pieces = tuple(min(side, PIECE) if axis in "yx" else 1 for axis, side in zip(names, shape, strict=True))
        more: dict[str, Any] = {} if old else {"dimension_names": list(names)}
        if old:
            more["chunk_key_encoding"] = {"name": "v2", "separator": "/"}
        if not self._settings.compress:
            more["compressors"] = None
        made = self._group.create_array(name, shape=shape, chunks=pieces, dtype=source.dtype, **more)
        for window in windows(shape):
            wide = (*window[:-2], *(slice(every * part.start, every * part.stop) for part in window[-2:]))
            made[window] = source[wide][..., ::every, ::every]
        return made

    def _about(self, names: str, scales: list[list[float]], *, is_labels: bool) -> dict[str, Any]:
        unit = UNITS.get(self._picture.unit, "" if self._picture.unit == PIXEL else self._picture.unit)
        space = {"type": "space", **({"unit": unit} if unit else {})}
        timed = "t" in names and self._picture.pixel_size[0] != 1  # else nobody knows how far time points are apart
        kinds = {**KINDS, "t": {**KINDS["t"], **(SECONDS if timed else {})}}
        sizes = {
            "name": "labels" if is_labels else self._picture.name,
            "axes": [{"name": axis, **kinds.get(axis, space)} for axis in names],
            "datasets": [
                {"path": str(index), "coordinateTransformations": [{"type": "scale", "scale": scale}]}
                for index, scale in enumerate(scales)
            ],
        }
        version = self._settings.zarr
        about: dict[str, Any] = {"multiscales": [{"version": version, **sizes} if version == "0.4" else sizes]}
        if is_labels:
            about["image-label"] = {"source": {"image": "../../"}}
            if version == "0.4":
                about["image-label"]["version"] = version
        else:
            about["omero"] = {"channels": [self._channel(index) for index in range(self._picture.channels)]}
        return about

    def _channel(self, index: int) -> dict[str, Any]:
        picture = self._picture
        pixels: Any = picture.image
        shown = (pixels if isinstance(pixels, np.ndarray) else evenly_spaced(pixels))[index]
        low, high = (float(limit) for limit in np.percentile(shown, (0.1, 99.9)))
        colours: Wheel = RGB if picture.is_colour else CHANNELS if picture.channels > 1 else GREY
        named = picture.channel_names[index] if index < len(picture.channel_names) else f"channel {index + 1}"
        return {
            "label": named,
            "color": "".join(f"{round(255 * part):02X}" for part in colours[index % len(colours)]),
            "active": True,
            "window": {
                "start": low,
                "end": max(high, low + 1e-6),
                "min": float(shown.min()),
                "max": float(shown.max()),
            },
        }


def steps(shape: tuple[int, ...]) -> Iterator[int]:
    """How many pixels one of each level stands for, until no side of it along (Y, X) is longer than SMALL."""
    step = 1
    while True:
        yield step
        if max(shape[-2:]) <= SMALL * step:
            return
        step *= 2


def windows(shape: tuple[int, ...]) -> Iterator[tuple[slice, ...]]:
    """Windows of whole pieces that cover an array (..., Y, X), one plane at a time."""
    rows, columns = ([slice(at, min(at + WINDOW, side)) for at in range(0, side, WINDOW)] for side in shape[-2:])
    for place in np.ndindex(shape[:-2]):
        for part in product(rows, columns):
            yield (*(slice(at, at + 1) for at in place), *part)


def _wrapped(about: dict[str, Any], settings: ExportSettings) -> dict[str, Any]:
    return about if settings.zarr == "0.4" else {"ome": {"version": settings.zarr, **about}}
