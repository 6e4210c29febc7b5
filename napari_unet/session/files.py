"""Where the session keeps what can be computed again."""

from __future__ import annotations

from pathlib import Path

from napari_unet.core.data import Project


def cache_folder(project: Project, name: str) -> Path:
    """Where a picture's probability is kept. Everything in it can be computed again; it may be deleted at any time."""
    return project.folder / "cache" / name


def fresh_file(project: Project, name: str) -> Path:
    """What the worker writes; it becomes `probability_file` only when it is whole."""
    return cache_folder(project, name) / "fresh.npy"


def probability_file(project: Project, name: str) -> Path:
    """The last whole probability of a picture, (K, Y, X) float32."""
    return cache_folder(project, name) / "probability.npy"
