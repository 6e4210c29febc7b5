"""The documentation's pictures of the window: some steps of a walk, stored with fewer colours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

TUTORIAL = ("add_pictures", "paint", "train", "tune", "accept", "export")
"""The steps of the whole job that docs/tutorial.md shows."""

CORRECTING = ("lay_out", "split", "delete", "redraw", "accept", "train_on", "predict_again")
"""The steps of correcting that docs/correcting.md shows."""

COLOURS = 256
"""Enough for a window and the colours of objects, at less than half the size."""

ROUNDS = 5
"""Without them, small objects get the colours of others."""


def store(window: Path, steps: Sequence[str], folder: Path) -> None:
    """Store the pictures of these steps, which a walk has left in `window`, in `folder`."""
    for step in steps:
        (file,) = window.glob(f"[0-9][0-9]_{step}.png")
        store_one(file, folder / file.name)


def store_one(picture: Path, file: Path) -> None:
    """Store a picture of the window as `file`."""
    from PIL import Image  # as everywhere: only when it is needed

    file.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(picture) as whole:
        few = whole.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE, kmeans=ROUNDS)
    few.save(file, optimize=True)
