"""Which planes of stacks have corrected labels: there, they are newer than what is annotated."""

from __future__ import annotations

import numpy as np

from napari_unet.core.data import Project

Box = tuple[slice, ...]
FLAT = 2
"""Axes of the labels of a picture that is no stack."""


class Mended:
    """Keeps in a picture's record on which of its planes labels are corrected, as they are."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._numbers_only: set[tuple[str, tuple[tuple[int, int], ...]]] = set()

    def expect_numbers_only(self, name: str, box: Box) -> None:
        """What is painted on the labels of a picture in this box, now or by undo, only gives objects other numbers."""
        self._numbers_only.add((name, _corners(box)))

    def begin(self, name: str) -> None:
        """Labels are about to be corrected for the first time since they were made. Raises StorageError."""
        if self._project.record(name).corrected_planes:
            self._project.update_record(name, corrected_planes=())

    def painted(self, name: str, box: Box, *, first: bool) -> None:
        """Labels were painted on in a box; `first`: for the first time since they were made. Raises StorageError."""
        record = self._project.record(name)
        if record.planes == 1:
            return
        known = set() if first else set(record.corrected_planes)
        planes = np.arange(record.planes).reshape(record.spatial_shape[:-FLAT])[box[:-FLAT]].ravel().tolist()
        mended = known if (name, _corners(box)) in self._numbers_only else known | set(planes)
        if mended != set(record.corrected_planes):
            self._project.update_record(name, corrected_planes=tuple(sorted(mended)))


def _corners(box: Box) -> tuple[tuple[int, int], ...]:
    return tuple((part.start, part.stop) for part in box)
