"""Whether a difference is more than chance."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

ALL_SIGNS = 12
"""Up to so many pictures, all ways of exchanging the two models are counted; of more, DRAWS of them."""

DRAWS = 4000

RARE = 0.05
"""What chance alone would bring about more rarely than this is called more than chance."""

Z = 1.96
"""Standard deviations around the middle that hold 95 % of a normal distribution."""

TYPICAL = 0.8
"""The share of objects found that an interval is told for; it hardly depends on it."""


def likely(differences: Sequence[float]) -> float:
    """How likely so large a mean difference is if the two models are equally good: the sign-flip test for pairs.

    Fisher, The Design of Experiments (1935), section 21: if they are, each picture's difference could as well have been
    the other way round. No assumption about how scores are distributed. Of n pictures never below 2 / 2**n, so that
    five or fewer can never tell.
    """
    values = np.asarray(differences, float)
    if len(values) <= ALL_SIGNS:
        signs = np.array(list(itertools.product((-1, 1), repeat=len(values))))
    else:
        signs = np.random.default_rng(0).choice((-1, 1), (DRAWS, len(values)))
        signs[0] = 1
    means = np.abs(signs @ values) / len(values)
    return float(np.mean(means >= abs(values.mean()) - 1e-12))


def fewest() -> int:
    """So many pictures are needed to tell anything from chance."""
    return next(count for count in itertools.count(1) if 2 / 2**count < RARE)


RESAMPLED = 4000
"""So often pictures are drawn anew for an interval."""

FEWEST_FOR_INTERVAL = 5
"""Of fewer pictures, drawing them anew tells no interval that holds what it promises."""


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of a mean over pictures: they are drawn anew, with replacement, RESAMPLED times.

    Efron's bootstrap (Annals of Statistics 7, 1979). Of few pictures its percentiles lie too close together, so they
    are taken further out, by what Student's t and the variance's n - 1 ask for (Hesterberg, The American Statistician
    69, 2015, section 4.2: the expanded percentile interval). Of fewer than FEWEST_FOR_INTERVAL, the mean twice.
    """
    drawn = np.asarray(values, float)
    if len(drawn) < FEWEST_FOR_INTERVAL:
        return (float(drawn.mean()),) * 2
    from scipy import stats  # only here: 0.5 s

    count = len(drawn)
    out = stats.norm.cdf(-math.sqrt(count / (count - 1)) * stats.t.ppf(1 - RARE / 2, count - 1))
    means = np.random.default_rng(0).choice(drawn, (RESAMPLED, count)).mean(1)
    low, high = np.quantile(means, (out, 1 - out))
    return float(low), float(high)


def half_width(objects: int) -> float:
    """How far off a share of so many objects may be: half of its 95 % interval (Wilson, JASA 22, 1927).

    At TYPICAL. Objects of one picture are alike, so in truth it is rather more.
    """
    return Z * math.sqrt(TYPICAL * (1 - TYPICAL) / objects + Z**2 / (4 * objects**2)) / (1 + Z**2 / objects)
