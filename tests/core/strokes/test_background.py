"""What a U-Net learns from strokes while one waits."""

from __future__ import annotations

import time

import numpy as np
import pytest
import torch

from napari_unet.core.strokes import Learner
from napari_unet.core.strokes.background import KNOWN, Background, Planes
from napari_unet.core.strokes.material import PAINTED, TOLD, material_of, window_of
from napari_unet.core.strokes.painted import painted_on
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.standing import BEFOREHAND, RIPE, RIPE_FROM_CHANCE, Standing
from napari_unet.core.strokes.thinker import Thinker
from napari_unet.core.strokes.windows import SQUARE, Window
from tests.core.strokes.conftest import Scene, overlap


def found(learner: Learner, scene: Scene) -> float:
    return overlap(learner.predict(scene.image).probability > 0.5, scene.truth)


@pytest.mark.parametrize("start", ["auto", None])
def test_waiting_changes_answers_and_not_for_the_worse(start: str | None, one: Scene, other: Scene) -> None:
    learner = Learner(start=start)
    learner.update(one.image, one.strokes)
    before = learner.predict(one.image).probability
    scores = found(learner, one), found(learner, other)
    assert learner.wait(4)
    assert not np.array_equal(learner.predict(one.image).probability, before)
    assert found(learner, one) > scores[0] - 0.02
    assert found(learner, other) > scores[1] - 0.05


def test_strokes_that_come_after_waiting_are_followed_at_once(one: Scene) -> None:
    learner = Learner()
    learner.update(one.image, one.strokes)
    learner.wait(1)
    wrong = (learner.predict(one.image).probability > 0.5) != one.truth
    more = np.where(wrong, np.where(one.truth, 2, 1), one.strokes)
    learner.update(one.image, more)
    assert found(learner, one) > 0.9


class Steadfast(Thinker):
    """Has learned for long, and says the same whatever is painted."""

    def __init__(self, thought: Planes) -> None:
        self.classes, self.steps, self.thought = 2, 100_000, thought

    def say(self, seen: Seen, window: Window) -> Planes:
        return self.thought


@pytest.mark.parametrize(("columns", "learned"), [(100, True), (2 * SQUARE + 60, False)])
def test_a_stroke_is_not_taken_back_before_the_network_has_learned_from_it(columns: int, learned: bool) -> None:
    """Of a large picture it learns one square, and never from strokes elsewhere."""
    strokes = np.zeros((40, columns), np.uint8)
    strokes[10:13, 20:30], strokes[10:13, -40:-30] = 1, 2
    seen = Seen(np.random.default_rng(0).normal(100, 9, (1, *strokes.shape)), "one", seeing=False)
    painted = painted_on(seen, strokes, "objects", None)
    before = np.stack([np.full(strokes.shape, np.float32(share)) for share in (0.9, 0.1)])
    after = before.copy()
    after[:, :20] = 1 - after[:, :20]
    stage = Background("cpu")
    stage._thinker, stage._heard = Steadfast(before), 100_000
    np.testing.assert_allclose(stage.joined(seen, seen.whole, before), before, atol=1e-6)
    stage.tried(seen.key, None, painted)
    taken_back = []
    for steps in (0, KNOWN, 20 * KNOWN):
        stage._heard = 100_000 + steps
        told = stage.joined(seen, seen.whole, after)
        np.testing.assert_allclose(told[:, 20:], after[:, 20:], atol=1e-6)
        taken_back.append(float(np.abs(told - after)[:, :20].mean()))
    assert taken_back[0] < 0.12
    if learned:
        assert taken_back == sorted(taken_back)
        assert taken_back[-1] == pytest.approx(BEFOREHAND * 0.8, abs=0.02), "now its word counts in full"
    else:
        assert taken_back[-1] == pytest.approx(taken_back[0])


def test_it_looks_at_a_picture_in_all_turns() -> None:
    thinker = Thinker(2, None, "cpu")
    thinker._precision = torch.float32
    image = np.random.default_rng(0).normal(100, 20, (1, 64, 64))
    told, turned = (
        thinker.say(seen, seen.whole)
        for seen in (Seen(plane.copy(), "one", seeing=False) for plane in (image, np.rot90(image, 1, (1, 2))))
    )
    np.testing.assert_allclose(np.rot90(told, 1, (1, 2)), turned, atol=1e-5)
    assert np.ptp(told) > 1e-3


@pytest.mark.parametrize("painted", [(), (1,), (2,)])
def test_with_nothing_to_learn_from_waiting_is_over_at_once(painted: tuple[int, ...], one: Scene) -> None:
    learner = Learner()
    learner.update(one.image, np.where(np.isin(one.strokes, painted), one.strokes, 0))
    before, began = learner.predict(one.image).probability, time.monotonic()
    assert not learner.wait(30)
    assert time.monotonic() - began < 10
    assert np.array_equal(learner.predict(one.image).probability, before)


def test_stopped_it_goes_on_saying_what_it_said(one: Scene) -> None:
    learner = Learner()
    learner.update(one.image, one.strokes)
    learner.wait(1)
    before = learner.predict(one.image).probability
    asked = iter(range(20))
    assert not learner.wait(30, stop=lambda: next(asked, None) is None)
    assert np.array_equal(learner.predict(one.image).probability, before)


