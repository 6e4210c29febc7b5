"""What is kept of a picture while a person paints on it: brightness on one scale, features, and starting answers."""

from __future__ import annotations

import math
from collections import Counter, OrderedDict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.preprocessing.levels import LUMINANCE, measure_levels, normalise
from napari_unet.core.settings import PreprocessingSettings
from napari_unet.core.strokes.arrays import digest
from napari_unet.core.strokes.filters import PER_CHANNEL, REACH, filter_bank
from napari_unet.core.strokes.sights import ANYWHERE, sights, width
from napari_unet.core.strokes.trees import stands_out
from napari_unet.core.strokes.windows import Window, central, grown, within

Features = NDArray[np.float16]
"""Half as many digits: a forest asks what is more, not by how much, and a picture has tens of numbers a pixel."""

COLOURS = 3
"""Channels of the picture that the network sees: grey is repeated."""

SHOWN = (-0.25, 1.3)
"""The network sees brightness within these bounds: beyond them there is nothing to tell apart."""

MOST = 1_500_000
"""Features of pictures of up to so many pixels are kept whole; of larger ones, those of a few windows."""

WINDOWS = 4_000_000
"""Of so many pixels together. Those asked for most often stay: the one a person works in."""

THE_PICTURE = "The picture"
"""What errors call a picture whose name nobody told."""

TOGETHER = 4_000_000
"""Pictures of so many pixels together are kept; those not looked at for longest are looked at anew."""


Says = Callable[[Window], NDArray[np.float32]]
"""What a start says of a window, (K, y, x)."""


class Seen:
    """One picture.

    Parameters
    ----------
    image : (C, Y, X), any real dtype, as acquired.
    name : what errors call it.
    key : the same for all that hold these pixels.
    seeing : whether its features are filters and sights, or filters alone.
    on : where to compute; see the setting `device`.

    Raises
    ------
    PictureError : NaN, or the same value everywhere.
    """

    def __init__(
        self, image: NDArray[np.generic], name: str, key: str = "", seeing: bool = True, on: str = ANYWHERE
    ) -> None:
        self.image, self.key, self._seeing, self.on = image, key, seeing, on
        self.levels = measure_levels(image, PreprocessingSettings(), name)
        self.shape: tuple[int, int] = (image.shape[1], image.shape[2])
        self.starts: dict[str, Says | None] = {}
        self._outstanding: NDArray[np.bool_] | None = None
        self._kept: dict[tuple[int, ...], Features] = {}
        self._asked: Counter[tuple[int, ...]] = Counter()

    @property
    def whole(self) -> Window:
        """The window that is all of it."""
        return slice(0, self.shape[0]), slice(0, self.shape[1])

    @property
    def width(self) -> int:
        """How many features a pixel has."""
        return len(self.image) * PER_CHANNEL + (width() if self._seeing else 0)

    def scaled(self, window: Window) -> NDArray[np.float32]:
        """A window (C, y, x) on one scale of brightness, about 0..1, measured on all of the picture."""
        return normalise(self.image[(slice(None), *window)], self.levels)

    def shown(self, window: Window) -> NDArray[np.float32]:
        """What the network sees of a window: (3, y, x) float32. More channels than colours are averaged."""
        part = self.scaled(window).clip(*SHOWN)
        if len(part) == COLOURS:
            return part
        return np.broadcast_to(part.mean(0), (COLOURS, *part.shape[1:]))

    def outstanding(self, window: Window) -> NDArray[np.bool_]:
        """Where a window (y, x) stands out; see `stands_out`. Of a picture that is not large it is found once."""
        if self.shape[0] * self.shape[1] > MOST:
            return stands_out(self.scaled(window))
        if self._outstanding is None:
            self._outstanding = stands_out(self.scaled(self.whole))
        return self._outstanding[window]

    def features(self, window: Window) -> Features:
        """The features of a window, (y, x, width), filters first; the same whichever window they are asked in."""
        whole = self.shape[0] * self.shape[1] <= MOST
        asked = self.whole if whole else window
        key = tuple(end for part in asked for end in (part.start, part.stop))
        self._asked[key] += 1
        if key not in self._kept:
            self._kept[key] = self._computed(asked)
            self._let_go(key)
        return self._kept[key][window] if whole else self._kept[key]

    def _let_go(self, newest: tuple[int, ...]) -> None:
        """Forget the windows that were asked for least often, but not the newest, while there are too many."""
        for key in sorted(self._kept, key=lambda key: self._asked[key]):
            if sum(math.prod(features.shape[:2]) for features in self._kept.values()) <= WINDOWS:
                return
            if key != newest:
                del self._kept[key]

    def _computed(self, window: Window) -> Features:
        wide = grown(window, REACH, self.shape)
        filters = filter_bank(self.scaled(wide))[within(window, wide)]
        both = [filters, sights(self.shown, window, self.shape, self.on)] if self._seeing else [filters]
        return np.concatenate(both, -1, dtype=np.float16, casting="same_kind")


class Memory:
    """The pictures that were looked at last; see `Seen` for `seeing` and `on`."""

    def __init__(self, seeing: bool = True, on: str = ANYWHERE) -> None:
        self._seeing, self._on = seeing, on
        self._seen: OrderedDict[str, Seen] = OrderedDict()

    def get(self, image: NDArray[np.generic]) -> Seen:
        """What is kept of an image (C, Y, X); looked at now, if need be. Raises PictureError."""
        key = digest(image)
        if key not in self._seen:
            self._seen[key] = Seen(image, THE_PICTURE, key, self._seeing, self._on)
        self._seen.move_to_end(key)
        while len(self._seen) > 1 and sum(math.prod(seen.shape) for seen in self._seen.values()) > TOGETHER:
            self._seen.popitem(last=False)
        return self._seen[key]

    def find(self, key: str) -> Seen | None:
        """What is kept under a key, if it still is."""
        return self._seen.get(key)


def sampled(seen: Seen) -> Window:
    """What stands for all of a picture: all of it, or the middle of a large one."""
    return seen.whole if math.prod(seen.shape) <= MOST else central(seen.shape)


def grey(image: NDArray[np.generic]) -> NDArray[np.float32]:
    """One channel (1, Y, X) of several: how bright colours look, else the mean."""
    planes = image.astype(np.float32)
    if len(planes) == COLOURS:
        return np.tensordot(LUMINANCE, planes, 1)[np.newaxis].astype(np.float32)
    return np.asarray(planes.mean(0, keepdims=True))
