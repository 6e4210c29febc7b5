"""Which sides of starts were wanted before which strokes: who takes a stroke back is where they were."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping

import numpy as np

from napari_unet.core.strokes.arrays import digest
from napari_unet.core.strokes.painted import Painted
from napari_unet.core.strokes.sides import Sides

MOST = 100
"""So many strokes back."""

FEW = 100
"""Of a picture, about so many painted pixels tell strokes from others."""

Strokes = tuple[tuple[str, str, str], ...]


class Remembered:
    """What was known of sides when strokes were first learned from."""

    def __init__(self) -> None:
        self._before: OrderedDict[Strokes, Sides] = OrderedDict()

    def before(self, painted: Mapping[str, Painted], now: Sides) -> Sides:
        """What is to be known before these strokes, by picture: what was when they were last there, or is `now`."""
        strokes = tuple(sorted((key, *_told_by(one)) for key, one in painted.items()))
        known = self._before.setdefault(strokes, now)
        self._before.move_to_end(strokes)
        while len(self._before) > MOST:
            self._before.popitem(last=False)
        return known


def _told_by(one: Painted) -> tuple[str, str]:
    few = one.features[:: max(1, len(one.features) // FEW)]
    return digest(few), digest(np.stack([one.values, one.strokes]))
