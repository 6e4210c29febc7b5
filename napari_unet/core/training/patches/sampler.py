"""Where patches come from: pictures drawn so that each kind gets its turn, cut around what was painted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import torch
from torch import Tensor

from napari_unet.core.data.sample import Sample
from napari_unet.core.model.card import ModelCard
from napari_unet.core.settings import AugmentationSettings
from napari_unet.core.training.patches.ahead import Ahead
from napari_unet.core.training.patches.augment import draw_shape
from napari_unet.core.training.patches.augment_light import draw_light, eased, recolour
from napari_unet.core.training.patches.cutting import Cut, Layers, cut
from napari_unet.core.training.patches.groups import draw_weights
from napari_unet.core.training.patches.lessons import Lesson, Made, make_lessons


@dataclass(frozen=True)
class Batch:
    """Patches to learn from: pictures (B, C, P, P), planes and known (B, K, P, P), maps (B, M, P, P); all float32."""

    pictures: Tensor
    planes: Tensor
    known: Tensor
    maps: Tensor


class Sampler:
    """Draws batches at random, always the same for the same seed; samples may be exchanged between draws.

    Chance begins anew at each batch, from the seed and the batch's number: so the number is all that must be known to
    go on where another sampler stopped, and what was drawn ahead can be thrown away.

    Parameters
    ----------
    card : of the model that learns; its plan says how pictures are prepared and changed.
    patch : side of the patches, in pixels.
    seed : not negative.
    device : where patches are changed, and where they are wanted. While another device than the processor learns, the
        next batches are made by a thread.
    """

    def __init__(self, card: ModelCard, patch: int, seed: int, device: torch.device) -> None:
        self._card, self._settings, self.patch = card, card.plan.augmentation, patch
        self._seed, self._device, self._drawn = seed, device, 0
        self._lessons: dict[str, Any] = {}  # what is drawn from; in 2-D, `Lesson`
        self._made: dict[str, dict[str, Made]] = {}  # by the names of whole samples
        self._weights = np.zeros(0)
        self._ahead = Ahead[Batch]() if device.type != "cpu" else None

    def put(self, samples: Sequence[Sample]) -> None:
        """Take samples in, or again as they are now; one that has nothing to teach any more is dropped.

        Raises PictureError and ModelError, naming the picture; those before it have been taken in.
        """
        for sample in samples:
            before = self._made.get(sample.name, {})
            made = make_lessons(sample, self._card, before)
            self._made[sample.name] = made
            useful = {name: one.lesson for name, one in made.items() if one.lesson.area}
            gone = {sample.name, *before} - set(useful)
            # One that was there keeps its place in the order.
            lessons = {name: one for name, one in {**self._lessons, **useful}.items() if name not in gone}
            if lessons:
                self._take(lessons)

    @property
    def area(self) -> int:
        """Painted pixels in all samples, as the network sees them."""
        return sum(lesson.area for lesson in self._lessons.values())

    def draw(self, batch: int) -> Batch:
        """`batch` patches, each from a picture of its own draw; on the sampler's device."""
        number = self._drawn
        self._drawn += 1
        if self._ahead is None:
            return self.made(number, batch)
        return self._ahead.take((number, batch, self.patch), lambda later: self.made(number + later, batch))

    def state(self) -> dict[str, Any]:
        """How far it has come, as JSON values: what was handed out, not what was drawn ahead."""
        return {"seed": self._seed, "drawn": self._drawn, "order": list(self._lessons)}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on as another sampler would have that held the same samples; to be called once they were put."""
        self._seed, self._drawn = int(state["seed"]), int(state["drawn"])
        known = [name for name in state["order"] if name in self._lessons]
        self._take({name: self._lessons[name] for name in (*known, *self._lessons)})

    def _take(self, lessons: Mapping[str, Any]) -> None:
        """Draw from these from now on. The table is never changed in place: a thread may be drawing from it."""
        self._lessons = dict(lessons)
        self._weights = draw_weights([lesson.look for lesson in lessons.values()])
        if self._ahead:
            self._ahead.forget()

    def made(self, number: int, batch: int) -> Batch:
        """The batch of that number, counted from 0: what `draw` hands out in its turn. Nothing moves on."""
        random = np.random.default_rng((self._seed, number))
        noise = torch.Generator(self._device).manual_seed(int(random.integers(2**62)))
        lessons = list(self._lessons.values())
        chosen = random.choice(len(lessons), size=batch, p=self._weights)
        settings = eased(self._settings, number)
        cuts = [self._cut_of(lessons[index], settings, random) for index in chosen]
        parts: list[Layers | None] = [None] * batch
        for fellows in self._together(cuts):
            layers = cut([cuts[place] for place in fellows], self.patch, self._device, self._card.kind == "regions")
            pictures = recolour(layers.pictures, [cuts[place].light for place in fellows], noise)
            for row, place in enumerate(fellows):
                parts[place] = Layers(pictures[row], layers.planes[row], layers.known[row], layers.maps[row])
        return self._stacked([part for part in parts if part])

    def _cut_of(self, lesson: Lesson, settings: AugmentationSettings, random: np.random.Generator) -> Cut:
        shape = draw_shape(settings, self.patch, random)
        places = lesson.places[random.integers(len(lesson.places))]
        centre = shape.centre_for(places[random.integers(len(places))], self.patch, lesson.shape)
        light = draw_light(settings, lesson.channels, self.patch, random, rgb=self._card.colour)
        return Cut(lesson, centre, shape, light)

    def _together(self, cuts: Sequence[Cut]) -> list[list[int]]:
        """Which cuts are done in one go: on the processor each alone, whose pixels then stay in its cache."""
        return [[place] for place in range(len(cuts))] if self._device.type == "cpu" else fellows_of(cuts)

    def _stacked(self, parts: Sequence[Layers]) -> Batch:
        # Grey is repeated where the network sees colour.
        pictures = torch.stack([part.pictures.expand(self._card.channels, -1, -1) for part in parts])
        planes, known, maps = (
            torch.stack([getattr(part, name) for part in parts]) for name in ("planes", "known", "maps")
        )
        return Batch(pictures.contiguous(memory_format=torch.channels_last), planes, known, maps)


def fellows_of(cuts: Sequence[Cut]) -> list[list[int]]:
    """The places in the list of cuts that can be done in one go, together."""
    order = sorted(range(len(cuts)), key=lambda place: cuts[place].fellows)
    return [list(group) for _, group in groupby(order, key=lambda place: cuts[place].fellows)]
