"""Where the training set's labels came from, and taking back what one model gave, or a part of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from napari_unet.core.data import Region
from napari_unet.core.data.record import How
from napari_unet.core.errors import ProjectError
from napari_unet.core.wording import counted
from napari_unet.session.handing_on import HandingOn
from napari_unet.session.opened import told


@dataclass(frozen=True)
class Given:
    """A region that was taken into the training set at once, and the picture it is of."""

    picture: str
    region: Region


@dataclass(frozen=True)
class Origin:
    """All that came about in one way from one model; `model` is its folder's name, or empty for a person."""

    how: How
    model: str
    given: tuple[Given, ...]

    @property
    def pictures(self) -> int:
        """From how many pictures it is."""
        return len({one.picture for one in self.given})


class Origins(HandingOn):
    """A model that misled can be undone: the set is then what it was before."""

    @property
    def origins(self) -> tuple[Origin, ...]:
        """What was brought along, accepted and rejected, by how and from which model; the most regions first."""
        project = self.need_project()
        groups: dict[tuple[How, str], list[Given]] = {}
        for name in project.names():
            for region in project.record(name).origin:
                groups.setdefault((region.how, region.model), []).append(Given(name, region))
        found = (Origin(how, model, tuple(given)) for (how, model), given in groups.items())
        return tuple(sorted(found, key=lambda one: -len(one.given)))

    @told("segment")
    def take_back_from(self, model: str) -> None:
        """Take all that came from this model out of the training set; what was painted over it since stays."""
        given = [one for origin in self.origins if origin.model == model for one in origin.given]
        if not given:
            raise ProjectError(f"Nothing of {model} is in the training set.")
        self._take_out(given, f"Took back what was accepted from {model}")

    @told("segment")
    def take_back_given(self, given: Collection[Given]) -> None:
        """Take these regions out of the training set; what was painted or accepted over them since stays."""
        known = [one for one in given if one.region.id]
        if not known:
            needed = "What was painted by hand or brought along has replaced nothing that could come back."
            raise ProjectError("There is nothing to take back.", needed, "Erase it, or remove the picture.")
        self._take_out(known, f"Took back {counted(len(known), 'accepted part')}")

    def _take_out(self, given: Collection[Given], did: str) -> None:
        self.need_writable()
        self.needed.emit()
        names = list(dict.fromkeys(one.picture for one in given))
        ids = {name: {one.region.id for one in given if one.picture == name} for name in names}
        try:
            self.need_desk().take_out(ids)
            self.said.emit("segment", f"{did}, in {counted(len(names), 'picture')}.")
        finally:  # where it breaks off, the first pictures are without it
            for name in names:
                self.annotation_changed.emit(name)
                self.classes_changed.emit(name)
            self.pictures_changed.emit()
