"""Going on where it was broken off: bit for bit, whenever it was killed; and what cannot be gone on with is said."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from napari_unet.core.data.sample import FixedSet, Sample
from napari_unet.core.errors import TrainingError
from napari_unet.core.fitting import merit
from napari_unet.core.model import load_model
from napari_unet.core.model.header import KEY, VALUES
from napari_unet.core.settings import AugmentationSettings, Plan, TrainingSettings
from napari_unet.core.settings.planning import Said
from napari_unet.core.training import EpochDone, Finished, Noticed, Report, Stepped, TrainingTask, train
from napari_unet.core.training.optimising import Optimising
from napari_unet.core.training.patches.sampler import Batch
from napari_unet.core.training.resuming import load_state
from tests.core.training.scenes import scene, task_of

PAIR = FixedSet((scene(0), scene(1)))

LIVELY = {"dropout": 0.2, "rotation": 180.0, "brightness": 0.3, "noise": 0.1, "precision": "float32"}
"""Settings by which every kind of chance has its say."""

CHILD = """
import sys, torch
from pathlib import Path
torch.set_num_threads(1)
from napari_unet.core.training import Stepped, train
from tests.core.training.test_resuming import PAIR, lively
for report in train(PAIR, lively(Path(sys.argv[1]), epochs=8, steps=2)):
    print(type(report).__name__, flush=True)
