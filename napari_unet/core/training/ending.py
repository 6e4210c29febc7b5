"""How a training ends: the clean-up that suits the model, what its labels say against it, how it stands to others."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from pathlib import Path

from napari_unet.core.data.sample import Sample
from napari_unet.core.fitting import WORTH, merit
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import Model, load_model
from napari_unet.core.settings import InferenceSettings
from napari_unet.core.training.interrupting import Stopped, interruptible
from napari_unet.core.training.judging.chance import fewest
from napari_unet.core.training.judging.guard import comparing, foremost
from napari_unet.core.training.judging.trouble import contradicted
from napari_unet.core.training.keeping import Best
from napari_unet.core.training.learner import Learner
from napari_unet.core.training.report import Closing, Compared, Finished, Noticed, Report
from napari_unet.core.training.resuming import LENGTHS


def finish(learner: Learner, stopped: str) -> Generator[Report]:
    """End the training; the last report is Finished.

    A training that was asked to stop is over at once: its model is as it was measured last, and stands beside no other.
    """
    compared: Compared | None = None
    glance = learner.keeping.best
    if stopped != "asked":
        yield Closing("Finding the clean-up that suits the model")
        suit(learner)
        yield Closing("Looking for labels that contradict each other")
        learner.notice(_contradicted(learner))
        yield from learner.told()
        compared = yield from _compared(learner)
        if compared:
            yield compared

    def complete(card: ModelCard) -> ModelCard:
        standing = dataclasses.asdict(compared) if compared else {}
        return dataclasses.replace(card, noticed=learner.card.noticed, compared=standing)

    learner.keeping.seal(complete)
    scores = learner.keeping.best.scores
    if stopped in LENGTHS:
        learner.keeping.expect(glance)
        learner.save(stopped)
    yield Finished(
        folder=str(learner.task.out),
        epochs=learner.epoch,
        seconds=learner.schedule.seconds,
        scores=scores,
        stopped=stopped,
        note=" ".join(learner.notes),
    )


def along(learner: Learner) -> Finished:
    """The end in a process that has only learned along: what came of it is in the folder."""
    scores = load_model(learner.task.out).card.scores
    return Finished(str(learner.task.out), learner.epoch, learner.schedule.seconds, scores)


def suit(learner: Learner) -> None:
    """Find the clean-up that suits the best model, and keep it with the model."""
    best = learner.keeping.best
    if not best.scores:
        return
    _suit(learner, learner.keeping.model(), (best.epoch, best.step), 0.5)
    if best.epoch < learner.epoch:
        # The latest model may be the better one once each is cleaned up as suits it.
        _suit(learner, learner.model(learner.card), (learner.epoch, learner.schedule.step), 1.0)


ANNEALED = 0.02
"""So much better an earlier state must have been than the one at the end of a falling rate. The highest of many scores
on few pictures is high by chance, too, while the last small steps help everywhere: after an hour on 425 pictures of
nuclei the fifth epoch of fifteen scored highest, and the last one found 2 % more on 73 pictures not chosen by."""

LOOKED_THROUGH = 0.2
"""The share of the time for measuring in which labels are looked through for contradictions."""

MEASURED_ONCE = 1.2 * InferenceSettings().turns
"""How often the time of one glance at the measured pictures goes into measuring them with all views."""


def _suit(learner: Learner, model: Model, when: tuple[int, int], share: float) -> None:
    """Find the model's clean-up in a share of the time that is left, and keep it if that makes it the best."""
    if not learner.schedule.has_time_for(MEASURED_ONCE * learner.measuring_took):
        return
    # Without a limit nothing may depend on the clock: the same training is to give the same model.
    seconds = share * learner.schedule.seconds_for_measuring if learner.schedule.is_limited else None
    with suppress(Stopped), interruptible(model.network, learner.task.stop):
        settings, scores = learner.measuring.suit(model, seconds)
        # The best one is measured anew, with all views; after that, the latest has to be as good.
        slack = ANNEALED if learner.schedule.has_annealed else 0.0
        best = learner.keeping.best
        if scores and (when[0] == best.epoch or merit(scores) >= merit(best.scores) - slack):
            learner.notice(_passed_over(best, scores, when[0]))
            suited = dataclasses.replace(learner.card, postprocessing=settings)
            learner.keeping.keep(Model(suited, model.network), scores, *when)


def _passed_over(best: Best, scores: dict[str, float], epoch: int) -> list[Noticed]:
    """What is to be known where the state of this epoch is kept although an earlier one scored more."""
    before, now = merit(best.scores), merit(scores)
    if epoch == best.epoch or before - now < WORTH:
        return []
    sentence = (
        f"The model of the last epoch is kept ({now:.3f}) although that of epoch {best.epoch} scored {before:.3f}: "
        "so small a difference is chance among so many scores, and the last, smallest steps help elsewhere, too."
    )
    return [Noticed("validation", sentence)]


def _contradicted(learner: Learner) -> list[Noticed]:
    """What the model says against the labels, as far as time allows."""
    stop = _until(learner, LOOKED_THROUGH * learner.schedule.seconds_for_measuring)
    if stop() or not learner.schedule.has_time_for(MEASURED_ONCE * learner.measuring_took):
        return []
    model = learner.keeping.model()
    with suppress(Stopped), interruptible(model.network, stop):
        return contradicted(model, [*learner.learned.values(), *learner.measuring.samples], stop)
    return []


def _compared(learner: Learner) -> Generator[Closing, None, Compared | None]:
    """How the model stands to those before it; nothing when that was broken off."""
    rivals, out = learner.rivals(), learner.task.out
    if not rivals or learner.task.stop():
        return None
    samples, learned = _comparable(learner, rivals), tuple(learner.learned.values())
    compared = yield from comparing(out, rivals, samples, learner.device.type, learner.task.stop, learned)
    return None if learner.task.stop() else compared


def _comparable(learner: Learner, rivals: Sequence[Path]) -> Sequence[Sample]:
    """The measured pictures that there is time for; as many as can tell anything are worth going past a time limit."""
    samples, schedule = learner.measuring.samples, learner.schedule
    needed = (1 + len(rivals)) * MEASURED_ONCE * learner.measuring_took
    if not needed or schedule.has_time_for(needed):
        return samples
    count = max(fewest(), int(len(samples) * schedule.seconds_for_measuring / needed))
    return foremost(samples, [learner.task.out, *rivals], count)


def _until(learner: Learner, seconds: float) -> Callable[[], bool]:
    end = time.monotonic() + seconds
    return lambda: learner.task.stop() or time.monotonic() > end
