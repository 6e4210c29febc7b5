"""The labels of a project's picture as they stand: what is exported and measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import to_mask
from napari_unet.core.data.cached import read_probability
from napari_unet.core.data.project import Project
from napari_unet.core.errors import UnetError
from napari_unet.core.postprocessing import postprocess
from napari_unet.core.settings import PostprocessingSettings


def labels_of(project: Project, name: str, clean_up: PostprocessingSettings) -> NDArray[np.integer]:
    """Corrected labels as the person left them, else what a model said, cleaned up; else what is painted.

    Returns
    -------
    labels : ([Z,] Y, X) unsigned integers, 0 = background.

    Raises
    ------
    UnetError : the picture has none of these, or its files are damaged.
    """
    corrected = project.labels(name)
    if corrected is not None:
        return corrected
    probability = read_probability(project, name)
    if probability is not None:
        return postprocess(probability, project.kind, clean_up)
    annotation = project.annotation(name)
    if not annotation.any():
        raise UnetError(f"{name} has no labels to export.", "", "Segment it first.")
    return to_mask(annotation)
