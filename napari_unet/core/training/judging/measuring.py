"""Measuring a model on the pictures kept out of learning, and finding the clean-up that suits it."""

from __future__ import annotations

import dataclasses
import itertools
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import UNLABELLED
from napari_unet.core.data.axes import behind
from napari_unet.core.data.planes import FLAT, Place, has_depth, labelled_places, labelled_planes
from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import PictureError
from napari_unet.core.fitting import Fit, Patience, Truth, fit, score, summary
from napari_unet.core.inference.predicting import output_planes, predict_view
from napari_unet.core.metrics import Scores
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.preprocessing import View
from napari_unet.core.settings import InferenceSettings, PostprocessingSettings

LARGEST = 1024
"""Of larger pictures, a window of this side is measured: a score is wanted after every epoch."""

WIDEST, DEEPEST = 256, 64
"""Of a stack, a block of at most so many pixels and planes is shown to a 3-D network."""

MOST_PLANES = 16
"""Of a stack, so many of the planes that have labels are measured at most."""

WORK, FEWEST_TRIES = 100_000_000, 2
"""Where no time limit says how many settings of the clean-up are tried: so many pixels are cleaned up together, about a
minute of work, but all pictures so often at least."""


@dataclass(frozen=True)
class Answer:
    """What a model says of one measured picture; of a stack, of those of its planes that have labels, (N, Y, X).

    A 3-D network says it of a `volume`, ([T,] Z, Y, X).
    """

    sample: Sample
    probability: NDArray[np.float16]
    volume: bool = False

    @property
    def truth(self) -> Truth:
        """The same without the picture."""
        sample = self.sample
        return Truth(self.probability, sample.annotation, sample.complete, sample.classes, self.volume)

    def in_planes(self) -> Answer:
        """The same as a 2-D network says it: of the planes that have labels, each by itself."""
        if not self.volume:
            return self
        places = places_in(self.sample)
        told = np.stack([self.probability[behind(place)] for place in places], 1)
        return Answer(labelled_planes(self.sample, places), told)


