"""What a layer of the person's own holds, and how large that is, whichever reader brought it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pint
from napari.layers import Image, Labels
from numpy.typing import NDArray

from napari_unet.core.data.read_tiff import said
from napari_unet.core.data.sliced import MOST_HELD, held
from napari_unet.core.errors import PictureError, UnetError

LETTERS = {
    "z": "Z",
    "plane": "Z",
    "depth": "Z",
    "slice": "Z",
    "t": "T",
    "time": "T",
    "frame": "T",
    "c": "C",
    "channel": "C",
    "y": "Y",
    "x": "X",
}
"""What layers call their axes."""


class _Lazy:
    """What a layer holds, as an array that is read a part at a time; see `core.data.sliced`."""

    def __init__(self, data: Any) -> None:
        self._data = data
        self.shape: tuple[int, ...] = tuple(int(side) for side in data.shape)
        self.dtype: np.dtype[np.generic] = np.dtype(data.dtype)
        chunks = getattr(data, "chunks", None) or (1,) * len(self.shape)
        self.chunks = tuple(max(along) if isinstance(along, tuple) else int(along) for along in chunks)

    def __getitem__(self, key: tuple[slice, ...]) -> NDArray[np.generic]:
        return np.asarray(self._data[key])


def finest(layer: Image | Labels) -> Any:
    """The layer's array at full resolution; it may be lazy."""
    return layer.data[0] if layer.multiscale else layer.data


def pixels_of(layer: Image | Labels, window: tuple[slice, slice] | None) -> NDArray[np.generic]:
    """All pixels of the layer, or those in a window of rows and columns, as a copy; what is very large goes to a file.

    Raises PictureError when whatever brought the layer cannot give them.
    """
    key = () if window is None else (*(slice(None),) * (layer.ndim - len(window)), *window)
    return _copied(lambda: finest(layer)[key] if key else finest(layer), layer.name)


def plane(layer: Image, place: tuple[int | slice, ...]) -> NDArray[np.generic]:
    """The plane (Y, X), or (Y, X, colours), at a place along the first axes, or a window of it.

    Raises PictureError as `pixels_of`.
    """
    return _copied(lambda: finest(layer)[place], layer.name)


def _copied(get: Callable[[], Any], name: str) -> NDArray[np.generic]:
    try:
        pixels = held(_Lazy(get()))
        return np.array(pixels) if pixels.nbytes <= MOST_HELD else pixels
    except UnetError:
        raise
    except MemoryError as error:
        raise PictureError(f"There is not enough memory for {name}.", "It must fit into it as a whole.") from error
    except Exception as error:
        raise PictureError(
            f"The pixels of {name} cannot be read ({said(error)}).",
            "They are read only now, by whatever opened the layer, and its file may be damaged or gone.",
            "Open it again, or add its file here.",
        ) from error


def axes(layer: Image) -> str:
    """The letters of a layer's axes as its labels name them; Q where one says nothing. The last two are Y and X where
    these are not named.
    """
    letters = [LETTERS.get(str(label).lower(), "Q") for label in layer.axis_labels]
    if not letters.count("Y") == letters.count("X") == 1:
        letters = [*("Q" if letter in "YX" else letter for letter in letters[:-2]), "Y", "X"]
    doubled = ["Q" if letters.count(letter) > 1 else letter for letter in letters]
    return "".join(doubled) + ("S" if layer.rgb else "")


def sizes(layer: Image, letters: str) -> dict[str, float]:
    """The size of a pixel along each of these axes, in the unit of X; along T in seconds, if it has a time."""
    wide = _unit_along(layer, letters, "X")
    units = {axis: pint.get_application_registry().Unit("second") if axis == "T" else wide for axis in letters}
    sides = zip(letters, layer.scale, layer.units, strict=False)
    return {axis: abs(float(side)) * _factor(own, units[axis]) for axis, side, own in sides}


def unit_of(layer: Image, letters: str) -> str:
    """The unit of X, as we write it."""
    unit = _unit_along(layer, letters, "X")
    return "pixel" if str(unit) == "pixel" else f"{unit:~}"


def _unit_along(layer: Image, letters: str, axis: str) -> Any:
    return layer.units[letters.index(axis)] if axis in letters else layer.units[-1]


def _factor(own: Any, wanted: Any) -> float:
    """How many of the unit `wanted` one of the other is; 1 where they cannot be compared."""
    try:
        return float((1 * own).to(wanted).magnitude)
    except pint.DimensionalityError:
        return 1.0
