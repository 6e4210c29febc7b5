"""The arrays that were asked for last, as many as fit."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.strokes.windows import Window

MOST = 4_000_000
"""Of so many pixels together."""

Key = TypeVar("Key", bound=Hashable)
Planes = NDArray[np.float32]
Ends = tuple[int, int, int, int]


def ends(window: Window) -> Ends:
    """A window as numbers, which can be looked up."""
    y, x = window
    return y.start, y.stop, x.start, x.stop


class Recent(Generic[Key]):
    """Arrays (..., Y, X) by a key; those asked for longest ago are let go."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, Planes] = OrderedDict()

    def get(self, key: Key, make: Callable[[], Planes]) -> Planes:
        """What is kept, or what is made now."""
        if key not in self._kept:
            self._kept[key] = make()
            while len(self._kept) > 1 and sum(math.prod(one.shape[-2:]) for one in self._kept.values()) > MOST:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def clear(self) -> None:
        """Let everything go."""
        self._kept.clear()
