"""What is kept of a picture while a person paints on it: brightness on one scale, features, and starting answers."""

from __future__ import annotations

import math
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.preprocessing.levels import LUMINANCE, measure_levels, normalise
from napari_unet.core.settings import PreprocessingSettings
from napari_unet.core.strokes.arrays import digest
from napari_unet.core.strokes.filters import PER_CHANNEL, REACH, filter_bank

Window = tuple[slice, slice]
"""(y, x), with numbers at both ends."""

COLOURS = 3
"""Channels of the picture that the network sees: grey is repeated."""

SHOWN = (-0.25, 1.3)
"""The network sees brightness within these bounds: beyond them there is nothing to tell apart."""

MOST = 1_500_000
"""Features of pictures of up to so many pixels are kept whole; of larger ones, those of a few windows."""

WINDOWS = 4

THE_PICTURE = "The picture"
"""What errors call a picture whose name nobody told."""

TOGETHER = 4_000_000
"""Pictures of so many pixels together are kept; those not looked at for longest are looked at anew."""


class Seen:
    """One picture.

    Parameters
    ----------
    image : (C, Y, X), any real dtype, as acquired.
    name : what errors call it.
    key : the same for all that hold these pixels.

    Raises
    ------
    PictureError : NaN, or the same value everywhere.
    """

    def __init__(self, image: NDArray[np.generic], name: str, key: str = "") -> None:
        self.image, self.key = image, key
        self.planes = normalise(image, measure_levels(image, PreprocessingSettings(), name))
        self.shape: tuple[int, int] = (image.shape[1], image.shape[2])
        self.starts: dict[str, NDArray[np.float32] | None] = {}
        self._kept: OrderedDict[tuple[int, ...], NDArray[np.float32]] = OrderedDict()

    @property
    def whole(self) -> Window:
        """The window that is all of it."""
        return slice(0, self.shape[0]), slice(0, self.shape[1])

    @property
    def width(self) -> int:
        """How many features a pixel has."""
        return len(self.planes) * PER_CHANNEL

    def shown(self, window: Window) -> NDArray[np.float32]:
        """What the network sees of a window: (3, y, x) float32. More channels than colours are averaged."""
        part = self.planes[(slice(None), *window)].clip(*SHOWN)
        if len(part) == COLOURS:
            return part
        return np.broadcast_to(part.mean(0), (COLOURS, *part.shape[1:]))

    def features(self, window: Window) -> NDArray[np.float32]:
        """The features of a window, (y, x, F) float32; the same whichever window they are asked in."""
        whole = self.shape[0] * self.shape[1] <= MOST
        asked = self.whole if whole else window
        key = tuple(end for part in asked for end in (part.start, part.stop))
        if key not in self._kept:
            self._kept[key] = self._computed(asked)
        self._kept.move_to_end(key)
        if len(self._kept) > WINDOWS:
            self._kept.popitem(last=False)
        return self._kept[key][window] if whole else self._kept[key]

    def _computed(self, window: Window) -> NDArray[np.float32]:
        wide = grown(window, REACH, self.shape)
        features = filter_bank(self.planes[(slice(None), *wide)])
        return np.ascontiguousarray(features[within(window, wide)])


class Memory:
    """The pictures that were looked at last."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, Seen] = OrderedDict()

    def get(self, image: NDArray[np.generic]) -> Seen:
        """What is kept of an image (C, Y, X); looked at now, if need be. Raises PictureError."""
        key = digest(image)
        if key not in self._seen:
            self._seen[key] = Seen(image, THE_PICTURE, key)
        self._seen.move_to_end(key)
        while len(self._seen) > 1 and sum(math.prod(seen.shape) for seen in self._seen.values()) > TOGETHER:
            self._seen.popitem(last=False)
        return self._seen[key]


def grown(window: Window, by: int, shape: tuple[int, int]) -> Window:
    """The window made larger on every side by so many pixels, as far as the picture goes."""
    y, x = (slice(max(0, part.start - by), min(side, part.stop + by)) for part, side in zip(window, shape, strict=True))
    return y, x


def within(window: Window, wide: Window) -> Window:
    """Where the window lies in a wider one."""
    y, x = (slice(part.start - outer.start, part.stop - outer.start) for part, outer in zip(window, wide, strict=True))
    return y, x


def grey(image: NDArray[np.generic]) -> NDArray[np.float32]:
    """One channel (1, Y, X) of several: how bright colours look, else the mean."""
    planes = image.astype(np.float32)
    if len(planes) == COLOURS:
        return np.tensordot(LUMINANCE, planes, 1)[np.newaxis].astype(np.float32)
    return np.asarray(planes.mean(0, keepdims=True))
