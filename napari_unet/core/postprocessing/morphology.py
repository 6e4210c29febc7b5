"""Opening and closing by a disc, 64 pixels at a time.

A row of the mask is packed into 64-bit words, a pixel a bit, so that one `&` handles 64 pixels. A disc is a row of
vertical lines, tallest in the middle; working from the rim inwards, each step erodes by the next taller line and lets
what is there already spread one pixel to either side. A disc of radius r thus costs 2 r cheap steps instead of the
pi r^2 of its area.
"""

from __future__ import annotations

from math import isqrt

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint64]
"""A packed mask, (Y, X / 64): pixel x is bit x % 64 of word x // 64."""

WORD = 64
ONE = np.uint64(1)
LAST = np.uint64(WORD - 1)


def opened(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    """The parts of the mask (Y, X) in which a disc of `radius` pixels fits, sticking out of the picture or not.

    The same as `skimage.morphology.opening(mask, disk(radius), mode="ignore")`.
    """
    if radius == 0:
        return mask
    width = mask.shape[1]
    lost = ~_eroded(_packed(mask), radius)
    return ~_unpacked(_eroded(_outside_set(lost, width), radius), width)


def closed(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    """The mask (Y, X) with every gap closed in which no disc of `radius` pixels fits: its background, opened."""
    return ~opened(~mask, radius)


def _eroded(bits: Bits, radius: int) -> Bits:
    """The pixels whose whole disc is set; what lies outside the picture counts as set."""
    lines, result, height = bits.copy(), bits, 0
    for offset in range(radius - 1, -1, -1):
        while height < isqrt(radius**2 - offset**2):
            lines = _shrunk_vertically(lines)
            height += 1
        result = lines & _shrunk_sideways(result)
    return result


def _shrunk_vertically(bits: Bits) -> Bits:
    """The pixels set together with those above and below."""
    result = bits.copy()
    result[1:] &= bits[:-1]
    result[:-1] &= bits[1:]
    return result


def _shrunk_sideways(bits: Bits) -> Bits:
    """The pixels whose left and right neighbours are set."""
    from_left, from_right = bits << ONE, bits >> ONE
    from_left[:, 1:] |= bits[:, :-1] >> LAST
    from_left[:, 0] |= ONE
    from_right[:, :-1] |= bits[:, 1:] << LAST
    from_right[:, -1] |= ONE << LAST
    from_left &= from_right
    return from_left


def _packed(mask: NDArray[np.bool_]) -> Bits:
    height, width = mask.shape
    row_bytes = -(-width // WORD) * (WORD // 8)
    packed = np.zeros((height, row_bytes), np.uint8)
    packed[:, : -(-width // 8)] = np.packbits(mask, axis=1, bitorder="little")
    return _outside_set(packed.view("<u8"), width)


def _unpacked(bits: Bits, width: int) -> NDArray[np.bool_]:
    return np.unpackbits(bits.view(np.uint8), axis=1, count=width, bitorder="little").view(np.bool_)


def _outside_set(bits: Bits, width: int) -> Bits:
    """The same words with the bits beyond the picture's right edge set."""
    if width % WORD:
        bits[:, -1] |= ~np.uint64(0) << np.uint64(width % WORD)
    return bits
