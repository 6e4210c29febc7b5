"""What broke off on the disk never was: the record of a picture is as before, on disk as soon as it can be written.

An Accept, or taking one back, writes record and annotation one after the other. Where the disk is full between the two,
both must go on as they were: the person is told that nothing was done, and does it again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.pictures import Pictures
from napari_unet.core.data.record import Record
from napari_unet.core.errors import StorageError

Bring = Callable[[], NDArray[np.integer]]
"""Brings an annotation as it is now."""


class BrokenOff(Pictures):
    """Pictures whose records may be others on the disk than they are here."""

    def __init__(self, folder: Path, notice: str) -> None:
        super().__init__(folder, notice)
        self._behind: dict[str, Bring | None] = {}

    def never_was(self, name: str, record: Record, annotation: Bring | None) -> None:
        """A change broke off, and the record is what it was before: on disk, too, with what is next written of it.

        Parameters
        ----------
        annotation : where the file of the annotation was reached by the change: that goes first, or what was accepted
            would lie on the disk without its origin.
        """
        self._records[name] = record
        self._behind[name] = annotation

    def update_record(self, name: str, **changes: Any) -> Record:
        """As of all pictures. What `never_was` owes the disk goes with it. Raises StorageError."""
        if (annotation := self._behind.get(name)) is not None:
            self.check_writable()
            self._entry(name).write_layer("annotation", annotation())
        record = super().update_record(name, **changes)
        self._behind.pop(name, None)
        return record

    def catch_up(self, name: str) -> None:
        """Write what `never_was` owes, if it can be written now."""
        if name in self._behind:
            with suppress(StorageError):
                self.update_record(name)

    def stamp(self, name: str) -> tuple[int, ...]:
        """Another one whenever the file of the annotation was written."""
        return self._entry(name).signature()[0]

    def _annotation_written(self, name: str) -> None:
        """It is on the disk, so the record can follow. Raises StorageError."""
        if name in self._behind:
            self._behind[name] = None
            self.update_record(name)
