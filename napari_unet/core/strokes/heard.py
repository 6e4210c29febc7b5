"""Whom to believe while there are few strokes.

Strokes lie where the answer on show was wrong, so the first ones say the worst of a start. Two cases look alike to all
who are asked about the strokes alone:

* The start is right but for a few places. The guide, which knows nothing but strokes in those places, says the opposite
  of the start all over the picture, and with it before its eyes the network does so, too.
* The start is wrong about such pictures. The guide then has something in common with it, as both have with the truth.

How far guide and start agree on pixels without strokes tells one from the other; see `Beside.agreement`. A guide that
contradicts a start which is sure of itself is hidden from the network, and the anchored guide is heard beside it,
louder where the start is sure of what it finds; see `sureness`. The plain guide is shown as it is: the network was
taught how far to follow it.

Where there is no start to believe, none at all or one that strokes took back much of, the plain forest is heard beside
the network, the one that knows no textures. The network was taught on some kinds of pictures, and these may be of none
of them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from napari_unet.core.strokes.steered import Steering
from napari_unet.core.strokes.trust import UNKNOWN

CONTRADICTS, OPPOSITE = 0.5, 0.9
"""A guide fades from the first of these correlations with the start on, below 0, and is hidden from the second on."""

HEARD = 0.7
"""How much the anchored guide weighs beside the network before the first stroke, where guide and start do not agree at
all: twice as much where they contradict each other, nothing where they say the same, and less with every stroke.
"""

SURER = 4.0
"""So many times as much is added where the starts are sure of what they find. Two strokes do not tell who is right: by
1 + 4 instead of 1, the first round on dsb2018 gains 0.04. So loud a start that is unsure would spoil filaments.
"""

BESIDE = 0.7
"""How much a start of one region weighs beside the network, however many strokes there are: membranes are thin, and the
network is shown every 2 x 2 pixels as one. On membranes, the cells between them, and others of them without strokes, it
gains 0.01 to 0.07. Where something third is wanted it is in the way, until `sides` silence the start.
"""

SURE = (0.01, 0.99)
"""Nobody is taken to be surer than this: no word may be so loud that strokes do not count."""


def odds(told: NDArray[np.floating]) -> NDArray[np.floating]:
    """Log-odds of what was told, of whatever shape, with nobody too sure."""
    return np.asarray(special.logit(told.clip(*SURE)))


def unmisled(steering: Steering, agreement: NDArray[np.float32]) -> Steering:
    """The same with the guide made fainter, class by class, where it contradicts the start.

    Parameters
    ----------
    agreement : (B,), -1..1, of guide and start.
    """
    fading = ((-agreement - CONTRADICTS) / (OPPOSITE - CONTRADICTS)).clip(0, 1).astype(np.float32)
    guide = steering.guide + fading[:, None, None] * (np.float32(UNKNOWN) - steering.guide)
    return replace(steering, guide=guide, guide_trust=steering.guide_trust + fading * (UNKNOWN - steering.guide_trust))


def loud(steering: Steering, doubt: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much the plain forest counts beside the network, (B, 1, 1), 0..1: where no start says anything as much; where
    one does, as far as it is doubted, or the plain forest knows better.

    Parameters
    ----------
    doubt : (B,), 0..1, of either; see `borne_out` and `bettered`.
    """
    known = (steering.start != UNKNOWN).any((1, 2))
    return np.where(known, doubt, 1)[:, None, None].astype(np.float32)


def beside_plain(
    told: NDArray[np.float32], plain: NDArray[np.float32], weight: NDArray[np.float32]
) -> NDArray[np.float32]:
    """What was told (B, Y, X), and the plain forest with its weight beside it: a mean of log-odds."""
    if not weight.any():
        return told
    mine, other = (odds(each) for each in (told, plain))
    both: NDArray[np.float32] = special.expit((mine + weight * other) / (1 + weight))
    return np.where(weight > 0, both, told)


def beside_start(told: NDArray[np.float32], start: NDArray[np.float32]) -> NDArray[np.float32]:
    """What was told (B, Y, X), and a start of one region beside it: a mean of log-odds."""
    both: NDArray[np.float32] = special.expit((odds(told) + BESIDE * odds(start)) / (1 + BESIDE)).astype(np.float32)
    return both


def leaned(
    told: NDArray[np.float32], steering: Steering, agreement: NDArray[np.float32], sure: NDArray[np.float32]
) -> NDArray[np.float32]:
    """What the network told (B, Y, X), leaning on the anchored guide: a mean of log-odds.

    Before there is an anchored guide, the start itself is heard. Classes that no start knows stay as they are.

    Parameters
    ----------
    agreement, sure : (B,), of guide and start, and how sure starts are of what they find; see `beside`.
    """
    known, grown = ((each != UNKNOWN).any((1, 2), keepdims=True) for each in (steering.start, steering.anchored))
    strength = HEARD * (1 + SURER * sure) * (1 - agreement) * (1 - steering.amount)
    weight = known * strength[:, None, None].astype(np.float32)
    heard = np.where(grown, steering.anchored, steering.start)
    mine, other = (odds(each) for each in (told, heard))
    return np.where(known, special.expit((mine + weight * other) / (1 + weight)), told).astype(np.float32)
