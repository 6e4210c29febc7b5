"""The program ends before any step it takes on the disk: what a person made is there, before or after, never neither.

A kill by chance (test_killed_sitting.py) seldom falls between two steps that are microseconds apart. Here the process
is not killed: from a chosen step on it can change nothing on the disk any more, which leaves the same files behind.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.session.left_behind import assert_can_go_on, assert_kept, assert_whole
from tests.session.sitting import MODEL, NAMES, Sitting, kept, open_again, prepare

CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate")
WRITING = 0o3  # of the flags of an open file: it is written to
MOST = 60
"""No action takes so many steps on the disk."""


class Stopped(BaseException):
    """No error that anybody may mend."""


class Power:
    """Lets a number of changes of the disk pass and none after them."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.error: Callable[[], BaseException] = Stopped
        sys.addaudithook(self._hear)  # a hook stays for ever, so there is one

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.left is None or not (event in CHANGES or (event == "open" and _writes(arguments))):
            return
        if self.left == 0:
            raise self.error()
        self.left -= 1


def _writes(arguments: tuple[Any, ...]) -> bool:
    _path, mode, flags = arguments
    return any(letter in (mode or "") for letter in "wax+") or bool(isinstance(flags, int) and flags & WRITING)


POWER = Power()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two segmented pictures."""
    folder = tmp_path_factory.mktemp("prepared") / "cells.unet"
    prepare(folder)
    return folder


def corrected(sitting: Sitting) -> None:
    sitting.stroke()
    sitting.split()
    sitting.merge()
    sitting.click()


def accepted(sitting: Sitting) -> None:
    corrected(sitting)
    sitting.accept()


def half_accepted(sitting: Sitting) -> None:
    corrected(sitting)
    sitting.accept_part()


def accepted_and_painted_over(sitting: Sitting) -> None:
    accepted(sitting)
    sitting.stroke()


def one_by_one(sitting: Sitting) -> None:
    corrected(sitting)
    sitting.accept_object()
    sitting.reject_object()


def one_over_the_other(sitting: Sitting) -> None:
    sitting.accept_part()
    sitting.asked("another")
    sitting.accept()


def nothing(sitting: Sitting) -> None:
    """As it was opened."""


def from_the_model(sitting: Sitting) -> None:
    sitting.session.take_back_from(MODEL)


def closing(sitting: Sitting) -> None:
    sitting.session.close()


ACTIONS: list[tuple[Callable[[Sitting], None], Callable[[Sitting], None]]] = [
    (nothing, Sitting.stroke),
    (nothing, Sitting.split),
    (corrected, Sitting.split),
    (corrected, Sitting.turn),
    (corrected, Sitting.accept),
    (corrected, Sitting.accept_part),
    (corrected, Sitting.accept_object),
    (corrected, Sitting.reject_object),
    (corrected, Sitting.discard),
    (corrected, closing),
    (accepted, Sitting.take_back),
    (half_accepted, Sitting.take_back),
    (accepted_and_painted_over, Sitting.take_back),
    (accepted_and_painted_over, from_the_model),
    (one_by_one, Sitting.take_back),
    (one_over_the_other, from_the_model),
]


@pytest.mark.parametrize(("before", "action"), ACTIONS, ids=lambda what: what.__name__)
def test_stopped_at_any_step_the_work_is_there_before_or_after(
    prepared: Path, tmp_path: Path, before: Callable[[Sitting], None], action: Callable[[Sitting], None]
) -> None:
    whole = started(prepared, tmp_path / "whole.unet", before)
    first = kept(whole.session)
    action(whole)
    last = kept(whole.session) if whole.session.project else first
    whole.session.close()
    for step in range(MOST):
        folder = tmp_path / f"{step}.unet"
        sitting = started(prepared, folder, before)
        if not stopped(sitting, action, step):
            break
        assert_whole(folder)
        again = open_again(folder)
        for name in NAMES:
            assert_kept(kept(again)[name], first[name], last[name], f"step {step}, {name}")
        assert not list(folder.glob("**/.*.part*")), "what was half written is swept up"
        assert_can_go_on(again)
        again.close()
    assert 0 < step < MOST - 1, "each step was tried"


def started(prepared: Path, folder: Path, before: Callable[[Sitting], None]) -> Sitting:
    shutil.copytree(prepared, folder)
    sitting = Sitting(open_again(folder), seed=5)
    before(sitting)
    return sitting


def stopped(sitting: Sitting, action: Callable[[Sitting], None], step: int) -> bool:
    """Whether the action was cut off before this step on the disk; its lock then ends, as with its process."""
    project, POWER.left = sitting.session.need_project(), step
    try:
        action(sitting)
    except Stopped:
        return True
    finally:
        POWER.left = None
        project.close()
    return False
