"""Starts that are no longer asked, because strokes are about something that they do not know.

A start that is right but for a few places is contradicted by nearly all strokes, too: they lie where the answer was
wrong. But such mistakes have little in common, and it was not sure there. If it contradicts strokes as surely as it
usually speaks, two things show that something else is wanted, as all that it takes for background:

* A plain forest foresees each stroke from the others: what is wanted looks alike all over the picture.
* Strokes are large beside what it found; see `doubted`.

Once a start is silent, strokes lie where the answer from nothing is wrong, and neither shows any longer. So it stays
silent until strokes rather agree with it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from napari_unet.core.cores import available_cores
from napari_unet.core.settings import Kind
from napari_unet.core.strokes.doubt import contradicted, doubted
from napari_unet.core.strokes.light import Light
from napari_unet.core.strokes.painted import Painted, joined
from napari_unet.core.strokes.trust import BOTH, UNKNOWN, by_stroke, left_out

AGAINST = 0.8
"""So surely do strokes contradict a start that is not asked, in parts of how sure it usually is. Of blood cells whose
nuclei alone it had found they did so by 0.8 at most, of axons in the first two rounds by 1.2, where it was right, and
by 0.8 to 1.5 where all that it takes for background was wanted.
"""

FORESEEN, CHANCE = 0.75, 0.7
"""A forest foresees strokes if it gives those of every class that it did not know at least the first of these
probabilities, on average. Of few strokes that may be chance: then at least as much more than half as the second,
divided by the root of their number. Of 300 states of strokes on seven sets none was foreseen and contradicted a start
so surely; of strokes for what it takes for background, most were after four.
"""

DOUBTED = 0.5
"""Strokes that contradict a start so surely need not be foreseen where it is doubted more than this."""


def unheard(painted: Sequence[Painted], kind: Kind, count: int, before: frozenset[str]) -> frozenset[str]:
    """The starts that are not to be asked.

    Parameters
    ----------
    painted : pictures whose starts say what they do of the side that is wanted; see `sides`.
    count : how many classes there are.
    before : those that were not to be asked before the last stroke. They are remembered where no picture has them.
    """
    names = {one.start for one in painted if one.start}
    alike = {name: [one for one in painted if one.start == name] for name in names}
    silent = [name for name, some in alike.items() if _is_silent(some, kind, count, name in before)]
    return frozenset(silent) | (before - names)


def _is_silent(painted: Sequence[Painted], kind: Kind, count: int, before: bool) -> bool:
    """Whether the one start of these pictures is, if it was `before`."""
    against = contradicted(painted, kind, count)
    if before:
        return against > 0
    if against <= AGAINST:
        return False
    return bool(doubted(painted, kind, count).max() > DOUBTED) or _is_foreseen(painted, count)


def _is_foreseen(painted: Sequence[Painted], count: int) -> bool:
    """Whether a plain forest foresees strokes of every class, of more than one, from the others."""
    light = Light()
    widths = {one.features.shape[1] for one in painted}
    values, strokes = joined(painted)
    if len(np.unique(values)) < BOTH or len(widths) > 1:
        return False
    told = left_out(light.plain_on_all(painted), values, strokes, count, available_cores())
    own = np.nan_to_num(told[values, np.arange(len(values))], nan=UNKNOWN)
    least = min(by_stroke(own[values == value], strokes[values == value]).mean() for value in np.unique(values))
    return bool(least > max(FORESEEN, UNKNOWN + CHANCE / math.sqrt(len(np.unique(strokes)))))
