"""What is known from all strokes together, on whatever pictures they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.settings import Kind
from napari_unet.core.strokes.beside import TOGETHER, of_classes
from napari_unet.core.strokes.painted import Painted, joined
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.sides import Sides, sides_of
from napari_unet.core.strokes.starts import said_by
from napari_unet.core.strokes.taught import Taught, taught_by
from napari_unet.core.strokes.trust import BOTH, UNKNOWN, Trusts, amount, trusts_of
from napari_unet.core.strokes.unheard import unheard
from napari_unet.core.strokes.windows import Window

RATHER = 0.1
"""Of 240 answers about blood cells, 59 were in a doubt between that and one half: AP is 0.92 there without the start's
borders, and 0.57 with them; 108 in more doubt have 0.96 without them. Of 120 about dsb2018, 6 were in a doubt
of more than a tenth, and lose 0.08 there. In planes of volumes it makes no difference.
"""


@dataclass(frozen=True)
class Lesson:
    """What strokes taught.

    Parameters
    ----------
    taught : forests by how many features a pixel has: grey and colour are learned apart.
    trust : how far the starts agree with the strokes.
    amount : how much can be known from so many strokes; see `trust`.
    painted : how many classes there are with strokes, background among them. Of those behind them, which only the start
        knows, the forests know nothing.
    sides : which sides of starts are wanted, and which are not asked; see there.
    """

    taught: Mapping[int, Taught] = field(default_factory=dict)
    trust: Trusts = field(default_factory=lambda: np.zeros(BOTH, np.float32) + np.float32(UNKNOWN))
    amount: float = 0.0
    painted: int = BOTH
    sides: Sides = field(default_factory=Sides)

    def said_by(self, start: str, seen: Seen, window: Window) -> NDArray[np.float32] | None:
        """What a start says of a window, (K, y, x), of the side that is wanted; None when it cannot or must not be
        asked.
        """
        said = None if start in self.sides.silent else said_by(start, seen, window)
        return said[::-1] if said is not None and start in self.sides.other else said

    def doubts(self, seen: Seen) -> bool:
        """Whether the objects that a start finds in such a picture are rather others than those that are painted."""
        taught = self.taught.get(seen.width)
        return taught is not None and bool(taught.doubt[1] > RATHER)


BEFORE = Sides()


def learned(painted: Sequence[Painted], kind: Kind, count: int, before: Sides = BEFORE) -> Lesson:
    """The lesson of all that is painted; `before` is which sides of starts were wanted before the last stroke."""
    strokes = sum(len(np.unique(one.strokes)) for one in painted)
    every = -(-sum(len(one.values) for one in painted) // TOGETHER)
    few = [one.thinned(every) for one in painted]
    highest = max([BOTH, *(one.count for one in painted)])
    sides = sides_of(few, kind, count, before.other)
    few = [sides.sided(one) for one in few]
    silent = unheard(few, kind, count, before.unheard)
    few = [one.without_start if one.start in silent else one for one in few]
    sides = replace(sides, unheard=silent)
    return Lesson(_taught(few, kind, count), start_trust(few, kind, count), amount(strokes), highest, sides)


def _taught(painted: Sequence[Painted], kind: Kind, count: int) -> dict[int, Taught]:
    """By how many features a pixel has."""
    widths = sorted({one.features.shape[1] for one in painted})
    alike = {width: [one for one in painted if one.features.shape[1] == width] for width in widths}
    told = {width: taught_by(some, kind, count) for width, some in alike.items()}
    return {width: taught for width, taught in told.items() if taught is not None}


def start_trust(painted: Sequence[Painted], kind: Kind, count: int) -> Trusts:
    """How far the starts agree with all strokes, on pictures that they can be asked about."""
    known = [(one, told) for one in painted if (told := of_classes(one.start, one.said, kind, count)) is not None]
    if not known:
        return np.full(count, np.float32(UNKNOWN))
    return trusts_of(np.concatenate([told for _, told in known], axis=1), *joined([one for one, _ in known]))
