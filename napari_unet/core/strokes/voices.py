"""What start, guide and plain guide say together, for pictures with few strokes or none.

The steered network was taught to follow strokes, and where there are none its word is worth less than that of those who
advise it, each weighed by how well it foresaw strokes in pictures that it did not know: a logistic regression on
answers left out by picture (stacking, Wolpert 1992, https://doi.org/10.1016/S0893-6080(05)80023-1).

Strokes lie where an answer was wrong, so they may all speak against a start that is right nearly everywhere, and these
weights with them. Guide and start then say the opposite of each other beside the strokes: the voices are heard as far
as these two agree, and not at all where they contradict each other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from napari_unet.core.cores import available_cores
from napari_unet.core.settings import Kind
from napari_unet.core.strokes.beside import of_classes
from napari_unet.core.strokes.heard import SURE
from napari_unet.core.strokes.light import Light
from napari_unet.core.strokes.painted import BOTH, Painted, joined, pictures_of
from napari_unet.core.strokes.trust import FOLDS, UNKNOWN, amount, evened, told_without

BEFORE = np.array([1.0, 0.0, 0.0])
"""The weights of start, guide and plain guide while no stroke says otherwise."""

RIDGE = 0.5
"""How hard it is to move the weights from there: it is added to the loss of all strokes, times the distance squared."""

FADING = 3
"""How fast they fade with strokes in the picture: of corrections painted there, the network makes more than they do."""

Weights = NDArray[np.float32]
"""(K, 3), of each voice about each class; 0 or more."""

Planes = NDArray[np.float32]


def weighed(painted: Sequence[Painted], light: Light, kind: Kind, count: int) -> Weights | None:
    """How much each voice counts about each class; None while fewer pictures are painted on than can be told apart.

    Parameters
    ----------
    painted : pictures with equally many channels.
    light : in which the guides are shown pictures.
    count : how many classes there are, K.
    """
    if len(painted) < BOTH:
        return None
    (values, strokes), parts, threads = joined(painted), pictures_of(painted) % FOLDS, available_cores()
    starts = np.concatenate([_started(one, kind, count) for one in painted], axis=1)
    looks = light.on_all(painted), light.plain_on_all(painted)
    guides = [told_without(features, values, parts, count, threads) for features in looks]
    said = _odds(np.nan_to_num(np.stack([starts, *guides], axis=-1), nan=UNKNOWN))
    return np.stack([_fitted(said[number], values == number, strokes) for number in range(count)])


def heard_of(agreement: NDArray[np.float32], strokes: int) -> NDArray[np.float32]:
    """How much the voices count beside the network, class by class, 0..1.

    Parameters
    ----------
    agreement : (B,), -1..1, of guide and start.
    strokes : how many there are in this picture: the network knows what to do with them.
    """
    return np.asarray(agreement.clip(0) * (1 - amount(strokes)) ** FADING, np.float32)


def with_voices(told: Planes, voices: Sequence[Planes], weights: Weights, share: NDArray[np.float32]) -> Planes:
    """What was told (B, Y, X), and the voices with their share: a mean of log-odds.

    Parameters
    ----------
    voices : start, guide and plain guide, (B, Y, X) each.
    weights : (B, 3); see `weighed`.
    share : (B,), 0..1; see `heard_of`.
    """
    together = sum(weight[:, None, None] * _odds(voice) for weight, voice in zip(weights.T, voices, strict=True))
    part = share[:, None, None]
    both: Planes = special.expit((1 - part) * _odds(told) + part * together)
    return np.where(part > 0, both, told)


def _started(one: Painted, kind: Kind, count: int) -> NDArray[np.float32]:
    """What the start says of the painted pixels of a picture, (K, N)."""
    said = of_classes(one.start, one.said, kind, count)
    return np.full((count, len(one.values)), np.float32(UNKNOWN)) if said is None else said


def _odds(told: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.asarray(special.logit(told.clip(*SURE)))


def _fitted(said: NDArray[np.floating], this: NDArray[np.bool_], strokes: NDArray[np.intp]) -> NDArray[np.float32]:
    """The weights (3,) by which log-odds (N, 3) foresee best which painted pixels are of a class."""
    sides, weights = np.where(this, 1.0, -1.0), evened(this, strokes)

    def loss(tried: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        right = sides * (said @ tried)
        slope = -(weights * sides * special.expit(-right)) @ said + 2 * RIDGE * (tried - BEFORE)
        return float(weights @ np.logaddexp(0, -right) + RIDGE * ((tried - BEFORE) ** 2).sum()), slope

    found = optimize.minimize(loss, BEFORE, jac=True, bounds=[(0, None)] * len(BEFORE), method="L-BFGS-B")
    return np.asarray(found.x, np.float32)
