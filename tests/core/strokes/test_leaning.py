from __future__ import annotations

from dataclasses import replace

import numpy as np

from napari_unet.core.strokes.steered import Steering, leaned
from napari_unet.core.strokes.trust import UNKNOWN, amount

SIDE = 8


def steering(start: float, strokes: int) -> Steering:
    """A window about which a start says this, when so many strokes are painted anywhere."""
    plane, nowhere = np.full((1, SIDE, SIDE), np.float32(start)), np.zeros((1, SIDE, SIDE), bool)
    unknown, half = np.full_like(plane, UNKNOWN), np.full(1, np.float32(UNKNOWN))
    picture = np.zeros((3, SIDE, SIDE), np.float32)
    return Steering(picture, nowhere, nowhere, unknown, unknown, plane, half, half, amount(strokes))


def told(value: float) -> np.ndarray:
    return np.full((1, SIDE, SIDE), np.float32(value))


def test_the_start_is_heard_less_with_every_stroke_and_hardly_at_last() -> None:
    heard = [float(leaned(told(0.4), steering(0.95, strokes)).mean()) for strokes in (1, 2, 6, 40)]
    assert heard == sorted(heard, reverse=True)
    assert heard[0] > 0.5
    assert heard[-1] - 0.4 < 0.02


def test_what_was_painted_against_the_start_stays_so() -> None:
    assert leaned(told(0.99), steering(0.01, 1)).min() > 0.5
    assert leaned(told(0.01), steering(0.99, 1)).max() < 0.5


def test_where_no_start_knows_anything_the_network_has_the_word() -> None:
    knows_nothing = steering(UNKNOWN, 1)
    np.testing.assert_array_equal(leaned(told(0.2), knows_nothing), told(0.2))
    both = replace(knows_nothing, start=np.concatenate([knows_nothing.start, told(0.9)]))
    one, other = leaned(np.concatenate([told(0.2), told(0.2)]), both)
    np.testing.assert_array_equal(one, told(0.2)[0])
    assert other.min() > 0.25
