"""Trees say what scikit-learn's forest says, and of a picture nearly the same by less asking."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage
from sklearn.ensemble import ExtraTreesClassifier

from napari_unet.core.strokes.guide import Guide
from napari_unet.core.strokes.trees import ASKED, FEWEST, GROWN, stands_out, surveyed


def scene(seed: int, side: int = 96, count: int = 2) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Features (Y, X, 4) of smooth things in noise, and the class of each pixel."""
    rng = np.random.default_rng(seed)
    ground = ndimage.gaussian_filter(rng.standard_normal((side, side)), 8)
    classes = np.digitize(ground, np.quantile(ground, np.arange(1, count) / count))
    noisy = (classes + 0.3 * rng.standard_normal(classes.shape)).astype(np.float32)
    return np.stack([ndimage.gaussian_filter(noisy, size) for size in (0, 1, 2, 4)], -1), classes


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("fair", [False, True])
def test_they_tell_as_probable_as_a_forest_of_classification_trees_does(count: int, fair: bool) -> None:
    features, classes = scene(0, count=count)
    pixels, values = features.reshape(-1, 4), classes.ravel()
    few = np.concatenate([np.flatnonzero(values == 0)[:40], np.flatnonzero(values > 0)[::17]])
    asked = pixels[np.abs(pixels[:, 2] - 0.5) < 0.2]  # where they are in two minds
    weight = "balanced" if fair else None
    forest = ExtraTreesClassifier(300, min_samples_leaf=FEWEST, random_state=0, class_weight=weight)
    expected = forest.fit(pixels[few], values[few]).predict_proba(asked).T
    told = Guide(pixels[few], values[few], count, 1, 300, fair=fair).ask(asked)
    assert 0.1 < expected[1].mean() < 0.9
    np.testing.assert_allclose(told, expected, atol=0.12)
    np.testing.assert_allclose(told.mean(1), expected.mean(1), atol=0.02)


def test_however_many_threads_grow_and_ask_they_say_the_same() -> None:
    features, classes = scene(1)
    pixels, values = features.reshape(-1, 4), classes.ravel()
    few = slice(None, None, 5)
    assert len(pixels) > ASKED
    assert len(pixels[few]) * 40 > GROWN
    one, two = (Guide(pixels[few], values[few], 2, threads).ask(pixels) for threads in (1, 2))
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("side", [96, 97])
def test_a_survey_asks_about_less_of_a_picture_and_says_nearly_the_same(side: int) -> None:
    features, classes = scene(2, side)
    pixels, values, outstanding = features.reshape(-1, 4), classes.ravel(), stands_out(features[np.newaxis, ..., 0])
    guide, asked = Guide(pixels[::50], values[::50], 2, 1), list[int]()

    def ask(some: NDArray[np.floating]) -> NDArray[np.float32]:
        asked.append(len(some))
        return guide.ask(some)

    told, exact = surveyed(features, outstanding, ask), guide.ask(pixels).reshape(2, side, side)
    assert told.shape == exact.shape
    assert sum(asked) < 0.75 * len(pixels)
    np.testing.assert_array_equal(told[:, ::2, ::2], exact[:, ::2, ::2])
    assert ((told[1] > 0.5) == (exact[1] > 0.5)).mean() > 0.99
    assert np.abs(told - exact).mean() < 0.02
    np.testing.assert_array_equal(guide.survey(features, outstanding), told)


@pytest.mark.parametrize("steps", [1, 28])
@pytest.mark.parametrize(("down", "right"), [(0, 1), (1, 0), (1, 1), (1, -1)])
@pytest.mark.parametrize("channel", [0, 1])
def test_nothing_of_one_pixels_width_is_missed_wherever_it_lies(
    steps: int, down: int, right: int, channel: int
) -> None:
    for row, column in ((10, 10), (10, 11), (11, 10), (11, 11)):
        along = np.arange(steps)
        line = np.zeros((40, 60), np.float32)
        line[row + down * along, column + (28 if right < 0 else 0) + right * along] = 1
        picture = np.stack([line, np.zeros_like(line)])[[channel, 1 - channel]]
        told = surveyed(
            np.moveaxis(picture, 0, -1), stands_out(picture), lambda some: np.stack([1 - some.max(1), some.max(1)])
        )
        np.testing.assert_array_equal(told[1] > 0.5, line > 0)


def test_a_class_that_nobody_painted_is_nowhere_in_a_survey() -> None:
    features, classes = scene(2)
    guide = Guide(features.reshape(-1, 4)[::50], classes.ravel()[::50], 3, 2)
    told = guide.survey(features, stands_out(features[np.newaxis, ..., 0]))
    assert told.shape == (3, 96, 96)
    assert not told[2].any()
    np.testing.assert_allclose(told.sum(0), 1, atol=1e-5)


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (5, 1), (2, 2)])
def test_the_smallest_pictures_are_surveyed(shape: tuple[int, int]) -> None:
    plane = np.arange(np.prod(shape), dtype=np.float32).reshape(*shape, 1)
    told = surveyed(plane, stands_out(plane[np.newaxis, ..., 0]), lambda some: some.T.copy())
    np.testing.assert_array_equal(told[0], plane[..., 0])
