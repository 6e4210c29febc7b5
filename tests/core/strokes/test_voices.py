"""Pictures with few strokes: start and guides have their say, each as far as it foresaw strokes elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from napari_unet.core.strokes import asking, voices
from napari_unet.core.strokes import taught as teaching
from napari_unet.core.strokes.asking import Asking
from napari_unet.core.strokes.lesson import Lesson, learned
from napari_unet.core.strokes.light import Light
from napari_unet.core.strokes.painted import Painted, painted_on
from napari_unet.core.strokes.question import Question
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.starts import said_by
from napari_unet.core.strokes.trust import told_without
from napari_unet.core.strokes.voices import BEFORE, FAINT, heard_of, weighed, with_voices
from tests.core.strokes.conftest import Scene, overlap, scene

START = "cells"
CPU = torch.device("cpu")
SCENES = [scene(seed) for seed in range(4)]


def looked_at(one: Scene, found: np.ndarray) -> Seen:
    """A picture in which the start finds this."""
    seen = Seen(one.image[np.newaxis], "scene", seeing=False)
    cell = np.where(found, np.float32(0.95), np.float32(0.05))
    seen.starts[START] = lambda window: np.stack([cell] * 3)[(slice(None), *window)]
    return seen


def painted(one: Scene, found: np.ndarray, start: str | None = START, every: np.ndarray | None = None) -> Painted:
    done = painted_on(looked_at(one, found), one.strokes if every is None else every, "objects", start)
    assert done is not None
    return done


def weights(scenes: Sequence[Scene], start_finds: str, start: str | None = START) -> np.ndarray:
    """Of start, guide and plain guide."""
    finds = {"truth": 1.0, "opposite": -1.0, "nothing": 0.0}[start_finds]
    some = [painted(one, one.truth == (finds > 0) if finds else one.truth & False, start) for one in scenes]
    told = weighed(some, Light(), "objects", 2)
    assert told is not None
    return told


def test_of_one_picture_nobody_can_tell() -> None:
    assert weighed([painted(SCENES[0], SCENES[0].truth)], Light(), "objects", 2) is None


def test_nor_where_no_guide_knows_both_sides() -> None:
    """One picture with strokes in objects, and one with strokes beside them."""
    half = [np.where(one.strokes == value, one.strokes, 0) for one, value in zip(SCENES, (1, 2), strict=False)]
    some = [painted(one, one.truth, every=every) for one, every in zip(SCENES, half, strict=False)]
    assert weighed(some, Light(), "objects", 2) is None


def test_a_start_that_foresees_strokes_counts_more_than_one_that_does_not_and_guides_the_other_way_round() -> None:
    right, silent, wrong = (weights(SCENES, finds) for finds in ("truth", "nothing", "opposite"))
    assert right[0] > silent[0] > wrong[0]
    assert wrong[0] < 0.5 < 1 < right[0]
    assert wrong[1:].sum() > silent[1:].sum() > right[1:].sum() > 0


def test_the_fewer_strokes_there_are_the_nearer_the_weights_stay_to_what_they_were_before() -> None:
    away = [np.abs(weights(SCENES[:count], "truth") - BEFORE).sum() for count in (2, 4)]
    assert 0 < away[0] < away[1]


def test_pictures_without_a_start_say_nothing_about_starts() -> None:
    assert weights(SCENES, "opposite", start=None)[0] == pytest.approx(BEFORE[0], abs=1e-3)


def test_guides_are_asked_about_strokes_in_pictures_that_they_did_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not about strokes that were left out of a picture that they know: these are alike."""
    known: list[np.ndarray] = []
    monkeypatch.setattr(voices, "told_without", lambda *told: known.append(told[2]) or told_without(*told))
    some = [painted(one, one.truth) for one in SCENES]
    weighed(some, Light(), "objects", 2)
    pictures = np.repeat(range(4), [len(one.values) for one in some])
    for parts in known:
        assert len({*zip(pictures, parts, strict=True)}) == len({*parts}) == 4


