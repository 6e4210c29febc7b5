"""A project as training sees it, from another process than the window that paints in it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from glob import escape
from pathlib import Path

import numpy as np

from napari_unet.core.data.annotation import UNLABELLED, with_complete_planes
from napari_unet.core.data.entry import Entry
from napari_unet.core.data.journal import Journal
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.pictures import JOURNAL, PICTURES, TRASH
from napari_unet.core.data.provenance import provenance
from napari_unet.core.data.record import Record
from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import ProjectError, UnetError

Signature = tuple[tuple[int, int, int], ...]

LOOKER = "Training only reads the project."


class ProjectSet:
    """The annotated pictures of a project (a `TrainingSet`).

    Takes no lock and writes nothing: the window may paint, save and remove meanwhile. A stroke counts once it is in
    the journal.

    Parameters
    ----------
    origins : whether samples say where their labels came from; that costs a look at all that was accepted.
    aside : whether pictures are among them that a person has set aside. Else they are as if nothing were painted there.
    """

    def __init__(self, folder: Path, *, origins: bool = False, aside: bool = False) -> None:
        self._folder, self._origins, self._aside = folder, origins, aside
        self._journal = Journal(folder / JOURNAL, LOOKER)
        self._seen: dict[str, Signature] = {}
        self._pictures: dict[str, Picture] = {}

    def samples(self) -> Sequence[Sample]:
        """All annotated pictures, as they are now.

        Pictures whose record is damaged are left out, as they are in the window.

        Raises
        ------
        PictureError, MaskError : a picture or its annotation is damaged.
        """
        self._seen.clear()
        samples, wrong = self._news(self._entries())
        if wrong is not None:
            raise wrong
        return samples

    def names(self) -> list[str]:
        """All pictures, annotated or not."""
        return [entry.name for entry in self._entries()]

    def records(self) -> dict[str, Record]:
        """What is known of every picture whose record can be read."""
        found = {}
        for entry in self._entries():
            with suppress(ProjectError):
                found[entry.name] = entry.record()
        return found

    def removed(self, name: str) -> list[Record]:
        """What is known of the pictures of that name that were removed: their folders lie in the trash."""
        found = []
        for folder in sorted((self._folder / TRASH).glob(f"*/{escape(name)}")):
            with suppress(ProjectError):
                found.append(Entry(folder, self._journal).record())
        return found

    def signature(self, name: str) -> Signature:
        """Changes whenever the picture's annotation or record does. Cheap."""
        return self._entry(name).signature()

    def picture(self, name: str) -> Picture | None:
        """The picture of that name; None when it was removed. Raises PictureError, ProjectError."""
        entry = self._entry(name)
        return self._picture(entry, entry.record()) if entry.exists() else None

    def last_seen(self, name: str) -> Picture | None:
        """A picture as it was last read, also once it was removed; None if it never was."""
        return next((one for one in reversed(self._pictures.values()) if one.name == name), None)

    def changed(self, only: str | None = None) -> Sequence[Sample]:
        """The pictures painted on since the last call of `samples` or `changed`, as they are now; or that `only`.

        Costs three looks at a file's date per picture when nothing changed. One from which everything was erased comes
        as a sample with nothing labelled. One that is damaged is an error where there is nothing else to tell: what was
        read of the others is told once. Raises as `samples`.
        """
        samples, wrong = self._news(self._entries() if only is None else [self._entry(only)])
        if wrong is not None and not samples:
            raise wrong
        return samples

    def is_changed(self, name: str) -> bool:
        """Whether a picture was painted on since it was last taken by `samples` or `changed`. Three looks at dates."""
        entry = self._entry(name)
        return name in self._seen and entry.exists() and self._seen[name] != entry.signature()

    def _news(self, entries: Sequence[Entry]) -> tuple[list[Sample], UnetError | OSError | None]:
        """Those of the pictures that have changed, and what is wrong with one that cannot be read."""
        samples = list[Sample]()
        wrong: UnetError | OSError | None = None
        for entry in entries:
            try:
                if self._seen.get(entry.name) != entry.signature() and (sample := self._settled(entry)):
                    samples.append(sample)
            except (UnetError, OSError) as error:
                wrong = wrong or error
        return samples, wrong

    def _entries(self) -> list[Entry]:
        folders = sorted((self._folder / PICTURES).glob("[!.]*"))
        return [entry for entry in (Entry(folder, self._journal) for folder in folders) if entry.exists()]

    def _entry(self, name: str) -> Entry:
        return Entry(self._folder / PICTURES / name, self._journal)

    def _settled(self, entry: Entry) -> Sample | None:
        """The picture's sample, read while nothing was written to it; None when the picture was just removed."""
        while entry.exists():
            before = entry.signature()
            try:
                sample = self._sample(entry)
            except (UnetError, OSError) as error:
                if not entry.exists() or entry.signature() != before:
                    continue
                if isinstance(error, ProjectError):
                    self._seen[entry.name] = before
                    return None
                raise
            if entry.signature() == before:
                is_news = _is_annotated(sample) or entry.name in self._seen
                self._seen[entry.name] = before
                return sample if is_news else None
        return None

    def _sample(self, entry: Entry) -> Sample:
        record = entry.record()
        if record.aside and not self._aside:
            record = replace(record, complete=False, complete_planes=())
            painted = None
        else:
            painted = entry.layer("annotation")
        picture = self._picture(entry, record)
        annotation = np.zeros(record.spatial_shape, np.uint16) if painted is None else painted
        annotation = with_complete_planes(annotation, record.complete_planes)
        return replace(
            Sample.of(picture, annotation, complete=record.complete),
            name=entry.name,
            validation=record.validation if record.complete else False,
            classes=entry.classes("annotation")[0],
            origins=provenance(entry.folder, record, annotation) if self._origins else None,
        )

    def _picture(self, entry: Entry, record: Record) -> Picture:
        """The picture, read once; another one that took its name is read anew."""
        key = f"{entry.name} {record.added} {record.axes}"
        if key not in self._pictures:
            self._pictures[key] = entry.picture()
        return self._pictures[key]


def _is_annotated(sample: Sample) -> bool:
    return sample.complete or bool((sample.annotation != UNLABELLED).any())
