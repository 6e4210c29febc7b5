"""Labels of a probability of regions: every pixel its likeliest class, tidied class by class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.postprocessing.blur import blurred
from napari_unet.core.postprocessing.components import components, within_size
from napari_unet.core.postprocessing.morphology import closed, opened
from napari_unet.core.postprocessing.unsaid import background_where_unsaid
from napari_unet.core.settings import PostprocessingSettings


def regions(probability: NDArray[np.floating], settings: PostprocessingSettings) -> NDArray[np.unsignedinteger]:
    """The likeliest class of every pixel, each class opened, closed and rid of parts of the wrong size.

    Parameters
    ----------
    probability : (1 + classes, Y, X) float, 0 to 1; plane 0 is the background, which wins a tie.

    Returns
    -------
    labels : (Y, X) uint16; 0 = background, 1, 2, ... = classes. What a class loses becomes background; closing takes
        only background, earlier classes first.
    """
    labels = tidied(probability, settings)
    for number in range(1, len(probability)):
        parts, count = components(labels == number)
        labels[(parts > 0) & ~within_size(parts, count, settings).take(parts)] = 0
    return labels


def tidied(probability: NDArray[np.floating], settings: PostprocessingSettings) -> NDArray[np.unsignedinteger]:
    """The same with parts of every size. A pixel depends on those within `foreground.mask_reach` of it."""
    planes = background_where_unsaid(probability)
    likeliest = np.argmax([blurred(plane, settings.smooth) for plane in planes], axis=0)
    labels = np.zeros(likeliest.shape, np.uint16)
    for number in range(1, len(probability)):
        labels[opened(likeliest == number, settings.opening)] = number
    for number in range(1, len(probability)):
        mine = labels == number
        labels[closed(mine, settings.closing) & (labels == 0)] = number
    return labels
