"""Locked objects in a session: no tool changes them, and they are still locked after whatever happens next."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import Project
from napari_unet.core.editing import Tool
from napari_unet.session import Session
from tests.session.conftest import Told, Wait, discs, give_probability


@pytest.fixture
def two(session: Session) -> np.ndarray:
    """The labels of the picture on show: 4 and 7, corrected."""
    labels = np.zeros((96, 96), np.uint16)
    labels[10:30, 10:30], labels[50:70, 40:70] = 4, 7
    session.add_picture(discs("a", 0)[0], None)
    session.need_project().save_labels("a", labels)
    session.select("a")
    found = session.labels("a")
    assert found is not None
    return found


def test_a_click_locks_and_another_unlocks(session: Session, two: np.ndarray, told: Told) -> None:
    assert session.locks_after([(15, 15)], False) == {4}
    assert session.locked("a") == frozenset(), "so far it was only said"
    assert session.lock(frozenset({4}))
    assert session.locked("a") == {4}
    assert session.object_line((15, 15)).endswith("locked")
    assert session.locks_after([(15, 15)], False) == frozenset()
    assert session.locks_after([(0, 0)], False) is None
    assert told.sentences[-1] == "There is no object here to lock."


def test_a_rectangle_locks_what_is_in_it_and_all_means_all(session: Session, two: np.ndarray, told: Told) -> None:
    session.lock(frozenset({4}))
    assert session.locks_after([(45, 35), (60, 50), (75, 75)], False) == {4, 7}
    assert session.locks_of("lock all") == {4, 7}
    assert session.locks_of("unlock all") == frozenset()
    session.lock(frozenset({4, 7}))
    assert session.locks_of("lock all") is None
    assert told.sentences[-1] == "Every object is locked."


@pytest.mark.parametrize("tool", ["delete", "grow", "shrink"])
def test_why_a_locked_object_stays_is_told(session: Session, two: np.ndarray, told: Told, tool: Tool) -> None:
    session.lock(frozenset({4}))
    assert session.correction(tool, [(15, 15)], False) is None
    assert "Locked objects stay as they are" in told.sentences[-1]
    assert session.correction(tool, [(0, 0)], False) is None
    assert "Locked" not in told.sentences[-1]


def test_locks_are_there_when_the_project_is_opened_again(session: Session, two: np.ndarray) -> None:
    session.lock(frozenset({7}))
    session.open_project(session.need_project().folder)
    assert session.locked("a") == {7}
    file = session.need_project().folder / "pictures" / "a" / "locks.json"
    assert json.loads(file.read_text(encoding="utf-8")) == {"locked": [7]}


def test_what_was_locked_on_computed_labels_survives_sliders_and_new_answers(session: Session, wait: Wait) -> None:
    session.add_picture(discs("b", 1)[0], None)
    session.select("b")
    give_probability(session, "b")
    wait(lambda: session.labels("b") is not None and not session.busy)
    before = session.labels("b")
    assert before is not None
    before = before.copy()
    session.lock(frozenset({int(before.max())}))
    session.set_settings("postprocessing", dataclasses.replace(session.settings("postprocessing"), threshold=0.9))
    give_probability(session, "b")
    wait(lambda: not session.busy)
    np.testing.assert_array_equal(session.labels("b"), before)
    assert session.locked("b") == {int(before.max())}
    np.testing.assert_array_equal(session.need_project().labels("b"), before)


def test_corrections_go_with_their_locks_and_come_back_with_them(session: Session, two: np.ndarray) -> None:
    session.lock(frozenset({4}))
    session.accept("a", None)
    assert session.locked("a") == frozenset()
    session.take_back()
    assert session.locked("a") == {4}
    session.discard_corrections()
    assert session.locked("a") == frozenset()
    assert session.need_project().locks("a") == frozenset()


def test_a_damaged_file_is_named_and_the_picture_on_show_stays(session: Session, two: np.ndarray, told: Told) -> None:
    session.add_picture(discs("b", 1)[0], None)
    session.select("b")
    (session.need_project().folder / "pictures" / "a" / "locks.json").write_text("{", encoding="utf-8")
    session.select("a")
    assert session.current == "b"
    assert "locked cannot be read" in told.errors[-1][1].sentence
    assert "remove it: then no object is locked" in told.errors[-1][1].do


LOCKER = """
import sys
from pathlib import Path
from napari_unet.engine.client import Engine
from napari_unet.session import Session
session = Session(Engine())
session.open_project(Path(sys.argv[1]))
session.select("a")
session.lock(frozenset({7}))
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_lock_is_on_disk_before_the_program_can_be_killed(session: Session, two: np.ndarray) -> None:
    folder = session.need_project().folder
    session.close()
    locker = subprocess.Popen(
        [sys.executable, "-c", LOCKER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert locker.stdout is not None
    assert locker.stdout.readline().strip() == b"locked"
    os.kill(locker.pid, signal.SIGKILL)
    locker.communicate()
    with Project.open(folder) as project:
        assert project.locks("a") == {7}
