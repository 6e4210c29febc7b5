"""One picture's folder in a project: its files, and the strokes not yet in them. Knows no lock and no other picture."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.atomic import write_json
from napari_unet.core.data.journal import Journal, Layer
from napari_unet.core.data.json_file import read_json
from napari_unet.core.data.object_classes import Classes, Coming, classes_file, read_classes, write_classes
from napari_unet.core.data.picture import FLAT, Picture, size_words
from napari_unet.core.data.read import checked_values, mask_numbers
from napari_unet.core.data.read_tiff import load_tiff
from napari_unet.core.data.record import Record
from napari_unet.core.data.steps import Step
from napari_unet.core.data.write_tiff import write_labels, write_picture
from napari_unet.core.errors import MaskError, PictureError, ProjectError

IMAGE = "image.tif"
RECORD = "record.json"
LOCKS = "locks.json"

THROUGH = "napari-unet, contains strokes through "
"""The note in an annotation's or labels' file; what follows is the id of the last journalled stroke it contains."""


@dataclass(frozen=True)
class Entry:
    """The files of one picture. `folder.name` is the picture's name."""

    folder: Path
    journal: Journal

    @property
    def name(self) -> str:
        """The picture's name in its project."""
        return self.folder.name

    def exists(self) -> bool:
        """Whether the folder holds a picture."""
        return (self.folder / RECORD).exists() and (self.folder / IMAGE).exists()

    def path(self, layer: Layer) -> Path:
        """The file of a layer; it is there once the layer was saved."""
        return self.folder / f"{layer}.tif"

    def record(self) -> Record:
        """The picture's record. Raises ProjectError when its file is damaged."""
        path = self.folder / RECORD
        try:
            return Record.from_json(read_json(path))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ProjectError(
                f"The record of the picture {self.name} is damaged ({path}: {error}).",
                "The picture and its annotation are still there.",
                "Put back a copy of the file, or add the picture and its annotation.tif to the project again.",
            ) from error

    def write_record(self, record: Record) -> None:
        """Write the record, whole or not at all. Raises StorageError."""
        write_json(self.folder / RECORD, record.to_json())

    def locks(self) -> frozenset[int]:
        """The numbers of the locked objects of its labels. Raises ProjectError when their file is damaged."""
        path = self.folder / LOCKS
        try:
            return frozenset(int(number) for number in read_json(path)["locked"])
        except FileNotFoundError:
            return frozenset()
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ProjectError(
                f"Which objects of {self.name} are locked cannot be read ({path}: {error}).",
                "The file should list the numbers of the locked objects.",
                "Put back a copy of the file, or remove it: then no object is locked.",
            ) from error

    def write_locks(self, numbers: Collection[int]) -> None:
        """Write the numbers of the locked objects, whole or not at all. Raises StorageError."""
        write_json(self.folder / LOCKS, {"locked": sorted(numbers)})

    def classes(self, layer: Layer) -> tuple[Classes, bool]:
        """The classes of a layer's objects, and whether nothing is left to settle; see `object_classes`.

        Raises ProjectError when their file is damaged, MaskError when the layer's is and it is needed.
        """
        return read_classes(classes_file(self.folder, layer), lambda: self._numbers(layer))

    def write_classes(self, layer: Layer, classes: Mapping[int, int], coming: Coming | None = None) -> None:
        """Write the classes of a layer's objects, whole or not at all. Raises StorageError."""
        write_classes(classes_file(self.folder, layer), classes, coming)

    def picture(self) -> Picture:
        """The picture as acquired. Raises PictureError when its file is damaged or was changed to another size."""
        record = self.record()
        array, axes = load_tiff(self.folder / IMAGE).grid
        order = [axes.index(axis) for axis in "CSTZYX" if axis in axes]
        if len(order) < array.ndim or array.size != math.prod(record.shape):
            raise self._changed(array.shape, record)
        image = checked_values(array.transpose(order).reshape(record.shape), f"{self.name}/{IMAGE}")
        return Picture(
            name=self.name,
            image=np.ascontiguousarray(image) if record.axes == FLAT else image,
            pixel_size=record.pixel_size,
            unit=record.unit,
            channel_names=record.channel_names,
            source=record.source,
            axes=record.axes,
            told=record.told,
            files=record.files,
        )

    def _changed(self, shape: tuple[int, ...], record: Record) -> PictureError:
        return PictureError(
            f"The file of the picture {self.name} was changed: it is {size_words(shape)} now, and was "
            f"{size_words(record.shape)} when it was added.",
            "What was painted belongs to the picture as it was, pixel by pixel.",
            f"Put back {self.folder / IMAGE} as it was, or remove the picture here and add the new one.",
        )

    def write_picture(self, picture: Picture) -> None:
        """Write the picture's pixels. Raises StorageError."""
        write_picture(self.folder / IMAGE, picture)

    def layer(self, layer: Layer) -> NDArray[np.integer] | None:
        """A layer with every stroke painted on it; None when nothing was ever saved or painted.

        Returns
        -------
        array : ([T,] [Z,] Y, X) uint16, or uint32 where a number needs it; a fresh array.

        Raises
        ------
        MaskError : its file is damaged or was changed to another size.
        """
        saved = self._saved(layer)
        if saved is None and not self.journal.path(self.name, layer).exists():
            return None
        return self.journal.replay(self.name, layer, *(saved or self._nothing()))

    def changes(self, layer: Layer) -> list[Step]:
        """What each stroke changed that is in the journal alone, in their order. Raises MaskError as `layer` does."""
        if not self.journal.path(self.name, layer).exists():
            return []
        return self.journal.changes(self.name, layer, *(self._saved(layer) or self._nothing()))

    def _nothing(self) -> tuple[NDArray[np.integer], str]:
        return np.zeros(self.record().spatial_shape, np.uint16), ""

    def write_layer(self, layer: Layer, array: NDArray[np.integer]) -> None:
        """Save a layer that contains every stroke journalled so far, then drop those.

        Raises
        ------
        StorageError : the disk is full, or the folder cannot be written.
        MaskError : the array has another size than the picture, or values that are no numbers of objects.
        """
        record = self.record()
        numbers = self._fitting(layer, array, record)
        through = self.journal.last(self.name, layer)
        write_labels(self.path(layer), numbers, record, compress=True, note=THROUGH + through)
        self.journal.checkpoint(self.name, layer, through)

    def signature(self) -> tuple[tuple[int, int, int], ...]:
        """Changes whenever the annotation, its classes or the record do, strokes in the journal included. Cheap."""
        journal, classes = self.journal.path(self.name, "annotation"), classes_file(self.folder, "annotation")
        paths = self.path("annotation"), journal, self.folder / RECORD, classes
        return tuple(_stamp(path) for path in paths)

    def _numbers(self, layer: Layer) -> NDArray[np.integer]:
        numbers = self.layer(layer)
        return np.zeros(self.record().spatial_shape, np.uint16) if numbers is None else numbers

    def _saved(self, layer: Layer) -> tuple[NDArray[np.integer], str] | None:
        """The layer's file and the last stroke it contains."""
        path = self.path(layer)
        if not path.exists():
            return None
        loaded = load_tiff(path)
        array = self._fitting(layer, loaded.grid.array.squeeze(), self.record())
        return array, loaded.software.removeprefix(THROUGH) if loaded.software.startswith(THROUGH) else ""

    def _fitting(self, layer: Layer, array: NDArray[np.generic], record: Record) -> NDArray[np.integer]:
        """`array` as uint16 or uint32, if it has the picture's size."""
        if array.shape != record.spatial_shape:
            raise MaskError(
                f"The {layer} of {self.name} is {size_words(array.shape)} but the picture is "
                f"{size_words(record.spatial_shape)}.",
                "Both must have the same size.",
                f"Put back {self.path(layer)} as it was, or remove the file to start anew.",
            )
        numbers = mask_numbers(array, f"{self.name}/{layer}.tif")
        return numbers.astype(np.promote_types(numbers.dtype, np.uint16), copy=False)


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        status = path.stat()
    except FileNotFoundError:
        return (0, 0, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)
