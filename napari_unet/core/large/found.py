"""The labels of a large picture, which are read a window at a time like those in memory."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.large.grid import shape_of, within
from napari_unet.core.large.numbering import Numbers, Table
from napari_unet.core.large.store import closed_key
from napari_unet.core.large.work import Work
from napari_unet.core.stopping import Stop, Stopped

LABEL_TYPES = (np.uint8, np.uint16, np.uint32)


class LargeLabels:
    """Labels (Y, X), in the narrowest type that holds their numbers. They go with the folder they are kept in.

    Whoever reads them raises Stopped when somebody wants an end.
    """

    def __init__(self, work: Work, numbers: Numbers, stop: Stop) -> None:
        self.work, self._numbers, self._stop = work, numbers, stop
        self.shape: tuple[int, ...] = work.task.shape
        self.ndim, self.dtype = len(self.shape), narrowest(numbers.highest)

    def __getitem__(self, key: Any) -> NDArray[Any]:
        if self._stop():
            raise Stopped
        rows, columns = key
        _, window = closed_key((slice(None), rows, columns), (1, *self.work.task.shape))
        found = np.zeros(shape_of(window), self.dtype)
        for block, common in self.work.labels.touched(window):
            pieces = self.work.labels[(slice(0, 1), *common)][0]
            found[within(common, window)] = self._numbers.tables[block.place].take(pieces)
        return found


class StackLabels:
    """The same of a stack, ([T,] [Z,] Y, X), from those of its planes.

    Parameters
    ----------
    planes : in the order in which they are stored.
    names : for each plane, what each of its numbers is called in the stack; (highest + 1,).
    leading : how many planes along ([T,] [Z]).
    """

    def __init__(self, planes: Sequence[LargeLabels], names: Sequence[Table], leading: tuple[int, ...]) -> None:
        self._planes, self._names, self._leading = planes, names, leading
        self.shape: tuple[int, ...] = (*leading, *planes[0].shape)
        self.ndim = len(self.shape)
        self.dtype = narrowest(max((int(name.max(initial=0)) for name in names), default=0))

    def __getitem__(self, key: Any) -> NDArray[Any]:
        *along, rows, columns = key
        picked = np.arange(prod(self._leading)).reshape(self._leading)[tuple(along)]
        read = [self._names[number].take(self._planes[number][rows, columns]) for number in picked.ravel()]
        return np.stack(read).reshape(*picked.shape, *read[0].shape).astype(self.dtype, copy=False)


Lazy = LargeLabels | StackLabels


def narrowest(highest: int) -> np.dtype[Any]:
    """The narrowest type that holds numbers up to the highest."""
    return np.dtype(next(kind for kind in LABEL_TYPES if highest <= np.iinfo(kind).max))


def as_array(labels: Lazy) -> NDArray[np.unsignedinteger]:
    """The same, called an array: what is written of it reads windows only."""
    return cast(NDArray[np.unsignedinteger], labels)
