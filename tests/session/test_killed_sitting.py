"""A sitting of strokes and the desk's tools is killed twenty times: the next start has everything that was told.

The process is a real one, killed with SIGKILL, with the real session, journal and project, but it has no window, and it
is forked off one that has loaded everything: what takes seconds to start takes too long to be killed twenty times. Here
nothing waits to be told, so the measure is stricter than the promise of 2 s: whatever an action has changed is there as
soon as the action is done. The window, with a mouse and the time that its canvas takes to tell, is killed in
tests/widgets/test_window_killed.py.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.session import sitting as script
from tests.session.left_behind import assert_can_go_on, assert_kept, assert_whole
from tests.session.sitting import NAMES, Kept, Sitting, kept, open_again, prepare

KILLS = 20
LAST = 70
"""The last action after which the sitting may be killed."""

PAUSE = 0.03
"""Seconds within which it is killed after that: about as long as the longest action takes."""

Rehearsal = tuple[Path, list[dict[str, Kept]]]


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """The project before the sitting, and what there is after each action of one that nobody kills."""
    folder = tmp_path_factory.mktemp("rehearsal")
    prepare(folder / "before.unet")
    shutil.copytree(folder / "before.unet", folder / "whole.unet")
    session = open_again(folder / "whole.unet")
    sitting = Sitting(session, KILLS)
    states, acted = [kept(session)], set()
    for _ in range(LAST + 30):
        acted.add(sitting.act())
        states.append(kept(session))
    session.close()
    assert acted == set(script.OFTEN), "every action was taken"
    return folder / "before.unet", states


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
@pytest.mark.parametrize("seed", range(KILLS))
def test_killed_at_any_moment_everything_told_is_there(
    rehearsal: Rehearsal, starter: subprocess.Popen[str], tmp_path: Path, seed: int
) -> None:
    before, states = rehearsal
    folder, chance = tmp_path / "cells.unet", random.Random(seed)
    shutil.copytree(before, folder)
    done = killed(starter, folder, chance.randint(3, LAST), chance.uniform(0, PAUSE))
    assert done + 1 < len(states), "the rehearsal was long enough"
    assert_whole(folder)
    again = open_again(folder)
    found = kept(again)
    for name in NAMES:
        assert_kept(found[name], states[done][name], states[done + 1][name], f"after action {done}, {name}")
    assert not list(folder.glob("pictures/**/.*.part*")), "what was half written is swept up"
    again.take_back()  # there is nothing: this start has accepted nothing
    for name, now in kept(again).items():
        assert_kept(now, found[name], found[name], f"after action {done}, {name}, taking back")
    assert_can_go_on(again)
    again.close()


@pytest.fixture(scope="module")
def starter() -> Iterator[subprocess.Popen[str]]:
    """The process that begins sittings."""
    with subprocess.Popen(
        [sys.executable, script.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def killed(starter: subprocess.Popen[str], folder: Path, after: int, pause: float) -> int:
    """Let the sitting begin and kill it; the number of the last action that it said was done."""
    assert starter.stdin is not None
    assert starter.stdout is not None
    pipe = folder.with_name("said")
    os.mkfifo(pipe)
    print(KILLS, pipe, folder, file=starter.stdin, flush=True)
    sitting = psutil.Process(int(starter.stdout.readline()))
    with pipe.open(encoding="utf-8") as told:
        said = [told.readline() for _ in range(after + 1)]
        time.sleep(pause)
        sitting.kill()
        said += told.readlines()
    sitting.wait()
    return int([line for line in said if line.endswith("\n")][-1])