def test_the_plain_guide_is_weighed_as_one_that_knows_no_texture(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[int] = []
    monkeypatch.setattr(voices, "told_without", lambda *told: shown.append(told[0].shape[1]) or told_without(*told))
    weights(SCENES, "truth")
    some = [painted(one, one.truth) for one in SCENES]
    assert shown == [Light().on_all(some).shape[1], Light().plain_on_all(some).shape[1]]
    assert shown[0] > shown[1]


def test_no_voice_is_heard_the_wrong_way_round_and_one_that_is_always_right_is_found() -> None:
    this = np.arange(40) % 2 == 0
    right, nothing = np.where(this, 2.0, -2.0), np.zeros(40)
    found = voices._fitted(np.stack([-right, right, nothing], 1), this, np.arange(40))
    assert found[0] == 0
    assert found[1] > 1 > found[2] == 0
    grid = np.linspace(0, 3, 301)
    loss = 40 * np.log1p(np.exp(-2 * grid)) + 0.5 * (grid**2 + 1)
    assert found[1] == pytest.approx(grid[loss.argmin()], abs=0.02)


def test_voices_are_heard_as_far_as_guide_and_start_agree_and_less_with_strokes_in_the_picture() -> None:
    assert [heard_of(agreement, 0) for agreement in (-1, 0, 0.5, 1)] == [0, 0, 0.5, 1]
    assert [heard_of(agreement, 6) for agreement in (-1, 0.5, 1)] == [0, 0.0625, 0.125]
    assert heard_of(1, 16) > FAINT > heard_of(1, 17) == 0, "it would take time, and change nothing"


def test_together_they_are_a_mean_of_log_odds() -> None:
    told, *others = (np.full((1, 1, 1), np.float32(value)) for value in (0.2, 0.8, 0.6, 0.3))
    odds = {value: np.log(value / (1 - value)) for value in (0.2, 0.8, 0.6, 0.3)}
    expected = 0.75 * odds[0.2] + 0.25 * (2 * odds[0.8] + 3 * odds[0.6] + 0.5 * odds[0.3])
    answer = with_voices(told, others, np.array([2, 3, 0.5], np.float32), 0.25)
    assert np.log(answer / (1 - answer)).item() == pytest.approx(expected, abs=1e-5)


def asked(there: Scene, lesson: Lesson, here: bool = False, start: str | None = START) -> Question:
    """About a picture that is painted on or not, whose start finds what there is."""
    seen = looked_at(there, there.truth)
    strokes = painted_on(seen, there.strokes, "objects", start) if here else None
    return Question(seen, strokes, lesson, partial(said_by, start, seen) if start else lambda _: None, 2)


def lesson_of(scenes: Sequence[Scene]) -> Lesson:
    return learned([painted(one, one.truth) for one in scenes], "objects", 2)


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> Asking:
    """A network that takes everything for background."""
    monkeypatch.setattr(asking, "steer", lambda _, steering, __: np.full(steering.this.shape, np.float32(0.02)))
    return Asking("objects", CPU)


def answer_of(asks: Asking, question: Question) -> np.ndarray:
    return asks.ask(question, question.seen.whole)[0]


def test_a_picture_without_strokes_is_answered_by_voices_and_one_with_strokes_rather_by_the_network(
    deaf: Asking,
) -> None:
    there, lesson = SCENES[3], lesson_of(SCENES[:3])
    bare, with_strokes = (answer_of(deaf, asked(there, lesson, here)) for here in (False, True))
    assert overlap(bare > 0.5, there.truth) > 0.8
    assert (bare > with_strokes)[there.truth].mean() > 0.9


def test_start_guide_and_plain_guide_have_each_their_own_weight(deaf: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teaching, "weighed", lambda *_: np.array([0.2, 0.5, 0.9], np.float32))
    question = asked(SCENES[3], lesson_of(SCENES[:3]))
    (taught,), whole = question.lesson.taught.values(), question.seen.whole
    known = question.steering("objects", whole, [1])
    plain = taught.plainly(question.seen, whole)[1]
    share, alone = (
        float(taught.agreement[1]),
        answer_of(deaf, with_taught(question, replace(taught, weights=lambda: None))),
    )
    weighted = zip((0.2, 0.5, 0.9), (known.start[0], known.guide[0], plain), strict=True)
    expected = (1 - share) * odds_of(alone) + share * sum(weight * odds_of(voice) for weight, voice in weighted)
    np.testing.assert_allclose(answer_of(deaf, question), 1 / (1 + np.exp(-expected)), atol=1e-4)


def test_beside_a_doubted_start_the_plain_guide_counts_with_the_network_first(
    deaf: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teaching, "weighed", lambda *_: np.array([0.2, 0.5, 0.9], np.float32))
    question = asked(SCENES[3], lesson_of(SCENES[:3]))
    (taught,), whole, width = question.lesson.taught.values(), question.seen.whole, question.seen.width
    doubting = replace(taught, doubt=np.array([0, 0.5], np.float32))
    alone = answer_of(deaf, with_taught(question, replace(taught, weights=lambda: None)))
    both = answer_of(deaf, with_taught(question, doubting))
    known, plain = question.steering("objects", whole, [1]), taught.plainly(question.seen, whole)
    beside = (odds_of(alone) + 0.5 * odds_of(plain[1])) / 1.5
    voices_say = 0.2 * odds_of(known.start[0]) + 0.5 * odds_of(known.guide[0]) + 0.9 * odds_of(plain[1])
    share = float(question.lesson.taught[width].agreement[1])
    np.testing.assert_allclose(both, 1 / (1 + np.exp(-((1 - share) * beside + share * voices_say))), atol=1e-4)


def odds_of(told: np.ndarray) -> np.ndarray:
    few = told.clip(0.01, 0.99)
    return np.asarray(np.log(few / (1 - few)))


def with_taught(question: Question, taught: teaching.Taught) -> Question:
    return replace(question, lesson=replace(question.lesson, taught={question.seen.width: taught}))


def test_strokes_in_the_picture_are_counted_not_their_pixels() -> None:
    question = asked(SCENES[3], lesson_of(SCENES[:3]), here=True)
    known = question.steering("objects", question.seen.whole, [1])
    assert question.heard(known, [1]) == pytest.approx(float(question.agreement([1])[0]) * (6 / 8) ** 3)


def test_they_are_weighed_once_for_all_windows(deaf: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    real = teaching.weighed
    monkeypatch.setattr(teaching, "weighed", lambda *told: counted.append(1) or real(*told))
    question = asked(SCENES[3], lesson_of(SCENES[:3]))
    whole = answer_of(deaf, question)
    part = deaf.ask(question, (slice(40, 90), slice(70, 150)))[0]
    np.testing.assert_allclose(part, whole[40:90, 70:150], atol=1e-4)
    assert len(counted) == 1


def test_where_no_start_fits_the_picture_the_network_keeps_the_word(deaf: Asking) -> None:
    question = asked(SCENES[3], lesson_of(SCENES[:3]), start=None)
    assert question.heard(question.steering("objects", question.seen.whole, [1]), [1]) == 0


def test_so_it_does_where_one_picture_alone_is_painted_on(deaf: Asking) -> None:
    assert answer_of(deaf, asked(SCENES[3], lesson_of(SCENES[:1]))).max() < 0.5


def test_and_of_several_classes() -> None:
    question = asked(SCENES[3], lesson_of(SCENES[:3]))
    known = question.steering("objects", question.seen.whole, [1])
    assert question.heard(known, [1]) > 0 == question.heard(known, [0, 1])


def test_and_where_strokes_all_speak_against_a_start(deaf: Asking) -> None:
    """They lie where it is wrong, which tells nothing about where it is right: see `heard`."""
    against = [replace(one, strokes=np.where(one.strokes > 0, 3 - one.strokes, 0).astype(np.uint8)) for one in SCENES]
    question = asked(SCENES[3], lesson_of(against[:3]))
    plain = question.lesson.taught[question.seen.width].plainly(question.seen, question.seen.whole)
    assert overlap(plain[1] > 0.5, SCENES[3].truth) < 0.2, "a guide would spoil it"
    assert overlap(answer_of(deaf, question) > 0.5, ~SCENES[3].truth) < 0.1
