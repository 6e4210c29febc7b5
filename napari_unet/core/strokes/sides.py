"""Which side of what a start tells apart is wanted: membranes, or the cells between them.

A start of one region is as sure of the one as of the other, and only the person knows what is to be found. Strokes lie
where an answer was wrong, so the first ones contradict the start in both cases. Two things tell the cases apart:

* How sure the start was there. What it gets wrong it is unsure of; strokes that contradict it where it is as sure as
  elsewhere are about something else.
* What strokes look like. What it missed looks rather like what it found: so a plain forest learns from strokes what
  brightness, slopes and curvatures are wanted, and is asked about pixels beside them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

from napari_unet.core.cores import available_cores
from napari_unet.core.strokes.beside import correlation
from napari_unet.core.strokes.guide import Guide
from napari_unet.core.strokes.light import Light
from napari_unet.core.strokes.painted import Painted, joined
from napari_unet.core.strokes.starts import tells_one_region
from napari_unet.core.strokes.trust import BOTH

SAYS = 2.0
"""Log-odds that a full correlation of forest and start counts as. Of 20 pictures of membranes, the first two strokes on
what the start got wrong gave 0.5 in all at most, and those for the cells between them -0.3 in one picture, 0.1 and 0.4
in two, and up to 6.1 in others.
"""

WANTED, KEPT = 0.5, -2.0
"""The other side is wanted from where strokes say the first of these against the start's own, until they say less than
the second: the strokes that follow lie where the answer is wrong, and speak against whichever side it is on.
"""

SUREST = 1e-4
"""Nobody is taken to be surer than this."""


def other_side(painted: Sequence[Painted], count: int, before: frozenset[str]) -> frozenset[str]:
    """The starts of which strokes want the other side.

    Parameters
    ----------
    before : those of which they did before the last stroke.
    count : how many classes there are; of more than two, none is the other.
    """
    if count > BOTH:
        return frozenset()
    names = {one.start for one in painted if one.start and tells_one_region(one.start)}
    limits = {name: KEPT if name in before else WANTED for name in names}
    return frozenset(name for name in names if _against([one for one in painted if one.start == name]) > limits[name])


def _against(painted: Sequence[Painted]) -> float:
    """How much strokes in the pictures of one start speak against the side that it finds, in log-odds."""
    asked = [one for one in painted if one.said is not None and one.around.said is not None]
    return _surer(asked) - SAYS * _alike(asked) if asked else -np.inf


def _surer(painted: Sequence[Painted]) -> float:
    """By how much the start is surer where strokes contradict it than it usually is, or than where they agree if it is
    surer there; of both classes together. Minus infinity while strokes of one class do not contradict it.
    """
    told = np.concatenate([_sure(one.said) for one in painted])
    usual = np.concatenate([_sure(one.around.said) for one in painted])
    (values, strokes), total = joined(painted), 0.0
    for value, side in enumerate((-1, 1)):
        means = side * _means(told[values == value], strokes[values == value])
        if not (means < 0).any():
            return -np.inf
        # What contradicts lies on the other side: there it is as sure as it usually is on that one.
        known = max(_mean(-side * usual), _mean(means))
        total += _mean(-means) - known
    return total


def _mean(sure: NDArray[np.floating]) -> float:
    """Of those above 0."""
    return float(sure[sure > 0].mean()) if (sure > 0).any() else 0.0


def _sure(said: NDArray[np.float32] | None) -> NDArray[np.floating]:
    """Log-odds of the region."""
    return np.empty(0) if said is None else np.asarray(special.logit(said[1].clip(SUREST, 1 - SUREST)))


def _means(told: NDArray[np.floating], strokes: NDArray[np.intp]) -> NDArray[np.floating]:
    """The mean of each stroke."""
    _, inverse, sizes = np.unique(strokes, return_inverse=True, return_counts=True)
    return np.asarray(np.bincount(inverse, told, len(sizes)) / sizes)


def _alike(painted: Sequence[Painted]) -> float:
    """How far a forest on strokes alone and the start say the same beside them: -1..1, 0 where there is no forest."""
    widths = {one.features.shape[1] for one in painted}
    alike = [both for width in widths for both in _both([one for one in painted if one.features.shape[1] == width])]
    if not alike:
        return 0.0
    told, said = (np.concatenate(each) for each in zip(*alike, strict=True))
    return correlation(told, said)


def _both(painted: Sequence[Painted]) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """What forest and start say, picture by picture; of equally many channels."""
    values, _ = joined(painted)
    if len(np.unique(values)) < BOTH:
        return []
    light = Light()
    plain = Guide(light.plain_on_all(painted), values, BOTH, available_cores())
    looks = [light.plain_on(one.around.features, one.levels) for one in painted]
    told = [plain.ask(look[np.newaxis])[1, 0] for look in looks]
    return [(mine, one.around.said[1]) for mine, one in zip(told, painted, strict=True) if one.around.said is not None]
