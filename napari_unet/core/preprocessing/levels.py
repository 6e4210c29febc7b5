"""Brightness on a common scale: the right number of channels, and the levels that become 0 and 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.errors import ModelError, PictureError
from napari_unet.core.settings import PreprocessingSettings
from napari_unet.core.settings.blocks import LARGE_PIXELS

LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
"""How bright red, green and blue look (ITU-R BT.601)."""

ENOUGH = 2_000_000
"""Levels are measured on about this many evenly spaced pixels; more would not change them."""

SQUARE, ACROSS = 256, 8
"""Of large pictures levels are measured on ACROSS x ACROSS squares of this side, which begin at multiples of it:
every 14th pixel of a file in pieces lies in every piece, so that all of it would be read.
"""

AT_ONCE = 4_000_000
"""So many pixels of a picture, which may lie on the disk, are looked through at once."""

RANGE = (-1.0, 5.0)
"""Normalised brightness is kept within: a hot pixel must not outshine its surroundings a thousandfold."""

SPREAD = (-5.0, 5.0)
"""The same for z-scores, of which half lie below 0."""


@dataclass(frozen=True)
class Levels:
    """The brightness that becomes 0 and the one that becomes 1, per channel: each (C, 1, 1), float32.

    `bounds` are what normalised brightness is kept within.
    """

    low: NDArray[np.float32]
    high: NDArray[np.float32]
    bounds: tuple[float, float] = RANGE


def fit_channels(image: NDArray[np.generic], channels: int, colour: bool) -> NDArray[np.generic]:
    """The picture with as many channels as the model has.

    Grey is repeated for a model of colour; colour becomes luminance for a model of one channel.

    Parameters
    ----------
    image : (C, [Z,] Y, X), any real dtype.
    channels, colour : of the model; colour when its channels are red, green and blue.

    Raises
    ------
    ModelError : any other mismatch.
    """
    if image.shape[0] == channels:
        return image
    if image.shape[0] == 1 and colour:
        return np.broadcast_to(image, (channels, *image.shape[1:]))
    if channels == 1 and image.shape[0] == 3:
        return np.tensordot(LUMINANCE, image.astype(np.float32), 1)[np.newaxis]
    raise ModelError(
        f"The picture has {image.shape[0]} channels, but the model was trained on {channels}.",
        "Both must have the same channels.",
        "Choose a model that was trained on such pictures, or pick the channels it knows.",
    )


def measure_levels(image: NDArray[np.generic], settings: PreprocessingSettings, name: str) -> Levels:
    """The brightness of each channel that the settings make 0 and 1: two percentiles, the mean and one standard
    deviation above it, or the darkest and the brightest pixel.

    Parameters
    ----------
    image : (C, [Z,] Y, X), any real dtype; may be memory-mapped: it is looked through piece by piece, never copied. Of
        large pictures only a sample is looked at, for all of these and for NaN.
    name : what the errors call the picture.

    Raises
    ------
    PictureError : it holds NaN or infinity, or the same value everywhere.
    """
    thin = evenly_spaced(image)
    looked = thin if is_large(image) else image
    check_finite(looked, name)
    sampled = thin.reshape(image.shape[0], -1).astype(np.float32)
    low, high = MEASURES[settings.normalisation](looked, sampled, settings)
    flat = high <= low
    low, high = np.where(flat, sampled.min(axis=1), low), np.where(flat, sampled.max(axis=1), high)
    if np.all(high <= low):
        check_varied(image, name)
    shape = (-1,) + (1,) * (image.ndim - 1)
    bounds = SPREAD if settings.normalisation == "z-score" else RANGE
    return Levels(low.reshape(shape).astype(np.float32), high.reshape(shape).astype(np.float32), bounds)


def check_finite(image: NDArray[np.generic], name: str) -> None:
    """Raises PictureError when a pixel is NaN or infinite, or too large for float32, in which networks compute."""
    if image.dtype.kind != "f":
        return
    with np.errstate(over="ignore"):
        bad = sum(int(np.count_nonzero(~np.isfinite(piece.astype(np.float32, copy=False)))) for piece in pieces(image))
    if bad:
        raise PictureError(
            f"{name} has {bad} pixels that are not numbers (NaN, infinite or beyond all bounds).",
            "Every pixel must be a number.",
            "Replace them, for example by 0, where the picture was made.",
        )


def check_varied(image: NDArray[np.generic], name: str) -> None:
    """Raises PictureError when every channel has one value everywhere."""
    if np.all(np.equal(*extremes(image))):
        raise PictureError(
            f"{name} has the same value everywhere ({image[(slice(0, 1),) * image.ndim].item():g}).",
            "There is nothing to see in it.",
            "Leave it out, or load it again.",
        )


def normalise(image: NDArray[np.generic], levels: Levels) -> NDArray[np.float32]:
    """The picture, or a window of it, with `levels.low` at 0 and `levels.high` at 1; float32, within its bounds."""
    span = np.where(levels.high > levels.low, levels.high - levels.low, np.float32(1))
    scaled: NDArray[np.float32] = ((image.astype(np.float32) - levels.low) / span).astype(np.float32, copy=False)
    return scaled.clip(*levels.bounds, out=scaled)


def extremes(image: NDArray[np.generic]) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
    """The darkest and the brightest value of each channel (C,), piece by piece."""
    found = [
        (piece.reshape(len(piece), -1).min(axis=1), piece.reshape(len(piece), -1).max(axis=1))
        for piece in pieces(image)
    ]
    low, high = (np.stack(side) for side in zip(*found, strict=True))
    return low.min(axis=0), high.max(axis=0)


def pieces(image: NDArray[np.generic]) -> Iterator[NDArray[np.generic]]:
    """The picture (C, [Z,] Y, X) cut along its first axis of space."""
    rows = max(1, AT_ONCE * image.shape[1] // max(1, image.size))
    yield from (image[:, start : start + rows] for start in range(0, image.shape[1], rows))


def evenly_spaced(image: NDArray[np.generic]) -> NDArray[np.generic]:
    """About ENOUGH pixels of each channel; no copy, but of large pictures, of which these are squares."""
    if is_large(image):
        return _squares(image)
    pixels = int(np.prod(image.shape[1:]))
    every = max(1, round((pixels / ENOUGH) ** (1 / (image.ndim - 1))))
    return image[(slice(None),) + (slice(None, None, every),) * (image.ndim - 1)]


def is_large(image: NDArray[np.generic]) -> bool:
    """Whether it is large, all planes together; see `core.settings.blocks`."""
    return prod(image.shape[1:]) > LARGE_PIXELS


def _squares(image: NDArray[np.generic]) -> NDArray[np.generic]:
    """Squares spread over the picture, each of another plane where there are several: (C, [1, 1,] squares * Y, X)."""
    planes = list(np.ndindex(image.shape[1:-2]))
    corners = [(y, x) for y in _starts(image.shape[-2]) for x in _starts(image.shape[-1])]
    found = []
    count = len(corners) if len(planes) == 1 else ACROSS**2
    for number in range(count):
        (y, x), plane = corners[number % len(corners)], planes[number * len(planes) // count]
        place = (*(slice(at, at + 1) for at in plane), slice(y, y + SQUARE), slice(x, x + SQUARE))
        found.append(image[(slice(None), *place)])
    return np.concatenate(found, axis=-2)


def _starts(side: int) -> list[int]:
    even = np.linspace(0, max(0, side - SQUARE), ACROSS)
    return sorted({int(start) // SQUARE * SQUARE for start in even})


Pair = tuple[NDArray[np.floating], NDArray[np.floating]]


def _percentiles(_: NDArray[np.generic], sampled: NDArray[np.float32], settings: PreprocessingSettings) -> Pair:
    low, high = np.percentile(sampled, (settings.low_percentile, settings.high_percentile), axis=1)
    return low, high


def _mean_and_spread(_: NDArray[np.generic], sampled: NDArray[np.float32], __: PreprocessingSettings) -> Pair:
    mean = sampled.mean(axis=1, dtype=np.float64)
    return mean, mean + sampled.std(axis=1, dtype=np.float64)


def _extremes(image: NDArray[np.generic], _: NDArray[np.float32], __: PreprocessingSettings) -> Pair:
    low, high = extremes(image)
    return low.astype(np.float64), high.astype(np.float64)


MEASURES = {"percentile": _percentiles, "z-score": _mean_and_spread, "min-max": _extremes}