class Measuring:
    """The pictures kept out of learning.

    After an epoch a model is measured at a glance, with one view; at the end, and against others, as it will be used.

    Parameters
    ----------
    samples : to be measured on; may be none.
    device : where to compute.
    stop : asked often; when it says yes, measuring is given up.
    """

    def __init__(self, samples: Sequence[Sample], device: str, stop: Callable[[], bool]) -> None:
        self._samples = {sample.name: sample for sample in samples}
        self._usual = dataclasses.replace(InferenceSettings(), device=device)
        self._glance = dataclasses.replace(self._usual, turns=1)
        self._stop = stop
        self._views: dict[str, tuple[tuple[Any, ...], View]] = {}

    def __len__(self) -> int:
        return len(self._samples)

    def __contains__(self, name: str) -> bool:
        return name in self._samples

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The pictures, as they are now."""
        return tuple(self._samples.values())

    def put(self, sample: Sample) -> None:
        """Take a sample in again, as it is now."""
        self._samples[sample.name] = sample

    def answers(self, model: Model) -> Iterator[Answer]:
        """What the model says of each picture; ends early when asked to stop."""
        return self._answers(model, self._usual)

    def _answers(self, model: Model, settings: InferenceSettings) -> Iterator[Answer]:
        if model.card.plan.network.dimensions == "3-D":
            yield from self._volumes(model, settings)
            return
        for whole in self._samples.values():
            places = places_in(whole)
            sample, view = windowed(labelled_planes(whole, places)), self._view(whole, model.card)
            out = np.zeros((output_planes(model.card), *sample.annotation.shape), np.float32)
            for number, place in enumerate(places):
                part = (view.plane(place) if place else view).part(window_of(whole))
                plane = out[:, number] if place else out
                for _ in predict_view(model, part, settings, plane, self._stop):
                    pass
                if self._stop():
                    return
            yield Answer(sample, out.astype(np.float16))

    def _volumes(self, model: Model, settings: InferenceSettings) -> Iterator[Answer]:
        """What a 3-D network says of each stack, or of a block from its middle."""
        for whole in self._samples.values():
            check_depth(whole, model.card)
            part, cut = self._view(whole, model.card).part(block_of(whole)), in_block(whole)
            out = np.zeros((output_planes(model.card), *cut.annotation.shape), np.float32)
            for _ in predict_view(model, part, settings, out, self._stop):
                pass
            if self._stop():
                return
            yield Answer(cut, out.astype(np.float16), volume=True)

    def _view(self, sample: Sample, card: ModelCard) -> View:
        """What the model sees of the sample; kept, because cleaning a picture may take seconds."""
        known, seen = (
            (sample.image, card.plan.preprocessing, card.object_width, card.channels),
            self._views.get(sample.name),
        )
        if seen is None or seen[0][0] is not sample.image or seen[0][1:] != known[1:]:
            seen = self._views[sample.name] = (known, View.of(sample, card))
        return seen[1]

    def measure(self, model: Model) -> dict[str, float]:
        """Scores at a glance, with the clean-up on its card; empty without pictures, or when asked to stop."""
        return self._scores(model, self._glance)

    def judge(self, model: Model) -> dict[str, float]:
        """The same as it will be used, with all views."""
        return self._scores(model, self._usual)

    def _scores(self, model: Model, settings: InferenceSettings) -> dict[str, float]:
        answers = self._answers(model, settings)
        scores = [score_of(answer, model.card, model.card.postprocessing) for answer in answers]
        return summary(scores) if len(scores) == len(self) else {}

    def suit(self, model: Model, seconds: float | None) -> tuple[PostprocessingSettings, dict[str, float]]:
        """The clean-up that scores best, and its scores.

        Tries one setting after the other for so many seconds; None: as many as WORK allows, so that the same comes out
        however quick the machine is.
        """
        until = math.inf if seconds is None else time.monotonic() + seconds
        answers, card = list(self.answers(model)), model.card
        if not answers or len(answers) < len(self):
            return card.postprocessing, {}
        truths = [answer.truth for answer in answers]

        tries = itertools.count()
        pixels = sum(truth.annotation.size for truth in truths)
        most = max(FEWEST_TRIES, WORK // pixels) if seconds is None else math.inf

        def go_on(_done: float, _best: Fit) -> bool:
            return next(tries) < most and time.monotonic() <= until and not self._stop()

        found = fit(truths, card.kind, card.class_names, card.postprocessing, Patience(go_on))
        return found.settings, found.after


def score_of(answer: Answer, card: ModelCard, settings: PostprocessingSettings) -> Scores:
    """How good an answer is once it is cleaned up."""
    return score(answer.truth, card.kind, card.class_names, settings)


def check_measurable(samples: Sequence[Sample], card: ModelCard) -> None:
    """Raises PictureError or ModelError for a picture no model can be run over, by its name: `predict` knows none."""
    for sample in samples:
        check_depth(sample, card)
        View.of(sample, card)


def check_depth(sample: Sample, card: ModelCard) -> None:
    """Raises PictureError for a picture without focal planes that a 3-D network is to look at."""
    if card.plan.network.dimensions == "3-D" and not has_depth(sample):
        raise PictureError(
            f"{sample.name} has no focal planes, and the network is 3-D.",
            "A 3-D network looks through stacks.",
            "Choose 2-D, which learns from planes of any kind, or leave the picture out.",
        )


def windowed(sample: Sample) -> Sample:
    """The sample, or a window from the middle of a large one."""
    rows, columns = window_of(sample)
    cut = sample.image[..., rows, columns], sample.annotation[..., rows, columns]
    return dataclasses.replace(sample, image=cut[0], annotation=cut[1])


def window_of(sample: Sample) -> tuple[slice, slice]:
    """Where in the picture, or in each plane of a stack, that window lies."""
    rows, columns = (
        slice((side - min(side, LARGEST)) // 2, (side + min(side, LARGEST)) // 2)
        for side in sample.annotation.shape[-2:]
    )
    return rows, columns


def in_block(sample: Sample) -> Sample:
    """The block that a 3-D network is measured on, as a sample of its own."""
    block = block_of(sample)
    image, annotation = sample.image[(slice(None), *block)], sample.annotation[block]
    return dataclasses.replace(sample, image=image, annotation=annotation, origins=None)


def block_of(sample: Sample) -> tuple[slice, ...]:
    """Where the block lies that a 3-D network is measured on: in the middle, or around the planes that are painted."""
    known = np.flatnonzero(
        (sample.annotation != UNLABELLED).any((-2, -1)).reshape(-1, sample.annotation.shape[-3]).any(0)
    )
    middle = int(np.median(known)) if known.size and not sample.complete else sample.annotation.shape[-3] // 2
    planes = sample.annotation.shape[-3]
    start = int(np.clip(middle - DEEPEST // 2, 0, max(0, planes - DEEPEST)))
    sides = (
        slice((side - min(side, WIDEST)) // 2, (side + min(side, WIDEST)) // 2) for side in sample.annotation.shape[-2:]
    )
    times = (slice(0, side) for side in sample.annotation.shape[:-3])
    return (*times, slice(start, min(planes, start + DEEPEST)), *sides)


def places_in(sample: Sample) -> list[Place]:
    """The planes that are measured; of a stack from which everything was erased meanwhile, the first one."""
    return some(labelled_places(sample)) or [(0,) * (sample.annotation.ndim - FLAT)]


def some(places: list[Place]) -> list[Place]:
    """At most MOST_PLANES of them, evenly spaced."""
    if len(places) <= MOST_PLANES:
        return places
    return [places[int(at)] for at in np.linspace(0, len(places) - 1, MOST_PLANES)]
