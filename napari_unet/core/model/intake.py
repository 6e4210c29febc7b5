"""What the network sees of a picture: the right number of channels, and brightness on a common scale. No torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.errors import ModelError, PictureError
from napari_unet.core.settings import PreprocessingSettings

LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
"""How bright red, green and blue look (ITU-R BT.601)."""

ENOUGH = 2_000_000
"""Percentiles are taken over about this many evenly spaced pixels; more would not change them."""

RANGE = (-1.0, 5.0)
"""Normalised brightness is kept within: a hot pixel must not outshine its surroundings a thousandfold."""


@dataclass(frozen=True)
class Levels:
    """The brightness that becomes 0 and the one that becomes 1, per channel: each (C, 1, 1), float32."""

    low: NDArray[np.float32]
    high: NDArray[np.float32]


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


def percentiles(settings: PreprocessingSettings) -> tuple[float, float]:
    """The percentiles that the settings name."""
    return settings.low_percentile, settings.high_percentile


def measure_levels(image: NDArray[np.generic], percentiles: tuple[float, float], name: str) -> Levels:
    """The brightness at two percentiles of each channel.

    Parameters
    ----------
    image : (C, [Z,] Y, X), any real dtype.
    percentiles : low and high, 0..100.
    name : what the errors call the picture.

    Raises
    ------
    PictureError : it holds NaN or infinity, or the same value everywhere.
    """
    check_finite(image, name)
    sampled = _evenly_spaced(image).reshape(image.shape[0], -1).astype(np.float32)
    low, high = np.percentile(sampled, percentiles, axis=1)
    flat = high <= low
    low, high = np.where(flat, sampled.min(axis=1), low), np.where(flat, sampled.max(axis=1), high)
    if np.all(high <= low) and all(channel.min() == channel.max() for channel in image):
        raise PictureError(
            f"{name} has the same value everywhere ({image.flat[0]:g}).",
            "There is nothing to see in it.",
            "Leave it out, or load it again.",
        )
    shape = (-1,) + (1,) * (image.ndim - 1)
    return Levels(low.reshape(shape).astype(np.float32), high.reshape(shape).astype(np.float32))


def check_finite(image: NDArray[np.generic], name: str) -> None:
    """Raises PictureError when a pixel is NaN or infinite."""
    if image.dtype.kind != "f":
        return
    bad = image.size - int(np.count_nonzero(np.isfinite(image)))
    if bad:
        raise PictureError(
            f"{name} has {bad} pixels that are not numbers (NaN or infinite).",
            "Every pixel must be a number.",
            "Replace them, for example by 0, where the picture was made.",
        )


def normalise(image: NDArray[np.generic], levels: Levels) -> NDArray[np.float32]:
    """The picture, or a window of it, with `levels.low` at 0 and `levels.high` at 1; float32, within RANGE."""
    span = np.where(levels.high > levels.low, levels.high - levels.low, np.float32(1))
    scaled: NDArray[np.float32] = ((image.astype(np.float32) - levels.low) / span).astype(np.float32, copy=False)
    return scaled.clip(*RANGE, out=scaled)


def _evenly_spaced(image: NDArray[np.generic]) -> NDArray[np.generic]:
    pixels = int(np.prod(image.shape[1:]))
    every = max(1, round((pixels / ENOUGH) ** (1 / (image.ndim - 1))))
    return image[(slice(None),) + (slice(None, None, every),) * (image.ndim - 1)]
