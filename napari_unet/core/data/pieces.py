"""One cell of the labels, or one piece of a class: what a click on it means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.data.annotation import BACKGROUND, FIRST, from_mask
from napari_unet.core.settings import Kind


@dataclass(frozen=True)
class Piece:
    """Pixels that belong together.

    Parameters
    ----------
    where : indices along ([Z,] Y, X), as NumPy indexes with them.
    number : what they have in the labels.
    """

    where: tuple[NDArray[np.intp], ...]
    number: int


def piece_at(labels: NDArray[np.integer], place: tuple[int, ...], kind: Kind) -> Piece | None:
    """The object of the labels at a place, or the connected piece of a class; None on background or outside.

    Parameters
    ----------
    labels : ([Z,] Y, X), 0 is background.
    place : along ([Z,] Y, X), in pixels.
    """
    if not all(0 <= at < side for at, side in zip(place, labels.shape, strict=True)) or not labels[place]:
        return None
    number = int(labels[place])
    same = labels == number
    if kind == "regions":
        pieces, _count = ndimage.label(same)
        same = pieces == pieces[place]
    return Piece(np.nonzero(same), number)


def truth_of(piece: Piece, annotation: NDArray[np.integer], kind: Kind) -> int | None:
    """The number a piece gets in the annotation when it is right; None when that is what is painted there already.

    An object gets a number that nobody has yet; a class keeps its own.
    """
    painted = annotation[piece.where]
    first = int(painted[0])
    if kind == "regions":
        wanted = int(from_mask(np.array([piece.number], np.uint16))[0])
        return None if (painted == wanted).all() else wanted
    if first >= FIRST and (painted == first).all() and np.count_nonzero(annotation == first) == painted.size:
        return None
    return max(int(annotation.max(initial=0)), BACKGROUND) + 1
