"""What is complete: that everything unpainted is background, of a picture or of single planes of a stack."""

from __future__ import annotations

from typing import Any

from napari_unet.core.errors import ProjectError
from napari_unet.session.opened import Opened, told

TRUTH: dict[str, Any] = {"corrected_planes": ()}
"""What a record says besides where all of a stack is as annotated from now on."""


class Completing(Opened):
    """Decided by the person alone, and by what they accept."""

    def complete(self, name: str) -> bool:
        """Whether unlabelled pixels of this picture are background."""
        return self.need_project().record(name).complete

    @told("annotate")
    def set_complete(self, name: str, complete: bool) -> None:
        """Say that everything unpainted is background, or that it is not."""
        self.need_writable().update_record(name, complete=complete, complete_planes=(), **(TRUTH if complete else {}))
        self._truth_changed()
        self.pictures_changed.emit()

    def complete_plane(self, name: str, plane: int) -> bool:
        """Whether unlabelled pixels of this plane of a stack are background."""
        return plane in self.need_project().record(name).known_planes()

    @told("annotate")
    def set_complete_plane(self, name: str, plane: int, complete: bool) -> None:
        """Say that everything unpainted on a plane of a stack is background, or that it is not.

        Planes are counted from 0 in the order in which they are stored. The picture is complete once all of them are.
        """
        project = self.need_writable()
        project.update_record(name, **project.record(name).marked([plane], complete))
        self._truth_changed()
        self.pictures_changed.emit()

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
