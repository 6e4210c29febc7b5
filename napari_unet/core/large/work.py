"""What every step of a large picture needs: what is known of it, and where its intermediate results lie."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.large.grid import Block, Shape, blocks
from napari_unet.core.large.store import Key, Store, closed_key
from napari_unet.core.preprocessing.scaling import resized_window
from napari_unet.core.settings import BlockSettings, Kind, PostprocessingSettings


@dataclass(frozen=True)
class Task:
    """What is to be made of a picture; plain values, so that it can be sent to other machines.

    Parameters
    ----------
    shape : of the plane, (Y, X).
    place : of the plane in its stack, along ([T,] [Z]); empty where there is none.
    sizes : in which sizes (y, x) the networks look at it, one for each look.
    planes : of the probability.
    folder : for what is needed meanwhile.
    """

    shape: Shape
    place: tuple[int, ...]
    sizes: tuple[Shape, ...]
    planes: int
    kind: Kind
    clean_up: PostprocessingSettings
    cutting: BlockSettings
    folder: Path


class Work:
    """A task with its intermediate results: probabilities, masks and labels, in files of a block each."""

    def __init__(self, task: Task) -> None:
        self.task = task
        side, folder = task.cutting.block, task.folder
        self._meanwhile = [folder / name for name in (*(f"look-{n}" for n in range(len(task.sizes))), "mask", "filled")]
        self.looks = [
            Store(folder / f"look-{number}", (task.planes, *size), np.float32, side)
            for number, size in enumerate(task.sizes)
        ]
        self.answer = Answer(self.looks, task.shape)
        flat = (1, *task.shape)
        self.mask = Store(folder / "mask", flat, np.bool_, side)
        self.filled = Store(folder / "filled", flat, np.bool_, side, below=self.mask)
        self.labels = Store(folder / "labels", flat, np.uint32, side)

    def forget(self) -> None:
        """Remove all but the labels."""
        for folder in self._meanwhile:
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def blocks(self) -> list[Block]:
        """The blocks of the picture, in reading order."""
        return blocks(self.task.shape, self.task.cutting.block)


class Answer:
    """The probability of the picture, (K, Y, X): the mean of all looks, each brought to the picture's size."""

    def __init__(self, looks: Sequence[Store], shape: Shape) -> None:
        self._looks, self.shape = looks, (looks[0].shape[0], *shape)

    def __getitem__(self, key: Key) -> NDArray[np.float32]:
        planes, window = closed_key(key, self.shape)
        first, *others = self._looks
        mean = self._of_size(first, planes, window)
        for number, look in enumerate(others, 2):  # the very steps of `predicting`, so that not a bit differs
            change = self._of_size(look, planes, window)
            change -= mean
            change /= number
            mean += change
        return mean

    def _of_size(self, look: Store, planes: slice, window: tuple[slice, slice]) -> NDArray[np.float32]:
        if look.shape == self.shape:
            return look[(planes, *window)]
        return resized_window(cast(NDArray[Any], look), self.shape[1:], window)[planes]


Step = Callable[..., Any]
"""What is done to one block: (work, block, ...) -> a result small enough to be sent."""
