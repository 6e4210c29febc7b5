"""What the network should answer, where that is known. No torch.

Objects: three planes. *Cell* is known wherever someone painted. *Border*, a line where two objects meet, is known
where the neighbours of a pixel are painted too. *Distance*, how deep inside its object a pixel lies (0 at the edge to 1
at the deepest place), is known on background, and in objects that are painted whole: a stroke across a cell says
nothing of where the cell ends, so it must not teach the network that the cell is as thin as the stroke.

Regions: one plane, the class, known wherever someone painted.

Stacks, (Z, Y, X), are made in the same way, with steps of one plane as long as steps of one pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.data.annotation import BACKGROUND, UNLABELLED, completed
from napari_unet.core.data.sample import Sample
from napari_unet.core.settings import Kind, LossSettings
from napari_unet.core.training.losses.maps import make_maps, map_names, trust_map

FULL = 255
"""Planes of objects are kept as 0..255: a quarter of the memory, and finer than a person paints."""

NEIGHBOURS = 5
"""Two objects meet at a pixel when both lie within the square of this side around it: also across a narrow gap, which
is where a network is most tempted to join them."""


@dataclass(frozen=True)
class Targets:
    """What is known of one picture.

    Parameters
    ----------
    planes : (K, [Z,] Y, X) uint8. Objects: cell, border, distance in 0..FULL. Regions: one plane of classes, 0 =
        background.
    known : (K, [Z,] Y, X) bool; where False, the plane's value means nothing.
    maps : (M, [Z,] Y, X) float16, 0..1; what `map_names` names, in its order.
    """

    planes: NDArray[np.uint8]
    known: NDArray[np.bool_]
    maps: NDArray[np.float16]


def make_targets(sample: Sample, kind: Kind, settings: LossSettings) -> Targets:
    """The targets of one sample, with the maps that the loss of these settings needs."""
    annotation = completed(sample.annotation) if sample.complete else sample.annotation
    names, trust = map_names(kind, settings), trust_map(sample, settings)
    return (_objects if kind == "objects" else _regions)(annotation, trust, names)


def _regions(annotation: NDArray[np.integer], trust: NDArray[np.float32], names: tuple[str, ...]) -> Targets:
    known = annotation != UNLABELLED
    classes = np.where(known, annotation, BACKGROUND) - BACKGROUND
    maps = make_maps(annotation, np.zeros(annotation.shape, np.int32), trust, names)
    return Targets(classes.astype(np.uint8)[np.newaxis], known[np.newaxis], maps)


def _objects(annotation: NDArray[np.integer], trust: NDArray[np.float32], names: tuple[str, ...]) -> Targets:
    painted = annotation != UNLABELLED
    objects = renumbered(np.where(annotation > BACKGROUND, annotation, 0))
    border = touching(objects)
    whole = (objects > 0) & ~np.isin(objects, _open_objects(objects, painted))
    surrounded = ndimage.minimum_filter(painted, NEIGHBOURS, mode="nearest")
    planes = np.stack([objects > 0, border, depth(objects)])
    known = np.stack([painted, painted & (surrounded | border), whole | (painted & (objects == 0))])
    maps = make_maps(annotation, objects, trust, names)
    return Targets(np.round(planes * np.float32(FULL)).astype(np.uint8), known, maps)


def renumbered(objects: NDArray[np.integer]) -> NDArray[np.int32]:
    """The same objects numbered 1, 2, ..., whatever numbers they have: a mask may hold 1 and 3,000,000,000."""
    numbers = np.unique(np.append(0, objects), return_inverse=True)[1]  # with a 0 in front, so that 0 keeps its number
    return numbers[1:].reshape(objects.shape).astype(np.int32)


def touching(objects: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Where two objects meet: pixels with two different objects in the square around them."""
    top = int(objects.max(initial=0)) + 1
    highest = ndimage.maximum_filter(objects, NEIGHBOURS)
    lowest = ndimage.minimum_filter(np.where(objects > 0, objects, top), NEIGHBOURS)
    return np.asarray((lowest < top) & (lowest != highest))


def depth(objects: NDArray[np.integer]) -> NDArray[np.float32]:
    """How deep inside its object each pixel lies: 1 at each object's deepest place, 0 outside.

    The picture's edge is no edge of an object: one that is cut off there goes on beyond it.
    """
    if not objects.any():
        return np.zeros(objects.shape, np.float32)
    same = ndimage.maximum_filter(objects, 3, mode="nearest") == ndimage.minimum_filter(objects, 3, mode="nearest")
    # One transform for all objects: the way to another object always crosses one's own edge first.
    distance = ndimage.distance_transform_edt(same) + 1 if not same.all() else np.ones(objects.shape)
    deepest = np.ones(int(objects.max()) + 1)
    np.maximum.at(deepest, objects.ravel(), distance.ravel())
    return np.where(objects > 0, distance / deepest[objects], np.float32(0)).astype(np.float32)


def _open_objects(objects: NDArray[np.integer], painted: NDArray[np.bool_]) -> NDArray[np.integer]:
    """The objects that touch an unpainted pixel: nobody knows where they end."""
    if painted.all():
        return np.zeros(0, objects.dtype)
    near_unpainted = ~ndimage.minimum_filter(painted, 3, mode="nearest")
    return np.unique(objects[near_unpainted])
