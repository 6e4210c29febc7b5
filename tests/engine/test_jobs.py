"""The real jobs in the real worker: from a project folder to a model, from a model to probability."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import Picture, Project
from napari_unet.core.errors import DeviceError, ModelError, StorageError, TrainingError
from napari_unet.core.model import Model, ModelCard, save_model
from napari_unet.core.model.card import WEIGHTS
from napari_unet.core.model.checkpoint import new_network
from napari_unet.core.model.classes import classes_of
from napari_unet.core.settings import InferenceSettings, NetworkSettings, Plan, PostprocessingSettings, TrainingSettings
from napari_unet.core.training.report import EpochDone, Finished, Started, Stepped
from napari_unet.engine import jobs
from napari_unet.engine.client import Engine
from napari_unet.engine.messages import Done, Event, Failed, Predict, Reported, Tiled, Train
from tests.engine.conftest import Listener
from tests.patience import SOON

SMALL = NetworkSettings(depth=1, width=4)
QUICK = TrainingSettings(epochs=2, steps=2, batch=1, patch=32)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """One warm worker for all of them, as in the window."""
    engine = Engine()
    engine.start()
    Listener(engine).ready(60)
    yield engine
    engine.close()


def picture(name: str) -> Picture:
    rows, columns = np.mgrid[:48, :64]
    disc = (rows - 24) ** 2 + (columns - 30) ** 2 < 100
    return Picture(name, (disc * 200 + np.arange(64) % 7).astype(np.uint8)[None])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one complete picture."""
    folder = tmp_path / "discs.unet"
    with Project.create(folder, "objects", ("cell",)) as project:
        disc = picture("disc")
        project.add(disc, (disc.image[0] > 100).astype(np.uint8), "drawn")
    return folder


def train(project: Path, name: str, training: TrainingSettings) -> Train:
    return Train(
        project=str(project),
        name=name,
        kind="objects",
        class_names=("cell",),
        out=str(project / "models" / name),
        plan=Plan(training, network=SMALL).to_json(),
    )


def predict(folder: Path, model: Path, settings: InferenceSettings) -> Predict:
    np.save(folder / "image.npy", picture("disc").image)
    return Predict(str(model), str(folder / "image.npy"), str(folder / "probability.npy"), settings.to_json())


@pytest.fixture
def model(engine: Engine, listener: Listener, project: Path) -> Path:
    job = engine.submit(train(project, "first", QUICK))
    assert listener.end(job, 60) == Done(job)
    return project / "models" / "first"


def test_training_reports_its_course_and_leaves_a_model(engine: Engine, listener: Listener, model: Path) -> None:
    reports = [event.report for event in listener.heard if isinstance(event, Reported)]
    assert isinstance(reports[0], Started)
    assert isinstance(reports[-1], Finished)
    assert len([report for report in reports if isinstance(report, Stepped)]) == 4
    assert len([report for report in reports if isinstance(report, EpochDone)]) == 2
    assert Path(reports[-1].folder) == model
    assert (model / WEIGHTS).is_file()


def test_prediction_writes_one_plane_per_output(
    engine: Engine, listener: Listener, model: Path, tmp_path: Path
) -> None:
    job = engine.submit(predict(tmp_path, model, InferenceSettings()))
    assert listener.end(job, 30) == Done(job)
    probability = np.load(tmp_path / "probability.npy")
    assert probability.shape == (3, 48, 64)
    assert probability.dtype == np.float32
    assert 0 <= probability.min() < probability.max() <= 1
    tiles = [event for event in listener.heard if isinstance(event, Tiled)]
    assert tiles[-1].done == tiles[-1].total


def test_a_model_that_was_replaced_is_read_again(
    engine: Engine, listener: Listener, project: Path, model: Path, tmp_path: Path
) -> None:
    command = predict(tmp_path, model, InferenceSettings())
    listener.end(engine.submit(command), 30)
    before = np.load(tmp_path / "probability.npy")
    listener.end(engine.submit(train(project, "second", replace(QUICK, seed=1))), 60)
    shutil.copy(project / "models" / "second" / WEIGHTS, model / WEIGHTS)
    listener.end(engine.submit(command), 30)
    assert not np.array_equal(before, np.load(tmp_path / "probability.npy"))


