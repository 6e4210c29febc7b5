"""Files of what is known about a picture: each has a name of its own, and the newest counts. No torch."""

from __future__ import annotations

import re
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.atomic import storage_errors
from napari_unet.core.data.cached import PATTERN

NUMBERED = re.compile(r"probability-(\d+)\.npy")

PART = "answer.part"


def new_answer(folder: Path) -> Path:
    """A file for a probability of the picture that has this folder. No other has its name.

    Windows replaces no file that is still mapped, by a layer or by the clean-up. It sorts behind all others, also when
    the clock was set back.
    """
    numbers = [int(found[1]) for path in folder.glob(PATTERN) if (found := NUMBERED.fullmatch(path.name))]
    return folder / f"probability-{max([time.time_ns(), *(number + 1 for number in numbers)])}.npy"


def write_answer(folder: Path, probability: NDArray[np.float32]) -> Path:
    """Write a probability, whole or not at all, as the newest of its picture. Raises StorageError."""
    target, part = new_answer(folder), folder / PART
    with storage_errors(target):
        folder.parent.mkdir(exist_ok=True)  # but never the project's own folder: it may have gone, to come back
        folder.mkdir(exist_ok=True)
        with part.open("wb") as file:
            np.save(file, probability, allow_pickle=False)
        part.replace(target)
    return target
