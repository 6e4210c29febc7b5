"""What is offered to be gone on with, by what a training left behind. No engine: the files alone decide."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from napari_unet.core.data import Project
from napari_unet.core.model.card import RESUME
from napari_unet.core.model.header import VALUES
from napari_unet.session import Session
from napari_unet.session.interrupted import broken_off
from napari_unet.session.job import BrokenOff, Job
from napari_unet.session.learning import MODEL


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
