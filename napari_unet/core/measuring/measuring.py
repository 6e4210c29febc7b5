"""Measuring objects.

Source: `skimage.measure.regionprops` (scikit-image), whose definitions these are: an object's axes are those of the
ellipse with the same second moments, its solidity is the share it fills of its convex hull.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.picture import Picture
from napari_unet.core.data.scale import MICRON, PIXEL, Scaled
from napari_unet.core.measuring.measurements import NUMBER, Column, Measurements
from napari_unet.core.stopping import never

EVERY = 50
"""After so many objects it is asked whether to stop."""

UNITS = {MICRON: "um", "Å": "angstrom"}
"""How units are spelled in the names of columns: letters that every program reads."""

LENGTHS = {"perimeter": "perimeter", "axis_major_length": "major_axis", "axis_minor_length": "minor_axis"}
SHARES = {"eccentricity": "eccentricity", "solidity": "solidity"}
FLAT_ONLY = ("perimeter", "eccentricity")
"""What has no meaning, or another, in a volume."""

BRIGHTNESS = {"intensity_mean": "mean", "intensity_min": "min", "intensity_max": "max"}


TIME = "centroid_t_px"
"""The column of the time point, counted from 0."""


class Stopped(Exception):
    """Measuring was asked to stop."""


def measure(labels: NDArray[np.integer], picture: Picture, should_stop: Callable[[], bool] = never) -> Measurements:
    """Measure every object.

    Parameters
    ----------
    labels : ([T,] [Z,] Y, X) unsigned integers, 0 = background; an object is measured anew at each time point, and in a
        mask of classes each class as one.
    picture : the picture they are of, for its brightness, pixel size and unit.
    should_stop : asked now and then.

    Returns
    -------
    measurements : lengths in pixels (`_px`) and, where the pixel size is known, in its unit (`_um`, ...); areas in
        their squares, volumes in their cubes. Brightness per channel, as acquired. `neighbours`: how many other
        objects share an edge or corner with it.

    Raises
    ------
    Stopped : it was asked to.
    """
    if "T" in picture.axes and labels.ndim > 2:
        return _through_time(labels, picture, should_stop)
    numbers, rows = _rows(labels, np.moveaxis(picture.image, 0, -1), should_stop)
    table: dict[str, Column] = {NUMBER: numbers}
    titles = {NUMBER: "number"}
    _add_size(table, titles, rows, picture)
    _add_lengths(table, titles, rows, picture)
    for name in _kept(SHARES, labels.ndim):
        table[SHARES[name]], titles[SHARES[name]] = rows[name], SHARES[name]
    table["neighbours"], titles["neighbours"] = neighbours(labels, numbers), "neighbours"
    _add_brightness(table, titles, rows, picture)
    _add_places(table, titles, rows, picture)
    return Measurements(table, titles)


def _through_time(labels: NDArray[np.integer], picture: Picture, should_stop: Callable[[], bool]) -> Measurements:
    """Every time point by itself; the rows in the order of the objects' numbers, and then of time."""
    size, axes = picture.pixel_size[1:], picture.axes.replace("T", "")
    parts = [
        measure(plane, replace(picture, image=picture.image[:, time], pixel_size=size, axes=axes), should_stop)
        for time, plane in enumerate(labels)
    ]
    times = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    columns = {name: np.concatenate([part.columns[name] for part in parts]) for name in parts[0].columns}
    order = np.lexsort((times, columns[NUMBER]))
    table = {NUMBER: columns.pop(NUMBER), TIME: times, **columns}
    titles = {NUMBER: parts[0].titles[NUMBER], TIME: "time point (from 0)", **parts[0].titles}
    return Measurements({name: column[order] for name, column in table.items()}, titles)


