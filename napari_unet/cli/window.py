"""Open the window: napari with the U-Net dock, as `napari -w napari-unet-loop "U-Net"` does."""

from __future__ import annotations

import sys
from argparse import Namespace
from difflib import get_close_matches
from pathlib import Path

from napari_unet.core.errors import SettingsError

VERBS = ("demo", "train", "segment", "evaluate")
DOCK = ("-w", "napari-unet-loop", "U-Net")


def run(arguments: Namespace) -> int:
    """Open the window with the pictures and project folders in `arguments.paths`; ends when it is closed."""
    paths = [_existing(word) for word in arguments.paths]
    from napari.__main__ import main as napari

    # napari reads the process's own arguments. Paths come first: -w takes every word that follows it.
    sys.argv = ["napari", *map(str, paths), *DOCK]
    napari()
    return 0


def _existing(word: str) -> Path:
    path = Path(word)
    if path.exists():
        return path
    near = get_close_matches(word, VERBS, n=1)
    raise SettingsError(
        f"There is no command, picture or project folder called {word!r}.",
        f"The commands are {', '.join(VERBS)}.",
        f"Did you mean {near[0]!r}?" if near else "",
    )
