"""The steps between rescaling and normalising, in their order. Each works on one plane (Y, X) of one channel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.settings import PreprocessingSettings

Plane = NDArray[np.float32]
Step = Callable[[Plane], Plane]


def steps_of(settings: PreprocessingSettings) -> list[Step]:
    """The steps that the settings ask for."""
    return []


def cleaned(image: NDArray[np.generic], settings: PreprocessingSettings) -> NDArray[np.float32]:
    """A picture (C, [Z,] Y, X) after all steps, plane by plane; float32."""
    planes = image.reshape(-1, *image.shape[-2:]).astype(np.float32)
    for step in steps_of(settings):
        for number, plane in enumerate(planes):
            planes[number] = step(plane)
    return planes.reshape(image.shape)
