"""All pictures as a table, and what is done to several of them at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from napari_unet.core.data import Project, Record, Region
from napari_unet.core.data.record import SetAside
from napari_unet.core.metrics.doubts import Doubt
from napari_unet.core.wording import counted
from napari_unet.session.adding import Adding
from napari_unet.session.checking import Checking
from napari_unet.session.completing import TRUTH
from napari_unet.session.job import PictureRow
from napari_unet.session.opened import told

ALL_TRUE = {"complete": True, "complete_planes": (), **TRUTH}

Set = Literal["validation", "training", "test", "left out"]

ASIDE: dict[SetAside, str] = {
    "test": "kept for testing: no model learns from {0} or is chosen by {0} from now on; "
    "those that have are not tested on {0}",
    "left out": "left out: no model learns from {0} or is measured on {0} from now on",
    "": "in use again",
}
"""What becomes of pictures that are set aside."""


@dataclass(frozen=True)
class TableRow:
    """A picture with all that is known of it.

    `labelled` is the share of it that is painted, 0..1. `score` is how good the active model is on it, if it has not
    learned from it and that is known. `origin` says where its labels came from, and which pictures are the same; `note`
    is a person's own. `doubts` is what looks wrong in it; None while that is not known. `classes` says how many painted
    objects have each class, by its name, and in the end none (""), where there are any.
    """

    picture: PictureRow
    labelled: float
    set: Set
    score: float | None
    origin: str
    note: str = ""
    doubts: tuple[Doubt, ...] | None = None
    classes: Mapping[str, int] = field(default_factory=dict)


class Tabling(Adding, Checking):
    """The list of pictures, seen and changed as a whole."""

    @property
    def table(self) -> tuple[TableRow, ...]:
        """One row a picture, in the order they were added."""
        project = self.project
        if project is None:
            return ()
        titles = {row.name: row.title for row in self.models}
        scores = {} if self.unseen is None else {**self.unseen.beside, **self.unseen.per_picture}
        same = _same(project)
        return tuple(
            TableRow(
                row,
                self._labelled(project.record(row.name), row),
                _set(row),
                scores.get(row.name),
                _origins(project.record(row.name), titles, same[row.name]),
                project.record(row.name).note,
                self.doubts(row.name),
                self._classes(row.name),
            )
            for row in self.pictures
        )

    def _classes(self, name: str) -> dict[str, int]:
        return self.named_counts(self.need_desk().counts.classes(name)) if self.object_classes else {}

    def _labelled(self, record: Record, row: PictureRow) -> float:
        """Of a complete picture all is painted: what was left out is background."""
        if row.state == "complete":
            return 1.0
        return self.need_desk().counts.area(row.name) / max(math.prod(record.spatial_shape), 1)

    @told("pictures")
    def set_all_complete(self, names: Sequence[str]) -> None:
        """Say of these pictures that everything unpainted is background; not of those with nothing painted."""
        project = self.need_writable()
        self.needed.emit()
        bare = [name for name in names if not (project.record(name).complete or project.annotation(name).any())]
        self._each([name for name in names if name not in bare], lambda name: ALL_TRUE)
        stayed = "with nothing painted stayed as before: paint something first."
        self._say("{} marked as complete.", len(names) - len(bare), f"{{}} {stayed}", len(bare))

    @told("pictures")
    def keep_all_for_measuring(self, names: Sequence[str], keep: bool) -> None:
        """Decide of complete pictures that they measure models from now on, or are learned from.

        What was set aside is so no more; of strokes that is all there is to decide.
        """
        project = self.need_writable()
        records = {name: project.record(name) for name in names}
        decided = [name for name, one in records.items() if one.complete or (one.aside and not keep)]
        self._each(decided, lambda name: {"validation": keep, "aside": ""} if records[name].complete else {"aside": ""})
        will = f"{'measures' if len(decided) == 1 else 'measure'} models from now on"
        if not keep:
            will = f"{'is' if len(decided) == 1 else 'are'} learned from in the next training"
        others = len(names) - len(decided)
        self._say(f"{{}} {will}.", len(decided), "{} not complete stayed as before.", others)

    @told("pictures")
    def set_aside(self, names: Sequence[str], aside: SetAside) -> None:
        """Decide of pictures that nothing is learned from them and no model is chosen by them from now on.

        Those for a test say how good a model is; those that are left out say nothing. Empty: they are in use again.
        """
        self.need_writable()
        self._each(names, lambda name: {"aside": aside})
        is_one = len(names) == 1
        said = ASIDE[aside].format("it" if is_one else "them")
        self.said.emit("pictures", f"{counted(len(names), 'picture')} {'is' if is_one else 'are'} {said}.")

    @told("pictures")
    def set_note(self, names: Sequence[str], note: str) -> None:
        """Write a person's own words about these pictures into their records; empty words take them away."""
        self._each(names, lambda name: {"note": note.strip()})

    def _say(self, done: str, how_many: int, left: str, others: int) -> None:
        """What was done to so many pictures, and what not to the others; each only where there are any."""
        parts = [text.format(counted(count, "picture")) for text, count in ((done, how_many), (left, others)) if count]
        self.said.emit("pictures", " ".join(parts))

    def _each(self, names: Sequence[str], changes: Callable[[str], Mapping[str, object]]) -> None:
        try:
            for name in names:
                self.need_writable().update_record(name, **changes(name))
        finally:
            self.pictures_changed.emit()

    @told("pictures")
    def remove_all(self, names: Collection[str]) -> None:
        """Take these pictures out of the project; they stay in its trash folder."""
        project, desk = self.need_writable(), self.need_desk()
        self.needed.emit()
        desk.save()
        self._leave(names)
        try:
            for name in names:
                project.remove(name)
                desk.forget(name)
        finally:
            self.pictures_changed.emit()
        self.said.emit("pictures", f"{counted(len(names), 'picture')} moved to the project's trash folder.")

    def _leave(self, names: Collection[str]) -> None:
        """Show a picture that stays, if there is one: each that goes would otherwise show the next."""
        staying = [name for name in self.need_project().names() if name not in names]
        if self.current in names and staying:
            self.select(staying[0])
        if self.current in names:  # none stays, or it cannot be read
            self.current = None
            self.current_changed.emit()


def _set(row: PictureRow) -> Set:
    if row.aside:
        return row.aside
    if row.validation:
        return "validation"
    return "left out" if row.state == "unlabelled" else "training"


def _same(project: Project) -> dict[str, list[str]]:
    """For each picture the others with the same pixels."""
    groups: dict[str, list[str]] = {}
    for name in project.names():
        groups.setdefault(project.record(name).sha256, []).append(name)
    return {name: [other for other in group if other != name] for group in groups.values() for name in group}


def _origins(record: Record, titles: Mapping[str, str], same: Sequence[str]) -> str:
    origins = dict.fromkeys(_origin(region, titles) for region in record.origin)
    twins = [f"the same picture as {' and '.join(same)}"] if same else []
    return "; ".join(note for note in (*twins, *origins) if note)


def _origin(region: Region, titles: Mapping[str, str]) -> str:
    if not region.model:
        return f"from {region.source}" if region.source else ""
    return f"{region.how} from {titles.get(region.model, region.model)}"