def test_training_stops_soon_and_keeps_a_model(engine: Engine, listener: Listener, project: Path) -> None:
    job = engine.submit(train(project, "long", replace(QUICK, epochs=100_000)))
    event = listener.until(lambda event: isinstance(event, Failed) or _is_epoch(event))
    assert isinstance(event, Reported)
    asked = time.monotonic()
    engine.stop(job)
    assert listener.end(job, 30) == Done(job, stopped=True)
    assert time.monotonic() - asked < SOON
    finished = next(event.report for event in reversed(listener.heard) if isinstance(event, Reported))
    assert isinstance(finished, Finished)
    assert finished.stopped == "asked"
    assert (project / "models" / "long" / WEIGHTS).is_file()


def _is_epoch(event: Event) -> bool:
    return isinstance(event, Reported) and isinstance(event.report, EpochDone)


def test_a_project_without_strokes_is_a_training_error(engine: Engine, listener: Listener, tmp_path: Path) -> None:
    folder = tmp_path / "empty.unet"
    with Project.create(folder, "objects", ("cell",)) as project:
        project.add(picture("disc"), None, "")
    event = listener.end(engine.submit(train(folder, "none", QUICK)), 30)
    assert isinstance(event, Failed)
    assert type(event.error) is TrainingError


def test_a_model_cut_off_is_a_model_error_and_the_worker_goes_on(
    engine: Engine, listener: Listener, model: Path, tmp_path: Path
) -> None:
    whole = (model / WEIGHTS).read_bytes()
    (model / WEIGHTS).write_bytes(whole[: len(whole) // 2])
    command = predict(tmp_path, model, InferenceSettings())
    event = listener.end(engine.submit(command), 30)
    assert isinstance(event, Failed)
    assert type(event.error) is ModelError
    (model / WEIGHTS).write_bytes(whole)
    job = engine.submit(command)
    assert listener.end(job, 30) == Done(job)


@pytest.mark.skipif(sys.platform == "darwin", reason="this machine may have one")
def test_a_device_that_is_not_there_is_a_device_error(
    engine: Engine, listener: Listener, model: Path, tmp_path: Path
) -> None:
    event = listener.end(engine.submit(predict(tmp_path, model, InferenceSettings(device="mps"))), 30)
    assert isinstance(event, Failed)
    assert type(event.error) is DeviceError


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="this system takes room as it is written")
def test_a_disk_too_full_for_the_prediction_is_told_before_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(StorageError, match="needs 12 MB"):
        jobs._array_file(tmp_path / "probability.npy", (3, 1000, 1000))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="this system takes room as it is written")
def test_a_file_system_that_cannot_reserve_room_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unable(*_: object) -> None:
        raise OSError(errno.EOPNOTSUPP, "Operation not supported")

    monkeypatch.setattr(os, "posix_fallocate", unable)
    assert jobs._array_file(tmp_path / "probability.npy", (3, 10, 10)).shape == (3, 10, 10)


def test_an_answer_is_kept_in_the_projects_order(tmp_path: Path) -> None:
    plan = Plan(network=SMALL)
    outputs = ("cell", "border", "distance", "dead", "debris", "alive")
    card = ModelCard("m", "objects", outputs[3:], 1, False, plan, PostprocessingSettings(), outputs)
    save_model(Model(card, new_network(card)), tmp_path / "model")
    command = predict(tmp_path, tmp_path / "model", InferenceSettings(turns=1, device="cpu"))
    order = classes_of(card, ("alive", "dead", "dividing")).order
    list(jobs.predict(command, lambda: False))
    plain = np.load(command.out)
    list(jobs.predict(replace(command, order=order), lambda: False))
    ours = np.load(command.out)
    assert np.array_equal(ours, np.stack([*plain[:3], plain[5], plain[3], np.zeros_like(plain[0]), plain[4]]))
    assert sorted(path.name for path in tmp_path.glob("*.npy")) == ["image.npy", Path(command.out).name]
