"""The instant learner: a forest on the filters, grown anew at each stroke in a fraction of a second.

Extremely randomised trees (Geurts, Ernst, Wehenkel 2006, https://doi.org/10.1007/s10994-006-6226-1) need fewer of them
than a random forest to answer smoothly. It knows nothing but the strokes; what it says guides the network, which knows
what pictures look like.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TREES = 40
FEWEST = 2
"""Painted pixels in a leaf at least: one pixel alone is chance."""

MOST = 6000
"""So many painted pixels are learned from at most, of each class the same share: more make it slower, not better."""

GROWN, ASKED = 60_000, 6000
"""Up to so many pixels times trees are grown, and about so many pixels it is asked, on one core: of what is done in
some hundredths of a second, dealing it out to others takes as long again.
"""

LEAST = 50
"""So many of each class are always among them."""


class Guide:
    """A forest that tells classes apart by the features of single pixels.

    Parameters
    ----------
    features : (N, F), of the painted pixels.
    classes : (N,) whole numbers, 0 for background; at least two different ones.
    count : how many classes there are; those that nobody painted get a probability of 0.
    threads : how many processor cores may be used.
    trees : how many trees.
    fair : whether a class counts as much as any other, however few of its pixels are painted.
    """

    def __init__(
        self,
        features: NDArray[np.floating],
        classes: NDArray[np.intp],
        count: int,
        threads: int,
        trees: int = TREES,
        *,
        fair: bool = False,
    ) -> None:
        from sklearn.ensemble import ExtraTreesClassifier  # takes half a second, for which no window should wait

        kept = evenly(classes, -(-len(classes) // MOST))
        weight = "balanced" if fair else None
        growing = threads if len(kept) * trees > GROWN else 1
        forest = ExtraTreesClassifier(
            trees, min_samples_leaf=FEWEST, n_jobs=growing, random_state=0, class_weight=weight
        )
        self._forest, self.count, self._threads = forest.fit(features[kept], classes[kept]), count, threads

    def ask(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """How probable each class is: (count, Y, X) float32, summing to 1, of features (Y, X, F)."""
        shape = features.shape[:2]
        pixels = features.reshape(-1, features.shape[-1])
        told = self._forest.set_params(n_jobs=self._threads if len(pixels) > ASKED else 1).predict_proba(pixels)
        answer = np.zeros((self.count, *shape), np.float32)
        answer[self._forest.classes_] = told.T.reshape(-1, *shape)
        return answer


def evenly(values: NDArray[np.integer], every: int) -> NDArray[np.intp]:
    """Where one in so many of each value (N,) stands; but LEAST of each, or all there are.

    A class that was just begun must not be lost among the many pixels of others.
    """
    places = (np.flatnonzero(values == value) for value in np.unique(values))
    return np.sort(np.concatenate([place[:: max(1, min(every, len(place) // LEAST))] for place in places]))
