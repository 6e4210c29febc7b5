"""The score of a model on what it has not learned from: see `unseen`."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from napari_unet.core.data.sample import Sample
from napari_unet.core.fitting import summary
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.training.judging.block import picture_of
from napari_unet.core.training.judging.chance import interval
from napari_unet.core.training.judging.measuring import Measuring, score_of
from napari_unet.core.training.report import Unseen

MOST = 40
"""Pictures that are measured on at most: more tell hardly more, and take the time of the strokes that are followed."""


@dataclass(frozen=True)
class Mark:
    """How good a model is on one picture, or the part of it of that name: "ap50" where objects can be counted."""

    name: str
    scores: dict[str, float]


def mark(model: Model, sample: Sample, device: str, stop: Callable[[], bool]) -> Mark | None:
    """Measure a model on one sample, as it will be used; None when asked to stop.

    Raises
    ------
    PictureError, ModelError : the model cannot be run over the picture.
    """
    for answer in Measuring([sample], device, stop).answers(model):
        return Mark(sample.name, summary([score_of(answer, model.card, model.card.postprocessing)]))
    return None


def summed_up(folder: str, card: ModelCard, marks: Mapping[str, Mark], own: int, tests: Collection[str] = ()) -> Unseen:
    """The mean over pictures and its interval.

    Parameters
    ----------
    folder : the model's.
    marks : by the pictures' names.
    own : how many pictures were left out because their labels are the model's own.
    tests : the names of pictures that a person keeps to test with. Where any can be measured on, they alone decide.
    """
    deciding = {name: one for name, one in marks.items() if name in tests} or dict(marks)
    counted = {name: one for name, one in deciding.items() if "ap50" in one.scores}
    # Where objects can be counted, they decide; of strokes it is only known whether they are covered.
    measure, used = ("ap50", counted) if counted else ("dice", deciding)
    if not used:
        return Unseen(folder, "", own=own)
    values = {name: one.scores[measure] for name, one in used.items()}
    others = {name: one for name, one in marks.items() if name not in deciding}
    beside = {name: one.scores[measure] for name, one in others.items() if measure in one.scores}
    low, high = interval(list(values.values()))
    names = [one.name for one in used.values()]
    return Unseen(
        folder,
        measure,
        statistics.fmean(values.values()),
        low,
        high,
        values,
        parts=sum(picture_of(name) != name for name in names),
        strokes=card.kind == "objects" and not counted,
        tuned=sum(name in card.validation for name in names),
        own=own,
        test=any(name in tests for name in used),
        beside=beside,
    )
