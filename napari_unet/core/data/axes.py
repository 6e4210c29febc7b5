"""Axes: from however a file orders them to channels first, or a sentence that says which one is not known."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.errors import AxesError, PictureError

WORDS = {
    "Z": "focal planes",
    "T": "time points",
    "C": "channels",
    "S": "samples",
    "I": "planes",
    "Q": "planes",
    "P": "positions",
    "R": "positions",
    "M": "tiles",
    "A": "angles",
    "E": "wavelengths",
    "H": "phases",
    "L": "exposures",
    "V": "events",
}
"""What tifffile's axis letters mean, as a person says it."""

KNOWN = "CTZYX"
"""The axes of a picture here, in the order in which we hold them."""

CHANNELS = "CS"
"""Both are channels here: a file may keep colours as samples."""

UNNAMED = "IQ"
"""Axes a file does not name; NumPy and scikit-image write channels so."""

FOREIGN = "?"
"""An axis whose name in the file says nothing to us. Unlike one without a name, it is never taken for channels."""

NO_AXIS = "-"
"""Stands for an axis of length 1 that a person did not name."""

BAND, TILE = 2**24, 256
"""So many pixels are looked at in one go where it is a band after the other; of whole tiles, which are so high."""

MOST_UNNAMED_CHANNELS = 4
"""An axis without a name is taken for channels up to this length: red, green, blue and something more."""


class Grid(NamedTuple):
    """An array as a file holds it: one letter of `axes` per axis, as tifffile names them."""

    array: NDArray[np.generic]
    axes: str


def channels_first(grid: Grid, name: str) -> Grid:
    """The array as (C, [T,] [Z,] Y, X), with those axes; a view wherever one will do.

    Axes of length 1 are dropped; channels and colour samples become one channel axis.

    Raises
    ------
    PictureError : an axis is left (positions, angles ...) that a picture here cannot have.
    AxesError : an axis has no name.
    """
    array, axes = named(grid, name)
    return Grid(in_order(array, axes), "C" + "".join(axis for axis in "TZYX" if axis in axes))


def named(grid: Grid, name: str) -> Grid:
    """The grid without axes of length 1, each axis with a name that a picture can have. Raises as `channels_first`."""
    array, axes = squeezed(grid)
    if "Y" not in axes or "X" not in axes:
        raise PictureError(
            f"{name} has the axes {_described(grid)}.",
            "A picture needs a height and a width.",
            "Choose another file.",
        )
    axes = _with_channels_named(axes, array.shape)
    if not array.size:
        raise PictureError(f"{name} has no pixels.", "A picture needs a height and a width.")
    check_named(name, Grid(array, axes))
    return Grid(array, axes)


def in_order(array: NDArray[np.generic], axes: str) -> NDArray[np.generic]:
    """An array with these axes, or a part of one, as (C, [T,] [Z,] Y, X); a view wherever one will do."""
    array = array.transpose([axes.index(axis) for axis in CHANNELS + "TZYX" if axis in axes])
    depth = sum(axis in axes for axis in CHANNELS)
    return array.reshape(prod(array.shape[:depth]), *array.shape[depth:])


