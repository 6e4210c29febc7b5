"""Maps that some losses weigh pixels with: how narrow the gap between two cells is, how far the next outline. No torch.

Both are made once per picture, in its own pixels, and only when the settings ask for them. A patch cut at another scale
keeps their values: they say how much a pixel counts, not what it is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.data.annotation import BACKGROUND, UNLABELLED
from napari_unet.core.data.provenance import NUMBERS
from napari_unet.core.data.sample import Sample
from napari_unet.core.settings import Kind, LossSettings

GAP, OUTLINE, TRUST = "gap", "outline", "trust"

SIGMA = 5.0
"""How fast the weight between cells falls, in pixels; the original paper's value."""

REACH = 4 * SIGMA
"""Cells further away than this do not change the weight: it would be below 1/2000 of its largest value."""

FAR = 16.0
"""Pixels this far from any outline count fully in the boundary loss, and ones further away no more than they."""


def map_names(kind: Kind, settings: LossSettings) -> tuple[str, ...]:
    """The maps that the loss needs, in their order; none with the usual settings.

    *gap* (objects): `gap_map`. *outline*: `outline_map`. *trust*: `trust_map`.
    """
    entropies = settings.cross_entropy > 0 or settings.focal > 0
    gap = kind == "objects" and settings.border_map == "unet" and settings.border_weight > 1 and entropies
    return (GAP,) * gap + (OUTLINE,) * (settings.boundary > 0) + (TRUST,) * settings.weighs_origins


def make_maps(
    annotation: NDArray[np.integer], objects: NDArray[np.integer], trust: NDArray[np.float32], names: tuple[str, ...]
) -> NDArray[np.float16]:
    """The maps named, (M, [Z,] Y, X) float16, of an annotation, of its objects alone (0 = none), and of its origins."""
    classes = np.where(objects > 0, annotation.dtype.type(BACKGROUND + 1), annotation)
    maps = [gap_map(objects) if name == GAP else trust if name == TRUST else outline_map(classes) for name in names]
    return np.array(maps, np.float16).reshape(len(names), *annotation.shape)


def trust_map(sample: Sample, settings: LossSettings) -> NDArray[np.float32]:
    """How much each pixel counts, 0..1, by where its label came from; what is not known came from a hand."""
    table = np.full(max(NUMBERS.values()) + 1, settings.trust_hand, np.float32)
    table[NUMBERS["corrected"]], table[NUMBERS["accepted"]] = settings.trust_corrected, settings.trust_accepted
    origins = np.zeros(sample.annotation.shape, np.uint8) if sample.origins is None else sample.origins
    return np.asarray(table[origins])


def gap_map(objects: NDArray[np.integer]) -> NDArray[np.float32]:
    """How near the outlines of two objects are: exp(-(d1 + d2)^2 / (2 SIGMA^2)), d1 and d2 being the distances to the
    outlines of the nearest and second nearest object in pixels; 1 is the most there can be, 0 means far from any two.

    Ronneberger et al. 2015, https://arxiv.org/abs/1505.04597, equation 2, without its factor w0. The picture's edge is
    no outline.
    """
    nearest = np.full(objects.shape, np.inf, np.float32)
    second = nearest.copy()
    for number, box in enumerate(ndimage.find_objects(objects), 1):
        if box is None:
            continue
        around = tuple(slice(max(side.start - int(REACH), 0), side.stop + int(REACH)) for side in box)
        own = objects[around] == number
        edge = own & ~ndimage.binary_erosion(own, border_value=1)
        if edge.any():
            distance = ndimage.distance_transform_edt(~edge).astype(np.float32)
            second[around] = np.minimum(second[around], np.maximum(nearest[around], distance))
            nearest[around] = np.minimum(nearest[around], distance)
    closeness: NDArray[np.float32] = np.exp(-((nearest + second) ** 2) / np.float32(2 * SIGMA**2))
    return closeness


def outline_map(classes: NDArray[np.integer]) -> NDArray[np.float32]:
    """How far the nearest outline of a pixel's class is: 0 on it, 1 from FAR pixels on.

    The distance map of Kervadec et al. 2019 (https://arxiv.org/abs/1812.07032) without its sign, which the pixel's
    class tells, and 0 wherever an unpainted pixel is nearer than the outline: how far it is is not known there, and a
    pixel that counts 0 teaches nothing.

    Parameters
    ----------
    classes : ([Z,] Y, X), 0 = unpainted; all objects have one number.
    """
    painted = classes != UNLABELLED
    # Between pixels' centres: the outline runs half a pixel before the first pixel of another class.
    far = np.full(classes.shape, np.float32(FAR))
    for value in np.unique(classes[painted]):
        own = classes == value
        if not own.all():
            far[own] = np.minimum(ndimage.distance_transform_edt(own)[own] - 0.5, FAR)
    if not painted.all():
        unpainted = ndimage.distance_transform_edt(painted) - 0.5
        far[far >= np.minimum(unpainted, FAR + 1)] = 0
    return far / np.float32(FAR)
