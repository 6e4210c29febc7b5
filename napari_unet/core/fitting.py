"""The clean-up that scores best against what was painted: one setting after the other, kept only for a real gain.

A score of strokes says whether they are covered, one of complete pictures also whether objects were found one by one.
"""

from __future__ import annotations

import dataclasses
import itertools
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import BACKGROUND, UNLABELLED, to_mask
from napari_unet.core.data.object_classes import known
from napari_unet.core.metrics import ClassScores, Scores, classed, evaluate, together
from napari_unet.core.postprocessing import object_classes, postprocess
from napari_unet.core.postprocessing.postprocess import OBJECTS
from napari_unet.core.postprocessing.stacks import FLAT, apart, numbered_apart
from napari_unet.core.settings import Kind, PostprocessingSettings
from napari_unet.core.stopping import Stop, Stopped, never

WORTH = 0.003
"""Settings are changed only for a gain of at least this much; smaller ones are chance."""

SPLITS = (0.9, 0.95, 0.8, 0.92, 0.7, 0.97)
THRESHOLDS = (0.4, 0.6, 0.3, 0.7)
SMALLEST = (25, 5, 50)
SELDOM: tuple[tuple[str, tuple[float, ...]], ...] = (("smooth", (1.0, 2.0)), ("closing", (1, 2)), ("opening", (1, 2)))
SPECKS = (50, 200, 0)


@dataclass(frozen=True)
class Truth:
    """A picture's probability, and what is painted there.

    Parameters
    ----------
    probability : (K, [N,] Y, X), as `postprocess` takes it; of a stack, N planes, each of which counts by itself.
        Of a volume, (K, [T,] Z, Y, X).
    annotation : of the same shape without K, 0 unlabelled, 1 background, 2 and more objects or classes.
    complete : every object is painted, and all else is background.
    classes : of objects, number in the annotation -> class from 1.
    volume : its planes lie one behind the other, so that objects can be parted as a volume, should the clean-up say so.
    """

    probability: NDArray[np.floating]
    annotation: NDArray[np.integer]
    complete: bool
    classes: Mapping[int, int] = field(default_factory=dict)
    volume: bool = False


@dataclass(frozen=True)
class Fit:
    """The settings that were found, with the scores before and after; empty when it was stopped before the first."""

    settings: PostprocessingSettings
    before: dict[str, float]
    after: dict[str, float]


@dataclass(frozen=True)
class Patience:
    """How long somebody looks on.

    Parameters
    ----------
    go_on : told before each setting how far this is (0..1) and the best so far: whether that one is to be tried.
    stop : asked in the middle of a setting, between pictures, planes and the cells of a volume: one setting may take
        seconds.
    """

    go_on: Callable[[float, Fit], bool]
    stop: Stop = never


def fit(
    truths: Sequence[Truth],
    kind: Kind,
    class_names: Sequence[str],
    settings: PostprocessingSettings,
    patience: Patience,
    *,
    thorough: bool = False,
) -> Fit:
    """Try one setting after the other, from these on, while there is patience. `thorough`: what seldom helps, too."""
    stop = patience.stop

    def scores(tried: PostprocessingSettings) -> dict[str, float]:
        return summary([_unless(stop, score(truth, kind, class_names, tried, stop)) for truth in truths])

    best = Fit(settings, {}, {})
    changes = itertools.chain(candidates(kind, settings), seldom(kind) if thorough else ())
    tries = list(changes) if truths else []
    with suppress(Stopped):
        before = scores(settings)
        best = Fit(settings, before, before)
        for number, change in enumerate(tries, 1):
            if not patience.go_on(number / (len(tries) + 1), best):
                break
            tried = dataclasses.replace(best.settings, **change)
            found = scores(tried)
            if merit(found) > merit(best.after) + WORTH:
                best = Fit(tried, before, found)
    return best


