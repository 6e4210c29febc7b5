"""Small pictures of the pictures of a project: made in a thread, when somebody first looks at their place in a list."""

from __future__ import annotations

from functools import partial

from napari_unet.core.data import Project
from napari_unet.core.export.drawing import Colours, small
from napari_unet.session.doubting import Doubting
from napari_unet.session.looker import Looker

SIDE = 48
"""Pixels along the longer side of a small picture, at most."""


class Thumbnails(Doubting):
    """Kept as long as the project is open."""

    def __init__(self) -> None:
        super().__init__()
        self._thumbs = Looker[Colours]()
        self._small: dict[str, Colours | None] = {}  # by content: another picture may take a name

    def thumbnail(self, name: str) -> Colours | None:
        """A small picture, (Y, X, 3) uint8; None while it is not made, which `thumbnail_made` tells, or cannot be."""
        project = self.project
        if project is None or name not in project.names():
            return None
        key = project.record(name).sha256
        if key not in self._small:
            self._small[key] = None
            self._thumbs.ask(key, name, partial(_small, project, name))
        return self._small[key]

    def _take_thumbnails(self) -> None:
        for result in self._thumbs.results():
            if result.made is not None:  # of one that cannot be read, that is told when it is opened
                self._small[result.kind] = result.made
                self.thumbnail_made.emit(result.name)

    def _forget_results(self) -> None:
        super()._forget_results()
        self._thumbs.forget()
        self._small.clear()


def _small(project: Project, name: str) -> Colours:
    return small(project.picture(name), SIDE)
