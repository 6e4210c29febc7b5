"""The pictures of a project on disk: added, looked up, decided about and removed."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.atomic import atomic_folder, storage_errors, write_many_json
from napari_unet.core.data.entry import RECORD, Entry
from napari_unet.core.data.folder_name import dated, folder_name, unique_name
from napari_unet.core.data.journal import LAYERS, Journal
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.read import checked_values
from napari_unet.core.data.record import Record, Region, later
from napari_unet.core.data.validation import decided
from napari_unet.core.errors import ProjectError, StorageError

PICTURES, JOURNAL, TRASH = "pictures", "journal", "trash"


class Pictures:
    """Every picture of a project, by its name.

    Parameters
    ----------
    folder : the project's folder.
    notice : why nothing may be written here, as a sentence; empty when it may. Whatever writes raises it as a
        StorageError.
    """

    def __init__(self, folder: Path, notice: str) -> None:
        self.folder = folder
        self.notice = notice
        self.journal = Journal(folder / JOURNAL, notice)
        self._records, self._damaged = _all_records(folder / PICTURES, self.journal)

    @property
    def read_only(self) -> bool:
        """Whether nothing may be written here; `notice` says why."""
        return bool(self.notice)

    @property
    def damaged(self) -> tuple[str, ...]:
        """The pictures whose records cannot be read. They are left alone, on disk and here."""
        return self._damaged

    def names(self) -> tuple[str, ...]:
        """Every picture, in the order they were added."""
        return tuple(self._records)

    def take_in(
        self, picture: Picture, annotation: NDArray[np.integer] | None, origin: tuple[Region, ...], *, complete: bool
    ) -> str:
        """Add a picture, whole or not at all.

        Parameters
        ----------
        annotation : ([Z,] Y, X) unsigned integers; see `core.data.annotation`.
        origin : where the annotation came from.
        complete : unlabelled pixels of the annotation are background.

        Returns
        -------
        name : the picture's name here: its own, made unique and fit for a folder.

        Raises
        ------
        PictureError : the picture has values that are no numbers to learn from.
        StorageError : the disk is full, or nothing may be written here.
        """
        self.check_writable()
        picture = dataclasses.replace(picture, image=checked_values(picture.image, picture.name))
        name = unique_name(folder_name(picture.name, "picture"), self._taken())
        record = dataclasses.replace(Record.of(picture), complete=complete, origin=origin)
        record = dataclasses.replace(record, added=later(record.added, (one.added for one in self._records.values())))
        with atomic_folder(self.folder / PICTURES / name) as folder:
            entry = Entry(folder, self.journal)
            entry.write_record(record)
            entry.write_picture(picture)
            if annotation is not None:
                entry.write_layer("annotation", annotation)
        self._records[name] = record
        return name

    def picture(self, name: str) -> Picture:
        """The picture as acquired. Raises ProjectError, PictureError."""
        return self._entry(name).picture()

    def record(self, name: str) -> Record:
        """Where a picture came from and what was decided about it. Raises ProjectError."""
        self._entry(name)
        return self._records[name]

    def update_record(self, name: str, **changes: Any) -> Record:
        """Change what is known about a picture, e.g. `complete=True`. Raises StorageError."""
        self.check_writable()
        record = dataclasses.replace(self.record(name), **changes)
        self._entry(name).write_record(record)
        self._records[name] = record
        return record

    def decide_validation(self, share: float) -> None:
        """Before training: decide for each newly complete picture whether it is learned from. Raises StorageError."""
        choice = decided(self._records, share)
        if not choice:
            return
        self.check_writable()
        records = {name: dataclasses.replace(self._records[name], validation=value) for name, value in choice.items()}
        write_many_json({self._entry(name).folder / RECORD: record.to_json() for name, record in records.items()})
        self._records.update(records)

    def remove(self, name: str) -> Path:
        """Move a picture with all that was painted on it to the trash, which is returned. Raises StorageError."""
        self.check_writable()
        journals = [self.journal.path(name, layer) for layer in LAYERS]
        trashed = self._to_trash(name, self._entry(name).folder, *journals)
        self.journal.forget(name)
        del self._records[name]
        return trashed

    def check_writable(self) -> None:
        """Raises StorageError when nothing may be written here."""
        if self.notice:
            raise StorageError(self.notice)

    def _entry(self, name: str) -> Entry:
        if name not in self._records:
            raise ProjectError(f"The project {self.folder.stem} has no picture called {name}.")
        return Entry(self.folder / PICTURES / name, self.journal)

    def _taken(self) -> set[str]:
        """Names that a new picture cannot have: a stroke that was left in the journal must not land on it either."""
        folders = (path.name for path in (self.folder / PICTURES).glob("*"))
        return {*folders, *self.journal.names()}

    def _to_trash(self, name: str, *paths: Path) -> Path:
        trash = self.folder / TRASH
        with storage_errors(trash):
            trash.mkdir(exist_ok=True)
            target = trash / unique_name(dated(name), [path.name for path in trash.iterdir()])
            target.mkdir()
            for path in paths:
                if path.exists():
                    path.rename(target / path.name)
        return target


def _all_records(folder: Path, journal: Journal) -> tuple[dict[str, Record], tuple[str, ...]]:
    """The readable records by when their pictures were added, and the names of the damaged ones."""
    records, damaged = {}, []
    for path in sorted(path for path in folder.glob("*") if path.is_dir() and not path.name.startswith(".")):
        try:
            records[path.name] = Entry(path, journal).record()
        except ProjectError:
            damaged.append(path.name)
    return dict(sorted(records.items(), key=lambda item: item[1].added)), tuple(damaged)
