"""Before training and beside it: how long it will take, what it will see, and how good it is on every picture."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from napari_unet.core.data.atomic import storage_errors
from napari_unet.core.data.channels import choice, offered
from napari_unet.core.data.picture import COLOUR
from napari_unet.core.errors import ModelError, UnetError, WorkerError
from napari_unet.core.explaining import describe, read_curve
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.header import read_card
from napari_unet.core.settings import AUGMENTATIONS, PRESETS, Plan, Value
from napari_unet.core.training.report import CrossValidated, Estimated, Report
from napari_unet.engine.messages import CrossValidate, Estimate, Preview
from napari_unet.session.asides import Aside
from napari_unet.session.job import Job
from napari_unet.session.jobs import Learning as Kind
from napari_unet.session.opened import told
from napari_unet.session.rows import painted_area
from napari_unet.session.scoring import Scoring

EXAMPLES = 16
"""How many random examples are shown at once."""

COLOURS = 3
"""Channels that pictures in colour are learned with."""

FREE = ("epochs", "minutes", "seed", "device", "channels")
"""Settings that belong to no preset."""

OWN = ""
"""The name of settings that are none of the named ones."""


class Studying(Scoring):
    """Presets, the estimate, examples and cross-validation."""

    def __init__(self) -> None:
        super().__init__()
        self.crossed: CrossValidated | None = None
        self._estimated_for: tuple[Any, ...] = ()

    @property
    def preset(self) -> str:
        """The name of the preset that the settings are those of; empty when they are the person's own."""
        mine = _decided(self.plan)
        return next((name for name, preset in _presets().items() if preset == mine), OWN)

    def take_preset(self, name: str) -> None:
        """Take all settings of a preset; time limit, seed, device and channels stay the person's."""
        mine, plan = self.plan.training, PRESETS[name].make()
        chosen = self.plan.preprocessing.channels
        own = {"minutes": mine.minutes, "seed": mine.seed, "device": mine.device, "channels": chosen}
        self.take_plan(plan.with_values(own))

    @property
    def channels_offered(self) -> tuple[str, ...]:
        """The channels that pictures have, each by a word with which it can be chosen; none of those in colour."""
        project = self.project
        if project is None:
            return ()
        records = (project.record(name) for name in project.names())
        kinds = dict.fromkeys((known.shape[0], known.channel_names) for known in records)
        return tuple(dict.fromkeys(word for kind in kinds if kind[1] != COLOUR for word in offered(*kind)))

    @property
    def strength(self) -> str:
        """How strongly pictures are changed at random, by name; empty when the settings are the person's own."""
        return next((name for name, group in AUGMENTATIONS.items() if group == self.settings("augmentation")), OWN)

    def take_strength(self, name: str) -> None:
        """Change pictures at random as strongly as this name says."""
        self.set_settings("augmentation", AUGMENTATIONS[name])

    def take_plan(self, plan: Plan) -> None:
        """Take all settings of a plan."""
        for group, settings in plan.groups().items():
            self.set_settings(group, settings)

    @told("train")
    def cross_validate(self, folds: int) -> None:
        """Train `folds` models so that every complete picture is measured by one that has not learned from it."""
        project = self._ready_to_learn()
        out = project.new_model_folder("cross-validation")
        command = CrossValidate(
            project=str(project.folder),
            name=out.name,
            kind=project.kind,
            class_names=project.class_names,
            out=str(out),
            plan=self.plan.to_json(),
            folds=folds,
            start=self._start_folder(),
        )
        self.crossed = None
        self.jobs.learn("cross", command, "Cross-validation · reading the pictures")
        self.craft_changed.emit()

    def put_crossed_away(self) -> None:
        """The person has read what the cross-validation found."""
        self.crossed = None
        self.craft_changed.emit()

    def reported(self, kind: Kind, report: Report) -> None:
        """A cross-validation tells what it found."""
        if kind == "cross" and isinstance(report, CrossValidated):
            self.crossed = report
        super().reported(kind, report)

    @told("train")
    def ended(self, job: Job) -> None:
        """A cross-validation that was stopped has found nothing."""
        if job.kind == "cross" and self.crossed is None:
            self.said.emit("train", "The cross-validation was stopped.")
        super().ended(job)

    @told("train")
    def make_examples(self) -> None:
        """Have random examples made as the network gets them; `examples_made` follows."""
        project = self.need_writable()
        self.jobs.refuse_second()
        self.needed.emit()
        self.need_desk().save()
        out = project.folder / "cache" / "examples.npy"
        with storage_errors(out):
            out.parent.mkdir(exist_ok=True)
        command = Preview(
            project=str(project.folder),
            kind=project.kind,
            class_names=project.class_names,
            plan=self._plan_with_start().to_json(),
            count=EXAMPLES,
            out=str(out),
        )
        aside = Aside(lambda _report: None, lambda error: self._show_examples(out, error))
        self._ask_beside("examples", f"Making {EXAMPLES} examples", command, aside)

    @told("train")
    def _show_examples(self, out: Path, error: UnetError | None) -> None:
        if isinstance(error, WorkerError):
            return  # its death is told already
        if error is not None:
            raise error
        with storage_errors(out):
            examples = np.load(out)
            out.unlink()
        self.examples_made.emit(examples)

    @told("train")
    def explanation(self, name: str) -> str:
        """All that is known about a model, as Markdown, with a paragraph for a paper's Methods."""
        folder = self._folder(name)
        return describe(read_card(folder), read_curve(folder))

    def _plan_with_start(self) -> Plan:
        """The plan; a model that is gone on from keeps its network and sees pictures as it always has."""
        card = self.start_card()
        if card is None:
            return self.plan
        kept = card.plan.preprocessing
        seen = replace(kept, channels=self.plan.preprocessing.channels or kept.channels)
        return replace(self.plan, network=card.plan.network, preprocessing=seen)

    def start_card(self) -> ModelCard | None:
        """The card of the model that training starts from; None when it starts from nothing."""
        try:
            folder = self._start_folder()
            return read_card(Path(folder)) if folder else None
        except ModelError:
            return None

    def _forget_results(self) -> None:
        super()._forget_results()
        self.crossed, self._estimated_for = None, ()

    def _ask_how_long(self) -> None:
        """Ask a worker that has nothing to do how long the training that the settings describe would take."""
        if self.project is None or self.current is None or not self.jobs.is_worker_ready or self.read_only:
            return
        if self.jobs.job is not None or self.jobs.asides.waiting:
            return
        area, picture = painted_area(self.project, self.need_desk()), self.need_desk().picture(self.current)
        plan = self._plan_with_start()
        whole = COLOURS if picture.is_colour else picture.channels
        channels = len(choice(plan.preprocessing.channels)) or whole
        asked = (str(plan), channels, round(np.log2(max(area, 1)), 1))
        if not area or asked == self._estimated_for:
            return
        self._estimated_for = asked
        self.estimate = None
        project = self.need_project()
        command = Estimate(project.kind, project.class_names, plan.to_json(), channels, area)
        self.jobs.asides.ask(command, Aside(self._take_estimate, lambda _error: None))

    def _take_estimate(self, report: object) -> None:
        if isinstance(report, Estimated):
            self.estimate = report
            self.craft_changed.emit()


@cache
def _presets() -> dict[str, dict[str, Value]]:
    """What every preset decides, worked out once: the window asks often."""
    return {name: _decided(preset.make()) for name, preset in PRESETS.items()}


def _decided(plan: Plan) -> dict[str, Value]:
    """The plan's settings but those the person decides anyway: how long, where, and by which chance."""
    values = {name: value for group in plan.groups().values() for name, value in group.to_json().items()}
    return {name: value for name, value in values.items() if name not in FREE}
