from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import tifffile

from napari_unet.core.data.pairing import pair_folder
from napari_unet.core.data.synthesis import sample_data_folder
from napari_unet.core.strokes import Learner
from napari_unet.core.strokes.heard import beside_plain, leaned, loud, unmisled
from napari_unet.core.strokes.steered import Steering
from napari_unet.core.strokes.trust import UNKNOWN, amount
from tests.core.strokes.conftest import overlap

SIDE = 8
NOT_AT_ALL = np.zeros(1, np.float32)
"""Guide and start have nothing in common, and do not contradict each other."""


def steering(start: float, strokes: int, anchored: float = UNKNOWN, guide: float = UNKNOWN) -> Steering:
    """A window about which all of them say this, when so many strokes are painted anywhere."""
    planes = [np.full((1, SIDE, SIDE), np.float32(each)) for each in (guide, UNKNOWN, anchored, start)]
    trusts, nowhere = np.full(1, np.float32(0.9)), np.zeros((1, SIDE, SIDE), bool)
    picture = np.zeros((3, SIDE, SIDE), np.float32)
    return Steering(picture, nowhere, nowhere, *planes, trusts, trusts, amount(strokes))


def told(value: float) -> np.ndarray:
    return np.full((1, SIDE, SIDE), np.float32(value))


def test_the_anchored_guide_is_heard_less_with_every_stroke_and_little_at_last() -> None:
    heard = [
        float(leaned(told(0.4), steering(0.95, strokes, 0.95), NOT_AT_ALL, NOT_AT_ALL).mean())
        for strokes in (1, 2, 6, 100)
    ]
    assert heard == sorted(heard, reverse=True)
    assert heard[0] > 0.5
    assert heard[-1] - 0.4 < 0.05


def test_it_is_heard_the_more_the_less_guide_and_start_agree() -> None:
    known = steering(0.95, 2, 0.95)
    heard = [
        float(leaned(told(0.4), known, np.float32([agreed]), NOT_AT_ALL).mean()) for agreed in (-1, -0.5, 0, 0.5, 1)
    ]
    assert heard == sorted(heard, reverse=True)
    assert heard[-1] == pytest.approx(0.4), "they say the same: the network sees for itself"


def test_and_the_more_the_surer_the_start_is_of_what_it_finds() -> None:
    known = steering(0.95, 2, 0.95)
    heard = [float(leaned(told(0.4), known, NOT_AT_ALL, np.float32([sure])).mean()) for sure in (0, 0.5, 1)]
    assert heard == sorted(heard)
    assert heard[-1] > heard[0] + 0.1


def test_the_start_is_heard_before_there_is_an_anchored_guide() -> None:
    one, other = (leaned(told(0.4), steering(start, 2, 0.9), NOT_AT_ALL, NOT_AT_ALL) for start in (0.05, 0.95))
    np.testing.assert_array_equal(one, other)
    assert leaned(told(0.4), steering(0.95, 2), NOT_AT_ALL, NOT_AT_ALL).min() > 0.5


def test_what_was_painted_against_it_stays_so() -> None:
    assert leaned(told(0.99), steering(0.01, 1, 0.02), NOT_AT_ALL, NOT_AT_ALL).min() > 0.5
    assert leaned(told(0.01), steering(0.99, 1, 0.98), NOT_AT_ALL, NOT_AT_ALL).max() < 0.5


def test_where_no_start_knows_anything_the_network_has_the_word() -> None:
    knows_nothing = steering(UNKNOWN, 1)
    np.testing.assert_array_equal(leaned(told(0.2), knows_nothing, NOT_AT_ALL, NOT_AT_ALL), told(0.2))
    both = replace(knows_nothing, start=np.concatenate([knows_nothing.start, told(0.9)]))
    one, other = leaned(np.concatenate([told(0.2), told(0.2)]), both, *[np.zeros(2, np.float32)] * 2)
    np.testing.assert_array_equal(one, told(0.2)[0])
    assert other.min() > 0.25


def test_a_guide_that_contradicts_the_start_fades_and_is_not_seen_at_last() -> None:
    shown = [unmisled(steering(0.9, 2, 0.9, guide=0.1), np.float32([agreed])) for agreed in (1, 0, -0.5, -0.7, -0.95)]
    for part in ("guide", "guide_trust"):
        distances = [abs(float(getattr(each, part).mean()) - UNKNOWN) for each in shown]
        assert distances[:3] == pytest.approx([0.4] * 3)
        assert distances[3] == pytest.approx(0.2)
        assert distances[4] == pytest.approx(0)
    assert all((each.start == np.float32(0.9)).all() for each in shown)


def test_the_first_corrections_do_not_spoil_a_start_that_is_right_elsewhere() -> None:
    """They lie where it is wrong: a forest on them alone takes nuclei for background, and the reverse."""
    pair = pair_folder(sample_data_folder())[0]
    assert pair.mask is not None
    image, truth = tifffile.imread(pair.picture), tifffile.imread(pair.mask) > 0
    learner = Learner()
    before = learner.predict(image).probability > 0.5
    strokes = np.zeros(truth.shape, np.uint8)
    for value, wrong in ((2, truth & ~before), (1, before & ~truth)):
        strokes[tuple(np.argwhere(wrong)[:12].T)] = value
        assert (strokes == value).any(), "it is wrong somewhere"
    learner.update(image, strokes)
    assert overlap(learner.predict(image).probability > 0.5, truth) > overlap(before, truth) - 0.02


def test_the_plain_forest_counts_where_no_start_says_anything_and_else_as_far_as_the_start_is_doubted() -> None:
    assert loud(steering(UNKNOWN, 2), np.zeros(1, np.float32)).tolist() == [[[1]]]
    assert [float(loud(steering(0.9, 2), np.float32([doubt])).item()) for doubt in (0, 0.5, 1)] == [0, 0.5, 1]


def test_it_is_as_loud_as_the_network_at_most() -> None:
    heard = [float(beside_plain(told(0.2), told(0.8), weight(loudness)).mean()) for loudness in (0, 0.5, 1)]
    assert heard == sorted(heard)
    assert (heard[0], heard[2]) == pytest.approx((0.2, 0.5))


def weight(loudness: float) -> np.ndarray:
    return np.full((1, 1, 1), np.float32(loudness))
