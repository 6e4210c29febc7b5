"""Pictures made ready to be learned from: as the network sees them, with their targets, and places worth looking at."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import BACKGROUND, FIRST, UNLABELLED, completed
from napari_unet.core.data.object_classes import NONE, class_map, known
from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import PictureError
from napari_unet.core.model.card import ModelCard
from napari_unet.core.preprocessing import View
from napari_unet.core.training.losses.targets import make_targets
from napari_unet.core.training.patches.groups import Look, look_of

PLACES = 4096
"""So many places of each class are remembered to centre patches on."""


@dataclass(frozen=True)
class Lesson:
    """One picture made ready.

    Parameters
    ----------
    fine : (C + M, Y, X) float16: the normalised picture, colour only where it has it, to save memory; then the maps.
    channels : C.
    coarse : (K or 2 K, Y, X) uint8: planes, and what is known of them unless everything is; see `targets.Targets`.
    planes : K.
    places : for each kind that occurs, (N, 2) positions in (y, x).
    area : painted pixels.
    """

    fine: NDArray[np.float16]
    channels: int
    coarse: NDArray[np.uint8]
    planes: int
    places: tuple[NDArray[np.intp], ...]
    area: int
    look: Look

    @property
    def shape(self) -> tuple[int, int]:
        """(Y, X)."""
        return self.fine.shape[1], self.fine.shape[2]

    @property
    def all_known(self) -> bool:
        """Whether all planes are known everywhere."""
        return len(self.coarse) == self.planes


def make_lesson(sample: Sample, card: ModelCard) -> Lesson:
    """Make a sample ready to be drawn from. Raises PictureError and ModelError, naming the picture."""
    _check_flat(sample, card)
    view = View(sample.image, card, sample.name, sample.pixel_size)
    annotation = view.fit(_known_labels(sample, card))
    seen = np.broadcast_to(np.uint8(0), (1, *annotation.shape))
    origins = None if sample.origins is None else view.fit(sample.origins).astype(np.uint8)
    fitted = dataclasses.replace(sample, image=seen, annotation=annotation, complete=False, origins=origins)
    targets = make_targets(fitted, card.kind, card.plan.loss, len(card.object_classes))
    # Grey pictures stay grey until they are drawn: a third of the memory.
    image = view.whole()[: 1 if len(sample.image) == 1 else card.channels]
    told = [] if targets.known.all() else [targets.known.astype(np.uint8)]
    return Lesson(
        np.concatenate([image.astype(np.float16), targets.maps]),
        len(image),
        np.concatenate([targets.planes, *told]),
        len(targets.planes),
        _places(_kinds(annotation, sample, card)),
        int(np.count_nonzero(annotation != UNLABELLED)),
        look_of(sample),
    )


def _check_flat(sample: Sample, card: ModelCard) -> None:
    if sample.annotation.ndim == 2 and card.plan.network.dimensions == "2-D":
        return
    raise PictureError(
        f"{sample.name} cannot be learned from: the picture has {sample.annotation.ndim} dimensions, the network is "
        f"{card.plan.network.dimensions}.",
        "Training takes single planes and 2-D networks.",
        "Add the planes of a stack one by one, and choose 2-D.",
    )


def _known_labels(sample: Sample, card: ModelCard) -> NDArray[np.integer]:
    """The annotation without classes that the model does not have: a person may add one while it learns."""
    annotation = completed(sample.annotation) if sample.complete else sample.annotation
    if card.kind == "objects":
        return annotation
    return np.where(annotation <= BACKGROUND + len(card.class_names), annotation, annotation.dtype.type(UNLABELLED))


def _kinds(annotation: NDArray[np.integer], sample: Sample, card: ModelCard) -> NDArray[np.integer]:
    """What is painted where, in numbers of kinds: classes; of objects background, objects, and those of each class."""
    if card.kind == "regions":
        return annotation
    kinds: NDArray[np.integer] = np.minimum(annotation, FIRST)
    if card.object_classes:
        shown = class_map(annotation, known(sample.classes, len(card.object_classes)))
        kinds = np.where(shown != NONE, shown + kinds.dtype.type(FIRST), kinds)
    return kinds


def _places(kinds: NDArray[np.integer]) -> tuple[NDArray[np.intp], ...]:
    """Evenly spread places of each kind that was painted."""
    return tuple(
        np.stack(np.unravel_index(flat[:: -(-len(flat) // PLACES)], kinds.shape), -1)
        for value in np.unique(kinds)
        if value != UNLABELLED
        for flat in [np.flatnonzero(kinds == value)]
    )
