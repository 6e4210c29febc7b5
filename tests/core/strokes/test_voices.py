"""Pictures with few strokes: start and guides have their say, each as far as it foresaw strokes elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from napari_unet.core.strokes import asking
from napari_unet.core.strokes.asking import Asking
from napari_unet.core.strokes.lesson import Lesson, learned
from napari_unet.core.strokes.light import Light
from napari_unet.core.strokes.painted import Painted, painted_on
from napari_unet.core.strokes.question import Question
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.starts import said_by
from napari_unet.core.strokes.voices import BEFORE, heard_of, weighed, with_voices
from tests.core.strokes.conftest import Scene, overlap, scene

START = "cells"
CPU = torch.device("cpu")


def looked_at(one: Scene, found: np.ndarray | None, seeing: bool = False) -> Seen:
    """A picture in which the start finds this; None: what it does find."""
    seen = Seen(one.image[np.newaxis], "scene", seeing=seeing)
    if found is not None:
        cell = np.where(found, np.float32(0.95), np.float32(0.05))
        seen.starts[START] = lambda window: np.stack([cell] * 3)[(slice(None), *window)]
    return seen


def painted(one: Scene, found: np.ndarray | None) -> Painted:
    done = painted_on(looked_at(one, found), one.strokes, "objects", START)
    assert done is not None
    return done


def weights(scenes: Sequence[Scene], start_finds: str) -> np.ndarray:
    """Of start, guide and plain guide about objects."""
    finds = {"truth": 1.0, "opposite": -1.0, "nothing": 0.0}[start_finds]
    some = [painted(one, one.truth == (finds > 0) if finds else one.truth & False) for one in scenes]
    told = weighed(some, Light(), "objects", 2)
    assert told is not None
    return told[1]


SCENES = [scene(seed) for seed in range(4)]


def test_of_one_picture_nobody_can_tell() -> None:
    assert weighed([painted(SCENES[0], SCENES[0].truth)], Light(), "objects", 2) is None


def test_a_start_that_foresees_strokes_counts_more_than_one_that_does_not_and_guides_the_other_way_round() -> None:
    right, silent, wrong = (weights(SCENES, finds) for finds in ("truth", "nothing", "opposite"))
    assert right[0] > silent[0] > wrong[0]
    assert wrong[0] < 0.5 < 1 < right[0]
    assert wrong[1:].sum() > silent[1:].sum() > right[1:].sum() > 0


def test_the_fewer_strokes_there_are_the_nearer_the_weights_stay_to_what_they_were_before() -> None:
    away = [np.abs(weights(SCENES[:count], "truth") - BEFORE).sum() for count in (2, 4)]
    assert 0 < away[0] < away[1]


def test_guides_that_learned_nothing_of_use_do_not_count() -> None:
    """Strokes that have nothing to do with the picture: what is foreseen is chance."""
    chance = np.random.default_rng(0)
    noise = [replace(one, image=chance.integers(0, 255, one.image.shape).astype(np.uint8)) for one in SCENES]
    assert weights(noise, "truth")[1:].sum() < 0.5 * weights(SCENES, "truth")[1:].sum()


def test_voices_are_heard_as_far_as_guide_and_start_agree_and_less_with_strokes_in_the_picture() -> None:
    agreement = np.float32([-1, 0, 0.5, 1])
    assert heard_of(agreement, 0).tolist() == [0, 0, 0.5, 1]
    assert heard_of(agreement, 6).tolist() == [0, 0, 0.0625, 0.125]


def test_together_they_are_a_mean_of_log_odds() -> None:
    told, other, nothing = (np.full((2, 1, 1), np.float32(value)) for value in (0.2, 0.8, 0.5))
    voices = [other, other, nothing]
    answer = with_voices(told, voices, np.float32([[1, 0, 0], [0.5, 0.5, 7]]), np.float32([0.5, 1]))
    assert answer.ravel().tolist() == pytest.approx([0.5, 0.8], abs=1e-5)
    np.testing.assert_array_equal(with_voices(told, voices, np.ones((2, 3), np.float32), np.zeros(2, np.float32)), told)


def asked(there: Scene, here: bool, lesson: Lesson) -> Question:
    """About a picture that is painted on or not, whose start finds what there is."""
    seen = looked_at(there, there.truth, seeing=True)
    strokes = painted_on(seen, there.strokes, "objects", START) if here else None
    return Question(seen, strokes, lesson, partial(said_by, START, seen), 2)


def lesson_of(scenes: Sequence[Scene]) -> Lesson:
    seen = [looked_at(one, one.truth, seeing=True) for one in scenes]
    some = [painted_on(one, each.strokes, "objects", START) for one, each in zip(seen, scenes, strict=True)]
    return learned([one for one in some if one is not None], "objects", 2)


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> Asking:
    """A network that takes everything for background."""
    monkeypatch.setattr(asking, "steer", lambda _, steering, __: np.full(steering.this.shape, np.float32(0.02)))
    return Asking("objects", CPU)


def found(answer: np.ndarray) -> np.ndarray:
    return np.asarray(answer[0] > 0.5)


def test_a_picture_without_strokes_is_answered_by_voices_and_one_with_strokes_rather_by_the_network(
    deaf: Asking,
) -> None:
    there, lesson = SCENES[3], lesson_of(SCENES[:3])
    questions = [asked(there, here, lesson) for here in (False, True)]
    bare, with_strokes = (deaf.ask(question, question.seen.whole) for question in questions)
    assert overlap(found(bare), there.truth) > 0.8
    assert (bare > with_strokes)[0, there.truth].mean() > 0.9


def test_strokes_in_one_picture_alone_leave_the_word_to_the_network(deaf: Asking) -> None:
    question = asked(SCENES[3], False, lesson_of(SCENES[:1]))
    assert not found(deaf.ask(question, question.seen.whole)).any()


def test_so_do_strokes_that_all_speak_against_a_start(deaf: Asking) -> None:
    """They lie where it is wrong, which tells nothing about where it is right: see `heard`."""
    against = [replace(one, strokes=np.where(one.strokes > 0, 3 - one.strokes, 0).astype(np.uint8)) for one in SCENES]
    question = asked(SCENES[3], False, lesson_of(against[:3]))
    plain = question.lesson.taught[question.seen.width].plainly(question.seen, question.seen.whole)
    assert overlap(plain[1] > 0.5, SCENES[3].truth) < 0.2, "a guide would spoil it"
    assert overlap(found(deaf.ask(question, question.seen.whole)), ~SCENES[3].truth) < 0.1
