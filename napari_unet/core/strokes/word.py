"""What a start says about one picture: asked square by square, each once, when somebody wants to know.

A picture of 100 million pixels would take a start minutes, and a person looks at, and paints on, a small part of it.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from napari_unet.core import inference
from napari_unet.core.model import Model
from napari_unet.core.preprocessing import View
from napari_unet.core.settings import InferenceSettings
from napari_unet.core.stopping import never
from napari_unet.core.strokes.seen import MOST, THE_PICTURE, Seen, grey
from napari_unet.core.strokes.windows import Window, grown, squares, within

LOOKS = InferenceSettings(turns=1)


class Word:
    """The word of one start.

    Parameters
    ----------
    model : the start.
    seen : the picture; its brightness is measured once, on all of it.

    Raises
    ------
    ModelError, PictureError : the model cannot be asked about such a picture.
    """

    def __init__(self, model: Model, seen: Seen) -> None:
        self._model, self._shape = model, seen.shape
        self._looks = replace(LOOKS, device=seen.on)
        self._view = View(_channels(seen.image, model), model.card, THE_PICTURE, 0.0)
        self._said = np.zeros((len(model.card.outputs), *seen.shape), np.float32)
        self._known: set[tuple[int, int]] = set()

    def __call__(self, window: Window) -> NDArray[np.float32]:
        """(K, y, x) float32 of a window, the same whichever window a pixel lies in. Raises PictureError."""
        whole = slice(0, self._shape[0]), slice(0, self._shape[1])
        for square in [whole] if math.prod(self._shape) <= MOST else squares(window, self._shape):
            corner = square[0].start, square[1].start
            if corner not in self._known:
                self._said[(slice(None), *square)] = self._asked(square)
                self._known.add(corner)
        return self._said[(slice(None), *window)]

    def _asked(self, square: Window) -> NDArray[np.float32]:
        """One square, shown with all around it that has a say, beginning at a multiple of the network's stride."""
        network = self._model.network
        y, x = (
            slice(part.start // network.stride * network.stride, part.stop)
            for part in grown(square, network.context, self._shape)
        )
        said = np.zeros((len(self._said), y.stop - y.start, x.stop - x.start), np.float32)
        for _ in inference.predict_view(self._model, self._view.part((y, x)), self._looks, said, never):
            pass
        return said[(slice(None), *within(square, (y, x)))]


def _channels(image: NDArray[np.generic], model: Model) -> NDArray[np.generic]:
    """The picture with channels that the model can be shown: of more than it knows, their mean."""
    return image if len(image) == model.card.channels else grey(image)
