"""What is complete: that everything unpainted is background, of a picture or of single planes of a stack."""

from __future__ import annotations

import math
from typing import Any

from napari_unet.core.errors import ProjectError
from napari_unet.core.wording import counted
from napari_unet.session.counts import count
from napari_unet.session.opened import Opened, told

DECIDED = ("complete", "complete_planes", "corrected_planes")
"""What a record says of it."""

TRUTH: dict[str, Any] = {"corrected_planes": ()}
"""What a record says besides where all of a stack is as annotated from now on."""


class Completing(Opened):
    """Decided by the person alone, and by what they accept."""

    def complete(self, name: str) -> bool:
        """Whether unlabelled pixels of this picture are background."""
        return self.need_project().record(name).complete

    def __init__(self) -> None:
        super().__init__()
        self.completed = ""  # what was said of the last tick; it can be taken back as long as it is on show
        self._undecided: tuple[str, dict[str, Any]] | None = None  # that picture, and what its record said before
        for signal in (self.current_changed, self.annotation_changed):
            signal.connect(self._unsay_completed)

    @told("annotate")
    def set_complete(self, name: str, complete: bool) -> None:
        """Say that everything unpainted is background, or that it is not."""
        changes = {"complete": complete, "complete_planes": (), **(TRUTH if complete else {})}
        self._complete(name, changes, self._meaning(name, None) if complete else "")

    @told("annotate")
    def uncomplete(self) -> None:
        """Take the last tick back, as if it had never been."""
        if self._undecided is not None:
            name, before = self._undecided
            since = self.need_project().record(name).corrected_planes  # corrected after the tick: that stays
            corrected = tuple(sorted({*before["corrected_planes"], *since}))
            self._complete(name, {**before, "corrected_planes": corrected}, "")

    def _complete(self, name: str, changes: dict[str, Any], meaning: str) -> None:
        """Write what is complete, and say what that means; nothing where it means nothing new."""
        project = self.need_writable()
        record = project.record(name)
        project.update_record(name, **changes)
        self._unsay_completed()
        if meaning:
            self._undecided = name, {key: getattr(record, key) for key in DECIDED}
            self.completed = meaning
            self.said.emit("annotate", meaning)
        self._truth_changed()
        self.pictures_changed.emit()

    def _meaning(self, name: str, plane: int | None) -> str:
        """What a tick makes of a picture, or of one of its planes; empty where all of it is painted.

        Whoever ticks it by mistake has a model learn that all the cells they did not paint are background.
        """
        project, annotation = self.need_project(), self.need_desk().annotation(name)
        seen = annotation if plane is None else annotation.reshape(-1, *annotation.shape[-2:])[plane]
        (painted, objects), where = count(seen), "picture" if plane is None else "plane"
        if painted == seen.size:
            return ""
        share = f"{min(math.ceil(100 * (1 - painted / seen.size)), 100 if not painted else 99)} %"
        found = f"{counted(objects, project.noun)} painted; the" if project.kind == "objects" else "The"
        return f"{found} other {share} of the {where} counts as background now."

    def _unsay_completed(self, *_: object) -> None:
        if self.completed:
            self.unsaid.emit("annotate", self.completed)
        self.completed, self._undecided = "", None

    def complete_plane(self, name: str, plane: int) -> bool:
        """Whether unlabelled pixels of this plane of a stack are background."""
        return plane in self.need_project().record(name).known_planes()

    @told("annotate")
    def set_complete_plane(self, name: str, plane: int, complete: bool) -> None:
        """Say that everything unpainted on a plane of a stack is background, or that it is not.

        Planes are counted from 0 in the order in which they are stored. The picture is complete once all of them are.
        """
        changes = self.need_project().record(name).marked([plane], complete)
        self._complete(name, changes, self._meaning(name, plane) if complete else "")

    @told("pictures")
    def keep_for_measuring(self, name: str, keep: bool) -> None:
        """A person decides that a complete picture measures models from now on, or is learned from."""
        if not self.complete(name):
            raise ProjectError(
                f"{name} is not complete.",
                "Only what is painted wholly can measure a model.",
                "Paint all of it, and tick that everything unpainted is background.",
            )
        self.need_writable().update_record(name, validation=keep, aside="")
        told = "measures models from now on. Those that have learned from it are compared without it"
        self.said.emit("pictures", f"{name} {told if keep else 'is learned from in the next training'}.")
        self.pictures_changed.emit()
