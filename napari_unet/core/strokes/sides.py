"""Which side of what a start tells apart is wanted: membranes, the cells between them, or neither.

A start of one region is as sure of the one as of the other, and only the person knows what is to be found. At first
its region is shown where regions are looked for, and what lies between where objects are. Strokes lie where an answer
was wrong, so the first ones contradict it whichever side is wanted. Two things tell the cases apart:

* How sure the start was there. What it gets wrong it is unsure of; strokes that contradict it where it is as sure as
  elsewhere are about something else.
* What strokes look like. What it missed looks rather like what it found: so a plain forest learns from strokes what
  brightness, slopes and curvatures are wanted, and is asked about pixels beside them.

Strokes that contradict both sides where the start is sure, and look like neither, are about something else, as
mitochondria: it is not asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from napari_unet.core.cores import available_cores
from napari_unet.core.settings import Kind
from napari_unet.core.strokes.beside import correlation, of_classes
from napari_unet.core.strokes.guide import Guide
from napari_unet.core.strokes.light import Light
from napari_unet.core.strokes.painted import Painted, joined
from napari_unet.core.strokes.starts import tells_one_region
from napari_unet.core.strokes.trust import BOTH, by_stroke

SAYS = 2.0
"""Log-odds that a full correlation of forest and start counts as. Of 20 pictures of membranes, the first two strokes on
what the start got wrong gave 0.5 in all at most, and those for the cells between them -0.3 in one picture, 0.1 and 0.4
in two, and up to 6.1 in others.
"""

WANTED, KEPT = 0.5, -2.0
"""The other side is wanted from where strokes say the first of these against the one shown, until they say less than
the second; and look like that side, either way: strokes lie where the answer is wrong, and speak against whichever side
it is on. Surely wrong places, found one by one, once turned a right answer around at the fifth stroke; what strokes
look like never did.
"""

EARLY, LATE, MOST = 6, 10, 2.5
"""With more strokes than the first of these, turning back takes as much more evidence, and with more than the second,
to silence a start does; up to so many times as much. Who turned the answer around has seen the right side since, and
the mistakes of a good answer are few and strange: in 20 sittings on membranes with a network learning, three right
answers were turned back or silenced by the 12th to 16th stroke, and did not recover. To turn to the other side takes no
more: strokes in many pictures may be there before anything is shown.
"""

STRANGE, REGION, BETWEEN = 0.8, 1.0, 0.75
"""Neither side is wanted from where strokes of one class contradict the start so much more surely than at the second of
these, in its region, or the third, between, in parts of how sure it usually is there, summed over strokes. Where it was
wrong about membranes it was 0.8 so sure as usual, and 0.56 so sure about what lies between.
"""

LOOKS = 1.5
"""And so much more surely where strokes look wholly like the wanted side. After waiting, mistakes are few and strange:
the fifth stroke once silenced a right start. Of 36 states of strokes for mitochondria that silenced it, 20 still do.
"""

SUREST = 1e-4
"""Nobody is taken to be surer than this."""


@dataclass(frozen=True)
class Told:
    """What a start tells of a picture: log-odds of what is looked for, on the side that is shown at first.

    Parameters
    ----------
    painted : the picture.
    here, around : (N,) and (M,), of painted pixels and of those beside them.
    """

    painted: Painted
    here: NDArray[np.floating]
    around: NDArray[np.floating]


@dataclass(frozen=True)
class Sides:
    """The starts of which strokes want the other side than the one that is shown at first, and of which neither.

    `unheard` are those that strokes are not about at all; see `unheard`.
    """

    other: frozenset[str] = frozenset()
    neither: frozenset[str] = frozenset()
    unheard: frozenset[str] = frozenset()

    @property
    def silent(self) -> frozenset[str]:
        """Those that are not asked."""
        return self.neither | self.unheard

    def sided(self, one: Painted) -> Painted:
        """The same with a start that says what it does of the side that is wanted, or without one."""
        if one.start in self.neither:
            return one.without_start
        return one.other_side if one.start in self.other else one


def sides_of(painted: Sequence[Painted], kind: Kind, count: int, other: frozenset[str]) -> Sides:
    """Which sides of starts strokes want.

    Parameters
    ----------
    count : how many classes there are; of more than two, none is the other.
    other : the starts of which the other side was wanted before the last stroke.
    """
    if count > BOTH or not painted:
        return Sides()
    names = {one.start for one in painted if one.start and tells_one_region(one.start)}
    told = {name: _told([one for one in painted if one.start == name], kind) for name in names}
    alike = {name: _alike(told[name]) for name in names}
    turned = frozenset(name for name in names if _turned(told[name], alike[name], name in other))
    looks = {name: -(alike[name] or 0) if name in turned else alike[name] or 0 for name in names}
    limits = {name: STRANGE * _late(told[name], LATE) + LOOKS * max(0.0, looks[name]) for name in names}
    neither = [name for name in names if _strange(told[name], kind, name in turned) > limits[name]]
    return Sides(turned | (other - names), frozenset(neither))


def _told(painted: Sequence[Painted], kind: Kind) -> list[Told]:
    """What one start tells of those pictures about which it can be asked."""
    both = [[of_classes(one.start, said, kind, BOTH) for said in (one.said, one.around.said)] for one in painted]
    return [
        Told(one, _sure(here), _sure(around))
        for one, (here, around) in zip(painted, both, strict=True)
        if here is not None and around is not None
    ]


def _sure(told: NDArray[np.float32]) -> NDArray[np.floating]:
    return np.asarray(special.logit(told[1].clip(SUREST, 1 - SUREST)))


def _turned(told: Sequence[Told], alike: float | None, before: bool) -> bool:
    """Whether strokes in the pictures of one start want its other side, if they did `before`.

    Parameters
    ----------
    alike : how far strokes look like the side that is shown at first; see `_alike`.
    """
    if alike is None:
        return before
    against = _surer(told) - SAYS * alike
    return against > KEPT * _late(told, EARLY) or alike < 0 if before else against > WANTED and alike <= 0


def _late(told: Sequence[Told], early: int) -> float:
    """How much more must be said after all these strokes than after `early` ones, or fewer: from 1 to MOST."""
    return float(np.clip(sum(len(np.unique(one.painted.strokes)) for one in told) / early, 1, MOST))


def _surer(told: Sequence[Told]) -> float:
    """By how much the start is surer where strokes contradict it than it usually is, or than where they agree if it is
    surer there; of both classes together. Minus infinity while strokes of one class do not contradict it.
    """
    total = 0.0
    for means, usual in _by_class(told):
        if not (means < 0).any():
            return -np.inf
        total += _mean(-means) - max(usual, _mean(means))
    return total


def _strange(told: Sequence[Told], kind: Kind, turned: bool) -> float:
    """By how much strokes of one class contradict the wanted side of a start more surely than its mistakes do; of the
    class of which they do more.
    """
    if not told:
        return 0.0
    side = -1 if turned else 1
    limits = (BETWEEN, REGION) if (kind == "objects") is not turned else (REGION, BETWEEN)
    classes = zip(
        _by_class([Told(one.painted, side * one.here, side * one.around) for one in told]), limits, strict=True
    )
    return max(float((-means[means < 0] / (usual or np.inf) - limit).sum()) for (means, usual), limit in classes)


def _by_class(told: Sequence[Told]) -> list[tuple[NDArray[np.floating], float]]:
    """Of background and of what is looked for: how sure the start was of each stroke, below 0 where it says otherwise;
    and how sure it usually is of what it takes for the other of both.
    """
    here, around = np.concatenate([one.here for one in told]), np.concatenate([one.around for one in told])
    values, strokes = joined([one.painted for one in told])
    return [
        (side * by_stroke(here[values == value], strokes[values == value]), _mean(-side * around))
        for value, side in enumerate((-1, 1))
    ]


def _mean(sure: NDArray[np.floating]) -> float:
    """Of those above 0."""
    return float(sure[sure > 0].mean()) if (sure > 0).any() else 0.0


def _alike(told: Sequence[Told]) -> float | None:
    """How far a forest on strokes alone and the start say the same beside them: -1..1, None where none can be grown."""
    widths = {one.painted.features.shape[1] for one in told}
    alike = [[one for one in told if one.painted.features.shape[1] == width] for width in widths]
    both = [(_forest(some), np.concatenate([one.around for one in some])) for some in alike]
    asked = [(mine, other) for mine, other in both if mine.size]
    if not asked:
        return None
    mine, other = (np.concatenate(each) for each in zip(*asked, strict=True))
    return correlation(mine, special.expit(other))


def _forest(told: Sequence[Told]) -> NDArray[np.floating]:
    """What a forest on strokes in pictures with equally many channels says beside them; empty where there is none."""
    light, painted = Light(), [one.painted for one in told]
    values, _ = joined(painted)
    if len(np.unique(values)) < BOTH:
        return np.empty(0)
    plain = Guide(light.plain_on_all(painted), values, BOTH, available_cores())
    looks = np.concatenate([light.plain_on(one.around.features, one.levels) for one in painted])
    return np.asarray(plain.ask(looks)[1])
