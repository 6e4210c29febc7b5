"""Every stroke is written when it is painted; what could not be written then is written with the next one that can."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import Layer, Project
from napari_unet.core.data.steps import Beside, Classed
from napari_unet.core.errors import StorageError

Labels = NDArray[np.integer]


class Strokes:
    """Writes the strokes painted in a project.

    Parameters
    ----------
    settle : called before the numbers of a layer change on the disk; see `ObjectClasses.settle`.
    """

    def __init__(self, project: Project, settle: Callable[[str, Layer], None]) -> None:
        self._project, self._settle = project, settle
        self._owed: set[tuple[str, Layer]] = set()

    def write(self, name: str, layer: Layer, box: tuple[slice, ...], array: Labels, *, goes_on: bool) -> None:
        """Put a stroke, or more of the last one, on the disk: the pixels of `array` in `box`. Raises StorageError.

        The first correction needs the labels it was made on beside it. And after strokes that could not be written
        (the disk was full, or gone) the journal alone would lack them. In both cases the whole layer is saved.
        """
        owed = (name, layer) in self._owed
        self._owed.add((name, layer))
        self._project.check_writable()
        self._settle(name, layer)
        whole = owed or (layer == "labels" and not self._project.has(name, layer))
        if whole and layer == "labels":
            self._project.save_labels(name, array)
        elif whole:
            self._project.save_annotation(name, array)
        else:
            self._project.journal.append(name, layer, box, array[box], goes_on=goes_on)
        self._owed.discard((name, layer))

    def owe(self, name: str, layer: Layer) -> None:
        """What is on the disk of a layer may be another one: the next stroke writes all of it."""
        self._owed.add((name, layer))

    def note(self, name: str, layer: Layer, beside: Beside, *, goes_on: bool) -> None:
        """Note what changed beside pixels, which is on the disk by itself, so that it can be undone after a crash.

        `goes_on`: it belongs to the stroke that was told last.
        """
        nowhere = (slice(0, 0),) * len(self._project.record(name).spatial_shape)
        nothing = np.zeros((0,) * len(nowhere), np.uint8)
        with suppress(StorageError):
            self._project.journal.append(name, layer, nowhere, nothing, goes_on=goes_on, beside=beside)

    @contextmanager
    def classed(
        self, name: str, layer: Layer, before: Mapping[int, int], after: Mapping[int, int], goes_on: bool
    ) -> Iterator[None]:
        """Note which classes objects get, so that after a crash it can be undone with what the block has told.

        Parameters
        ----------
        before, after : number of an object -> its class; those without one are not in it.
        goes_on : it belongs to the stroke that was told last, also where the block tells none.
        """
        journal = self._project.journal
        last = journal.last(name, layer)
        yield
        numbers = sorted(number for number in {*before, *after} if before.get(number) != after.get(number))
        values = Classed(*({number: table.get(number, 0) for number in numbers} for table in (before, after)))
        self.note(name, layer, values, goes_on=goes_on or journal.last(name, layer) != last)

    def settled(self, name: str, layer: Layer) -> None:
        """The whole layer was saved, or let go: nothing of it is owed any more."""
        self._owed.discard((name, layer))
