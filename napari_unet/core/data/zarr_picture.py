"""What a Zarr folder says about its picture: axes, pixel size, channels. Nothing is guessed: what is not said is asked.

Source: https://ngff.openmicroscopy.org, versions 0.1 to 0.5
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from napari_unet.core.data.axes import FOREIGN
from napari_unet.core.data.json_file import are_numbers, is_words
from napari_unet.core.data.scale import MICRONS_IN, PIXEL, known_unit
from napari_unet.core.data.tiff_scale import SECONDS_IN
from napari_unet.core.data.zarr_folder import Node, damaged, datasets, multiscale, node, parts, shown
from napari_unet.core.errors import PictureError

NO_AXES, THEIR_AXES = ("0.1", "0.2"), "TCZYX"
"""The versions of OME-Zarr that name no axes, because all their pictures have these."""

TIMES = {"second": "s", "millisecond": "ms", "minute": "min", "hour": "h", "day": "d"}
SINGLE = {"time": "T", "channel": "C"}
"""The types of axes of which there is one."""

MOST_AXES, LONGEST_SIDE = 10, 2**31

NAMED = 3
"""How many of many parts a sentence names."""


@dataclass(frozen=True)
class Told:
    """A picture as its folder describes it.

    Parameters
    ----------
    array : where its pixels are.
    axes : a letter for each axis of the array, "?" where the name says nothing to us; empty where nothing names them.
    pixel_size, unit, spacing, interval, channel_names : as in `Loaded`.
    """

    array: Node
    axes: str
    pixel_size: tuple[float, float] = (1.0, 1.0)
    unit: str = PIXEL
    spacing: float = 0.0
    interval: float = 0.0
    channel_names: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """The sides of the array. Raises PictureError when they are none."""
        sides = self.array.array.get("shape")
        whole = isinstance(sides, list) and all(type(side) is int and 0 <= side <= LONGEST_SIDE for side in sides)
        if not isinstance(sides, list) or not whole or not 0 < len(sides) <= MOST_AXES:
            raise damaged(self.array.path, f"its shape {str(sides)[:60]} is none of a picture")
        return tuple(sides)


def described(path: Path) -> Told:
    """The picture at a path: that of a group at its full resolution; an array, which may be another of its sizes.

    Raises
    ------
    PictureError : it is no picture, or holds several; or what it says of itself cannot be understood.
    """
    found = node(path)
    if found.array:
        return _size_of_a_picture(found) or Told(found, _own_axes(found))
    sizes = multiscale(found)
    if sizes is not None:
        level, told = datasets(found, sizes)[0]
        return _told(found, sizes, told, node(path / level))
    inner = parts(path)
    if inner == [path]:
        raise _no_picture(path)
    if len(inner) > 1:
        raise _several(path, inner)
    return described(inner[0])


def _size_of_a_picture(array: Node) -> Told | None:
    """The array as one of the sizes of a picture around it; None where it is none."""
    found = picture_around(array.path)
    return _told(found[0], *found[1:], array) if found else None


def picture_around(array: Path) -> tuple[Node, Mapping[str, Any], Mapping[str, Any]] | None:
    """The picture of which an array is one of the sizes, what it says of all and of this one; None where it is none."""
    for around in list(array.parents)[:NAMED]:
        try:
            group = node(around)
            sizes = multiscale(group)
            levels = datasets(group, sizes) if sizes is not None else []
        except PictureError:  # a folder around it that is no Zarr
            return None
        told = dict(levels).get(array.relative_to(around).as_posix())
        if sizes is not None and told is not None:
            return group, sizes, told
    return None


def _told(group: Node, sizes: Mapping[str, Any], dataset: Mapping[str, Any], array: Node) -> Told:
    if not array.array:
        raise damaged(group.path, f"its part {array.path.name} is no array")
    count = len(Told(array, "").shape)
    axes = _axes(group, sizes, count)
    named = sizes.get("axes")
    units = [one.get("unit") for one in named if isinstance(one, dict)] if isinstance(named, list) else []
    scale = _scale([dataset, sizes], count)
    return Told(array, axes, **_lengths(axes, scale, units), channel_names=_channel_names(group))


def _axes(group: Node, sizes: Mapping[str, Any], count: int) -> str:
    """A letter for each axis. Raises PictureError when they do not fit the array, or one is there twice."""
    told = sizes.get("axes")
    if told is None:
        version = sizes.get("version", group.about.get("version"))
        by_version = version in NO_AXES and count == len(THEIR_AXES)
        return THEIR_AXES if by_version else FOREIGN * (count - 2) + "YX" if count > 1 else "X"
    if not isinstance(told, list) or len(told) != count:
        raise damaged(group.path, f"its axes {str(told)[:60]} are not those of an array with {count}")
    axes = "".join(_letter(one) for one in told)
    if any(axes.count(axis) > 1 for axis in axes if axis != FOREIGN):
        raise damaged(group.path, f"it names an axis twice ({axes})")
    return axes


def _letter(told: object) -> str:
    """The letter of an axis, {"name": "z", "type": "space"} or just its name."""
    name, kind = (told.get("name"), told.get("type")) if isinstance(told, dict) else (told, None)
    if isinstance(kind, str) and kind in SINGLE:
        return SINGLE[kind]
    letter = name.upper() if isinstance(name, str) else FOREIGN
    fitting = "ZYX" if kind == "space" else "CTZYX"
    return letter if len(letter) == 1 and letter in fitting else FOREIGN


def _own_axes(array: Node) -> str:
    """The axes of an array that stands by itself, as format 3 and xarray name them; empty where it does not."""
    names = array.array.get("dimension_names") or array.about.get("_ARRAY_DIMENSIONS")
    if not isinstance(names, list) or not is_words(names):
        return ""
    axes = "".join(_letter(name) for name in names)
    doubled = any(axes.count(axis) > 1 for axis in axes if axis != FOREIGN)
    return "" if doubled or len(axes) != len(Told(array, "").shape) else axes


def _scale(told: Sequence[Mapping[str, Any]], count: int) -> list[float]:
    """The size of a pixel along each axis; 1 where it is not said, or nothing that can be one."""
    scale = [1.0] * count
    for one in told:
        changes = one.get("coordinateTransformations")
        for change in changes if isinstance(changes, list) else ():
            sides = change.get("scale") if isinstance(change, dict) and change.get("type") == "scale" else None
            if isinstance(sides, list) and are_numbers(sides) and len(sides) == count and all(map(_is_size, sides)):
                scale = [float(old * new) for old, new in zip(scale, sides, strict=True)]
    return scale if all(map(_is_size, scale)) else [1.0] * count


def _is_size(side: float) -> bool:
    return side > 0 and isfinite(side)


def _lengths(axes: str, scale: Sequence[float], units: Sequence[object]) -> dict[str, Any]:
    """Pixel size, unit, spacing and interval, as in `Told`; without a unit, the size of a pixel is not known."""
    sides = dict(zip(axes, scale, strict=True))
    words = {axis: unit if isinstance(unit, str) else "" for axis, unit in zip(axes, units, strict=False)}
    seconds = SECONDS_IN.get(TIMES.get(words.get("T", ""), words.get("T", "")), 0.0)
    interval = {"interval": seconds * sides.get("T", 0.0)}
    unit = known_unit(words.get("X", ""))
    y, z = (_in_unit(sides.get(axis, 0.0), known_unit(words.get(axis, "")), unit) for axis in "YZ")
    if unit == PIXEL or not y:
        return interval
    return {"pixel_size": (y, sides["X"]), "unit": unit, "spacing": z, **interval}


def _in_unit(side: float, own: str, unit: str) -> float:
    """A length in another unit; 0 where the two cannot be compared."""
    if own == unit:
        return side
    return side * MICRONS_IN[own] / MICRONS_IN[unit] if {own, unit} <= set(MICRONS_IN) else 0.0


def _channel_names(group: Node) -> tuple[str, ...]:
    """The channels' names as omero has them; empty when one has none, or they are only counted."""
    told = group.about.get("omero")
    channels = told.get("channels") if isinstance(told, dict) else None
    told_names = [one.get("label") for one in channels if isinstance(one, dict)] if isinstance(channels, list) else []
    names = tuple(name for name in told_names if isinstance(name, str) and name)
    counted = tuple(f"channel {number}" for number, _ in enumerate(names, 1))
    return names if len(names) == len(told_names) and names != counted else ()


def _no_picture(path: Path) -> PictureError:
    inner = sorted(child.name for child in path.iterdir() if child.is_dir() and not child.name.startswith("."))
    named = f" In it are {', '.join(inner[:NAMED])}{' and others' if inner[NAMED:] else ''}." if inner else ""
    return PictureError(
        f"{shown(path)} is a Zarr group but no picture: it has no multiscales.{named}",
        "A picture is a group of OME-Zarr, version 0.1 to 0.5, or a Zarr array.",
        "Choose what is a picture inside it.",
    )


def _several(path: Path, inner: Sequence[Path]) -> PictureError:
    named = ", ".join(part.relative_to(path).as_posix() for part in inner[:NAMED])
    more = f" and {len(inner) - NAMED} more" if inner[NAMED:] else ""
    return PictureError(
        f"{shown(path)} holds {len(inner)} pictures: {named}{more}.",
        "A picture here is one of them.",
        f"Name it, for example {inner[0]}.",
    )
