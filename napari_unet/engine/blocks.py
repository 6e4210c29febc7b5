"""A picture's answer, block by block: the part on show first, then its plane, then the other planes. No torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from math import prod

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.strokes.windows import SQUARE

Plane = NDArray[np.float32]
Part = tuple[int, ...]
"""What a person sees of a picture: plane, top, bottom, left, right; empty for all of it."""

Ask = Callable[["Block"], Plane | None]
"""What is known of a block, (K, y, x); None where there is nothing to see, which is background."""


@dataclass(frozen=True)
class Block:
    """A part of one plane, counted from 0 in the order in which planes are stored."""

    plane: int
    rows: slice
    columns: slice

    @property
    def sides(self) -> tuple[int, int]:
        """How high and wide it is."""
        return self.rows.stop - self.rows.start, self.columns.stop - self.columns.start

    @property
    def part(self) -> Part:
        """The same in numbers."""
        return self.plane, self.rows.start, self.rows.stop, self.columns.start, self.columns.stop


@dataclass
class Sheet:
    """The answer to one picture, growing.

    Parameters
    ----------
    shape : of the picture, ([T,] [Z,] Y, X).
    answer : (K, [T,] [Z,] Y, X), 0 where nothing was answered yet; None before the first block.
    """

    shape: tuple[int, ...]
    answer: Plane | None = None
    _done: set[Part] = field(default_factory=set)
    _begun: bool = False

    def work(self, ask: Ask, seen: Part) -> Iterator[Plane | None]:
        """Answer what is left: a copy of the answer when the part on show is there, and at the end; None in between."""
        shown = self._shown(seen)
        if shown is not None and shown.part not in self._done:
            self._take(shown, ask)
            yield self._copy() if self.answer is not None else None
        left = [block for block in self._blocks() if block.part not in self._done]
        for block in sorted(left, key=lambda block: abs(block.plane - (seen[0] if seen else 0))):
            self._take(block, ask)
            yield None
        yield self._copy()

    @property
    def is_complete(self) -> bool:
        """Whether every block was answered since the last stroke."""
        return all(block.part in self._done for block in self._blocks())

    def outdate(self) -> None:
        """What is there is from before the last stroke: it stays until it is answered anew."""
        self._done.clear()
        self._begun = False

    def _take(self, block: Block, ask: Ask) -> None:
        if (told := ask(block)) is not None:
            self._put(block, told)
        self._done.add(block.part)

    def _put(self, block: Block, told: Plane) -> None:
        fresh = not self._begun and self.answer is not None and len(self.answer) != len(told)
        if self.answer is None or fresh:
            self.answer = np.zeros((len(told), *self.shape), np.float32)
        common = min(len(self.answer), len(told))  # a start that tells borders may not fit every plane of a stack
        self.answer = self.answer[:common]
        planes = self.answer.reshape(common, -1, *self.shape[-2:])
        planes[:, block.plane, block.rows, block.columns] = told[:common]
        self._begun = True

    def _copy(self) -> Plane:
        assert self.answer is not None, "there is something to see in one of its blocks"
        return self.answer.copy()

    def _shown(self, seen: Part) -> Block | None:
        """The part on show, where it is less than all there is and no larger than a block."""
        if not seen:
            return None
        sides = self.shape[-2:]
        ends = [(max(0, seen[1]), min(seen[2], sides[0])), (max(0, seen[3]), min(seen[4], sides[1]))]
        planes = prod(self.shape[:-2])
        whole = planes == 1 and max(sides) <= SQUARE
        if whole or not 0 <= seen[0] < planes or any(not 0 < stop - start <= SQUARE for start, stop in ends):
            return None
        return Block(seen[0], slice(*ends[0]), slice(*ends[1]))

    def _blocks(self) -> list[Block]:
        planes = range(prod(self.shape[:-2]))
        edges = (
            [slice(start, min(start + SQUARE, side)) for start in range(0, side, SQUARE)] for side in self.shape[-2:]
        )
        return [Block(plane, rows, columns) for plane, (rows, columns) in product(planes, list(product(*edges)))]
