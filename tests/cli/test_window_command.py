"""`napari-unet` without a command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

import pytest

from tests.patience import SOON, wait_until


def test_a_word_that_is_neither_command_nor_path_is_a_sentence(terminal):
    said = terminal("segmnt")
    assert (said.code, said.out) == (2, "")
    assert "There is no command, picture or project folder called 'segmnt'." in said.err
    assert "Did you mean 'segment'?" in said.err


@pytest.mark.parametrize("words", [(), ("train",), ("segment",), ("evaluate",), ("demo",)])
def test_help_appears_at_once_and_explains_the_exit_codes(terminal, words):
    began = time.monotonic()
    bare = subprocess.run([sys.executable, "-c", "pass"], check=True)
    middle = time.monotonic()
    said = terminal(*words, "--help")
    assert bare.returncode == said.code == 0
    assert "exit codes:" in said.out
    assert "130  stopped with Ctrl+C" in said.out
    assert time.monotonic() - middle < (middle - began) + SOON


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from napari_unet.cli.parser import make_parser; make_parser().format_help(); "
        "print(sorted({'numpy', 'torch', 'qtpy', 'napari'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_version_is_on_stdout(terminal):
    said = terminal("--version")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("napari-unet ")


@pytest.mark.gui
@pytest.mark.skipif(shutil.which("xdotool") is None, reason="looks for the window with xdotool")
def test_the_window_opens_with_a_project(tmp_path):
    code = (
        "import sys; from pathlib import Path; from napari_unet.core.data.project import Project; "
        "Project.create(Path(sys.argv[1]), 'objects', ('cell',)).close()"
    )
    project = tmp_path / "mine.unet"
    subprocess.run([sys.executable, "-c", code, str(project)], check=True)
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    command = [sys.executable, "-m", "napari_unet.cli", str(project)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        recent = tmp_path / "state" / "napari-unet" / "recent.json"

        def shown():
            assert process.poll() is None, process.communicate()[0]
            return recent.exists() and _shows_a_window(process.pid)

        wait_until(shown, pause=0.2)
        assert str(project) in recent.read_text()
    finally:
        process.terminate()
        said = process.communicate()[0]
    assert "deprecated" not in said, "that Qt is old, napari says over the picture, too, at every start"


@pytest.mark.gui
def test_whoever_starts_napari_otherwise_is_told_as_before():
    code = (
        "import napari_unet.window, napari_unet.widgets.dock, qtpy; from napari._qt import qt_main_window as napari; "
        "print(getattr(napari, 'SHOW_QT_WARNING', False) == qtpy.QT5)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def _shows_a_window(process: int) -> bool:
    found = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--pid", str(process)], capture_output=True, text=True, check=False
    )
    return bool(found.stdout.strip())
