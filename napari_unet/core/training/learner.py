"""Everything that is alive during one training: network, optimiser, samples, clock, and the best model so far."""

from __future__ import annotations

import dataclasses
import json
import math
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import torch
from torch import nn

from napari_unet.core.data.atomic import storage_errors
from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import ModelError, PictureError, TrainingError
from napari_unet.core.inference.device import describe_device, memory_told, pick_device, place
from napari_unet.core.model.card import METRICS, RESUME, ModelCard
from napari_unet.core.model.checkpoint import Model, load_model, save_model, save_weights
from napari_unet.core.settings import TrainingSettings
from napari_unet.core.training.average import Average
from napari_unet.core.training.beginning import first_network, kept_shape, learned_before, load_start, new_card
from napari_unet.core.training.division import Division, divide
from napari_unet.core.training.loss import loss_of
from napari_unet.core.training.measuring import Measuring, check_measurable, merit
from napari_unet.core.training.precision import learning_precision
from napari_unet.core.training.report import EpochDone, Finished, Started, Stepped
from napari_unet.core.training.sampler import Batch, Sampler
from napari_unet.core.training.schedule import Schedule
from napari_unet.core.training.task import TrainingTask

FEWEST_STEPS = 12
"""Steps in an epoch at least: with less, measuring would take longer than learning."""

SLOWER = 0.1
"""A model that already knows something is taught at this share of the rate."""

CLIP = 2.0
"""Longest gradient; a longer one is shortened to it (Pascanu et al. 2013)."""

ASTRAY = 20
"""After this many steps in a row without a number, learning has failed."""


@dataclass
class Best:
    """The best model so far."""

    epoch: int = 0
    merit: float = -math.inf
    scores: dict[str, float] = field(default_factory=dict)
    rose: int = 0
    """The epoch in which the score last rose. Of equal scores, the later model is the better one, but no progress."""


