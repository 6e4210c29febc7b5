"""The whole program is killed while somebody paints: nothing older than two seconds is lost."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import Picture, Project
from tests.patience import wait_until

PAINTER = Path(__file__).with_name("painting_window.py")
PROMISE = 2.0
"""Seconds: what was painted longer ago is on disk."""


@pytest.mark.gui
def test_killed_program_loses_nothing_painted_more_than_two_seconds_ago(tmp_path: Path) -> None:
    folder = tmp_path / "cells.unet"
    with Project.create(folder, "objects", ("cell",)) as project:
        project.add(Picture("a", np.random.default_rng(0).integers(0, 4000, (1, 200, 200)).astype(np.uint16)), None, "")
    seen = tmp_path / "seen"
    seen.mkdir()
    painter = subprocess.Popen([sys.executable, PAINTER, folder, seen], stdout=subprocess.DEVNULL)
    try:
        _wait_for(seen / "0014.npy", painter)
    finally:
        painter.kill()
        painter.wait()
    killed = time.time()
    shown = sorted(seen.glob("????.npy"))
    old = [path for path in shown if killed - path.stat().st_mtime > PROMISE]
    assert old, "the strokes came too fast for the test to say anything"

    with Project.open(folder) as project:
        assert not project.read_only
        found = project.annotation("a")
    states = [np.load(path) for path in shown[len(old) - 1 :]]
    settled = np.all([state == states[0] for state in states], axis=0) & (states[0] > 0)
    assert settled.any()
    np.testing.assert_array_equal(found[settled], states[0][settled])


def _wait_for(path: Path, painter: subprocess.Popen[bytes]) -> None:
    def there() -> bool:
        assert painter.poll() is None, "the window ended by itself"
        return path.exists()

    wait_until(there, pause=0.05)
