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
    from PIL import Image  # as everywhere: only when it is needed

    folder.mkdir(parents=True, exist_ok=True)
    for step in steps:
        (file,) = window.glob(f"[0-9][0-9]_{step}.png")
        with Image.open(file) as picture:
            few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE, kmeans=ROUNDS)
        few.save(folder / file.name, optimize=True)
