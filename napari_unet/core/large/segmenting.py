"""Segmenting a picture of any size in little memory, block by block: networks, holes, objects, numbers.

Its answer, mask and labels are kept in files meanwhile (18 bytes a pixel for objects), not in memory. Every step
works on one block and a little around it, and gives what it would give in one go; only numbers are brought together.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from napari_unet.core.errors import StorageError
from napari_unet.core.large.areas import class_block
from napari_unet.core.large.found import LargeLabels
from napari_unet.core.large.grid import Block, Shape
from napari_unet.core.large.holes import fill_block, holes, mask_block
from napari_unet.core.large.numbering import Numbers, number_classes, number_objects
from napari_unet.core.large.objects import label_block
from napari_unet.core.large.work import Step, Task, Work
from napari_unet.core.model.card import ModelCard
from napari_unet.core.settings import BlockSettings, InferenceSettings, PostprocessingSettings
from napari_unet.core.stopping import Stop, Stopped

NUMBERS, MASK, ANSWER = 4, 2, 4
"""Bytes a pixel that are kept meanwhile: of labels, of masks, and of each plane of each look."""


@dataclass(frozen=True)
class BlockDone:
    """`done` of `total` of a stage are done; `stage` is a word for people."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True)
class LargeFound:
    """What was found in a large picture.

    Parameters
    ----------
    labels : (Y, X), read a window at a time; they go with the folder that was worked in.
    numbers : how many objects there are, how much they cover, their classes.
    """

    labels: LargeLabels
    numbers: Numbers


Asked = tuple[Block, tuple[Any, ...]]

Plane = tuple[Shape, tuple[int, ...]]
"""The sides (Y, X) of a plane, and its place along ([T,] [Z]); no place where there is no stack."""


class Hands(Protocol):
    """Who does the work: this process, or many."""

    def answer(self, work: Work, stop: Stop) -> Iterator[tuple[int, int]]:
        """Fill the answers of all looks; yields how many of how many parts are done."""

    def each(self, step: Step, work: Work, asked: Iterable[Asked], stop: Stop) -> Iterator[tuple[Block, Any]]:
        """Do a step to blocks, in any order; yields what came of each. Raises Stopped."""


@dataclass(frozen=True)
class Wishes:
    """How a large picture is to be segmented."""

    inference: InferenceSettings
    clean_up: PostprocessingSettings
    cutting: BlockSettings


def segment_large(work: Work, hands: Hands, stop: Stop) -> Generator[BlockDone | LargeFound]:
    """Segment a picture; the last report is what was found. When `stop` says yes, there is none.

    Raises
    ------
    PictureError : pixels are no numbers or cannot be read; there is not enough memory for a tile.
    StorageError : there is no room for what is kept meanwhile.
    """
    check_room(work.task)
    try:
        for done, total in hands.answer(work, stop):
            yield BlockDone("tile", done, total)
        numbers = yield from (_objects if work.task.kind == "objects" else _classes)(work, hands, stop)
    except Stopped:
        if stop():
            return
        raise  # somebody else's: an unfinished answer must not pass for a whole one
    yield LargeFound(LargeLabels(work, numbers, stop), numbers)


def _objects(work: Work, hands: Hands, stop: Stop) -> Generator[BlockDone, None, Numbers]:
    sides = yield from _told("mask, block", mask_block, work, hands, stop)
    if work.task.clean_up.fill_holes:
        which = holes(sides)
        blocks = {block.place: block for block in work.blocks}
        asked = [(blocks[place], (table,)) for place, table in which.items()]
        for _ in hands.each(fill_block, work, asked, stop):
            pass
    pieces = yield from _told("objects, block", label_block, work, hands, stop)
    return number_objects(pieces, work.task.clean_up)


def _classes(work: Work, hands: Hands, stop: Stop) -> Generator[BlockDone, None, Numbers]:
    pieces = yield from _told("classes, block", class_block, work, hands, stop)
    return number_classes(pieces, work.task.clean_up)


def _told(
    stage: str, step: Step, work: Work, hands: Hands, stop: Stop
) -> Generator[BlockDone, None, dict[tuple[int, int], Any]]:
    """Do a step to every block; what came of each, in reading order, whichever was done first."""
    blocks, found = work.blocks, {}
    for done, (block, told) in enumerate(hands.each(step, work, [(block, ()) for block in blocks], stop), 1):
        found[block.place] = told
        yield BlockDone(stage, done, len(blocks))
    return dict(sorted(found.items()))


class OwnHands:
    """This process does it: tiles one after the other, and then blocks, `several` at once.

    Parameters
    ----------
    fill : fills the answers: see `answering.answer_all`.
    total : tiles that it takes.
    """

    def __init__(self, fill: Callable[[Work, Stop], Iterator[None]], total: int, several: int) -> None:
        self._fill, self._total, self._several = fill, total, several

    def answer(self, work: Work, stop: Stop) -> Iterator[tuple[int, int]]:
        """As `Hands.answer`."""
        yield 0, self._total
        for done, _ in enumerate(self._fill(work, stop), 1):
            yield done, self._total

    def each(self, step: Step, work: Work, asked: Iterable[Asked], stop: Stop) -> Iterator[tuple[Block, Any]]:
        """As `Hands.each`: NumPy and SciPy let go of the interpreter for most of their work."""
        from concurrent.futures import ThreadPoolExecutor

        def do(one: Asked) -> tuple[Block, Any]:
            if stop():
                raise Stopped
            block, more = one
            return block, step(work, block, *more)

        with ThreadPoolExecutor(self._several) as threads:
            waiting = [threads.submit(do, one) for one in asked]
            try:
                for future in waiting:
                    yield future.result()
            finally:
                for future in waiting:
                    future.cancel()


def task_of(plane: Plane, sizes: Sequence[tuple[int, ...]], card: ModelCard, wishes: Wishes, folder: Path) -> Task:
    """What is to be made of a plane; `sizes` are those in which the networks look at it."""
    shape, place = plane
    return Task(
        shape=shape,
        place=place,
        sizes=tuple(cast(Shape, size) for size in sizes),
        planes=len(card.outputs),
        kind=card.kind,
        clean_up=wishes.clean_up,
        cutting=wishes.cutting,
        folder=folder,
    )


def room_needed(task: Task) -> int:
    """How many bytes are kept on the disk meanwhile."""
    pixels = task.shape[0] * task.shape[1]
    return pixels * (NUMBERS + MASK) + sum(y * x for y, x in task.sizes) * task.planes * ANSWER


def check_room(task: Task) -> None:
    """Raises StorageError when the disk has not enough room for what is kept meanwhile."""
    needed, free = room_needed(task), shutil.disk_usage(task.folder).free
    if needed > free:
        raise StorageError(
            f"There is not enough room in {task.folder.parent}: {free / 2**30:,.1f} GiB are free.",
            f"While a picture is segmented in blocks, {needed / 2**30:,.1f} GiB are needed beside the result.",
            "Make room on the disk, or write the result to another one.",
        )
