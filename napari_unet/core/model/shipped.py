"""The models that come with the package: to start from before anything was trained. No torch."""

from __future__ import annotations

from pathlib import Path

from napari_unet.core.errors import ModelError
from napari_unet.core.model.card import WEIGHTS

FOLDER = Path(__file__).parents[2] / "starting"
AUTO = "auto"
"""The start is whichever of those that came with the package fits the picture; strokes have no say."""

USUAL = "cells"
"""The one that knows most kinds of pictures."""

STEERED = "steered"
"""The network that follows strokes; it is no model to start from, because it answers no question of its own."""


def shipped() -> tuple[str, ...]:
    """The names of the models to start from that came with the package."""
    folders = sorted(path.parent.name for path in FOLDER.glob(f"*/{WEIGHTS}"))
    return tuple(name for name in folders if name != STEERED)


def model_path(word: str | Path) -> Path:
    """What a person means by `word`: a model there, or, where there is none, one of that name that came along."""
    path = Path(word)
    there = path.is_file() or (path / WEIGHTS).is_file()
    return path if there or str(word) not in shipped() else shipped_model(str(word))


def shipped_model(name: str) -> Path:
    """The folder of a model that came with the package. Raises ModelError when there is none of that name."""
    folder = FOLDER / name
    if not (folder / WEIGHTS).is_file():
        known = ", ".join(shipped()) or "none; the package was installed without its models"
        raise ModelError(f"No starting model is called {name!r}.", f"There are: {known}.")
    return folder