"""


def lively(out: Path, resume: bool = False, **values: object) -> TrainingTask:
    task = task_of(out)
    plan = task.plan.with_values({**LIVELY, **values})
    return dataclasses.replace(task, plan=plan, resume=resume)


def run(task: TrainingTask, samples: FixedSet = PAIR) -> list[Report]:
    return list(train(samples, task))


def broken_off(task: TrainingTask, epoch: int, steps: int = 1, samples: FixedSet = PAIR) -> list[Report]:
    """The reports of a training that is left alone some steps after an epoch, as if its process were killed."""
    reports, since = [], 0
    for report in train(samples, task):
        reports.append(report)
        since += isinstance(report, Stepped) and report.epoch > epoch
        if since >= steps:
            break
    return reports


def tensors(file: Path) -> dict[str, torch.Tensor]:
    return load_model(file).network.state_dict()


def same(one: Path, other: Path) -> bool:
    ours, theirs = tensors(one), tensors(other)
    return all(torch.equal(value, theirs[name]) for name, value in ours.items())


def test_killed_at_any_moment_it_goes_on_bit_for_bit(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    run(lively(whole, epochs=8, steps=2))
    command, paths = [sys.executable, "-c", CHILD, str(killed)], {**os.environ, "PYTHONPATH": "."}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=paths) as child:
        assert child.stdout is not None
        done = 0
        for line in child.stdout:
            done += line.strip() == "EpochDone"
            if done == 4:
                break
        time.sleep(0.03)
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    reports = run(lively(killed, resume=True, epochs=8, steps=2))
    assert "goes on after epoch" in reports[0].note
    assert "bit for bit" not in reports[0].note
    assert same(whole / "last.safetensors", killed / "last.safetensors")
    assert same(whole, killed)
    lines = [json.loads(line) for line in (killed / "metrics.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == list(range(1, 9))


@pytest.mark.parametrize(
    "values",
    [
        {"optimiser": "sgd", "schedule": "plateau", "averaging": 0.0},
        {"optimiser": "adam", "norm": "group", "clip": 0.0},
        {"architecture": "attention", "deep_supervision": True, "freeze": True},
    ],
)
def test_every_kind_of_learning_goes_on_bit_for_bit(values: dict[str, object], tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    finished = run(lively(whole, epochs=4, **values))[-1]
    broken_off(lively(broken, epochs=4, **values), epoch=2)
    again = run(lively(broken, resume=True, epochs=4, **values))
    assert same(whole / "last.safetensors", broken / "last.safetensors")
    assert same(whole, broken)
    assert again[-1].scores == finished.scores
    assert [report.epoch for report in again if isinstance(report, EpochDone)] == [3, 4]
    assert [report.step for report in again if isinstance(report, Stepped)] == [7, 8, 9, 10, 11, 12]


def test_it_says_again_only_what_is_new(tmp_path: Path) -> None:
    first = broken_off(lively(tmp_path), epoch=1)
    again = run(lively(tmp_path, resume=True))
    told = [[report.sentence for report in reports if isinstance(report, Noticed)] for reports in (first, again)]
    assert not set(told[0]) & set(told[1])
    assert set(told[0]) <= set(load_model(tmp_path).card.noticed)


def test_the_time_already_used_counts(tmp_path: Path) -> None:
    broken_off(lively(tmp_path, epochs=100_000, minutes=0.05, steps=2), epoch=1)
    used = json.loads((tmp_path / "metrics.jsonl").read_text().splitlines()[0])["seconds"]
    time.sleep(0.5)
    finished = run(lively(tmp_path, resume=True, epochs=100_000, minutes=0.05, steps=2))[-1]
    assert finished.stopped == "time"
    assert finished.seconds > used


def test_a_training_that_has_ended_goes_on_only_with_more_epochs(tmp_path: Path) -> None:
    run(lively(tmp_path, epochs=2))
    with pytest.raises(TrainingError, match=r"come to its end, after 2 epochs.*more epochs"):
        run(lively(tmp_path, resume=True, epochs=2))
    reports = run(lively(tmp_path, resume=True, epochs=3))
    assert reports[-1].epochs == 3
    assert load_model(tmp_path).card.plan.training.epochs == 3


def test_one_that_was_stopped_goes_on(tmp_path: Path) -> None:
    reports: list[Report] = []
    asked = dataclasses.replace(lively(tmp_path, epochs=3), stop=lambda: any(isinstance(r, EpochDone) for r in reports))
    for report in train(PAIR, asked):
        reports.append(report)
    assert reports[-1].stopped == "asked"
    assert run(lively(tmp_path, resume=True, epochs=3))[-1].epochs == 3


def test_what_was_never_begun_or_ended_in_its_first_epoch_cannot_go_on(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="is no training to go on with"):
        run(lively(tmp_path / "none", resume=True))
    steps = iter([False] * 3)
    run(dataclasses.replace(lively(tmp_path / "short"), stop=lambda: next(steps, True)))
    with pytest.raises(TrainingError, match="is no training to go on with"):
        run(lively(tmp_path / "short", resume=True))


def test_a_new_training_in_the_same_folder_forgets_the_old_one(tmp_path: Path) -> None:
    run(lively(tmp_path))
    steps = iter([False] * 3)
    run(dataclasses.replace(lively(tmp_path), stop=lambda: next(steps, True)))
    assert not (tmp_path / "last.safetensors").exists()


@pytest.mark.parametrize("values", [{"width": 8}, {"rate": 1e-4}, {"rotation": 0.0}, {"batch": 1}])
def test_other_settings_are_refused_by_name(values: dict[str, object], tmp_path: Path) -> None:
    broken_off(lively(tmp_path), epoch=1)
    with pytest.raises(TrainingError, match=f"other settings: {next(iter(values))}"):
        run(lively(tmp_path, resume=True, **values))


BEFORE = {
    item.name: item.before
    for group in (TrainingSettings, AugmentationSettings)
    for item in group.options()
    if item.before is not None
}
"""What settings meant before there were any."""


def aged(folder: Path) -> None:
    """Make the state one of a version that had none of the newer settings: its file names none of them."""
    with safetensors.safe_open(folder / "last.safetensors", "pt") as stream:
        header = stream.metadata()
        tensors = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118 - no dict
    card, values = json.loads(header[KEY]), json.loads(header[VALUES])
    for plan in (card["plan"], values["asked"]["plan"]):
        for group in plan.values():
            for name in set(group) & set(BEFORE):
                del group[name]
    header |= {KEY: json.dumps(card), VALUES: json.dumps(values)}
    safetensors.torch.save_file(tensors, folder / "last.safetensors", header)


@pytest.mark.parametrize("more", [{}, {"colour": 0.4}], ids=["usual", "a strength that has more of it now"])
def test_what_an_older_version_began_goes_on_as_it_began(more: dict[str, object], tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    run(lively(whole, epochs=3, **BEFORE))
    broken_off(lively(broken, epochs=3, **BEFORE), epoch=1)
    aged(broken)
    usual = {name: value for group in Plan().to_json().values() for name, value in group.items() if name in BEFORE}
    assert usual != BEFORE
    reports = run(lively(broken, resume=True, epochs=3, **{**usual, **more}))
    assert "began with an older version" in reports[0].note
    assert "optimiser adamw" in reports[0].note
    assert same(whole / "last.safetensors", broken / "last.safetensors")
    assert same(whole, broken)
    asked = load_state(broken).values["asked"]["plan"]
    assert {name: value for group in asked.values() for name, value in group.items() if name in BEFORE} == BEFORE


THEN = {"rate": 2e-3, "rotation": 10.0, "averaging": 0.9, "device": "cpu"}
"""Values that were usual once, or that somebody chose when it began."""


def test_what_nobody_asks_for_now_stays_as_it_began(tmp_path: Path) -> None:
    """Also where a version of the program has changed what is usual."""
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    run(lively(whole, epochs=3, **THEN))
    broken_off(lively(broken, epochs=3, **THEN), epoch=1)
    again = TrainingTask(**{**vars(lively(broken, resume=True)), "plan": Plan().with_values({"noise": 0.1})})
    reports = run(dataclasses.replace(again, said=Said(frozenset({"noise"}), frozenset())))
    assert "It goes on as it began: " in reports[0].note
    assert all(f"{name} {value}" in reports[0].note for name, value in THEN.items())
    assert "noise" not in reports[0].note
    assert same(whole / "last.safetensors", broken / "last.safetensors")
    assert same(whole, broken)
    assert load_model(broken).card.plan == load_model(whole).card.plan


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        (Said(frozenset({"rate", "noise"}), frozenset()), ["rate 0.002"]),
        (Said(frozenset(), frozenset({"rotation", "rate", "noise"})), ["rate 0.002", "rotation 10.0"]),
    ],
    ids=["one by one", "many at once"],
)
def test_only_what_is_asked_for_otherwise_now_is_refused_by_name(
    asked: Said, refused: list[str], tmp_path: Path
) -> None:
    broken_off(lively(tmp_path, **THEN), epoch=1)
    again = dataclasses.replace(lively(tmp_path, resume=True), plan=Plan().with_values({"noise": 0.1}), said=asked)
    with pytest.raises(TrainingError, match=f"began with other settings: {', '.join(refused)}\\."):
        run(again)


def test_a_strength_that_has_more_of_it_now_is_the_one_it_began_with(tmp_path: Path) -> None:
    broken_off(lively(tmp_path, epochs=2, **BEFORE), epoch=1)
    aged(tmp_path)
    asked = Said(frozenset(), frozenset({"colour"}))
    again = dataclasses.replace(lively(tmp_path, resume=True, epochs=2, colour=0.4), said=asked)
    run(again)
    assert load_model(tmp_path).card.plan.augmentation.colour == BEFORE["colour"]
    asked = Said(frozenset({"colour"}), frozenset())
    with pytest.raises(TrainingError, match="other settings: colour 0"):
        run(dataclasses.replace(again, said=asked))


def test_what_an_older_version_began_goes_on_a_second_time(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    run(lively(whole, epochs=3, **BEFORE))
    broken_off(lively(broken, epochs=3, **BEFORE), epoch=1)
    aged(broken)
    usual = {name: value for group in Plan().to_json().values() for name, value in group.items() if name in BEFORE}
    broken_off(lively(broken, resume=True, epochs=3, **usual), epoch=2)
    run(lively(broken, resume=True, epochs=3, **usual))
    assert same(whole / "last.safetensors", broken / "last.safetensors")


def test_what_an_older_version_began_is_refused_with_other_settings_that_it_had(tmp_path: Path) -> None:
    broken_off(lively(tmp_path, **BEFORE), epoch=1)
    aged(tmp_path)
    with pytest.raises(TrainingError, match="other settings: width"):
        run(lively(tmp_path, resume=True, width=8))


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    broken_off(lively(tmp_path), epoch=1)
    with pytest.raises(TrainingError, match="scene1 is missing"):
        run(lively(tmp_path, resume=True), FixedSet((scene(0),)))


def test_what_was_painted_meanwhile_counts_and_it_says_what_that_means(tmp_path: Path) -> None:
    broken_off(lively(tmp_path, epochs=2), epoch=1)
    card = load_model(tmp_path / "last.safetensors").card
    learned = next(sample for sample in PAIR.items if sample.name not in card.validation)
    measured = next(sample for sample in PAIR.items if sample.name in card.validation)
    painted = dataclasses.replace(learned, annotation=np.ones_like(learned.annotation))
    reports = run(lively(tmp_path, resume=True, epochs=2), FixedSet((painted, measured, scene(2))))
    assert "2 pictures have changed since" in reports[0].note
    assert "not be bit for bit" in reports[0].note
    assert (reports[0].learned, reports[0].measured) == (2, 1)
    assert isinstance(reports[-1], Finished)
    assert load_model(tmp_path).card.validation == (measured.name,)


def test_a_picture_that_was_kept_out_of_learning_meanwhile_is_not_learned_from(tmp_path: Path) -> None:
    broken_off(lively(tmp_path, epochs=2), epoch=1)
    reports = run(lively(tmp_path, resume=True, epochs=2), FixedSet((*PAIR.items, scene(2, validation=True))))
    assert (reports[0].learned, reports[0].measured) == (1, 1)
    assert "changed since" not in reports[0].note
    assert set(load_model(tmp_path).card.data) == {"scene0", "scene1"}


class Painting:
    """A training set on which somebody paints before the second look; it stays painted."""

    def __init__(self, painted: Sample) -> None:
        self.painted, self.looks = painted, 0

    def samples(self) -> Sequence[Sample]:
        return PAIR.samples()

    def changed(self) -> Sequence[Sample]:
        self.looks += 1
        return (self.painted,) if self.looks == 2 else ()


def test_what_was_painted_while_it_learned_is_no_change(tmp_path: Path) -> None:
    name = next(s.name for s in PAIR.items if s.name not in measuring(tmp_path / "first"))
    painted = dataclasses.replace(next(s for s in PAIR.items if s.name == name), complete=False)
    painted = dataclasses.replace(painted, annotation=np.where(np.arange(64) < 32, painted.annotation, 0))
    broken_off(lively(tmp_path), epoch=1, samples=Painting(painted))
    after = FixedSet(tuple(painted if s.name == name else s for s in PAIR.items))
    assert "changed since" not in run(lively(tmp_path, resume=True), after)[0].note


def measuring(out: Path) -> tuple[str, ...]:
    run(lively(out, epochs=1, steps=1))
    return load_model(out).card.validation


def test_the_network_of_the_model_it_started_from_is_no_other_setting(tmp_path: Path) -> None:
    run(lively(tmp_path / "start", epochs=1, steps=1))
    begun = dataclasses.replace(lively(tmp_path / "out"), start=tmp_path / "start")
    begun = dataclasses.replace(begun, plan=Plan.from_json({**begun.plan.to_json(), "network": {}}))
    broken_off(begun, epoch=1)
    card = load_model(tmp_path / "out" / "last.safetensors").card
    again = dataclasses.replace(begun, plan=card.plan, start=None, resume=True)
    assert run(again)[-1].epochs == 2
    assert load_model(tmp_path / "out").card.start == "test"


def test_the_part_that_measured_goes_on_measuring_whatever_comes(tmp_path: Path) -> None:
    first = enlarged(scene(0))
    broken_off(lively(tmp_path), epoch=1, samples=FixedSet((first,)))
    before = load_model(tmp_path / "last.safetensors").card.validation
    reports = run(lively(tmp_path, resume=True), FixedSet((first, enlarged(scene(1)))))
    assert before[0].startswith("scene0 [")
    assert (reports[0].learned, reports[0].measured) == (2, 1)
    assert load_model(tmp_path).card.validation == before


def enlarged(sample: Sample) -> Sample:
    """Twice as large: so large that a part of it can measure."""
    image, annotation = sample.image.repeat(2, 1).repeat(2, 2), sample.annotation.repeat(2, 0).repeat(2, 1)
    return dataclasses.replace(sample, image=image, annotation=annotation)


def test_later_epochs_need_not_beat_what_only_the_clean_up_has_won(tmp_path: Path) -> None:
    reports = run(lively(tmp_path, epochs=3, steps=12))
    seen = max(merit(report.scores) for report in reports if isinstance(report, EpochDone))
    assert merit(reports[-1].scores) > seen
    assert load_state(tmp_path).values["best"]["merit"] == seen
    assert load_model(tmp_path).card.scores == reports[-1].scores


def test_after_memory_ran_out_it_goes_on_bit_for_bit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    honest = Optimising.learn

    def learn(self: Optimising, batch: Batch, rate: float) -> float:
        if len(batch.pictures) > 2:
            raise MemoryError
        return honest(self, batch, rate)

    monkeypatch.setattr(Optimising, "learn", learn)
    values: dict[str, object] = {"epochs": 5, "steps": 3, "batch": 5}
    run(lively(tmp_path / "whole", **values))
    broken_off(lively(tmp_path / "broken", **values), epoch=2)
    run(lively(tmp_path / "broken", resume=True, **values))
    assert same(tmp_path / "whole" / "last.safetensors", tmp_path / "broken" / "last.safetensors")


def test_killed_after_its_last_epoch_it_only_ends(tmp_path: Path) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    run(lively(whole, epochs=2, steps=2))
    reports = train(PAIR, lively(killed, epochs=2, steps=2))
    next(report for report in reports if isinstance(report, EpochDone) and report.epoch == 2)
    reports.close()
    assert load_state(killed).values["ended"] == ""
    ending = run(lively(killed, resume=True, epochs=2, steps=2))
    assert not any(isinstance(report, Stepped) for report in ending)
    assert isinstance(ending[-1], Finished)
    assert ending[-1].stopped == "done"
    assert same(whole, killed)