def candidates(kind: Kind, settings: PostprocessingSettings) -> Iterator[dict[str, Any]]:
    """Changes worth trying, one at a time, the most promising first."""
    if kind == "regions":
        return
    for name, values in (("split", SPLITS), ("threshold", THRESHOLDS), ("smallest", SMALLEST), ("split", SPLITS)):
        if name != "split" or settings.split:  # where nothing is to be parted, nothing is
            yield from ({name: value} for value in values)


def seldom(kind: Kind) -> Iterator[dict[str, Any]]:
    """More changes, which are worth the time when a person asks for them."""
    for name, values in SELDOM:
        yield from ({name: value} for value in values)
    if kind == "regions":
        yield from ({"smallest": value} for value in SPECKS)
    else:
        yield from ({"fill_holes": value} for value in (False, True))


def score(
    truth: Truth, kind: Kind, class_names: Sequence[str], settings: PostprocessingSettings, stop: Stop = never
) -> Scores:
    """How good a probability is once it is cleaned up. Objects of a stack count plane by plane, or volume by volume.

    Raises Stopped where `stop` says yes in the middle.
    """
    cleaned = dataclasses.replace(apart(settings), volume=settings.volume and truth.volume)
    labels = postprocess(truth.probability.astype(np.float32), kind, cleaned, stop=stop)
    if stop():
        raise Stopped  # comparing what is half done takes its time, too
    mask = to_mask(truth.annotation)
    if mask.ndim > FLAT and kind == "objects":
        mask = numbered_apart(mask, FLAT + cleaned.volume)
    if truth.complete:
        scores = evaluate(labels, mask, kind, class_names, outlines=False)
        if mask.ndim > FLAT:  # there, numbers are others than those that classes are known by
            return scores
        return dataclasses.replace(scores, object_classes=_classed(truth, labels, mask, class_names))
    labels = np.where(truth.annotation == UNLABELLED, labels.dtype.type(0), labels)
    return dataclasses.replace(evaluate(labels, mask, kind, class_names, outlines=False), objects=None)


def _unless(stop: Stop, scores: Scores) -> Scores:
    """Scores that were not stopped in the middle. Raises Stopped."""
    if stop():
        raise Stopped
    return scores


def _classed(
    truth: Truth, labels: NDArray[np.integer], mask: NDArray[np.integer], class_names: Sequence[str]
) -> dict[str, ClassScores]:
    """How well the classes of objects agree; empty where none are known, or told."""
    found = object_classes(truth.probability, labels)
    true = {number - BACKGROUND: value for number, value in known(truth.classes, len(class_names)).items()}
    told = len(truth.probability) > OBJECTS
    return classed(labels, mask, found, true, class_names) if told and true else {}


def merit(scores: dict[str, float]) -> float:
    """The one number that decides which model, and which clean-up, is better; classes of objects count as a half."""
    if "ap50" not in scores:
        return scores.get("dice", 0.0)
    where = (scores["ap50"] + scores["ap75"]) / 2
    return (where + scores["class_ap50"]) / 2 if "class_ap50" in scores else where


def summary(scores: Sequence[Scores]) -> dict[str, float]:
    """Means over pictures, with their spread where there are several: "dice", and "ap50", "ap75" for objects.

    "class_ap50", where objects have classes, is the mean over classes, each counted in all pictures together.
    """
    if not scores:
        return {}
    columns = {"dice": [_dice(one) for one in scores]}
    objects = [one.objects for one in scores if one.objects]
    if objects:
        columns |= {"ap50": [one.ap[0] for one in objects], "ap75": [one.ap[5] for one in objects]}
    means = {name: statistics.fmean(values) for name, values in columns.items()}
    spreads = {f"{name}_spread": statistics.stdev(values) for name, values in columns.items() if len(values) > 1}
    if counts := together([one.object_classes for one in scores]):
        means["class_ap50"] = statistics.fmean(one.ap50 for one in counts.values() if one.found or one.true)
    return means | spreads | {"pictures": float(len(scores))}


def _dice(scores: Scores) -> float:
    """Of the classes, for regions: there, one class mistaken for another is a mistake."""
    return statistics.fmean(one.dice for one in scores.classes.values()) if scores.classes else scores.dice
