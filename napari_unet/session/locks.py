"""Which objects are locked, read once a picture and written at every change."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import Project
from napari_unet.core.data.runs import sizes

Labels = NDArray[np.integer]
NONE: frozenset[int] = frozenset()


class Locks:
    """The locked objects of each picture's corrected labels."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[str, frozenset[int]] = {}

    def get(self, name: str, labels: Labels) -> frozenset[int]:
        """The locked numbers that are there in the labels. Raises ProjectError when their file is damaged."""
        if name not in self._known:
            saved = self._project.locks(name)
            self._known[name] = saved & set(np.flatnonzero(sizes(labels)).tolist()) if saved else NONE
        return self._known[name]

    def put(self, name: str, numbers: frozenset[int]) -> None:
        """Lock these and no others; on disk when this returns. Raises StorageError."""
        self._project.save_locks(name, numbers)
        self._known[name] = numbers

    def forget(self, name: str) -> None:
        """The labels have gone, or are no longer looked at."""
        self._known.pop(name, None)