class Learner:
    """Everything that is alive during one training."""

    def __init__(self, task: TrainingTask, samples: Sequence[Sample], begun: float, note: str) -> None:
        self.task, self.settings = task, task.plan.training
        torch.manual_seed(self.settings.seed)
        self.device = pick_device(self.settings.device)
        self.precision = learning_precision(self.device.type)
        start = load_start(task)
        division = divide(samples, self.settings.validation, self.settings.seed)
        check_division(division)
        card = new_card(samples, task, start)
        check_measurable(division.measured, card)
        self.card = dataclasses.replace(
            card,
            device=describe_device(self.device),
            precision=str(self.precision).removeprefix("torch."),
            validation=tuple(sample.name for sample in division.measured),
        )
        self.network = first_network(self.card, start).train()
        place(self.network, self.device)
        self.average = Average(self.network)
        rate = self.settings.rate * (SLOWER if start else 1)
        self.optimiser = torch.optim.AdamW(self.network.parameters(), lr=rate)
        side = patch_side(division.learned, self.settings, self.network.stride)
        self.sampler = Sampler(self.card, task.plan.augmentation, side, self.settings.seed)
        self.sampler.put(division.learned)
        self.measuring = Measuring(division.measured, self.device.type, task.stop)
        notes = (division.note, note, kept_shape(task, start), learned_before(division.measured, start))
        self.notes = [part for part in notes if part]
        self.steps_per_epoch = self.settings.steps or self._steps_to_cover()
        self.schedule = Schedule(self.settings, self.steps_per_epoch * self.settings.epochs, rate, begun)
        self.learned = len(division.learned)
        self.best, self.epoch, self._failed, self._measuring_took = Best(), 0, 0, 0.0

    def started(self) -> Started:
        """What is known at the beginning."""
        parameters = sum(value.numel() for value in self.network.parameters())
        return Started(self.card.device, self.learned, len(self.measuring), parameters, " ".join(self.notes))

    def must_end(self) -> str:
        """Why learning must end now: "asked", "time", or nothing."""
        if self.task.stop():
            return "asked"
        return "time" if self.schedule.out_of_time else ""

    @property
    def has_model(self) -> bool:
        """Whether a model is in the folder."""
        return self.best.epoch > 0

    @property
    def is_patience_over(self) -> bool:
        """Whether the score has not risen for too long."""
        return 0 < self.settings.patience <= self.epoch - self.best.rose

    def take_in(self, changed: Sequence[Sample]) -> None:
        """Learn from now on from samples as they have become."""
        for sample in changed:
            if sample.name in self.measuring:
                self.measuring.put(sample)
                continue
            # What came meanwhile and does not fit must not end this training; the next one says what is wrong.
            with suppress(PictureError, ModelError):
                self.sampler.put([sample])

    def step(self, epoch: int) -> Stepped:
        """Learn from one batch."""
        rate = self.schedule.rate
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        do = "Choose fewer patches per step or a smaller patch, or close other programs."
        with memory_told(self.device, TrainingError, do):
            batch = self.sampler.draw(self.settings.batch)
            loss = self._learn(batch)
        self.schedule.step += 1
        return Stepped(
            step=self.schedule.step,
            steps=self.schedule.expected_steps,
            epoch=epoch,
            loss=loss,
            labelled_pixels=int(batch.known[:, 0].sum()),
            seconds_left=self.schedule.seconds_left,
        )

    def _learn(self, batch: Batch) -> float:
        pictures, planes, known = (part.to(self.device) for part in (batch.pictures, batch.planes, batch.known))
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision is torch.bfloat16):
            logits = self.network(pictures)
        loss = loss_of(self.task.kind, logits, planes, known)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        length = nn.utils.clip_grad_norm_(self.network.parameters(), CLIP)
        if not torch.isfinite(length):
            self._stumble()
            return float("nan")
        self._failed = 0
        self.optimiser.step()
        self.average.follow(self.network)
        return float(loss.detach())

    def _stumble(self) -> None:
        """A step whose gradient is no number is left out; too many of them in a row are the end."""
        self._failed += 1
        if self._failed < ASTRAY:
            return
        kept = f"The best model so far, of epoch {self.best.epoch}, is kept." if self.has_model else ""
        raise TrainingError(
            f"Learning went astray at step {self.schedule.step}: its numbers grew beyond all bounds. {kept}".strip(),
            f"The learning rate was {self.schedule.rate:.2g}.",
            "Train again with a lower learning rate.",
        )

    def end_epoch(self, epoch: int, losses: list[float]) -> EpochDone:
        """Measure, keep the model if it is the best, and write down how it went."""
        self.epoch = epoch
        begun = time.monotonic()
        scores = self.measuring.measure(self._model(self.card))
        self._measuring_took = time.monotonic() - begun
        # At the end there are up to three more measurings, and the clean-up is tried out.
        self.schedule.reserve(3.5 * self._measuring_took + 0.03 * self.settings.minutes * 60)
        # Without a score the latest model counts as the best; but not when measuring was broken off.
        unmeasured = not self.has_model or not len(self.measuring)
        better = merit(scores) >= self.best.merit if scores else unmeasured
        if better:
            self._keep(epoch, scores)
        save_weights(self.network.state_dict(), self._dated(), self.task.out / RESUME)
        finite = [loss for loss in losses if math.isfinite(loss)]
        report = EpochDone(epoch, self.settings.epochs, sum(finite) / max(len(finite), 1), scores, better)
        self._write_down(report)
        return report

    def _keep(self, epoch: int, scores: dict[str, float]) -> None:
        reached = merit(scores) if scores else self.best.merit
        rose = epoch if reached > self.best.merit else self.best.rose
        self.best = Best(epoch, reached, scores, rose)
        save_model(self._model(self._dated()), self.task.out)

    def finish(self, stopped: str) -> Finished:
        """Find the clean-up that suits the model, and keep it with the model."""
        if self.best.scores and stopped != "asked":
            kept = self.best.epoch
            self._suit(load_model(self.task.out), kept, 0.5)
            if kept < self.epoch:
                # The latest model may be the better one once each is cleaned up as suits it.
                self._suit(self._model(self.card), self.epoch, 1.0)
        return Finished(
            folder=str(self.task.out),
            epochs=self.epoch,
            seconds=self.schedule.seconds,
            scores=self.best.scores,
            stopped=stopped,
            note=" ".join(self.notes),
        )

    def _suit(self, model: Model, epoch: int, share: float) -> None:
        """Find the model's clean-up in a share of the time that is left, and keep it if that makes it the best."""
        if not self.schedule.has_time_for(1.2 * self._measuring_took):
            return
        settings, scores = self.measuring.suit(model, share * self.schedule.seconds_for_measuring)
        if scores and merit(scores) >= merit(self.best.scores):
            self.best = Best(epoch, merit(scores), scores, self.best.rose)
            save_model(Model(dataclasses.replace(self._dated(), postprocessing=settings), model.network), self.task.out)

    def _model(self, card: ModelCard) -> Model:
        return Model(card, self.average.network)

    def _dated(self) -> ModelCard:
        return dataclasses.replace(
            self.card, scores=self.best.scores, epochs_done=self.best.epoch, seconds=round(self.schedule.seconds, 1)
        )

    def _steps_to_cover(self) -> int:
        """Steps in which the patches' area reaches the painted area."""
        side = self.sampler.patch
        return max(FEWEST_STEPS, math.ceil(self.sampler.area / (self.settings.batch * side * side)))

    def _write_down(self, report: EpochDone) -> None:
        """One line an epoch in metrics.jsonl, of this training only."""
        file = self.task.out / METRICS
        line = {"seconds": round(self.schedule.seconds, 1), "step": self.schedule.step, **dataclasses.asdict(report)}
        with storage_errors(file), file.open("w" if report.epoch == 1 else "a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")


def check_division(division: Division) -> None:
    """Raises TrainingError when every labelled picture is marked for validation."""
    if not division.learned:
        raise TrainingError(
            f"All {len(division.measured)} labelled pictures are marked for validation.",
            "Training needs at least one to learn from.",
            "Take the mark off some of them.",
        )


def patch_side(samples: Sequence[Sample], settings: TrainingSettings, stride: int) -> int:
    """The side of patches: as set, but not larger than the largest picture, and a multiple of the network's stride."""
    largest: int = max(max(sample.annotation.shape) for sample in samples)
    return math.ceil(max(min(settings.patch, largest), 2 * stride) / stride) * stride
