"""Axes: from however a file orders them to channels first, or a sentence that says which one is too many."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.errors import PictureError

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

UNNAMED = "IQ"
"""Axes a file does not name; NumPy and scikit-image write channels so."""

MOST_UNNAMED_CHANNELS = 4
"""An axis without a name is taken for channels up to this length: red, green, blue and something more."""


class Grid(NamedTuple):
    """An array as a file holds it: one letter of `axes` per axis, as tifffile names them."""

    array: NDArray[np.generic]
    axes: str


def channels_first(grid: Grid, name: str) -> NDArray[np.generic]:
    """The array as (C, Y, X).

    Axes of length 1 are dropped; channels and colour samples become one channel axis.

    Raises
    ------
    PictureError : an axis is left (focal planes, time points ...) that a picture here cannot have.
    """
    array, axes = _squeezed(grid)
    if "Y" not in axes or "X" not in axes:
        raise PictureError(
            f"{name} has the axes {_described(grid)}.",
            "A picture needs a height and a width.",
            "Choose another file.",
        )
    axes = _with_channels_named(axes, array.shape)
    unusable = [axis for axis in axes if axis not in "CSYX"]
    if unusable:
        raise _too_many(name, Grid(array, axes), unusable)
    if not array.size:
        raise PictureError(f"{name} has no pixels.", "A picture needs a height and a width.")
    order = [axes.index(axis) for axis in "CSYX" if axis in axes]
    array = array.transpose(order)
    return array.reshape(-1, *array.shape[-2:])


def array_axes(shape: tuple[int, ...], dtype: np.dtype[np.generic]) -> str:
    """The axes of an array that comes without names: (Y, X), colours last, else planes first."""
    colour = len(shape) >= 3 and shape[-1] in (3, 4) and dtype == np.uint8
    spatial = "YXS" if colour else "YX"
    return ("Q" * len(shape) + spatial)[-len(shape) :] if len(shape) >= 2 else "X" * len(shape)


def _squeezed(grid: Grid) -> Grid:
    keep = [i for i, axis in enumerate(grid.axes) if grid.array.shape[i] != 1 or axis in "YX"]
    drop = tuple(i for i in range(grid.array.ndim) if i not in keep)
    return Grid(grid.array.squeeze(drop), "".join(grid.axes[i] for i in keep))


def _with_channels_named(axes: str, shape: tuple[int, ...]) -> str:
    """The axes with a short axis without a name called channels, when it is the only candidate."""
    unnamed = [i for i, axis in enumerate(axes) if axis in UNNAMED and shape[i] <= MOST_UNNAMED_CHANNELS]
    if len(unnamed) == 1 and "C" not in axes and "S" not in axes:
        return axes[: unnamed[0]] + "C" + axes[unnamed[0] + 1 :]
    return axes


def _too_many(name: str, grid: Grid, unusable: list[str]) -> PictureError:
    extra = " and ".join(f"{grid.array.shape[grid.axes.index(axis)]} {WORDS.get(axis, 'planes')}" for axis in unusable)
    letters = " and ".join(axis for axis in unusable)
    return PictureError(
        f"{name} has {extra} (axes {_described(grid)}).",
        "A picture here is one plane, with one or more channels.",
        f"Choose one plane along {letters} and save it by itself, e.g. in Fiji with Image > Duplicate, "
        "or make one of many with Image > Stacks > Z Project.",
    )


def _described(grid: Grid) -> str:
    """The axes with their lengths: Z 5, Y 512, X 512."""
    return ", ".join(f"{axis} {size}" for axis, size in zip(grid.axes, grid.array.shape, strict=False))
