"""The simulated annotator paints what is true, where the answer is wrong."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from benchmarks.annotator import BACKGROUND, FOREGROUND, corrected, first, overlap, session, stroke_in
from benchmarks.stroked import MADE, Shot, inverse, orientations, shots
from benchmarks.where_next import at_random, painted_at
from napari_unet import Learner


@pytest.fixture
def truth() -> np.ndarray:
    truth = np.zeros((80, 90), bool)
    truth[10:40, 10:50], truth[60:70, 60:80] = True, True
    return truth


def test_the_first_strokes_are_one_in_the_largest_object_and_one_beside_it(truth: np.ndarray) -> None:
    strokes = first(truth)
    assert truth[strokes == FOREGROUND].all()
    assert not truth[strokes == BACKGROUND].any()
    assert (strokes[10:40, 10:50] == FOREGROUND).any()
    assert not (strokes[60:70, 60:80] == FOREGROUND).any()


def test_a_correction_lies_in_what_was_missed_and_in_what_was_falsely_found(truth: np.ndarray) -> None:
    found = truth.copy()
    found[60:70, 60:80], found[50:58, 10:40] = False, True
    strokes = corrected(np.zeros(truth.shape, np.uint8), found, truth)
    assert set(zip(*np.nonzero(strokes == FOREGROUND), strict=True)) <= set(
        zip(*np.nonzero(truth & ~found), strict=True)
    )
    assert (strokes == BACKGROUND).any()
    assert (found & ~truth)[strokes == BACKGROUND].all()


def test_nothing_is_corrected_where_nothing_is_wrong(truth: np.ndarray) -> None:
    assert not corrected(np.zeros(truth.shape, np.uint8), truth, truth).any()


def test_a_stroke_is_no_longer_than_it_may_be() -> None:
    assert stroke_in(np.ones((100, 100), bool), 20).sum() <= 3 * 24


class Perfect:
    """A learner that knows the truth from the first stroke on."""

    def __init__(self, truth: np.ndarray) -> None:
        self.truth, self.painted = truth, list[int]()

    def start(self, image: np.ndarray) -> None:
        del image

    def update(self, image: np.ndarray, strokes: np.ndarray) -> None:
        self.painted.append(int((strokes > 0).sum()))

    def find(self, image: np.ndarray) -> np.ndarray:
        return self.truth


def test_who_is_right_is_left_alone(truth: np.ndarray) -> None:
    learner = Perfect(truth)
    rounds = session(learner, truth.astype(np.uint8), truth, 3)
    assert [each.score for each in rounds] == [0, 1, 1, 1]
    assert learner.painted[0] == learner.painted[-1] > 0


def test_a_stroke_at_a_place_is_of_what_lies_there(truth: np.ndarray) -> None:
    nothing = np.zeros(truth.shape, np.uint8)
    inside, outside = painted_at(nothing, truth, (65, 70)), painted_at(nothing, truth, (50, 70))
    assert (inside == FOREGROUND).any()
    assert truth[inside > 0].all()
    assert (outside == BACKGROUND).any()
    assert not truth[outside > 0].any()
    shot, choose = Shot("A", truth.astype(np.uint8), truth), at_random(np.random.default_rng(0))
    assert len({*choose(Learner(), shot), *choose(Learner(), shot)}) == 4


def test_overlap_is_of_intersection_and_union(truth: np.ndarray) -> None:
    assert overlap(truth, truth) == 1
    assert overlap(truth, ~truth) == 0
    half = truth.copy()
    half[:, 25:] = False
    assert overlap(half, truth) == half.sum() / truth.sum()


def test_in_made_up_textures_brightness_tells_nothing() -> None:
    first_ones, again = (shots(None, "textures", "val", 5, 512) for _ in range(2))
    for shot, same in zip(first_ones, again, strict=True):
        np.testing.assert_array_equal(shot.image, same.image)
        inside, outside = shot.image[shot.truth].astype(float), shot.image[~shot.truth].astype(float)
        assert abs(inside.mean() - outside.mean()) < 0.3 * shot.image.std()
        assert 0.2 < shot.truth.mean() < 0.4


@pytest.mark.parametrize(("name", "depth"), [("spots", 6), ("filaments", 3)])
def test_made_up_spots_and_filaments_are_thin_and_brighter_than_what_is_around(name: str, depth: float) -> None:
    first_ones, again = (shots(None, name, "val", 3, 512) for _ in range(2))
    assert name in MADE
    for shot, same in zip(first_ones, again, strict=True):
        np.testing.assert_array_equal(shot.image, same.image)
        assert np.percentile(ndimage.distance_transform_edt(shot.truth)[shot.truth], 95) <= depth
        ring = ndimage.binary_dilation(shot.truth, iterations=4) & ~ndimage.binary_dilation(shot.truth)
        assert shot.image[shot.truth].mean() > shot.image[ring].mean() + shot.image[ring].std()
        assert 0.01 < shot.truth.mean() < 0.2


def test_the_inverse_wants_all_that_was_background(truth: np.ndarray) -> None:
    shot = inverse(Shot("A", np.zeros(truth.shape), truth))
    np.testing.assert_array_equal(shot.truth, ~truth)


def test_a_picture_in_its_eight_orientations_keeps_its_truth(truth: np.ndarray) -> None:
    image = np.arange(truth.size).reshape(truth.shape)
    turned = list(orientations(Shot("A", image, truth)))
    assert len({shot.image.tobytes() + bytes(shot.image.shape) for shot in turned}) == 8
    for shot in turned:
        np.testing.assert_array_equal(shot.truth, truth.ravel()[shot.image])
