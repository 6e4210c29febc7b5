"""Strokes of a sitting that ended badly: they are on the picture again, and each can be taken back."""

from __future__ import annotations

from napari_unet.core.data import Layer, Project
from napari_unet.core.data.journal import LAYERS
from napari_unet.core.data.steps import Step


class Recovered:
    """Looks into the journal when a picture is laid out for the first time: what comes later is of this sitting."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._looked_at: set[str] = set()
        self._changes: dict[tuple[str, Layer], list[Step]] = {}
        self._news: dict[str, int] = {}

    def look(self, name: str) -> list[Layer]:
        """The layers of a picture on which strokes are found, the first time. Raises MaskError for a damaged file."""
        if name in self._looked_at or self._project.read_only:
            return []  # what another window paints now is no matter of this one
        found = {layer: self._project.changes(name, layer) for layer in LAYERS}
        self._looked_at.add(name)
        self._changes |= {(name, layer): changes for layer, changes in found.items()}
        self._news[name] = sum(map(len, found.values()))
        return [layer for layer, changes in found.items() if changes]

    def news(self, name: str) -> int:
        """How many strokes were found on a picture; told once."""
        return self._news.pop(name, 0)

    def take(self, name: str, layer: Layer) -> list[Step]:
        """What can be taken back on a layer, once."""
        return self._changes.pop((name, layer), [])
