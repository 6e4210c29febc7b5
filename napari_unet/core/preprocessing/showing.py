"""What the network sees, for a person to look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.preprocessing.view import Sight, View
from napari_unet.core.settings import Plan, PreprocessingSettings

SHOWN = {"percentile": (0.0, 1.0), "min-max": (0.0, 1.0), "z-score": (-3.0, 3.0)}
"""Normalised brightness that is shown as black and as white."""


@dataclass(frozen=True)
class Eyes:
    """A `Sight` of settings alone, before there is a model: its channels are those of the picture."""

    channels: int
    colour: bool
    plan: Plan
    object_width: float


def seen(
    image: NDArray[np.generic], by: Sight | PreprocessingSettings, name: str, pixel_size: float
) -> NDArray[np.float32]:
    """The picture as a network sees it, from black (0) to white (1): (C, [Z,] y, x) float32.

    Parameters
    ----------
    image : (C, [Z,] Y, X), any real dtype, as acquired.
    by : the model's card, or settings when there is no model yet. Without one it is not known how wide objects are,
        so that the object size is left out of account.
    pixel_size : of the picture, in µm; 0 when it is not known.

    Raises
    ------
    PictureError, ModelError : as `View`.
    """
    if isinstance(by, PreprocessingSettings):
        by = Eyes(len(image), len(image) == 3, Plan(preprocessing=by), 0.0)
    black, white = SHOWN[by.plan.preprocessing.normalisation]
    shown = (View(image, by, name, pixel_size).whole() - black) / (white - black)
    return shown.clip(0, 1, out=shown)
