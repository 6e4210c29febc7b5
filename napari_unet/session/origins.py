"""Where the training set's labels came from, and taking back all that one model gave."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from napari_unet.core.errors import ProjectError
from napari_unet.core.wording import counted
from napari_unet.session.handing_on import HandingOn
from napari_unet.session.opened import told


@dataclass(frozen=True)
class Origin:
    """A model whose labels were accepted, by its folder's name; from how many pictures."""

    model: str
    pictures: int


class Origins(HandingOn):
    """A model that misled can be undone: the set is then what it was before."""

    @property
    def origins(self) -> tuple[Origin, ...]:
        """The models whose labels are in the training set, those with most pictures first."""
        project = self.need_project()
        counts = Counter(
            model
            for name in project.names()
            for model in {region.model for region in project.record(name).origin if region.model}
        )
        return tuple(Origin(model, pictures) for model, pictures in counts.most_common())

    @told("segment")
    def take_back_from(self, model: str) -> None:
        """Take all that was accepted from this model out of the training set; what was painted over it since stays."""
        self.need_writable()
        self.needed.emit()
        names = self.need_desk().take_back_from(model)
        if not names:
            raise ProjectError(f"Nothing of {model} is in the training set.")
        for name in names:
            self.annotation_changed.emit(name)
            self.classes_changed.emit(name)
        pictures = counted(len(names), "picture")
        self.said.emit("segment", f"Took back what was accepted from {model}, in {pictures}.")
        self.pictures_changed.emit()
