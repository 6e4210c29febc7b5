"""A search over real, tiny trainings."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data.sample import FixedSet
from napari_unet.core.errors import ModelError, StorageError, TrainingError
from napari_unet.core.search import Searched, Trial, TrialDone, best_plan, parse_space, ranked, read_trials, search
from napari_unet.core.search.searching import _Trying
from napari_unet.core.search.trials import append, mend
from napari_unet.core.settings import SearchSettings
from napari_unet.core.training.report import EpochDone, Started
from tests.core.training.scenes import scene, task_of

SAMPLES = FixedSet(tuple(scene(seed) for seed in range(3)))
SPACE = parse_space(["rate=1e-3,3e-3", "seed=0,1"])
GRID = SearchSettings(method="grid", trial_minutes=1.0)


def run(folder: Path, settings: SearchSettings = GRID, samples: FixedSet = SAMPLES, **training: object) -> list[object]:
    task = task_of(folder / "unused", **{"epochs": 1, "steps": 2, **training})
    return list(search(samples, task, SPACE, settings, folder))


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[object]]:
    folder = tmp_path_factory.mktemp("search") / "mine"
    return folder, run(folder)


def test_every_try_is_told_kept_and_has_its_curve(searched):
    folder, reports = searched
    told = [report for report in reports if isinstance(report, TrialDone)]
    assert [(report.number, report.trials) for report in told] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert [trial.values for trial in read_trials(folder)] == [report.values for report in told]
    assert len(list(folder.glob("trials/*/metrics.jsonl"))) == 4


def test_the_best_is_told_and_kept_as_a_plan_and_a_model(searched):
    folder, reports = searched
    best = ranked(read_trials(folder))[0]
    assert reports[-1] == Searched(best.values, best.score, str(folder))
    plan = best_plan(folder)
    assert (plan.training.rate, plan.training.seed) == (best.values["rate"], best.values["seed"])
    assert [file.parent.name for file in folder.glob("trials/*/model.safetensors")] == [f"{best.number:04}"]


def test_the_same_pictures_measure_in_every_try(searched):
    folder, _ = searched
    measured = {
        tuple(json.loads((folder / "trials" / f"{number:04}" / "model.json").read_text())["validation"])
        for number in range(1, 5)
    }
    assert len(measured) == 1


def test_a_search_that_was_killed_goes_on_and_repeats_nothing(searched, tmp_path):
    whole = [trial.values for trial in read_trials(searched[0])]
    task = task_of(tmp_path / "unused", epochs=1, steps=2)
    begun = search(SAMPLES, task, SPACE, GRID, tmp_path / "mine")
    seen = 0
    for report in begun:
        seen += isinstance(report, TrialDone)
        if seen == 2 and isinstance(report, Started):
            break
    begun.close()
    with (tmp_path / "mine" / "trials.jsonl").open("a") as file:
        file.write('{"number": 3, "val')
    told = [report for report in run(tmp_path / "mine") if isinstance(report, TrialDone)]
    assert [report.number for report in told] == [3, 4]
    assert [trial.values for trial in read_trials(tmp_path / "mine")] == whole


def test_a_finished_search_tries_nothing_more(searched):
    folder, reports = searched
    assert run(folder) == [reports[-1]]


def test_another_search_in_the_same_folder_is_a_sentence(searched, tmp_path):
    with pytest.raises(StorageError, match="holds another search"):
        run(searched[0], steps=3)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StorageError, match="is not empty"):
        run(tmp_path)


def test_without_a_picture_to_measure_there_is_no_search(tmp_path):
    with pytest.raises(TrainingError, match="no plan could be told from another"):
        run(tmp_path / "mine", validation=0.0)


def test_a_plan_that_cannot_be_trained_is_noted_and_the_search_goes_on(tmp_path, monkeypatch):
    from napari_unet.core.search import searching

    real = searching.training.train

    def train(samples, task):
        if task.plan.training.seed == 1:
            raise TrainingError("This one cannot learn.")
        yield from real(samples, task)

    monkeypatch.setattr(searching.training, "train", train, raising=False)
    *told, _ = [report for report in run(tmp_path / "mine") if isinstance(report, (TrialDone, Searched))]
    assert [report.failed for report in told] == ["", "This one cannot learn."] * 2
    assert not ranked(read_trials(tmp_path / "mine"))[0].failed


def trial(number: int, score: float, **more: object) -> Trial:
    return dataclasses.replace(Trial(number, {"seed": number}, score, 1.0), **more)


def test_a_try_is_given_up_at_half_time_when_it_is_behind_the_median():
    others = [trial(number, 0.8, half=0.6) for number in range(3)]
    behind, ahead = (_Trying(others, SearchSettings(), lambda: False) for _ in range(2))
    behind.see(EpochDone(1, 4, 0.5, {"dice": 0.2}))
    assert not behind.stop()
    behind.see(EpochDone(2, 4, 0.5, {"dice": 0.5}))
    ahead.see(EpochDone(2, 4, 0.5, {"dice": 0.7}))
    assert behind.stop()
    assert not ahead.stop()


@pytest.mark.parametrize(("settings", "others"), [(SearchSettings(pruning=False), 3), (SearchSettings(), 2)])
def test_nothing_is_given_up_unasked_or_against_too_few(settings, others):
    trying = _Trying([trial(number, 0.8, half=0.6) for number in range(others)], settings, lambda: False)
    trying.see(EpochDone(2, 4, 0.5, {"dice": 0.1}))
    assert not trying.stop()


def test_the_table_has_the_best_first_and_what_was_given_up_last():
    trials = [trial(1, 0.5), trial(2, 0.9, pruned=True), trial(3, 0.7), trial(4, 0.0, failed="No.")]
    assert [one.number for one in ranked(trials)] == [3, 1, 2, 4]


def test_a_line_cut_off_is_removed_before_the_next_is_added(tmp_path):
    append(tmp_path, trial(1, 0.5))
    with (tmp_path / "trials.jsonl").open("a") as file:
        file.write('{"number": 2')
    assert mend(tmp_path) == [trial(1, 0.5)]
    append(tmp_path, trial(2, 0.6))
    assert read_trials(tmp_path) == [trial(1, 0.5), trial(2, 0.6)]


@pytest.mark.parametrize("case", ["channels", "labels"])
def test_what_no_plan_can_do_is_a_sentence_before_the_first_try(case, tmp_path):
    two = np.repeat(scene(3).image, 2, axis=0)
    bare = [scene(seed, annotation=np.ones((64, 64), np.uint16)) for seed in range(3)]
    samples = FixedSet((*SAMPLES.items, scene(3, image=two)) if case == "channels" else tuple(bare))
    with pytest.raises(ModelError if case == "channels" else TrainingError):
        run(tmp_path / "mine", samples=samples)
    assert not (tmp_path / "mine").exists()
