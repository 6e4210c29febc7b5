"""Cross-validation: every picture is measured once, by a model that has not learned from it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data.sample import FixedSet, Sample
from napari_unet.core.errors import TrainingError
from napari_unet.core.model import load_model
from napari_unet.core.training import CrossValidated, Finished, FoldDone, Report, TrainingTask, cross_validate
from napari_unet.core.training.judging.crossing import folds_of
from tests.core.training.scenes import discs, picture_of, scene, task_of

SCENES = [scene(seed) for seed in range(5)]
STROKES = scene(7, complete=False, annotation=np.where(np.arange(64) % 8 < 2, scene(7).annotation, 0))


def large() -> Sample:
    mask = np.tile(discs(0), (2, 3))
    numbered = np.where(mask > 0, mask + 10 * (np.arange(192) // 64), 0)
    return Sample("large", picture_of(numbered, 0), (numbered + 1).astype(np.uint16), complete=True)


def run(samples: list[Sample], task: TrainingTask, folds: int) -> list[Report]:
    return list(cross_validate(FixedSet(tuple(samples)), task, folds))


def quick(out: Path) -> TrainingTask:
    return task_of(out, epochs=1, steps=1)


def test_every_picture_measures_once_and_teaches_all_other_models(tmp_path: Path) -> None:
    reports = run(SCENES, quick(tmp_path), 2)
    cards = [load_model(tmp_path / f"fold-{number}").card for number in (1, 2)]
    measured = [name for card in cards for name in card.validation]
    assert sorted(measured) == [sample.name for sample in SCENES]
    crossed = reports[-1]
    assert isinstance(crossed, CrossValidated)
    assert set(crossed.per_picture) == set(measured)
    assert crossed.scores["pictures"] == 5
    assert crossed.folders == tuple(str(tmp_path / f"fold-{number}") for number in (1, 2))


def test_the_mean_and_the_spread_are_over_all_pictures(tmp_path: Path) -> None:
    crossed = run(SCENES, quick(tmp_path), 2)[-1]
    dices = [scores["dice"] for scores in crossed.per_picture.values()]
    assert crossed.scores["dice"] == pytest.approx(np.mean(dices))
    assert crossed.scores["dice_spread"] == pytest.approx(np.std(dices, ddof=1))


def test_a_fold_is_measured_as_the_end_of_its_training_measures(tmp_path: Path) -> None:
    reports = run(SCENES[:2], task_of(tmp_path, epochs=1, steps=12), 2)
    ended = [report.scores for report in reports if isinstance(report, Finished)]
    assert [report.scores for report in reports if isinstance(report, FoldDone)] == ended
    assert ended[0]["dice"] > 0.1


def test_each_training_tells_what_it_does_and_each_fold_how_it_went(tmp_path: Path) -> None:
    reports = run(SCENES[:2], quick(tmp_path), 2)
    kinds = [type(report) for report in reports if isinstance(report, Finished | FoldDone | CrossValidated)]
    assert kinds == [Finished, FoldDone, Finished, FoldDone, CrossValidated]
    folds = [report for report in reports if isinstance(report, FoldDone)]
    assert [(one.fold, one.folds) for one in folds] == [(1, 2), (2, 2)]
    assert "ap50" in folds[0].scores


def test_marks_for_validation_make_no_difference() -> None:
    marked = [dataclasses.replace(sample, validation=True) for sample in SCENES]
    folds = folds_of(marked, 5)
    assert [sum(bool(sample.validation) for sample in fold) for fold in folds] == [1] * 5


def test_pictures_with_strokes_are_learned_from_in_every_fold() -> None:
    for fold in folds_of([*SCENES, STROKES], 3):
        assert [sample.validation for sample in fold if sample.name == STROKES.name] == [False]


def test_of_one_picture_the_folds_are_strips_that_together_are_all_of_it(tmp_path: Path) -> None:
    folds = folds_of([large()], 3)
    parts = [sample for fold in folds for sample in fold if sample.validation]
    assert [part.annotation.shape for part in parts] == [(128, 64)] * 3
    assert np.array_equal(np.concatenate([part.annotation for part in parts], 1), large().annotation)
    for place, fold in enumerate(folds):
        learned = next(sample for sample in fold if not sample.validation)
        assert not learned.annotation[:, 64 * place : 64 * place + 64].any()
    crossed = run([large()], quick(tmp_path), 3)[-1]
    assert list(crossed.per_picture) == [f"large [0:128, {64 * place}:{64 * place + 64}]" for place in range(3)]


def test_there_are_no_more_folds_than_pictures() -> None:
    assert len(folds_of(SCENES, 50)) == 5


@pytest.mark.parametrize(("samples", "folds"), [(SCENES, 1), ([STROKES], 3), ([SCENES[0]], 2), ([], 5)])
def test_what_makes_no_two_folds_is_refused(samples: list[Sample], folds: int) -> None:
    with pytest.raises(TrainingError, match="at least two folds"):
        folds_of(samples, folds)


def test_asked_to_stop_it_makes_no_summary(tmp_path: Path) -> None:
    task = dataclasses.replace(quick(tmp_path), stop=lambda: (tmp_path / "fold-1" / "model.json").exists())
    reports = run(SCENES, task, 3)
    assert isinstance(reports[-1], Finished)
    assert not (tmp_path / "fold-2").exists()
