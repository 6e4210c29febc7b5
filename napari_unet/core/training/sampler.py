"""Where patches come from: pictures drawn so that each kind gets its turn, cut around what was painted."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from napari_unet.core.data.annotation import BACKGROUND, UNLABELLED, completed
from napari_unet.core.data.sample import Sample
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.intake import fit_channels, measure_levels, normalise, percentiles
from napari_unet.core.settings import AugmentationSettings, Kind
from napari_unet.core.training.augment import cut, random_shape, recolour
from napari_unet.core.training.groups import Look, draw_weights, look_of
from napari_unet.core.training.targets import FULL, make_targets

PLACES = 4096
"""So many places of each class are remembered to centre patches on."""

CERTAIN = 0.999
"""A pixel between known and unknown ones is not known."""


@dataclass(frozen=True)
class Batch:
    """Patches to learn from: pictures (B, C, P, P), planes and known (B, K, P, P); all float32."""

    pictures: Tensor
    planes: Tensor
    known: Tensor


@dataclass(frozen=True)
class Lesson:
    """One picture made ready: normalised, with its targets, and the places worth looking at.

    Parameters
    ----------
    image : (C, Y, X) float16, normalised; colour only where the picture has it, to save memory.
    planes, known : (K, Y, X) uint8; see `targets.Targets`.
    places : for each class that occurs, (N, 2) positions in (y, x).
    area : painted pixels.
    """

    image: NDArray[np.float16]
    planes: NDArray[np.uint8]
    known: NDArray[np.uint8]
    places: tuple[NDArray[np.intp], ...]
    area: int
    look: Look


class Sampler:
    """Draws batches at random, always the same for the same seed; samples may be exchanged between draws."""

    def __init__(self, card: ModelCard, settings: AugmentationSettings, patch: int, seed: int) -> None:
        self._card, self._settings, self.patch = card, settings, patch
        self._random = np.random.default_rng(seed)
        self._generator = torch.Generator().manual_seed(seed)
        self._lessons: dict[str, Lesson] = {}
        self._weights = np.zeros(0)

    def put(self, samples: Sequence[Sample]) -> None:
        """Take samples in, or again as they are now; one that has nothing to teach any more is dropped."""
        for sample in samples:
            lesson = make_lesson(sample, self._card)
            if lesson.area:
                self._lessons[sample.name] = lesson
            elif len(self._lessons) > 1:
                self._lessons.pop(sample.name, None)
        self._weights = draw_weights([lesson.look for lesson in self._lessons.values()])

    @property
    def area(self) -> int:
        """Painted pixels in all samples."""
        return sum(lesson.area for lesson in self._lessons.values())

    def draw(self, batch: int) -> Batch:
        """`batch` patches, each from a picture of its own draw."""
        lessons = list(self._lessons.values())
        chosen = self._random.choice(len(lessons), size=batch, p=self._weights)
        patches = [self._patch_of(lessons[index]) for index in chosen]
        pictures, planes, known = (torch.stack(part) for part in zip(*patches, strict=True))
        return Batch(pictures.contiguous(memory_format=torch.channels_last), planes, known)

    def _patch_of(self, lesson: Lesson) -> tuple[Tensor, Tensor, Tensor]:
        offsets = random_shape(self._settings, self.patch, self._generator)
        places = lesson.places[self._random.integers(len(lesson.places))]
        centre = keep_inside(places[self._random.integers(len(places))], offsets, lesson.image.shape[1:])
        positions = offsets + torch.from_numpy(centre)
        window, positions = _window(positions, lesson.image.shape[1:])
        picture = cut(_tensor(lesson.image, window), positions, "bilinear")
        picture = recolour(picture, self._settings, self._generator)
        planes, known = self._targets(lesson, window, positions)
        return picture.expand(self._card.channels, -1, -1), planes, known

    def _targets(self, lesson: Lesson, window: tuple[slice, slice], positions: Tensor) -> tuple[Tensor, Tensor]:
        mode, full = ("nearest", 1) if self._card.kind == "regions" else ("bilinear", FULL)
        planes = cut(_tensor(lesson.planes, window), positions, mode) / full
        known = cut(_tensor(lesson.known, window), positions, "bilinear") > CERTAIN
        return planes, (known & _inside(positions, lesson.known[0][window].shape)).float()


def make_lesson(sample: Sample, card: ModelCard) -> Lesson:
    """Make a sample ready to be drawn from. Raises PictureError and ModelError, naming the picture."""
    # Grey pictures stay grey until they are drawn: a third of the memory.
    grey = len(sample.image) == 1 and card.colour
    image = sample.image if grey else fit_channels(sample.image, card.channels, card.colour)
    levels = measure_levels(image, percentiles(card.plan.preprocessing), sample.name)
    annotation = _known_labels(sample, card)
    targets = make_targets(dataclasses.replace(sample, annotation=annotation, complete=False), card.kind, card.plan.loss)
    return Lesson(
        normalise(image, levels).astype(np.float16),
        targets.planes,
        targets.known.astype(np.uint8),
        _places(annotation, card.kind),
        int(np.count_nonzero(annotation != UNLABELLED)),
        look_of(sample),
    )


def _known_labels(sample: Sample, card: ModelCard) -> NDArray[np.integer]:
    """The annotation without classes that the model does not have: a person may add one while it learns."""
    annotation = completed(sample.annotation) if sample.complete else sample.annotation
    if card.kind == "objects":
        return annotation
    return np.where(annotation <= BACKGROUND + len(card.class_names), annotation, annotation.dtype.type(UNLABELLED))


def _places(annotation: NDArray[np.integer], kind: Kind) -> tuple[NDArray[np.intp], ...]:
    """Evenly spread places of each class that was painted; of all objects together."""
    classes = np.minimum(annotation, 2) if kind == "objects" else annotation
    return tuple(
        np.stack(np.unravel_index(flat[:: -(-len(flat) // PLACES)], annotation.shape), -1)
        for value in np.unique(classes)
        if value != UNLABELLED
        for flat in [np.flatnonzero(classes == value)]
    )


def keep_inside(place: NDArray[np.intp], offsets: Tensor, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """The centre of a patch near `place`, moved so that as little as possible of the patch leaves the picture."""
    reach = offsets.abs().amax((0, 1)).numpy()
    last = np.array(shape, np.float32) - 1
    centre = np.where(last > 2 * reach, np.clip(place + 0.5, reach, np.maximum(last - reach, reach)), last / 2)
    # Whole and half pixels only, so that patches that are merely flipped keep their exact pixels.
    halves: NDArray[np.float32] = (np.floor(2 * centre) / 2).astype(np.float32)
    return halves


def _window(positions: Tensor, shape: tuple[int, ...]) -> tuple[tuple[slice, slice], Tensor]:
    """The part of the picture that the positions need, and the positions within it."""
    low = (positions.amin((0, 1)).floor() - 1).clamp(min=0)
    high = positions.amax((0, 1)).ceil() + 2
    rows, columns = (
        slice(int(first), min(int(last), side)) for first, last, side in zip(low, high, shape, strict=True)
    )
    return (rows, columns), positions - low


def _inside(positions: Tensor, shape: tuple[int, ...]) -> Tensor:
    last = torch.tensor(shape, dtype=torch.float32) - 0.5
    return ((positions > -0.5) & (positions < last)).all(-1)


def _tensor(planes: NDArray[np.generic], window: tuple[slice, slice]) -> Tensor:
    return torch.from_numpy(planes[(slice(None), *window)].astype(np.float32))