def neighbours(labels: NDArray[np.integer], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many other objects each of `numbers` touches, by an edge or a corner."""
    pairs = [np.zeros((0, 2), np.int64)]
    for step in _half_of_directions(labels.ndim):
        ours = labels[tuple(slice(max(-by, 0), side - max(by, 0)) for by, side in zip(step, labels.shape, strict=True))]
        next_ = labels[
            tuple(slice(max(by, 0), side - max(-by, 0)) for by, side in zip(step, labels.shape, strict=True))
        ]
        touching = (ours != next_) & (ours > 0) & (next_ > 0)
        both = np.stack([ours[touching], next_[touching]], axis=1).astype(np.int64)
        pairs.append(np.unique(np.sort(both, axis=1), axis=0))
    touching_pairs = np.unique(np.concatenate(pairs), axis=0)
    places = np.searchsorted(numbers, touching_pairs.ravel())
    return np.bincount(places, minlength=len(numbers)).astype(np.int64)


def _half_of_directions(axes: int) -> list[tuple[int, ...]]:
    steps = [tuple(int(by) for by in step) for step in np.ndindex((3,) * axes)]
    shifted = [tuple(by - 1 for by in step) for step in steps]
    return [step for step in shifted if step > (0,) * axes]


def _rows(
    labels: NDArray[np.integer], image: NDArray[np.generic], should_stop: Callable[[], bool]
) -> tuple[NDArray[np.int64], dict[str, NDArray[np.float64]]]:
    """What scikit-image says of every object, by its names for it."""
    from skimage.measure import regionprops  # 0.5 s that who does not measure need not wait for

    names = ["area", "centroid", *_kept({**LENGTHS, **SHARES}, labels.ndim), *BRIGHTNESS]
    channels = image.shape[-1]
    if not channels:  # labels without a picture
        names = [name for name in names if name not in BRIGHTNESS]
    seen = image.astype(np.float32) if image.dtype == np.float16 else image
    numbers, ranks = _ranked(labels)
    found = regionprops(ranks, seen if channels else None)
    values: dict[str, list[Any]] = {name: [] for name in names}
    for index, region in enumerate(found):
        if index % EVERY == 0 and should_stop():
            raise Stopped
        for name in names:
            values[name].append(_of(region, name))
    shape = {"centroid": (len(found), labels.ndim), **dict.fromkeys(BRIGHTNESS, (len(found), channels))}
    return numbers, {
        name: np.array(column, np.float64).reshape(shape.get(name, (len(found),))) for name, column in values.items()
    }


def _ranked(labels: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.integer]]:
    """The numbers in use, and the labels with 1, 2, 3, ... instead: memory is taken up to the highest number."""
    numbers = np.unique(labels)
    numbers = numbers[numbers > 0]
    if not len(numbers) or int(numbers[-1]) == len(numbers):
        return numbers.astype(np.int64), labels
    ranks = np.searchsorted(numbers, labels).astype(np.int32) + np.int32(1)
    return numbers.astype(np.int64), np.where(labels > 0, ranks, np.int32(0))


def _of(region: Any, name: str) -> Any:
    """One quantity of an object. A volume of few voxels in a plane has no hull, nor the length of a third axis."""
    if name == "solidity" and min(region.image.shape) < 2:
        return 1.0 if region.image.all() else np.nan
    try:
        return getattr(region, name)
    except ValueError:
        return np.nan


def _kept(names: dict[str, str], axes: int) -> list[str]:
    return [name for name in names if axes == 2 or name not in FLAT_ONLY]


def _add_size(table: dict[str, Column], titles: dict[str, str], rows: dict[str, Any], scale: Scaled) -> None:
    what, power = ("volume", 3) if rows["centroid"].shape[1] > 2 else ("area", 2)
    unit = _unit(scale)
    table[f"{what}_px"], titles[f"{what}_px"] = rows["area"].astype(np.int64), f"{what} (px)"
    if unit:
        name = f"{what}_{unit}{power}"
        table[name] = rows["area"] * float(np.prod(scale.pixel_size))
        titles[name] = f"{what} ({scale.unit}{'²³'[power - 2]})"


def _add_lengths(table: dict[str, Column], titles: dict[str, str], rows: dict[str, Any], scale: Scaled) -> None:
    """Lengths; in the picture's unit only where a pixel is as long as it is wide (and deep)."""
    unit, side = _unit(scale), scale.pixel_size[-1]
    square = all(abs(other - side) <= 1e-6 * side for other in scale.pixel_size)
    for source, name in LENGTHS.items():
        if source in rows:
            words = name.replace("_", " ")
            table[f"{name}_px"], titles[f"{name}_px"] = rows[source], f"{words} (px)"
            if unit and square:
                table[f"{name}_{unit}"], titles[f"{name}_{unit}"] = rows[source] * side, f"{words} ({scale.unit})"


def _add_brightness(table: dict[str, Column], titles: dict[str, str], rows: dict[str, Any], picture: Picture) -> None:
    for channel in range(picture.channels):
        given = picture.channel_names[channel] if channel < len(picture.channel_names) else ""
        which = given or (str(channel + 1) if picture.channels > 1 else "")
        for source, name in BRIGHTNESS.items():
            key = f"{name}_{which}" if which else name
            table[key if key not in table else f"{key}_{channel + 1}"] = rows[source][:, channel]
            titles[key if key not in titles else f"{key}_{channel + 1}"] = (
                f"{name} brightness, {which}" if which else f"{name} brightness"
            )


def _add_places(table: dict[str, Column], titles: dict[str, str], rows: dict[str, Any], scale: Scaled) -> None:
    unit, axes = _unit(scale), "zyx"[-rows["centroid"].shape[1] :]
    for index, axis in enumerate(axes):
        table[f"centroid_{axis}_px"], titles[f"centroid_{axis}_px"] = rows["centroid"][:, index], f"{axis} (px)"
        if unit:
            name = f"centroid_{axis}_{unit}"
            table[name], titles[name] = rows["centroid"][:, index] * scale.pixel_size[index], f"{axis} ({scale.unit})"


def _unit(scale: Scaled) -> str:
    """The unit as columns spell it; empty when the pixel size is not known."""
    return "" if scale.unit == PIXEL else UNITS.get(scale.unit, scale.unit)
