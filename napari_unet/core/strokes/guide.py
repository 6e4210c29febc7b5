"""The instant learner: a forest on the filters, grown anew at each stroke in a fraction of a second.

Extremely randomised trees (Geurts, Ernst, Wehenkel 2006, https://doi.org/10.1007/s10994-006-6226-1) need fewer of them
than a random forest to answer smoothly. It knows nothing but the strokes; what it says guides the network, which knows
what pictures look like.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.strokes.trees import Trees, surveyed

TREES = 40
MOST = 6000
"""So many painted pixels are learned from at most, of each class the same share: more make it slower, not better."""

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
        kept = evenly(classes, -(-len(classes) // MOST))
        self._known, places, counts = np.unique(classes[kept], return_inverse=True, return_counts=True)
        shares, weights = np.eye(len(counts))[places], (1 / counts)[places] if fair else None
        self._trees, self.count = Trees(features[kept], shares, weights, trees, threads), count

    def ask(self, features: NDArray[np.floating]) -> NDArray[np.float32]:
        """How probable each class is: (count, N) float32, summing to 1, of features (N, F) of any pixels."""
        return self._of_all(self._trees.ask(features))

    def survey(self, features: NDArray[np.floating], outstanding: NDArray[np.bool_]) -> NDArray[np.float32]:
        """The same of a picture: (count, Y, X) of its features (Y, X, F), and where it stands out; see `surveyed`."""
        return self._of_all(surveyed(features, outstanding, self._trees.ask))

    def _of_all(self, told: NDArray[np.float32]) -> NDArray[np.float32]:
        """What is told of the known classes, and that there is none of the others."""
        answer = np.zeros((self.count, *told.shape[1:]), np.float32)
        answer[self._known] = told
        return answer


def evenly(values: NDArray[np.integer], every: int) -> NDArray[np.intp]:
    """Where one in so many of each value (N,) stands; but LEAST of each, or all there are.

    A class that was just begun must not be lost among the many pixels of others.
    """
    places = (np.flatnonzero(values == value) for value in np.unique(values))
    return np.sort(np.concatenate([place[:: max(1, min(every, len(place) // LEAST))] for place in places]))
