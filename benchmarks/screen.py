"""A screen to open windows on: the one there is, or a virtual one for as long as the benchmark runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.datasets import Missing
from tools.screen import is_there, virtual


@contextmanager
def screen() -> Iterator[None]:
    """Make sure there is a screen. Raises Missing where there is none and no virtual one can be had."""
    with virtual():
        if not is_there():
            raise Missing("there is no screen, and Xvfb is not installed (apt-get install xvfb)")
        yield


def in_a_window(module: str, *words: object) -> Any:
    """What a program that opens a window of its own leaves as JSON.

    It is given the words, a folder to work in and the file to write. It finds none of the person's settings, and
    changes none. Raises Missing where there is no screen.
    """
    with TemporaryDirectory() as folder, screen():
        file = Path(folder) / "found.json"
        own = {"NAPARI_CONFIG": str(Path(folder) / "napari.yaml"), "XDG_STATE_HOME": folder}
        command = [sys.executable, "-m", module, *map(str, words), folder, str(file)]
        subprocess.run(command, check=True, env={**os.environ, **own}, stdout=sys.stderr)
        return json.loads(file.read_text(encoding="utf-8"))
