"""A model never silently gets worse: the new one is compared with those before it."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from napari_unet.core.data.fingerprint import fingerprint
from napari_unet.core.data.planes import has_depth
from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import UnetError
from napari_unet.core.fitting import WORTH, merit, summary
from napari_unet.core.metrics import Scores
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import Model, load_model
from napari_unet.core.model.classes import classes_of
from napari_unet.core.model.header import read_card
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.core.training.judging.chance import RARE, fewest, likely
from napari_unet.core.training.judging.division import learned_by, lot
from napari_unet.core.training.judging.measuring import Answer, Measuring, check_measurable, in_block, score_of
from napari_unet.core.training.judging.suspecting import Suspects
from napari_unet.core.training.report import Closing, Compared, Standing
from napari_unet.core.wording import counted


@dataclass(frozen=True)
class Contender:
    """A model that takes part, from its folder."""

    folder: Path
    model: Model

    @property
    def card(self) -> ModelCard:
        """Its card."""
        return self.model.card


@dataclass(frozen=True)
class Result:
    """How a contender did with the clean-up that suits it best: on each picture, and on all of them."""

    contender: Contender
    merits: tuple[float, ...]
    scores: dict[str, float]

    @property
    def merit(self) -> float:
        """The mean over the pictures."""
        return statistics.fmean(self.merits)

    @property
    def standing(self) -> Standing:
        """The same for the window."""
        return Standing(str(self.contender.folder), self.contender.card.name, self.merit, self.scores)


COMPARING = "Comparing with the models before it"


def compare(
    new: Path,
    rivals: Sequence[Path],
    samples: Sequence[Sample],
    device: str,
    stop: Callable[[], bool],
    learned: Sequence[Sample] = (),
) -> Compared:
    """The outcome of `comparing`, for whom how far it is does not matter."""
    steps = comparing(new, rivals, samples, device, stop, learned)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            compared: Compared = end.value
            return compared


def comparing(
    new: Path,
    rivals: Sequence[Path],
    samples: Sequence[Sample],
    device: str,
    stop: Callable[[], bool],
    learned: Sequence[Sample] = (),
) -> Generator[Closing, None, Compared]:
    """Compare the model in `new` with its rivals, telling how far that is; of equally good ones, the new is the better.

    All see the same pictures: none that one of them has learned from, if there are others. All may choose from the same
    clean-ups: the usual one and those on their cards; each is judged by the one that suits it best.

    Parameters
    ----------
    new, rivals : the models' folders. A rival that cannot be read or does not fit is left out, and that is said.
    samples : the pictures, or parts of them, kept out of learning: `Division.measured`.
    device : where to compute.
    stop : asked often. A training that was asked to stop should still be compared, so best one of its own.
    learned : what the new model has learned from, if known; helps to say why it is worse.

    Raises
    ------
    ModelError : the new model cannot be read.
    PictureError : a picture is constant or holds NaN; it is named.
    """
    newest = Contender(new, load_model(new))
    others, absent = _fitting(newest, rivals, samples)
    fair, unfair = _fair(samples, [newest, *others])
    if not others or not fair:
        return Compared((), str(new), 0, _joined(_nothing(others, samples), absent))
    results, failed = yield from _results([newest, *others], fair, device, stop)
    if len(results) + len(failed) <= len(others):
        return Compared((), str(new), 0, f"The comparison with {_names(others)} was broken off.")
    absent = _joined(absent, *failed)
    if len(results) == 1:
        return Compared((), str(new), 0, _joined(_nothing([], samples), absent))
    own, best = results[0], max(results[1:], key=lambda result: result.merit)
    worse = best.merit - own.merit >= WORTH
    parts = [_verdict(own, best, worse), _by_chance(own, best)]
    if worse:
        suspects = Suspects(newest.model, best.contender.model, tuple(fair), tuple(learned))
        parts += [suspects.reasons(_losses(own, best), device)]
    better = best.contender.folder if worse else new
    standings = tuple(result.standing for result in results)
    return Compared(standings, str(better), len(own.merits), _joined(*parts, unfair, absent))


def foremost(samples: Sequence[Sample], folders: Sequence[Path], count: int) -> list[Sample]:
    """So many samples to compare the models in these folders on, where there is no time for all.

    First those that none of them has learned from, else in an order that has nothing to do with how they were added.
    """
    cards = []
    for folder in folders:
        with suppress(UnetError):
            cards.append(read_card(folder))
    return sorted(samples, key=lambda one: (any(_knows(card, one) for card in cards), lot(one.name, 0)))[:count]


def _fitting(newest: Contender, rivals: Sequence[Path], samples: Sequence[Sample]) -> tuple[list[Contender], str]:
    """The rivals that do the same on the same pictures, and a sentence about the others."""
    others, absent = [], []
    for folder in dict.fromkeys(rivals):
        why = "it cannot be read"
        with suppress(UnetError):
            contender = Contender(folder, load_model(folder))
            why = _misfit(newest.card, contender.card, samples)
            if not why:
                others.append(contender)
        if why:
            absent.append(f"{folder.name} was left out: {why}.")
    return others, " ".join(absent)


def _misfit(newest: ModelCard, card: ModelCard, samples: Sequence[Sample]) -> str:
    """Why two models cannot be compared, or nothing."""
    if card.kind != newest.kind:
        return f"it finds {card.kind}"
    if card.kind == "regions" and card.class_names != newest.class_names:
        return f"its classes are {', '.join(card.class_names)}"
    if not set(newest.object_classes) <= set(card.object_classes):
        return f"it does not tell {' and '.join(newest.object_classes)} apart"
    if card.plan.network.dimensions == "3-D" and not all(map(has_depth, samples)):
        return "it sees in 3-D, and not all pictures have focal planes"
    try:
        check_measurable(samples, card)
    except UnetError:
        return f"it was trained on pictures of {card.channels} channels"
    return ""


def _fair(samples: Sequence[Sample], contenders: Sequence[Contender]) -> tuple[list[Sample], str]:
    """The pictures that none of the models has learned from, or else all; and a sentence when that matters."""
    knowing = {sample.name: [one for one in contenders if _knows(one.card, sample)] for sample in samples}
    fair = [sample for sample in samples if not knowing[sample.name]]
    if len(fair) == len(samples):
        return fair, ""
    who = _names([one for one in contenders if any(one in ones for ones in knowing.values())])
    if fair:
        count = len(samples) - len(fair)
        return (
            fair,
            f"{counted(count, 'picture')} that {who} had learned from {'was' if count == 1 else 'were'} left out.",
        )
    return list(samples), f"{who} had learned from every one of these pictures: the score flatters it."


def _knows(card: ModelCard, sample: Sample) -> bool:
    """Whether a model has learned from a sample: by its name, or by what is in it, should it have another name."""
    if sample.name in card.validation:
        return False
    own = fingerprint(sample)
    same = {name for name, other in card.data.items() if other == own}
    return learned_by(card, sample.name) or bool(same - set(card.validation))


def _results(
    contenders: Sequence[Contender], samples: Sequence[Sample], device: str, stop: Callable[[], bool]
) -> Generator[Closing, None, tuple[list[Result], list[str]]]:
    """A result for each, in order, and a sentence on each that cannot be run here; fewer when asked to stop.

    Where networks for planes stand beside such for volumes, both are shown the same blocks, and judged plane by plane.
    """
    mixed = len({one.card.plan.network.dimensions for one in contenders}) > 1
    shown = [in_block(sample) for sample in samples] if mixed else samples
    cleanups = tuple(dict.fromkeys([PostprocessingSettings(), *(one.card.postprocessing for one in contenders)]))
    results: list[Result] = []
    failed: list[str] = []
    for number, one in enumerate(contenders):
        try:
            told = [_told_apart(sample, one.card, contenders[0].card.object_classes) for sample in shown]
            answers = _answers(one, Measuring(told, device, stop), in_planes=mixed)
            columns: list[list[Scores]] = [[] for _ in cleanups]
            for answer in answers:
                yield Closing(COMPARING, (number + len(columns[0]) / len(samples)) / len(contenders))
                for column, cleanup in zip(columns, cleanups, strict=True):
                    column.append(score_of(answer, one.card, cleanup))
        except UnetError as error:
            if not results:
                raise
            failed.append(f"{one.folder.name} was left out: {error}")
            continue
        if len(columns[0]) < len(samples):
            break
        results.append(max((_result(one, column) for column in columns), key=lambda result: result.merit))
    return results, failed


def _told_apart(sample: Sample, card: ModelCard, classes: Sequence[str]) -> Sample:
    """The sample with the classes of its objects, which are those of the new model, numbered as a model numbers them;
    without any where the new one tells none apart: it could not be compared by them.
    """
    if card.kind == "regions":
        return sample
    return classes_of(card, classes).as_model_numbers(sample) if classes else replace(sample, classes={})


def _answers(contender: Contender, measuring: Measuring, *, in_planes: bool) -> Iterator[Answer]:
    """What it says of each picture; fewer when asked to stop."""
    for answer in measuring.answers(contender.model):
        yield answer.in_planes() if in_planes else answer


def _result(contender: Contender, scores: Sequence[Scores]) -> Result:
    # Where objects can be counted, they decide; of strokes it is only known whether they are covered.
    counted = [one for one in scores if one.objects] or scores
    return Result(contender, tuple(merit(summary([one])) for one in counted), summary(scores))


def _losses(own: Result, best: Result) -> list[float]:
    """How much better the other model is, per picture that decided."""
    return [theirs - ours for ours, theirs in zip(own.merits, best.merits, strict=True)]


def _verdict(own: Result, best: Result, worse: bool) -> str:
    measure = "mean AP" if "ap50" in own.scores else "Dice"
    on = f"on {counted(len(own.merits), 'picture')}"
    name = best.contender.card.name
    if worse:
        return f"Worse than {name}: {measure} {own.merit:.2f} instead of {best.merit:.2f} {on}; {name} is kept."
    if own.merit - best.merit < WORTH:
        return f"As good as {name}: {measure} {own.merit:.2f} {on}."
    return f"Better than {name}: {measure} {own.merit:.2f} instead of {best.merit:.2f} {on}."


def _by_chance(own: Result, best: Result) -> str:
    losses = _losses(own, best)
    if abs(statistics.fmean(losses)) < WORTH:
        return ""
    if len(losses) < fewest():
        return f"{counted(len(losses), 'picture').capitalize()} cannot tell that from chance; {fewest()} could."
    rarely = likely(losses)
    return "That is more than chance." if rarely < RARE else f"That may be chance (p = {rarely:.2f})."


def _nothing(others: Sequence[Contender], samples: Sequence[Sample]) -> str:
    if not samples and others:
        return f"No picture is kept out of learning, so it is not known whether this is better than {_names(others)}."
    return "There was no earlier model to compare with."


def _names(contenders: Sequence[Contender]) -> str:
    return " and ".join(dict.fromkeys(one.card.name for one in contenders))


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
