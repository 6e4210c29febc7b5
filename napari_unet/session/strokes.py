"""Every stroke is written when it is painted; what could not be written then is written with the next one that can."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import Layer, Project

Labels = NDArray[np.integer]


class Strokes:
    """Writes the strokes painted in a project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._owed: set[tuple[str, Layer]] = set()

    def write(self, name: str, layer: Layer, box: tuple[slice, ...], array: Labels, *, goes_on: bool) -> None:
        """Put a stroke, or more of the last one, on the disk: the pixels of `array` in `box`. Raises StorageError.

        The first correction needs the labels it was made on beside it. And after strokes that could not be written
        (the disk was full, or gone) the journal alone would lack them. In both cases the whole layer is saved.
        """
        owed = (name, layer) in self._owed
        self._owed.add((name, layer))
        self._project.check_writable()
        whole = owed or (layer == "labels" and not self._project.has(name, layer))
        if whole and layer == "labels":
            self._project.save_labels(name, array)
        elif whole:
            self._project.save_annotation(name, array)
        else:
            self._project.journal.append(name, layer, box, array[box], goes_on=goes_on)
        self._owed.discard((name, layer))

    def settled(self, name: str, layer: Layer) -> None:
        """The whole layer was saved, or let go: nothing of it is owed any more."""
        self._owed.discard((name, layer))
