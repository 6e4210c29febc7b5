"""What was painted on the pictures of a project: annotations, corrected labels, the locks and classes of objects."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.acceptance import Acceptance, classes_taken_out, taken_out
from napari_unet.core.data.annotation import with_complete_planes
from napari_unet.core.data.broken_off import BrokenOff
from napari_unet.core.data.entry import LOCKS
from napari_unet.core.data.journal import Layer
from napari_unet.core.data.object_classes import Classes, Coming, checksum, classes_file
from napari_unet.core.data.provenance import provenance
from napari_unet.core.data.record import Region
from napari_unet.core.data.steps import Step
from napari_unet.core.errors import ProjectError


class PaintedPictures(BrokenOff):
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
        self._annotation_written(name)

    def accept(self, name: str, annotation: NDArray[np.integer], region: Region, replaced: Acceptance) -> Region:
        """Save an annotation into which a region of labels was taken, where those came from, and what they replaced.

        Returns the region as it is in the record. Raises StorageError, MaskError.
        """
        # The origin first: wherever the program may end, nothing is there to be learned from without one.
        region = self.add_origin(name, region, replaced)
        self.save_annotation(name, annotation)
        return region

    def add_origin(self, name: str, region: Region, replaced: Acceptance) -> Region:
        """Keep where labels come from that will be in the annotation next, and what they replace; see `accept`."""
        self.check_writable()
        file = replaced.write(self._entry(name).folder)
        region = dataclasses.replace(region, kept=file, id=region.id or file)
        self.update_record(name, origin=(*self.record(name).origin, region))
        return region

    def take_out(self, name: str, annotation: NDArray[np.integer], gone: Collection[str]) -> NDArray[np.integer]:
        """Take accepted regions out of an annotation, save it, and forget their origins.

        Parameters
        ----------
        annotation : as it is now, strokes that were not saved included.
        gone : the ids of the regions.

        Returns
        -------
        annotation : as if these regions had never been; what was accepted or painted over them since stays.

        Raises
        ------
        ProjectError : what one of them replaced cannot be read; nothing is changed.
        StorageError, MaskError : it cannot be written.
        """
        self.check_writable()
        record, folder = self.record(name), self._entry(name).folder
        row = self._row(name, gone)
        places = {place for place, (region, _) in enumerate(row) if region.id in gone}
        out = taken_out([kept for _, kept in row], places, annotation, record.complete)
        before = self.classes(name, "annotation")
        classes, handed = classes_taken_out([kept for _, kept in row], places, before)
        for place, kept in handed.items():
            out.changed[place] = dataclasses.replace(out.changed.get(place, row[place][1]), classes_before=kept)
        files = {row[place][0].id: kept.write(folder) for place, kept in out.changed.items()}
        origin = tuple(
            dataclasses.replace(region, kept=files.get(region.id, region.kept))
            for region in record.origin
            if region.id not in gone
        )
        # In this order: wherever the program may end, a picture is not complete without what made it so (all of it
        # would be learned as background), and nothing is there to be learned from without an origin.
        now = record.marked(out.planes, complete=False) if record.planes > 1 else {"complete": out.complete}
        if any(value != getattr(record, key) for key, value in now.items()):
            self.update_record(name, **now)
        if classes != before:
            self.save_classes(name, "annotation", before, Coming(classes, checksum(out.annotation)))
        self.save_annotation(name, out.annotation)
        if classes != before:
            self.save_classes(name, "annotation", classes)
        self.update_record(name, origin=origin)
        return out.annotation

    def _row(self, name: str, gone: Collection[str]) -> list[tuple[Region, Acceptance]]:
        """The regions from the first of those that go, each with what it replaced. Raises ProjectError."""
        regions = [region for region in self.record(name).origin if region.id]
        first = next((place for place, region in enumerate(regions) if region.id in gone), len(regions))
        row = []
        for region in regions[first:]:
            try:
                row.append((region, self.acceptance(name, region)))
            except ProjectError:
                if region.id in gone:
                    raise  # of another one it is as if its labels had been painted
        return row

    def acceptance(self, name: str, region: Region) -> Acceptance:
        """What was replaced when a region was accepted. Raises ProjectError when that is not known."""
        return Acceptance.read(self._entry(name).folder, region.kept or "no file")

    def provenance(self, name: str, annotation: NDArray[np.integer], only: Collection[str] | None) -> NDArray[np.uint8]:
        """Where each pixel of an annotation ([Z,] Y, X) came from; see `provenance.provenance`."""
        return provenance(self._entry(name).folder, self.record(name), annotation, only)

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

    def classes(self, name: str, layer: Layer) -> Classes:
        """The class of each object of a layer that has one, by its number there.

        Raises ProjectError when they cannot be read.
        """
        entry = self._entry(name)
        classes, settled = entry.classes(layer)
        if not settled and not self.read_only:
            entry.write_classes(layer, classes)  # now: the next stroke makes other numbers of these
        return classes

    def save_classes(self, name: str, layer: Layer, classes: Mapping[int, int], coming: Coming | None = None) -> None:
        """Keep the classes of a layer's objects; on disk when this returns. Raises StorageError.

        `coming` holds instead once the numbers have become others; it is settled by saving again without it.
        """
        self.check_writable()
        self._entry(name).write_classes(layer, classes, coming)

    def forget_labels(self, name: str) -> None:
        """Move the corrected labels, their locks and classes to the trash: new ones take their place.

        Raises StorageError.
        """
        self.check_writable()
        entry = self._entry(name)
        classes = classes_file(entry.folder, "labels")
        locks, file, strokes = entry.folder / LOCKS, entry.path("labels"), self.journal.path(name, "labels")
        # Whole first, and last to go: a crash must not leave strokes behind without what they were painted on, nor
        # locks that would hold objects of other labels. (Classes of labels that are gone are never looked at.)
        if strokes.exists() and (labels := self.labels(name)) is not None:
            self.save_labels(name, labels)
        if any(path.exists() for path in (locks, classes, strokes, file)):
            self._to_trash(name, locks, strokes, file, classes)
            self.journal.forget(name)

    def changes(self, name: str, layer: Layer) -> list[Step]:
        """What each stroke on a layer changed that was not saved yet, in their order: after a crash those before it.

        Raises MaskError when the layer's file is damaged.
        """
        return self._entry(name).changes(layer)

    def has(self, name: str, layer: Layer) -> bool:
        """Whether anything of a layer was ever saved or painted. Cheap: nothing is read."""
        return self._entry(name).path(layer).is_file() or self.journal.path(name, layer).is_file()
