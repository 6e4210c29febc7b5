"""Measuring a model on the pictures kept out of learning, and finding the clean-up that suits it."""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import UNLABELLED, to_mask
from napari_unet.core.data.sample import Sample
from napari_unet.core.inference.predicting import output_planes, predict_view
from napari_unet.core.metrics import Scores, evaluate
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.postprocessing import postprocess
from napari_unet.core.preprocessing import View
from napari_unet.core.settings import InferenceSettings, PostprocessingSettings

LARGEST = 1024
"""Of larger pictures, a window of this side is measured: a score is wanted after every epoch."""

WORTH = 0.003
"""Settings are changed only for a gain of at least this much; smaller ones are chance."""

SPLITS = (0.9, 0.95, 0.8, 0.92, 0.7, 0.97)
THRESHOLDS = (0.4, 0.6, 0.3, 0.7)
SMALLEST = (25, 5, 50)


@dataclass(frozen=True)
class Answer:
    """What a model says of one measured picture."""

    sample: Sample
    probability: NDArray[np.float16]


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
        for whole in self._samples.values():
            sample, part = windowed(whole), self._view(whole, model.card).part(window_of(whole))
            out = np.zeros((output_planes(model.card), *sample.annotation.shape), np.float32)
            for _ in predict_view(model, part, settings, out, self._stop):
                pass
            if self._stop():
                return
            yield Answer(sample, out.astype(np.float16))

    def _view(self, sample: Sample, card: ModelCard) -> View:
        """What the model sees of the sample; kept, because cleaning a picture may take seconds."""
        known, seen = (
            (sample.image, card.plan.preprocessing, card.object_width, card.channels),
            self._views.get(sample.name),
        )
        if seen is None or seen[0][0] is not sample.image or seen[0][1:] != known[1:]:
            seen = self._views[sample.name] = (known, View(sample.image, card, sample.name, sample.pixel_size))
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

    def suit(self, model: Model, seconds: float) -> tuple[PostprocessingSettings, dict[str, float]]:
        """The clean-up that scores best, and its scores. Tries one setting after the other for so many seconds."""
        until = time.monotonic() + seconds
        answers = list(self.answers(model))
        best = model.card.postprocessing
        if not answers or len(answers) < len(self):
            return best, {}
        top = summary([score_of(answer, model.card, best) for answer in answers])
        for tried in candidates(model):
            if time.monotonic() > until or self._stop():
                break
            settings = dataclasses.replace(best, **tried)
            scores = summary([score_of(answer, model.card, settings) for answer in answers])
            if merit(scores) > merit(top) + WORTH:
                best, top = settings, scores
        return best, top


def score_of(answer: Answer, card: ModelCard, settings: PostprocessingSettings) -> Scores:
    """How good an answer is once it is cleaned up."""
    labels = postprocess(answer.probability.astype(np.float32), card.kind, settings)
    truth = to_mask(answer.sample.annotation)
    if answer.sample.complete:
        return evaluate(labels, truth, card.kind, card.class_names, outlines=False)
    # Of strokes it can be said whether they are covered, not whether objects were found one by one.
    labels = np.where(answer.sample.annotation == UNLABELLED, labels.dtype.type(0), labels)
    scores = evaluate(labels, truth, card.kind, card.class_names, outlines=False)
    return dataclasses.replace(scores, objects=None)


def check_measurable(samples: Sequence[Sample], card: ModelCard) -> None:
    """Raises PictureError or ModelError for a picture no model can be run over, by its name: `predict` knows none."""
    for sample in samples:
        View(sample.image, card, sample.name, sample.pixel_size)


def candidates(model: Model) -> Iterator[dict[str, Any]]:
    """Settings worth trying, one at a time, the most promising first."""
    if model.card.kind == "regions":
        return
    for name, values in (("split", SPLITS), ("threshold", THRESHOLDS), ("smallest", SMALLEST), ("split", SPLITS)):
        # Planes that were never taught part nothing.
        if name != "split" or model.card.postprocessing.split:
            yield from ({name: value} for value in values)


def merit(scores: dict[str, float]) -> float:
    """The one number that decides which model, and which clean-up, is better."""
    return (scores["ap50"] + scores["ap75"]) / 2 if "ap50" in scores else scores.get("dice", 0.0)


def summary(scores: Sequence[Scores]) -> dict[str, float]:
    """Means over pictures, with their spread where there are several: "dice", and "ap50", "ap75" for objects."""
    if not scores:
        return {}
    columns = {"dice": [_dice(one) for one in scores]}
    objects = [one.objects for one in scores if one.objects]
    if objects:
        columns |= {"ap50": [one.ap[0] for one in objects], "ap75": [one.ap[5] for one in objects]}
    means = {name: statistics.fmean(values) for name, values in columns.items()}
    spreads = {f"{name}_spread": statistics.stdev(values) for name, values in columns.items() if len(values) > 1}
    return means | spreads | {"pictures": float(len(scores))}


def _dice(scores: Scores) -> float:
    """Of the classes, for regions: there, one class mistaken for another is a mistake."""
    return statistics.fmean(one.dice for one in scores.classes.values()) if scores.classes else scores.dice


def windowed(sample: Sample) -> Sample:
    """The sample, or a window from the middle of a large one."""
    window = window_of(sample)
    return dataclasses.replace(sample, image=sample.image[(slice(None), *window)], annotation=sample.annotation[window])


def window_of(sample: Sample) -> tuple[slice, ...]:
    """Where in the picture that window lies."""
    return tuple(
        slice((side - min(side, LARGEST)) // 2, (side + min(side, LARGEST)) // 2) for side in sample.annotation.shape
    )
