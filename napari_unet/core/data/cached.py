"""What the models said about the pictures of a project: files that can be computed again, in its folder cache/."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.project import Project

PATTERN = "probability-*.npy"
"""Probabilities of a picture in its folder; their names sort by age."""

HELD = 2**25
"""Bytes: a larger probability stays in its file, memory-mapped. A smaller one is read, in some ten milliseconds: who
looks at a mapped file that is cut off meanwhile, or whose disk is pulled out, is ended by the system without a word.
"""


def cache_root(project: Project) -> Path:
    """What can be computed again, for all pictures: a folder each."""
    return project.folder / "cache"


def cache_folder(project: Project, name: str) -> Path:
    """Where a picture's probability is kept. Everything in it can be computed again; it may be deleted at any time."""
    return cache_root(project) / name


def probability_files(project: Project, name: str) -> list[Path]:
    """The whole probabilities of a picture, (K, Y, X) float32, oldest first; the last one counts."""
    return sorted(cache_folder(project, name).glob(PATTERN))


def read_probability(project: Project, name: str) -> NDArray[np.float32] | None:
    """The picture's newest probability; None when there is none that is whole and fits the picture."""
    for file in reversed(probability_files(project, name)):
        with suppress(OSError, ValueError, EOFError):
            read: NDArray[np.float32] = np.load(file, mmap_mode="r" if file.stat().st_size > HELD else None)
            return read if read.shape[1:] == project.record(name).spatial_shape else None
    return None
