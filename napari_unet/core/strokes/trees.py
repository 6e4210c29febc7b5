"""Extremely randomised trees: grown on few pixels, asked about many, by several threads.

The trees are scikit-learn's, without its forest: that checks every tree anew, which takes longer than to grow it, and
deals trees out to threads, which wait for each other, where here pixels are dealt out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

FEWEST = 2
"""Painted pixels in a leaf at least: one pixel alone is chance."""

GROWN, ASKED = 60_000, 6000
"""Up to so many pixels times trees are grown, and about so many pixels asked about, by one thread: what is done in some
hundredths of a second is not worth dealing out.
"""

ALIKE = 0.2
"""Where what is told of four pixels differs by no more than this, the one between them is taken for their mean."""

OUTSTANDING = 3.0
"""A pixel that differs from those beside it by so many times as much as half of all do is asked about itself: of pure
noise, one in twenty.
"""

Ask = Callable[[NDArray[np.floating]], NDArray[np.float32]]
Given = TypeVar("Given")
Made = TypeVar("Made")


class Trees:
    """What they say together.

    Parameters
    ----------
    features : (N, F) float, of the painted pixels.
    shares : (N, K) float, 1 for the class of a pixel and 0 for others.
    weights : (N,) float, how much each pixel counts; None for all the same.
    count : how many trees.
    threads : how many processor cores may be used.
    """

    def __init__(
        self,
        features: NDArray[np.floating],
        shares: NDArray[np.float64],
        weights: NDArray[np.floating] | None,
        count: int,
        threads: int,
    ) -> None:
        from sklearn import config_context  # takes half a second, for which no window should wait
        from sklearn.tree import ExtraTreeRegressor

        pixels = np.ascontiguousarray(features, np.float32)

        def grown(seed: int) -> tuple[Any, NDArray[np.float32]]:
            """Least squares of ones and zeros is Gini's impurity, so it grows like a tree of classes."""
            tree = ExtraTreeRegressor(min_samples_leaf=FEWEST, max_features="sqrt", random_state=seed)
            with config_context(skip_parameter_validation=True):
                nodes = tree.fit(pixels, shares, weights, check_input=False).tree_
            return nodes, np.ascontiguousarray(nodes.value[:, :, 0].T, np.float32)

        self._threads, many = threads, len(pixels) * count > GROWN
        self._trees = dealt_out(grown, range(count), threads if many else 1)

    def ask(self, pixels: NDArray[np.floating]) -> NDArray[np.float32]:
        """How probable each class is: (K, N) float32, summing to 1, of features (N, F)."""
        parts = self._threads if len(pixels) > ASKED else 1
        return np.concatenate(dealt_out(self._told, np.array_split(pixels, parts), parts), axis=1)

    def _told(self, pixels: NDArray[np.floating]) -> NDArray[np.float32]:
        pixels = np.ascontiguousarray(pixels, np.float32)
        told = np.zeros((len(self._trees[0][1]), len(pixels)), np.float32)
        for nodes, values in self._trees:
            leaves = nodes.apply(pixels)
            for mine, value in zip(told, values, strict=True):
                mine += value.take(leaves)
        return told / np.float32(len(self._trees))


def dealt_out(do: Callable[[Given], Made], given: Iterable[Given], threads: int) -> list[Made]:
    """What is made of each, by so many threads."""
    if threads == 1:
        return [do(one) for one in given]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(do, given))


def surveyed(features: NDArray[np.floating], outstanding: NDArray[np.bool_], ask: Ask) -> NDArray[np.float32]:
    """What is told of a picture, (K, Y, X): asked about every second pixel, as the black squares of a chessboard, and
    about white ones only where the four beside one differ, or where it stands out: so no line of one pixel's width is
    missed, and about a third of the time is saved. Which squares are black depends on where the window begins.

    Parameters
    ----------
    features : (Y, X, F), of the picture.
    outstanding : (Y, X), where it stands out; see `stands_out`.
    ask : tells how probable each class is, (K, N), of features (N, F).
    """
    rows, columns, width = features.shape
    asked, parts = np.ones((rows, columns), bool), [np.s_[start::2, start::2] for start in (0, 1)]
    told = ask(np.concatenate([features[part].reshape(-1, width) for part in parts]))  # quicker than by a mask
    answer, begun = np.zeros((len(told), rows, columns), np.float32), 0
    for part in parts:
        black = answer[(slice(None), *part)]
        black[:], begun = told[:, begun : begun + black[0].size].reshape(black.shape), begun + black[0].size
        asked[part] = False
    beside = _beside(answer)
    differ = (beside.max(0) - beside.min(0)).max(0) > ALIKE
    np.copyto(answer, beside.mean(0), where=asked)
    asked &= differ | outstanding
    answer[:, asked] = ask(features[asked])
    return answer


def stands_out(picture: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Where a pixel of a picture (C, Y, X) differs more than usual from the four beside it, in any channel: (Y, X); all
    of a single row.
    """
    if min(picture.shape[1:]) == 1:
        return np.ones(picture.shape[1:], bool)
    differs = np.abs(picture - _beside(picture).mean(0))
    usual = np.array([np.median(channel) for channel in differs])
    return np.asarray((differs > OUTSTANDING * usual[:, np.newaxis, np.newaxis]).any(0))


def _beside(planes: NDArray[np.floating]) -> NDArray[np.floating]:
    """The four pixels beside each, (4, K, Y, X), of planes (K, Y, X); mirrored at the edges."""
    wide = np.pad(planes, ((0, 0), (1, 1), (1, 1)), mode="reflect")
    return np.stack([wide[:, :-2, 1:-1], wide[:, 2:, 1:-1], wide[:, 1:-1, :-2], wide[:, 1:-1, 2:]])