def test_several_classes_and_one_more_while_it_learns(one: Scene) -> None:
    learner = Learner(kind="regions")
    learner.update(one.image, one.strokes)
    learner.wait(0.5)
    strokes = one.strokes.copy()
    strokes[:3, :20] = 3
    learner.update(one.image, strokes)
    learner.wait(0.5)
    probability = learner.predict(one.image).probability
    assert probability.shape == (3, *one.truth.shape)
    np.testing.assert_allclose(probability.sum(0), 1, atol=1e-3)


def test_a_class_more_or_less_on_another_picture_begins_anew(one: Scene, other: Scene) -> None:
    learner = Learner(kind="regions")
    learner.update(one.image, one.strokes)
    assert learner.wait(0.3)
    third = other.strokes.copy()
    third[:3, :20] = 3
    for strokes, classes in ((third, 3), (other.strokes, 2)):
        learner.update(other.image, strokes)
        assert learner.wait(0.3)
        assert learner.predict(one.image).probability.shape == (classes, *one.truth.shape)


def test_an_answer_that_is_written_into_does_not_change_the_next_one(one: Scene) -> None:
    learner = Learner(start=None)
    learner.update(one.image, one.strokes)
    before = learner.predict(one.image).probability.copy()
    learner.predict(one.image).probability[:] = 0
    assert np.array_equal(learner.predict(one.image).probability, before)


def test_what_is_accepted_wholly_speaks_neither_for_nor_against(one: Scene) -> None:
    learner = Learner()
    learner.update(one.image, one.strokes)
    learner.wait(0.5)
    learner.predict(one.image)
    share = learner._background._standing.share(100)
    learner.update(one.image, np.where(one.truth, 2, 1).astype(np.uint8))
    assert learner._background._standing.share(100) == share


def test_a_picture_smaller_than_a_patch_is_learned_from(one: Scene) -> None:
    learner = Learner()
    y, x = np.argwhere(one.strokes == 2)[0]
    window = slice(max(0, y - 30), y + 30), slice(max(0, x - 25), x + 25)
    strokes = one.strokes[window].copy()
    strokes[0] = 1
    learner.update(one.image[window], strokes)
    learner.wait(0.5)
    assert learner.predict(one.image[window]).probability.shape == strokes.shape


def test_classes_count_the_same_and_in_each_all_strokes(one: Scene) -> None:
    strokes = np.zeros(one.truth.shape, np.uint8)
    strokes[:20, :20], strokes[40:42, 40:42], strokes[60:80, 60:62] = 1, 1, 2
    seen = Seen(one.image[None], "one", seeing=False)
    painted = painted_on(seen, strokes, "objects", None)
    assert painted is not None
    told = np.full((2, *one.truth.shape), np.float32(0.5))
    material = material_of(seen, painted, window_of(painted), told)
    by_stroke = [material.weight[part].sum() for part in (np.s_[:20, :20], np.s_[40:42, 40:42], np.s_[60:80, 60:62])]
    assert by_stroke[0] == pytest.approx(by_stroke[1])
    assert by_stroke[0] + by_stroke[1] == pytest.approx(by_stroke[2])
    assert sum(by_stroke) == pytest.approx(PAINTED * (strokes > 0).sum())
    assert material.weight[strokes == 0] == pytest.approx(TOLD)
    assert (material.target[1] == np.where(strokes, strokes == 2, 0.5)).all()


def test_who_foresees_strokes_counts_more() -> None:
    sure, unsure, strokes = np.array([0.9, 0.9]), np.array([0.2, 0.4]), np.array([1, 2])
    network, instant = Standing(), Standing()
    network.tried(sure, unsure, strokes)
    instant.tried(unsure, sure, strokes)
    assert network.share(500) > Standing().share(500) > instant.share(500)


def test_a_network_that_has_hardly_learned_counts_for_little() -> None:
    assert Standing(RIPE_FROM_CHANCE).share(30) < Standing().share(30) / 2
    assert Standing().share(0) == 0
    assert Standing().share(5) < 0.1
    assert Standing().share(RIPE) == pytest.approx(BEFOREHAND / 2)
    assert Standing().share(5000) == pytest.approx(BEFOREHAND, abs=0.01)


def test_of_a_large_picture_it_learns_where_there_are_strokes_not_between_them() -> None:
    chance = np.random.default_rng(0)
    strokes = np.zeros((40, 2 * SQUARE + 60), np.uint8)
    strokes[10:13, 20:30], strokes[10:13, -40:-30] = 1, 2  # as much of either, so that their middle is far from both
    image = (chance.normal(100, 9, strokes.shape) + 80 * (strokes == 2)).astype(np.uint8)
    painted = painted_on(Seen(image[None], "wide", seeing=False), strokes, "objects", None)
    assert painted is not None
    assert (painted.classes[window_of(painted)] >= 0).any()
    learner = Learner(start=None)
    learner.update(image, strokes)
    assert learner.wait(0.2)
