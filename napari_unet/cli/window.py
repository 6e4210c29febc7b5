"""Open the window: napari with the U-Net dock, as `napari -w napari-unet-loop "U-Net"` does."""

from __future__ import annotations

import runpy
import sys
from argparse import Namespace
from difflib import get_close_matches
from pathlib import Path

from napari_unet.cli.parser import COMMANDS, SAMPLE
from napari_unet.core.errors import SettingsError


def run(arguments: Namespace) -> int:
    """Open the window with the pictures or the project in `arguments.words`; ends when it is closed."""
    for word in arguments.words:
        _check(word)
    sys.argv = ["napari-unet", *arguments.words]
    # Started like a program, not imported: the terminal knows nothing of windows.
    runpy.run_module("napari_unet.window", run_name="__main__", alter_sys=True)
    return 0


def _check(word: str) -> None:
    """Raises SettingsError for a word that is neither a flag of the window nor a path that exists."""
    if word == SAMPLE or Path(word).exists():
        return
    near = get_close_matches(word, COMMANDS, n=1)
    raise SettingsError(
        f"There is no command, picture or project folder called {word!r}.",
        f"The commands are {', '.join(COMMANDS)}.",
        f"Did you mean {near[0]!r}?" if near else "",
    )
