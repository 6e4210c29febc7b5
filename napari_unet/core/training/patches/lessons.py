"""Pictures made ready to be learned from: as the network sees them, with their targets, and places worth looking at."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import BACKGROUND, FIRST, UNLABELLED, completed
from napari_unet.core.data.object_classes import NONE, class_map, known
from napari_unet.core.data.planes import labelled_places, plane_of
from napari_unet.core.data.sample import Sample
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


@dataclass(frozen=True)
class Made:
    """A lesson, and the sample (a picture, or a plane of a stack) that it was made of."""

    sample: Sample
    lesson: Lesson


def make_lessons(sample: Sample, card: ModelCard, known: Mapping[str, Made]) -> dict[str, Made]:
    """Make a sample ready to be drawn from: one lesson, or one for each labelled plane of a stack, by their names.

    Planes that are as they were when they became one of those `known` are not made again. Raises PictureError and
    ModelError, naming the picture.
    """
    view = View.of(sample, card)
    made = {}
    for place in labelled_places(sample):
        one, plane = plane_of(sample, place), view.plane(place) if place else view
        before = known.get(one.name) if place else None
        if before is None or not _same(before.sample, one):
            before = Made(_alone(one) if place else one, _lesson(one, plane, card))
        made[one.name] = before
    return made


def make_lesson(sample: Sample, card: ModelCard) -> Lesson:
    """The lesson of a flat sample. Raises PictureError and ModelError, naming the picture."""
    return make_lessons(sample, card, {})[sample.name].lesson


def _same(before: Sample, now: Sample) -> bool:
    """Whether a plane is as it was. A picture of that name may have been removed, and another added."""
    alike = (before.complete, before.classes) == (now.complete, now.classes)
    alike = alike and np.may_share_memory(before.image, now.image)
    alike = alike and np.array_equal(before.annotation, now.annotation)
    return alike and np.array_equal(np.asarray(before.origins), np.asarray(now.origins))


def _alone(sample: Sample) -> Sample:
    """A plane that does not keep the annotation of its whole stack in memory."""
    origins = None if sample.origins is None else sample.origins.copy()
    return dataclasses.replace(sample, annotation=sample.annotation.copy(), origins=origins)


def _lesson(sample: Sample, view: View, card: ModelCard) -> Lesson:
    annotation = view.fit(known_labels(sample, card))
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
        places_of(annotation, sample, card),
        int(np.count_nonzero(annotation != UNLABELLED)),
        look_of(sample.showing(card.plan.preprocessing.channels)),
    )


def known_labels(sample: Sample, card: ModelCard) -> NDArray[np.integer]:
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


def places_of(annotation: NDArray[np.integer], sample: Sample, card: ModelCard) -> tuple[NDArray[np.intp], ...]:
    """Evenly spread places of each kind that was painted."""
    kinds = _kinds(annotation, sample, card)
    return tuple(
        np.stack(np.unravel_index(flat[:: -(-len(flat) // PLACES)], kinds.shape), -1)
        for value in np.unique(kinds)
        if value != UNLABELLED
        for flat in [np.flatnonzero(kinds == value)]
    )
