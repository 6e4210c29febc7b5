"""Everything that is alive during one training: network, optimiser, samples, clock, and the best model so far."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

from napari_unet.core.data.fingerprint import fingerprint
from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import ModelError, PictureError
from napari_unet.core.fitting import merit
from napari_unet.core.inference.device import describe_device
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.settings import InferenceSettings
from napari_unet.core.training.continuing import state_of
from napari_unet.core.training.fitting_memory import Size, ran_out
from napari_unet.core.training.foreseeing import after_first_epoch
from napari_unet.core.training.interrupting import Stopped, interruptible
from napari_unet.core.training.judging.division import may_join
from napari_unet.core.training.judging.measuring import Measuring
from napari_unet.core.training.judging.trouble import Watch
from napari_unet.core.training.keeping import Keeping
from napari_unet.core.training.luck import luck_of
from napari_unet.core.training.optimising import Optimising
from napari_unet.core.training.report import EpochDone, Noticed, Report, Started, Stepped
from napari_unet.core.training.resuming import save_state
from napari_unet.core.training.returning import Returning
from napari_unet.core.training.schedule import Schedule
from napari_unet.core.training.starting import Beginning

FEWEST_STEPS = 12
"""Steps in an epoch at least: with less, measuring would take longer than learning."""

MEASURINGS = 3.5 * InferenceSettings().turns
"""At the end there are up to three more measurings, each with all views, and the clean-up is tried out."""


class Learner:
    """Everything that is alive during one training.

    Parameters
    ----------
    beginning : what it begins with.
    begun : `time.monotonic()` when it began.
    """

    def __init__(self, beginning: Beginning, begun: float) -> None:
        self.task, self.ranks, self.device = beginning.task, beginning.ranks, beginning.device
        self.settings, self.card, self.division = self.task.plan.training, beginning.card, beginning.division
        self.optimising = Optimising(beginning.network, self.card, self.device, beginning.precision, self.ranks)
        self.sampler, self.size = beginning.sampler, Size(self.settings.batch, beginning.sampler.patch)
        self.measuring = Measuring(self.division.measured, self.device.type, self.task.stop)
        self.notes, self._news = beginning.notes, list[Report]()
        self.steps_per_epoch = self.settings.steps or self._steps_to_cover()
        self.schedule = Schedule(self.settings, self.steps_per_epoch * self.settings.epochs, beginning.rate, begun)
        self.keeping = Keeping(self.task.out, self.dated)
        self.watch, self.returning = Watch(self.task.plan), Returning(self.optimising)
        self.learned = {sample.name: sample for sample in self.division.learned}
        self.start, self.luck = beginning.start, list[dict[str, Any]]()
        self.epoch, self.measuring_took, self.memory = 0, 0.0, 0.0
        self.newer: list[str] = []  # settings that there were not when it began
        self._covered, self._share = 0.0, 1.0  # of the epoch; by the last step, of one of full size

    def started(self) -> Started:
        """What is known at the beginning."""
        parameters = sum(value.numel() for value in self.optimising.network.parameters())
        learned, note = len(self.division.learned), " ".join(self.notes)
        return Started(self.card.device, learned, len(self.measuring), parameters, note)

    def must_end(self) -> str:
        """Why learning must end now: "asked", "time", or nothing. With several processes, all agree."""
        word = "asked" if self.task.stop() else "time" if self.schedule.out_of_time else ""
        return self.ranks.agreed(word, self.device)

    def patience_over(self) -> str:
        """Whether the score has not risen for too long: "patience", or nothing. With several processes, all agree.

        Where nothing measures there is no score to wait for.
        """
        over = len(self.measuring) > 0 and 0 < self.settings.patience <= self.epoch - self.keeping.best.rose
        return self.ranks.agreed("patience" if over else "", self.device)

    @property
    def is_epoch_over(self) -> bool:
        """Whether the steps of an epoch are done: as many as it has, or as cover the same area."""
        return self._covered > 1 - 0.5 * self._share / self.steps_per_epoch

    def notice(self, news: Sequence[Noticed]) -> None:
        """Tell, and write into the card; each only once."""
        for one in news:
            if one.sentence not in self.card.noticed:
                self.card = dataclasses.replace(self.card, noticed=(*self.card.noticed, one.sentence))
                self._news.append(one)

    def told(self) -> Iterator[Report]:
        """What is to be told since the last time."""
        news, self._news = self._news, []
        yield from news

    def rivals(self) -> tuple[Path, ...]:
        """The models that the new one is compared with in the end."""
        return tuple(dict.fromkeys([*([self.start] if self.start else []), *self.task.rivals]))

    def take_in(self, changed: Sequence[Sample]) -> None:
        """Learn from now on from samples as they have become."""
        for whole in (one for one in changed if may_join(one, self.card.data)):
            learned, measures = self.division.again(whole)
            if measures is not None:
                self.measuring.put(measures)
            # What came meanwhile and does not fit must not end this training; the next one says what is wrong.
            with suppress(PictureError, ModelError):
                if learned is not None:
                    self.sampler.put([learned])
                    self.learned[learned.name] = learned
                self.card = dataclasses.replace(self.card, data=self.card.data | {whole.name: fingerprint(whole)})

    def step(self, epoch: int) -> Stepped:
        """Learn from one batch. Raises Stopped when asked to stop in the middle of it."""
        early = self.schedule.progress < self.settings.small_first
        if self.settings.small_steps:  # after more of them, surroundings teach more than further looks
            early = early and self.schedule.step < self.settings.small_steps
        # Each process has a clock of its own; all must agree, or they would do epochs of different lengths.
        early = bool(self.ranks.shared(float(early), self.device))
        self.sampler.patch = self.size.first(self.optimising.network.stride) if early else self.size.patch
        done = self._attempt()
        while done is None:
            self._shrink()
            done = self._attempt()
        loss, labelled = done
        if self.returning.is_astray(loss):
            self._go_back()
        self._share = (self.sampler.patch / self.size.patch) ** 2
        self.schedule.stepped(self._share)
        self._covered += self._share / self.steps_per_epoch
        step, steps = self.schedule.step, self.schedule.expected_steps
        return Stepped(step, steps, epoch, loss, labelled, self.schedule.seconds_left)

    def _attempt(self) -> tuple[float, int] | None:
        """One step: its loss, and how many pixels were labelled. None when memory ran out."""
        alone = self.ranks.size == 1
        stopping = interruptible(self.optimising.network, self.task.stop) if alone else nullcontext()
        try:
            with stopping:
                batch = self.sampler.draw(self.size.batch)
                loss = self.optimising.learn(batch, self.ranks.shared(self.schedule.rate, self.device))
            return loss, int(batch.known[:, 0].sum())
        except (RuntimeError, MemoryError) as error:
            if not ran_out(error):
                raise
        return None

    def _shrink(self) -> None:
        """Memory ran out: go on with less at once."""
        self.optimising.let_go()
        smaller = self.size.smaller(self.optimising.network.stride) if self.ranks.size == 1 else None
        device = describe_device(self.device)
        if smaller is None:
            raise self.size.too_large(device)
        notice, factor = self.size.told(smaller, device), self.size.area / smaller.area
        changed = {"batch": smaller.batch} | ({} if smaller.patch == self.size.patch else {"patch": smaller.patch})
        self.size = smaller
        self.sampler.patch = smaller.patch
        steps = round(self.steps_per_epoch * factor)
        # Whole steps in each epoch: one that is gone on with has as many.
        self.schedule.stretch(steps / self.steps_per_epoch)
        self.steps_per_epoch = steps
        self.card = dataclasses.replace(self.card, plan=self.card.plan.with_values(changed))
        self.notice([notice])

    def _go_back(self) -> None:
        kept = self.keeping.best.epoch
        self.notice([self.returning.go_back(self.schedule, kept)])

    def end_epoch(self, epoch: int, losses: list[float]) -> EpochDone:
        """Measure, keep the model if it is the best, and write down how it went and how to go on."""
        self.epoch = epoch
        if not self.returning.is_good():
            self._go_back()
        self.returning.remember()
        report = EpochDone(epoch, self.settings.epochs, _mean(losses))
        if self.ranks.leads:
            report = self._measured(report)
        self.luck = self.ranks.gathered(luck_of(self.sampler))
        # An epoch that was broken off by hand is no place to go on from.
        if self.ranks.leads and self.is_epoch_over:
            self.save("")
        self._covered = 0.0
        return report

    def save(self, ended: str) -> None:
        """Write down how to go on from here. `ended` is why there is nothing to go on with, or nothing."""
        self.keeping.check()
        save_state(state_of(self, self.luck, ended), self.task.out)

    def _measured(self, report: EpochDone) -> EpochDone:
        begun = time.monotonic()
        scores: dict[str, float] = {}
        with suppress(Stopped), interruptible(self.optimising.average.network, self.task.stop):
            scores = self.measuring.measure(self.model(self.card))
        self.measuring_took = time.monotonic() - begun
        rivals = len(self.rivals())
        measurings = MEASURINGS + (rivals + 1 if rivals else 0) * InferenceSettings().turns
        self.schedule.reserve(measurings * self.measuring_took + 0.03 * self.settings.minutes * 60)
        # Without a score the latest model counts as the best; but not when measuring was broken off.
        unmeasured = not self.keeping.has_model or not len(self.measuring)
        better = self.keeping.is_best(scores) if scores else unmeasured
        report = dataclasses.replace(report, scores=scores, best=better)
        self.schedule.reached(merit(scores) if scores else -report.loss)
        self.notice(self.watch.after(report, report.loss))
        if better:
            self.keeping.keep(self.model(self.card), scores, report.epoch, self.schedule.step)
        if self.settings.checkpoints and report.epoch % self.settings.checkpoints == 0:
            self.keeping.copy(self.model(self.card), report.epoch)
        self.keeping.write_down(report, self.schedule.step, self.schedule.seconds)
        if report.epoch == 1:
            self._news.append(after_first_epoch(self, measurings))
        return report

    def model(self, card: ModelCard) -> Model:
        """The model as it is now."""
        return Model(card, self.optimising.average.network)

    def dated(self, card: ModelCard) -> ModelCard:
        """The card with how far learning has come, and how good the best model is."""
        best = self.keeping.best
        seconds = round(self.schedule.seconds, 1)
        return dataclasses.replace(
            card, scores=best.scores, epochs_done=best.epoch, steps_done=best.step, seconds=seconds
        )

    def _steps_to_cover(self) -> int:
        """Steps in which the patches' area reaches the painted area."""
        return max(FEWEST_STEPS, math.ceil(self.sampler.area / (self.size.area * self.ranks.size)))


def _mean(losses: Sequence[float]) -> float:
    finite = [loss for loss in losses if math.isfinite(loss)]
    return sum(finite) / max(len(finite), 1)
