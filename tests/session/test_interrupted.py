"""What is offered to be gone on with, by what a training left behind. No engine: the files alone decide."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from napari_unet.core.data import Project
from napari_unet.core.model.card import RESUME, ModelCard
from napari_unet.core.model.header import KEY, VALUES
from napari_unet.core.settings import Plan, PostprocessingSettings
from napari_unet.engine.messages import Train
from napari_unet.session import Session
from napari_unet.session.interrupted import broken_off
from napari_unet.session.job import BrokenOff, Job
from napari_unet.session.learning import MODEL
from tests.session.test_goes_on import StillEngine


def left_behind(project: Project, epoch: int, ended: str) -> Path:
    """The state after an epoch of twenty, as a training that the project remembers has written it."""
    project.save_settings(MODEL, {"training": "mine", "training_start": ""})
    values = {"epoch": epoch, "ended": ended, "asked": {"plan": {"training": {"epochs": 20}}}}
    header = json.dumps({"__metadata__": {VALUES: json.dumps(values)}}).encode()
    file = project.folder / "models" / "mine" / RESUME
    file.parent.mkdir(parents=True)
    file.write_bytes(len(header).to_bytes(8, "little") + header)
    return file


@pytest.mark.parametrize(
    ("epoch", "ended", "offered"),
    [
        pytest.param(7, "", True, id="killed in the middle"),
        pytest.param(20, "", True, id="killed after the last epoch, before it was compared"),
        pytest.param(7, "patience", False, id="ended by itself, and the window was killed before it noted that"),
        pytest.param(7, "time", False, id="ended by its time limit"),
        pytest.param(20, "done", False, id="done"),
    ],
)
def test_only_what_has_not_ended_is_offered(tmp_path: Path, epoch: int, ended: str, offered: bool) -> None:
    with Project.create(tmp_path / "cells.unet", "objects", ("cell",)) as project:
        left_behind(project, epoch, ended)
        assert broken_off(project) == (BrokenOff("mine", "", epoch, 20) if offered else None)


@pytest.mark.parametrize("content", [b"", b"\x05", b"no model at all", b"\x02\0\0\0\0\0\0\0{}"])
def test_a_damaged_state_is_not_offered(tmp_path: Path, content: bytes) -> None:
    with Project.create(tmp_path / "cells.unet", "objects", ("cell",)) as project:
        left_behind(project, 7, "").write_bytes(content)
        assert broken_off(project) is None


def test_going_on_that_is_stopped_before_it_began_is_offered_again(session: Session) -> None:
    left_behind(session.need_project(), 7, "")
    session.ended(Job("train", "Training"))
    assert session.broken_off == BrokenOff("mine", "", 7, 20)


def test_it_is_gone_on_with_on_the_device_that_is_chosen_now(tmp_path: Path) -> None:
    """The project may be on another computer by now."""
    engine = StillEngine()
    session = Session(engine)  # type: ignore[arg-type]  # it has the face of an engine
    session.new_project(tmp_path / "cells.unet", "objects", ("cell",))
    file = left_behind(session.need_project(), 7, "")
    plan = Plan().with_values({"device": "cuda", "rate": 0.01})
    card = ModelCard("mine", "objects", ("cell",), 1, False, plan, PostprocessingSettings(), ("cell",))
    values = {"epoch": 7, "ended": "", "asked": {"plan": plan.to_json()}}
    header = json.dumps({"__metadata__": {KEY: json.dumps(card.to_json()), VALUES: json.dumps(values)}}).encode()
    file.write_bytes(len(header).to_bytes(8, "little") + header)
    session.set_settings("training", dataclasses.replace(session.settings("training"), device="mps", rate=0.5))
    session.ended(Job("train", "Training"))

    session.resume()

    command = engine.submitted[-1]
    assert isinstance(command, Train)
    assert command.resume
    assert (command.plan["training"]["device"], command.plan["training"]["rate"]) == ("mps", 0.01)
    session.close()
