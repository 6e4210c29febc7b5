"""The steps between rescaling and normalising, in their order. Each works on one plane (Y, X) of one channel."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.preprocessing.background import without_background
from napari_unet.core.preprocessing.denoise import DENOISERS
from napari_unet.core.preprocessing.equalise import EQUALISERS
from napari_unet.core.settings import PreprocessingSettings

Plane = NDArray[np.float32]
Step = Callable[[Plane], Plane]


def steps_of(settings: PreprocessingSettings) -> list[Step]:
    """The steps that the settings ask for."""
    steps: list[Step] = []
    if settings.background:
        steps.append(partial(without_background, radius=settings.background))
    if settings.denoise in DENOISERS:
        steps.append(partial(DENOISERS[settings.denoise], strength=settings.denoise_strength))
    if settings.equalise in EQUALISERS:
        steps.append(partial(EQUALISERS[settings.equalise], ends=(settings.low_percentile, settings.high_percentile)))
    return steps


def cleaned(image: NDArray[np.generic], settings: PreprocessingSettings) -> NDArray[np.float32]:
    """A picture (C, [Z,] Y, X) after all steps, plane by plane; float32."""
    planes = image.astype(np.float32).reshape(-1, *image.shape[-2:])
    for step in steps_of(settings):
        for number, plane in enumerate(planes):
            planes[number] = step(plane)
    return planes.reshape(image.shape)
