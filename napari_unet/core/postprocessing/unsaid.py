"""Pixels of which the network says no number (NaN, or without end): nothing is there.

A blur would carry them to all around, and comparisons with them hold neither way, so that cells flow together; they go
before either.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Planes = NDArray[np.floating[Any]]
HEARD = 3
"""So many planes of objects say where cells are: cell, border and distance. Those behind them say of which class."""


def all_numbers(planes: Planes) -> bool:
    """Whether they are, in a tenth of the time that it takes to look at each."""
    return not planes.size or bool(np.isfinite(planes.min()) and np.isfinite(planes.max()))


def zero_where_unsaid(planes: Planes) -> Planes:
    """The same array where it is all numbers; else a copy with 0 for what is none."""
    return planes if all_numbers(planes) else np.where(np.isfinite(planes), planes, planes.dtype.type(0))


def cell_plane(probability: Planes) -> Planes:
    """The first plane of objects (K, Y, X), with 0 where one of those that say where cells are is no number: (Y, X)."""
    heard = probability[:HEARD]
    cell: Planes = probability[0]
    if not all_numbers(heard):
        cell = np.where(np.isfinite(heard).all(0), cell, cell.dtype.type(0))
    return cell


def background_where_unsaid(probability: Planes) -> Planes:
    """The same planes of regions (K, Y, X) where all are numbers; else a copy, all background where one is none."""
    if all_numbers(probability):
        return probability
    background = np.zeros((len(probability), 1, 1), probability.dtype)
    background[0] = 1
    return np.where(np.isfinite(probability).all(0), probability, background)
