"""Where the session keeps what can be computed again."""

from __future__ import annotations

from pathlib import Path

from napari_unet.core.data import Project
from napari_unet.core.data.cached import cache_folder


def image_file(project: Project, name: str) -> Path:
    """What the worker reads; it goes when the probability is there."""
    return cache_folder(project, name) / "image.npy"


def fresh_file(project: Project, name: str) -> Path:
    """What the worker writes; it becomes one of `probability_files` only when it is whole."""
    return cache_folder(project, name) / "fresh.npy"


def fresh_spread(project: Project, name: str) -> Path:
    """What the worker writes of how far answers differ; it becomes the `spread_file` of the probability."""
    return cache_folder(project, name) / "fresh-spread.npy"


def spread_file(probability: Path) -> Path:
    """How far answers differ about the same picture, (Y, X) float32; not every probability has one."""
    return probability.with_name(probability.name.replace("probability", "spread"))


def asked_file(project: Project, name: str) -> Path:
    """Which model the probability of a picture is of, as a line of text."""
    return cache_folder(project, name) / "model.txt"
