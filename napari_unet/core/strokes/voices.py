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
from napari_unet.core.strokes.heard import odds
from napari_unet.core.strokes.light import Light
from napari_unet.core.strokes.painted import Painted, joined, pictures_of
from napari_unet.core.strokes.trust import FOLDS, UNKNOWN, amount, evened, told_without

THIS = 1
"""The class that is looked for. Where there are several, nothing was measured, and the network keeps the word."""

BEFORE = np.array([1.0, 0.0, 0.0])
"""The weights of start, guide and plain guide while no stroke says otherwise."""

RIDGE = 0.5
"""How hard it is to move the weights from there: it is added to the loss of all strokes, times the distance squared."""

FADING = 3
"""How fast they fade with strokes in the picture: of corrections painted there, the network makes more than they do."""

FAINT = 0.02
"""A smaller share is none: it would take time, and change nothing."""

Weights = NDArray[np.float32]
"""(3,), of each voice; 0 or more."""

Planes = NDArray[np.float32]


def weighed(painted: Sequence[Painted], light: Light, kind: Kind, count: int) -> Weights | None:
    """How much each voice counts; None where no guide could be asked about strokes of both sides in other pictures.

    Parameters
    ----------
    painted : pictures with equally many channels; a plane of a stack is one.
    light : in which the guides are shown pictures.
    count : how many classes there are.
    """
    (values, strokes), parts, threads = joined(painted), pictures_of(painted) % FOLDS, available_cores()
    looks = light.on_all(painted), light.plain_on_all(painted)
    guides = [told_without(features, values, parts, count, threads)[THIS] for features in looks]
    start = np.concatenate([_started(one, kind, count) for one in painted])
    asked = np.isfinite(guides[0])
    this = values[asked] == THIS
    if this.all() or not this.any():
        return None
    return _fitted(odds(np.stack([start, *guides], axis=-1)[asked]), this, strokes[asked])


def heard_of(agreement: float, strokes: int) -> float:
    """How much the voices count beside the network, 0..1.

    Parameters
    ----------
    agreement : -1..1, of guide and start.
    strokes : how many there are in this picture.
    """
    share = max(agreement, 0.0) * (1 - amount(strokes)) ** FADING
    return share if share > FAINT else 0.0


def with_voices(told: Planes, voices: Sequence[Planes], weights: Weights, share: float) -> Planes:
    """What was told, and the voices with their share: a mean of log-odds.

    Parameters
    ----------
    told, voices : (1, Y, X), of the network, and of start, guide and plain guide.
    weights : see `weighed`.
    share : 0..1; see `heard_of`.
    """
    together = sum(weight * odds(voice) for weight, voice in zip(weights, voices, strict=True))
    both: Planes = special.expit((1 - share) * odds(told) + share * together).astype(np.float32)
    return both


def _started(one: Painted, kind: Kind, count: int) -> NDArray[np.float32]:
    """What the start says of the painted pixels of a picture, (N,)."""
    said = of_classes(one.start, one.said, kind, count)
    return np.full(len(one.values), np.float32(UNKNOWN)) if said is None else said[THIS]


def _fitted(said: NDArray[np.floating], this: NDArray[np.bool_], strokes: NDArray[np.intp]) -> Weights:
    """The weights by which log-odds (N, 3) foresee best which painted pixels are of the class."""
    sides, weights = np.where(this, 1.0, -1.0), evened(this, strokes)

    def loss(tried: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        right = sides * (said @ tried)
        slope = -(weights * sides * special.expit(-right)) @ said + 2 * RIDGE * (tried - BEFORE)
        return float(weights @ np.logaddexp(0, -right) + RIDGE * ((tried - BEFORE) ** 2).sum()), slope

    found = optimize.minimize(loss, BEFORE, jac=True, bounds=[(0, None)] * len(BEFORE), method="L-BFGS-B")
    return np.asarray(found.x, np.float32)
