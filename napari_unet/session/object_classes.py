"""Which class each object of a picture has: read once a picture and layer, and written at every change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from napari_unet.core.data import Layer, Project
from napari_unet.core.data.journal import LAYERS
from napari_unet.core.data.object_classes import Classes, Coming, Numbers, checksum
from napari_unet.core.errors import StorageError


class ObjectClasses:
    """The tables of annotations and of corrected labels. Those of computed labels are only kept in memory."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[tuple[str, Layer], Classes] = {}
        self._computed: dict[str, Classes] = {}
        self._unsaved: set[str] = set()
        self._unsettled: set[tuple[str, Layer]] = set()

    def get(self, name: str, layer: Layer) -> Classes:
        """The table of a picture's annotation or corrected labels. Raises ProjectError when its file is damaged."""
        if (name, layer) not in self._known:
            self._known[name, layer] = self._project.classes(name, layer)
        return self._known[name, layer]

    def put(self, name: str, layer: Layer, classes: Mapping[int, int]) -> None:
        """Keep this table; on disk when this returns. Raises StorageError."""
        self._project.save_classes(name, layer, classes)
        self._known[name, layer] = dict(classes)
        self._unsettled.discard((name, layer))

    @contextmanager
    def coming(self, name: str, layer: Layer, classes: Mapping[int, int], numbers: Numbers) -> Iterator[None]:
        """Let this table hold once the numbers on disk are these, which the block sees to.

        Wherever the program may end, the table on disk is that of the numbers on disk. When the block fails, the
        table stays as it was. When it does not, it is the new one, even if the file cannot say so in short yet (see
        `settle`). Raises StorageError, ProjectError.
        """
        before = self.get(name, layer)
        if before == classes:
            yield
            return
        self._project.save_classes(name, layer, before, Coming(dict(classes), checksum(numbers)))
        self._unsettled.discard((name, layer))
        yield  # where this fails, the file says that the table is as before, whatever the numbers are but those
        self._known[name, layer] = dict(classes)
        self.unsettle(name, layer)
        with suppress(StorageError):
            self.settle(name, layer)

    def unsettle(self, name: str, layer: Layer) -> None:
        """The file of a table may hold only for the numbers that are on the disk now."""
        self._unsettled.add((name, layer))

    def settle(self, name: str, layer: Layer) -> None:
        """Before numbers change, let the file say which table holds, whatever they will be. Raises StorageError."""
        if layer == "labels":
            self.save(name)
        if (name, layer) in self._unsettled:
            self.put(name, layer, self.get(name, layer))

    def renew(self, name: str, layer: Layer) -> None:
        """The table on disk is another one now."""
        self._known.pop((name, layer), None)
        self._unsettled.discard((name, layer))

    def computed(self, name: str) -> Classes:
        """The classes of labels that the program made."""
        return self._computed.get(name, {})

    def set_computed(self, name: str, classes: Mapping[int, int]) -> None:
        """Labels were made, with these classes."""
        self._computed[name] = dict(classes)

    def correct(self, name: str) -> None:
        """Computed labels become the person's, with the classes that they have; `save` writes those."""
        self._known[name, "labels"] = self.computed(name)
        self._unsaved.add(name)

    def save(self, name: str) -> None:
        """Write what classes corrected labels began with, if that is still to do. Raises StorageError."""
        if name in self._unsaved:
            self.put(name, "labels", self._known[name, "labels"])
            self._unsaved.discard(name)

    def uncorrect(self, name: str) -> None:
        """The labels count as computed ones again, with the classes that they have."""
        self._unsaved.discard(name)
        self._unsettled.discard((name, "labels"))
        if (classes := self._known.pop((name, "labels"), None)) is not None:
            self._computed[name] = classes

    def forget(self, name: str) -> None:
        """The picture has gone, or is no longer looked at."""
        self._computed.pop(name, None)
        for layer in LAYERS:
            self.renew(name, layer)
