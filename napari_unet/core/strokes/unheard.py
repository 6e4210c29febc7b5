"""Starts that are no longer asked, because strokes are about something that they do not know.

A start that is right but for a few places is contradicted by nearly all strokes, too: they lie where the answer was
wrong. But such mistakes have little in common, and it was unsure of them. Something else is wanted where

* a plain forest foresees each stroke from the others, as what is wanted looks alike all over the picture, and the start
  contradicts strokes as surely as it usually speaks: all that it takes for background is wanted;
* it contradicts them so surely, and they are large beside what it found; see `doubted`;
* a plain forest foresees strokes that it contradicts less surely, and says much the same elsewhere: filaments, of which
  a start for cells knows that they are bright, and not where they end.

Once a start is silent, strokes lie where the answer from nothing is wrong, and none of this shows any longer. So it
stays silent until strokes clearly agree with it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from napari_unet.core.cores import available_cores
from napari_unet.core.settings import Kind
from napari_unet.core.strokes.doubt import doubted
from napari_unet.core.strokes.evidence import SOME, contradicted, foresight, likeness
from napari_unet.core.strokes.guide import Guide
from napari_unet.core.strokes.light import Light
from napari_unet.core.strokes.painted import Painted, joined
from napari_unet.core.strokes.starts import tells_one_region
from napari_unet.core.strokes.trust import BOTH, UNKNOWN
from napari_unet.core.strokes.voices import THIS

AGAINST = 0.8
"""So surely do strokes contradict a start that is not asked, in parts of how sure it usually is. Of blood cells whose
nuclei alone it had found they did so by 0.8 at most, of axons in the first two rounds by 1.2, where it was right, and
by 0.8 to 1.5 where all that it takes for background was wanted.
"""

FORESEEN, CHANCE, LESS = 0.75, 0.9, 0.6
"""A forest foresees strokes if it gives those of every class that it did not know at least the first of these
probabilities, on average. Of few strokes that may be chance: then at least as much more than half as the second,
divided by the root of their number, or the third, where it does not contradict the start. With 0.7 for the second,
starts that were right about axons were silenced after four strokes in five of 32 sittings; with 0.9, in none.
"""

ALIKE = 0.2
"""From this correlation on, a plain forest says much the same as the start."""

DOUBTED = 0.5
"""Strokes that contradict a start so surely need not be foreseen where it is doubted more than this."""

WRONG, RIGHT = 0.3, -0.3
"""Only a start that strokes contradict more surely than this is silenced, and it is asked again from the second on."""


def unheard(painted: Sequence[Painted], kind: Kind, count: int, before: frozenset[str]) -> frozenset[str]:
    """The starts that are not to be asked.

    Parameters
    ----------
    painted : pictures whose starts say what they do of the side that is wanted; see `sides`.
    count : how many classes there are.
    before : those that were not to be asked before the last stroke. They are remembered where no picture has them; but
        while there are no strokes at all, every start is asked.

    Of a start of one region, `sides` know whether it is.
    """
    if not painted:
        return frozenset()
    names = {one.start for one in painted if one.start and not tells_one_region(one.start)}
    alike = {name: [one for one in painted if one.start == name] for name in names}
    silent = [name for name, some in alike.items() if _is_silent(some, kind, count, name in before)]
    return frozenset(silent) | (before - names)


def _is_silent(painted: Sequence[Painted], kind: Kind, count: int, before: bool) -> bool:
    """Whether the one start of these pictures is, if it was `before`."""
    against = contradicted(painted, kind, count)
    if before or against <= WRONG:
        return before and against > RIGHT
    values, numbers = joined(painted)
    strokes, both = len(np.unique(numbers)), len(np.unique(values)) >= BOTH
    if both and strokes >= SOME and against > AGAINST and doubted(painted, kind, count)[THIS] > DOUBTED:
        return True
    foreseen = foresight(painted, Light(), count)
    if foreseen <= _clearly(strokes, LESS):
        return False
    return _alike(painted, kind, count) > ALIKE or (against > AGAINST and foreseen > _clearly(strokes, CHANCE))


def _clearly(strokes: int, chance: float) -> float:
    """From which foresight on it is none by chance."""
    return max(FORESEEN, UNKNOWN + chance / math.sqrt(strokes))


def _alike(painted: Sequence[Painted], kind: Kind, count: int) -> float:
    """How far a plain forest and the start say the same, on average of all classes."""
    light, values = Light(), joined(painted)[0]
    plain = Guide(light.plain_on_all(painted), values, count, available_cores())
    return float(likeness(painted, light, plain, kind, count).mean())
