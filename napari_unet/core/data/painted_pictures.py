"""What was painted on the pictures of a project: annotations, corrected labels, which of their objects are locked."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.acceptance import Acceptance
from napari_unet.core.data.annotation import with_complete_planes
from napari_unet.core.data.entry import LOCKS
from napari_unet.core.data.journal import Layer
from napari_unet.core.data.pictures import Pictures
from napari_unet.core.data.record import Region


class PaintedPictures(Pictures):
    """Every picture of a project, with all that a person did on it."""

    def annotation(self, name: str) -> NDArray[np.integer]:
        """What was painted on a picture, every stroke included.

        Returns
        -------
        annotation : ([T,] [Z,] Y, X) uint16, or uint32 where a number needs it; a fresh array, zeros when nothing was.

        Raises
        ------
        ProjectError : there is no such picture.
        MaskError : its file is damaged.
        """
        painted = self._entry(name).layer("annotation")
        return np.zeros(self._records[name].spatial_shape, np.uint16) if painted is None else painted

    def known(self, name: str) -> NDArray[np.integer]:
        """The annotation with what is unlabelled in complete planes of a stack made background. Raises as above."""
        return with_complete_planes(self.annotation(name), self.record(name).complete_planes)

    def save_annotation(self, name: str, annotation: NDArray[np.integer]) -> None:
        """Save an annotation that contains every stroke journalled so far. Raises StorageError, MaskError."""
        self.check_writable()
        self._entry(name).write_layer("annotation", annotation)

    def accept(self, name: str, annotation: NDArray[np.integer], region: Region, replaced: Acceptance) -> Region:
        """Save an annotation into which a region of labels was taken, where those came from, and what they replaced.

        Returns the region as it is in the record. Raises StorageError, MaskError.
        """
        self.check_writable()
        region = dataclasses.replace(region, kept=replaced.write(self._entry(name).folder))
        # The origin first: wherever the program may end, nothing is there to be learned from without one.
        self.update_record(name, origin=(*self.record(name).origin, region))
        self.save_annotation(name, annotation)
        return region

    def take_out(self, name: str, annotation: NDArray[np.integer], **changes: Any) -> None:
        """Save an annotation from which accepted regions were taken out, and what changes in the picture's record: the
        origins of those that are left, and what is complete.

        Raises StorageError, MaskError.
        """
        self.check_writable()
        # In this order: wherever the program may end, a picture is not complete without what made it so (all of it
        # would be learned as background), and nothing is there to be learned from without an origin.
        record, origin = self.record(name), changes.pop("origin")
        if any(value != getattr(record, key) for key, value in changes.items()):
            self.update_record(name, **changes)
        self.save_annotation(name, annotation)
        self.update_record(name, origin=origin)

    def acceptance(self, name: str, region: Region) -> Acceptance:
        """What was replaced when a region was accepted. Raises ProjectError when that is not known."""
        return Acceptance.read(self._entry(name).folder, region.kept or "no file")

    def labels(self, name: str) -> NDArray[np.integer] | None:
        """The corrected labels of a picture, every stroke included; None when they were never corrected."""
        return self._entry(name).layer("labels")

    def save_labels(self, name: str, labels: NDArray[np.integer]) -> None:
        """Save corrected labels; before the first stroke on them is journalled, too. Raises StorageError, MaskError."""
        self.check_writable()
        self._entry(name).write_layer("labels", labels)

    def locks(self, name: str) -> frozenset[int]:
        """The numbers of the locked objects of a picture's labels. Raises ProjectError when they cannot be read."""
        return self._entry(name).locks()

    def save_locks(self, name: str, numbers: Collection[int]) -> None:
        """Keep which objects of a picture's labels are locked; on disk when this returns. Raises StorageError."""
        self.check_writable()
        self._entry(name).write_locks(numbers)

    def forget_labels(self, name: str) -> None:
        """Move the corrected labels and their locks to the trash: new ones take their place. Raises StorageError."""
        self.check_writable()
        entry = self._entry(name)
        locks, file, strokes = entry.folder / LOCKS, entry.path("labels"), self.journal.path(name, "labels")
        # Whole first, and last to go: a crash must not leave strokes behind without what they were painted on, nor
        # locks that would hold objects of other labels.
        if strokes.exists() and (labels := self.labels(name)) is not None:
            self.save_labels(name, labels)
        if any(path.exists() for path in (locks, strokes, file)):
            self._to_trash(name, locks, strokes, file)
            self.journal.forget(name)

    def has(self, name: str, layer: Layer) -> bool:
        """Whether anything of a layer was ever saved or painted. Cheap: nothing is read."""
        return self._entry(name).path(layer).is_file() or self.journal.path(name, layer).is_file()
