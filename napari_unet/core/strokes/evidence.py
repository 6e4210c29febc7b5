"""What strokes say about a start, beside what they mark.

Strokes lie where an answer was wrong, so they contradict a start that is right but for a few places as well as one that
is wrong all over the picture. Three things tell these cases apart: how sure the start was there, whether strokes have
something in common, and whether that looks like what the start finds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import special

from napari_unet.core.cores import available_cores
from napari_unet.core.settings import Kind
from napari_unet.core.strokes.beside import ENOUGH, asked_about, correlation, of_classes
from napari_unet.core.strokes.guide import Guide
from napari_unet.core.strokes.light import Light
from napari_unet.core.strokes.painted import Painted, joined
from napari_unet.core.strokes.trust import BOTH, UNKNOWN, by_stroke, left_out

SUREST = 1e-3
"""Nobody is taken to be surer than this."""

SOME = 4
"""Of fewer strokes nothing follows: one of each class must be left where one of each is left out."""


def contradicted(painted: Sequence[Painted], kind: Kind, count: int) -> float:
    """How surely strokes contradict the starts of these pictures, in parts of how sure they usually are: below 0 where
    strokes rather agree with them, and 0 where none can be asked. Of more than two classes nothing was measured: 0.
    """
    if count > BOTH:
        return 0.0
    told = [(one, of_classes(one.start, one.said, kind, count)) for one in painted]
    here = [(one, said) for one, said in told if said is not None]
    around = [said for _, _, said in asked_about(painted, kind, count)]
    if not here or not around:
        return 0.0
    values, strokes = joined([one for one, _ in here])
    own = _of_own(np.concatenate([said for _, said in here], axis=1), values)
    usual = float(_sure(np.concatenate(around, axis=1).max(0)).mean())
    return -float(by_stroke(_sure(own), strokes).mean()) / usual if usual else 0.0


def foresight(painted: Sequence[Painted], light: Light, count: int) -> float:
    """How probable a plain forest takes the classes of strokes that it did not know, in the class where it is least:
    0..1, and UNKNOWN while there are too few strokes, or pictures with different numbers of channels.
    """
    values, strokes = joined(painted)
    if len(np.unique(strokes)) < SOME or len({one.features.shape[1] for one in painted}) > 1:
        return UNKNOWN
    told = left_out(light.plain_on_all(painted), values, strokes, count, available_cores())
    own = _of_own(told, values)
    return float(min(by_stroke(own[values == each], strokes[values == each]).mean() for each in np.unique(values)))


def likeness(painted: Sequence[Painted], light: Light, plain: Guide, kind: Kind, count: int) -> NDArray[np.floating]:
    """How far a plain forest and the starts say the same beside the strokes, class by class: (K,), correlations."""
    asked = list(asked_about(painted, kind, count))
    if not asked:
        return np.zeros(count)
    looks = np.concatenate([light.plain_on(one.around.features[there], one.levels) for one, there, _ in asked])
    few = slice(None, None, -(-len(looks) // ENOUGH))
    said = np.concatenate([said for *_, said in asked], axis=1)[:, few]
    return np.array([correlation(*both) for both in zip(plain.ask(looks[few]), said, strict=True)])


def _of_own(told: NDArray[np.float32], values: NDArray[np.intp]) -> NDArray[np.float32]:
    """How probable painted pixels (N,) were taken to be of their own class, of what was told (K, N) of all."""
    return np.nan_to_num(told[values, np.arange(len(values))], nan=UNKNOWN)


def _sure(told: NDArray[np.float32]) -> NDArray[np.floating]:
    return np.asarray(special.logit(told.astype(np.float64).clip(SUREST, 1 - SUREST)))
