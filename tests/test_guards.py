"""The guards of the test run itself: what is left behind or was not seen fails it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

LEAVES_THINGS = """
import subprocess, sys
def test_window_left(qtbot):
    from qtpy.QtWidgets import QLabel
    global label
    label = QLabel("left open")
    label.show()
def test_window_closed(qtbot):
    from qtpy.QtWidgets import QLabel
    label = QLabel("closed by qtbot")
    qtbot.addWidget(label)
    label.show()
def test_worker_left():
    global worker
    worker = subprocess.Popen([sys.executable, "-c", "input()", "fake_worker.py"], stdin=subprocess.PIPE)
"""
SEES_THE_WINDOW = """
import pytest
@pytest.mark.gui
def test_window(): ...
def test_other(): ...
"""


def outcome(folder: Path, code: str, **environment: str) -> tuple[int, str]:
    """Exit code and output of a run of its own with our conftest and settings."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder)
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "test_it.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "test_it.py"],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_what_is_left_behind_fails_the_test_that_left_it(tmp_path: Path) -> None:
    status, output = outcome(tmp_path, LEAVES_THINGS)
    assert status == pytest.ExitCode.TESTS_FAILED
    assert "leaves QLabel open" in output
    assert "leaves the worker" in output
    assert "3 passed, 2 errors" in output


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
@pytest.mark.parametrize(
    ("asked", "passes"),
    [
        ({"CI": "", "NAPARI_UNET_NO_SCREEN": ""}, False),
        ({"CI": "", "NAPARI_UNET_NO_SCREEN": "1"}, True),
        ({"CI": "true", "NAPARI_UNET_NO_SCREEN": "1"}, False),
    ],
    ids=["by default", "when meant", "never in CI"],
)
def test_a_run_that_could_not_see_the_window_fails(tmp_path: Path, asked: dict[str, str], passes: bool) -> None:
    nowhere = {"PATH": str(Path(sys.executable).parent), "DISPLAY": "", "QT_QPA_PLATFORM": ""}
    status, output = outcome(tmp_path, SEES_THE_WINDOW, **nowhere, **asked)
    assert (status == pytest.ExitCode.OK) is passes, output
    assert "NO SCREEN" in output
    assert "install Xvfb" in output