def array_axes(shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> str:
    """The axes of an array that comes without names: (Y, X), colours last, else planes first."""
    colour = len(shape) >= 3 and shape[-1] in (3, 4) and dtype == np.uint8
    spatial = "YXS" if colour else "YX"
    return ("Q" * len(shape) + spatial)[-len(shape) :] if len(shape) >= 2 else "X" * len(shape)


def told_axes(word: str, grid: Grid, name: str) -> Grid:
    """The grid with the axes that a person says it has, such as ZCYX; an axis of length 1 may be left out.

    Raises
    ------
    PictureError : the word is none, or it has another number of axes than the array.
    """
    axes = word.strip().upper()
    if len(set(axes)) < len(axes) or not set("YX") <= set(axes) <= set("CSTZYX"):
        raise PictureError(
            f"{word!r} are no axes.",
            "Axes are letters, each once: Z focal planes, T time points, C channels, S colours, and always Y and X.",
            "Write them in the order of the file, for example ZCYX.",
        )
    if len(axes) == grid.array.ndim:
        return Grid(grid.array, axes)
    long = Grid(grid.array.squeeze(), axes)
    if long.array.ndim != len(axes):
        sizes = " x ".join(str(side) for side in grid.array.shape)
        raise PictureError(
            f"{name} has {grid.array.ndim} axes ({sizes}), but {axes} are {len(axes)}.",
            "Every axis needs one letter.",
            "Leave --axes out to be told what the file says itself.",
        )
    return long


def stretched(axes: str, grid: Grid) -> str:
    """A letter for each axis of the grid: `axes` has all of them, or those of all that are longer than 1."""
    left = iter(axes)
    short = len(axes) < grid.array.ndim
    return "".join(NO_AXIS if short and side == 1 else next(left) for side in grid.array.shape)


def is_stack(axes: str, shape: tuple[int, ...]) -> bool:
    """Whether a file with these axes holds more planes than one, as far as can be known before a person is asked."""
    return any(
        side > 1 and (axis in "TZ" or (axis in UNNAMED and side > MOST_UNNAMED_CHANNELS) or axis in FOREIGN)
        for axis, side in zip(axes, shape, strict=True)
    )


def behind(place: tuple[int, ...]) -> tuple[slice | int, ...]:
    """Where a plane at a place along ([T,] [Z]) is in an array whose first axis are channels, or what is answered."""
    return (slice(None), *place)


def planes_in(array: NDArray[np.generic]) -> Iterator[NDArray[np.generic]]:
    """Every plane (Y, X) of an array (..., Y, X) in the order in which it is stored, one after the other."""
    for place in np.ndindex(array.shape[:-2]):
        yield array[place]


def bands_in(array: NDArray[np.generic]) -> Iterator[NDArray[np.generic]]:
    """The same a band of rows at a time, as arrays (1, ..., rows, X), also of one that is read a window at a time."""
    *leading, height, width = array.shape
    rows = max(1, BAND // (TILE * max(1, width))) * TILE
    for place in np.ndindex(*leading):
        for top in range(0, height, rows):
            along = (slice(at, at + 1) for at in place)
            yield array[(*along, slice(top, min(top + rows, height)), slice(None))]


def squeezed(grid: Grid) -> Grid:
    """The grid without axes of length 1."""
    keep = [i for i, axis in enumerate(grid.axes) if grid.array.shape[i] != 1 or axis in "YX"]
    drop = tuple(i for i in range(grid.array.ndim) if i not in keep)
    return Grid(grid.array.squeeze(drop), "".join(grid.axes[i] for i in keep))


def _with_channels_named(axes: str, shape: tuple[int, ...]) -> str:
    """The axes with a short axis without a name called channels, when no other has no name and none are channels."""
    unnamed = [i for i, axis in enumerate(axes) if axis in UNNAMED]
    short = len(unnamed) == 1 and shape[unnamed[0]] <= MOST_UNNAMED_CHANNELS
    if short and "C" not in axes and "S" not in axes:
        return axes[: unnamed[0]] + "C" + axes[unnamed[0] + 1 :]
    return axes


def check_named(name: str, grid: Grid) -> None:
    """Raises PictureError for an axis that a picture cannot have, AxesError for one without a name."""
    unusable = [axis for axis in grid.axes if axis not in KNOWN + CHANNELS + UNNAMED + FOREIGN]
    if unusable:
        raise PictureError(
            f"{name} has {_counted(grid, unusable)} (axes {_described(grid)}).",
            "A picture here has channels, time points and focal planes.",
            f"Choose one plane along {' and '.join(unusable)} and save it by itself, e.g. in Fiji with "
            "Image > Duplicate.",
        )
    unnamed = [axis for axis in grid.axes if axis in UNNAMED + FOREIGN]
    if unnamed:
        axes = "".join("?" if axis in UNNAMED else axis for axis in grid.axes)
        raise AxesError(
            f"{name} has {_counted(grid, unnamed)} and does not say what they are (axes {_described(grid)}).",
            "They may be focal planes (Z), time points (T) or channels (C).",
            f"Say which: --axes {_example(axes)} on the command line, axes= in Python.",
            grid.array.shape,
            axes,
        )


def _example(axes: str) -> str:
    """What the axes may be."""
    left = iter(letter for letter in "ZTC" if letter not in axes)
    return "".join(next(left, "C") if axis == "?" else axis for axis in axes)


def _counted(grid: Grid, which: list[str]) -> str:
    return " and ".join(
        f"{side} {WORDS.get(axis, 'planes')}"
        for axis, side in zip(grid.axes, grid.array.shape, strict=True)
        if axis in which
    )


def _described(grid: Grid) -> str:
    """The axes with their lengths: Z 5, Y 512, X 512."""
    letters = ("?" if axis in UNNAMED else axis for axis in grid.axes)
    return ", ".join(f"{axis} {size}" for axis, size in zip(letters, grid.array.shape, strict=False))
