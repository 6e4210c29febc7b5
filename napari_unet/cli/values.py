"""Words on the command line that must be of a kind: numbers, names, models. Each says what it must be."""

from __future__ import annotations

import argparse
from pathlib import Path


def model(word: str) -> Path:
    """A model's folder, or that of one that came along, by its name."""
    from napari_unet.core.model.shipped import model_path  # brings numpy, for which no help should wait

    return model_path(word)


def jobs(word: str) -> int:
    """How many pictures at once."""
    if not word.isdigit() or not 1 <= int(word) <= 64:
        raise argparse.ArgumentTypeError(f"{word!r} will not do. It must be a whole number from 1 to 64.")
    return int(word)


def folds(word: str) -> int:
    """How many models of a cross-validation."""
    if not word.isdigit() or int(word) < 2:
        raise argparse.ArgumentTypeError(f"{word!r} will not do. It must be a whole number of 2 or more.")
    return int(word)


def class_names(word: str) -> tuple[str, ...]:
    """Names of classes."""
    names = tuple(name.strip() for name in word.split(","))
    if not all(names) or len(set(names)) < len(names):
        raise argparse.ArgumentTypeError(f"{word!r} will not do. Every class needs a name of its own.")
    return names
