"""The folder goes away while a model learns: nothing is written to where it was, and it goes on once it is back."""

from __future__ import annotations

import dataclasses
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from napari_unet.core.errors import StorageError
from napari_unet.core.training import Closing, EpochDone, Finished, Report, Started, Stepped, train
from napari_unet.core.training.task import TrainingTask
from napari_unet.core.training.whereabouts import Whereabouts
from tests.core.training.test_resuming import PAIR, lively, run, same

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no folder that holds an open file")

EPOCHS = 3


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder like that of a project."""
    folder = tmp_path / "cells.unet"
    folder.mkdir()
    return folder


def task_in(project: Path) -> TrainingTask:
    return lively(project / "models" / "mine", epochs=EPOCHS, steps=2)


def learn(task: TrainingTask, moment: Callable[[Report], bool], action: Callable[[], object]) -> Report:
    """Train, do something once a report has come, and return the last one."""
    done = False
    for report in train(PAIR, task):
        if not done and moment(report):
            action()
            done = True
    return report


def after(epoch: int) -> Callable[[Report], bool]:
    return lambda report: isinstance(report, EpochDone) and report.epoch == epoch


@pytest.mark.parametrize(
    ("kind", "epoch"), [(Started, 0), (Stepped, 1), (EpochDone, 1), (Stepped, 2), (EpochDone, EPOCHS), (Closing, 0)]
)
def test_nothing_is_written_to_where_the_folder_was(project: Path, kind: type, epoch: int, tmp_path: Path) -> None:
    def moment(report: Report) -> bool:
        return isinstance(report, kind) and getattr(report, "epoch", 0) == epoch

    with pytest.raises(StorageError, match="is not there any more"):
        learn(task_in(project), moment, lambda: project.rename(tmp_path / "away"))
    assert not project.exists()


def test_it_goes_on_bit_for_bit_once_the_folder_is_back(project: Path, tmp_path: Path) -> None:
    run(lively(tmp_path / "whole", epochs=EPOCHS, steps=2))
    away, task = tmp_path / "away", task_in(project)
    with pytest.raises(StorageError):
        learn(task, after(2), lambda: project.rename(away))
    away.rename(project)
    assert isinstance(run(dataclasses.replace(task, resume=True))[-1], Finished)
    assert same(tmp_path / "whole", task.out)


def test_a_copy_of_the_project_in_its_place_is_written_into(project: Path, tmp_path: Path) -> None:
    def put_back() -> None:
        shutil.copytree(project, tmp_path / "copy")
        shutil.rmtree(project)
        (tmp_path / "copy").rename(project)

    task = task_in(project)
    assert isinstance(learn(task, after(1), put_back), Finished)
    assert (task.out / "model.safetensors").exists()


def test_into_another_project_that_took_the_place_nothing_is_written(project: Path, tmp_path: Path) -> None:
    def taken() -> None:
        project.rename(tmp_path / "away")
        (project / "models").mkdir(parents=True)

    with pytest.raises(StorageError, match="is not there any more"):
        learn(task_in(project), after(1), taken)
    assert list(project.rglob("*")) == [project / "models"]


def test_a_drive_that_is_not_there_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `Z:` may be under Windows; elsewhere there is no folder without one around it, so none is there here."""
    monkeypatch.setattr(Path, "is_dir", lambda self: False)
    with pytest.raises(StorageError, match="is not there any more"):
        Whereabouts(tmp_path / "new" / "model").check()
