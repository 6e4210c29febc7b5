"""Of a large picture, what is seen follows a slider first; whoever goes on from labels has all of them as it says."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import ndimage

from napari_unet.core.data import Picture
from napari_unet.core.data.cached import cache_folder
from napari_unet.core.postprocessing import postprocess
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.engine.answers import write_answer
from napari_unet.session import Session, glancing
from napari_unet.session.glancing import Glance, Glanced, cut_out, glance_at, glanced, pasted
from tests.session.conftest import Told, Wait

SIDE = 400
SEEN = (0, 100, 300, 100, 300)
WINDOW = (slice(100, 300), slice(100, 300))
PLAIN = PostprocessingSettings()


def answer(side: int = SIDE) -> np.ndarray:
    """Discs in rows, surer in the middle than at the edge, (3, side, side)."""
    y, x = np.mgrid[:side, :side]
    depth = np.clip(1 - np.hypot(y % 40 - 20, x % 40 - 20) / 16, 0, 1)
    return np.stack([0.3 + 0.65 * depth * (depth > 0), np.zeros((side, side)), depth]).astype(np.float32) * (depth > 0)


def outlines(labels: np.ndarray) -> np.ndarray:
    """Where neighbours along a row belong to the same object: the same for every numbering."""
    return (labels[:, 1:] == labels[:, :-1]) & (labels[:, 1:] > 0)


def shown(found: Glanced, glance: Glance, side: int = SIDE) -> np.ndarray:
    """What is to be seen of a picture once a glance is painted on it."""
    return pasted(np.zeros((side, side), np.uint16), found, glance, "objects")[0][glance.part]


def test_small_pictures_and_what_nobody_sees_need_no_glance() -> None:
    assert glance_at((900, 900), (0, 0, 900, 0, 900)) is None
    assert glance_at((2048, 2048), ()) is None
    assert glance_at((2048, 2048), (0, 3000, 4000, 0, 100)) is None
    assert glance_at((2, 1024, 1024), (5, 0, 10, 0, 10)) is None, "a plane of the picture that was on show before"


def test_a_glance_is_no_finer_than_the_screen() -> None:
    near = glance_at((2048, 2048), (0, -10, 600, 500, 1500))
    assert near == Glance((), slice(0, 600), slice(500, 1500), 1)
    whole = glance_at((2048, 2048), (0, 0, 2048, 0, 2048))
    assert whole is not None
    assert whole.step == 2
    odd = glance_at((2048, 2048), (0, 1, 2048, 3, 2047))
    assert odd == Glance((), slice(0, 2048), slice(2, 2047), 2), "it begins with a pixel that is looked at"
    plane = glance_at((2, 3, 600, 600), (4, 0, 600, 0, 600))
    assert plane is not None
    assert plane.place == (1, 1)


@pytest.mark.parametrize("values", [{}, {"threshold": 0.7}, {"smallest": 300}, {"keep_cut": False}])
def test_it_shows_what_the_whole_will_show(values: dict[str, float]) -> None:
    settings = dataclasses.replace(PLAIN, **values)
    found = glanced(cut_out(answer(), Glance((), *WINDOW, 1)), "objects", settings)
    assert np.array_equal(outlines(found.labels), outlines(postprocess(answer(), "objects", settings)[WINDOW]))


def test_every_second_pixel_shows_nearly_the_same() -> None:
    glance = Glance((), *WINDOW, 2)
    found = shown(glanced(cut_out(answer(), glance), "objects", PLAIN), glance) > 0
    whole = postprocess(answer(), "objects", PLAIN)[WINDOW] > 0
    assert found.shape == whole.shape
    assert np.mean(found != whole) < 0.05
    assert not (found & ~ndimage.binary_dilation(whole, iterations=2)).any()


def test_an_object_keeps_its_number_and_a_new_one_gets_its_own() -> None:
    before = np.zeros((20, 30), np.uint16)
    before[2:10, 2:10], before[12:18, 2:10] = 7, 9
    now = np.zeros((20, 15), np.uint16)
    now[3:10, 2:10], now[12:18, 2:6], now[12:18, 6:9], now[0, 12:] = 1, 2, 3, 4
    after, classes = pasted(before, Glanced(now, {1: 2, 4: 1}), Glance((), slice(0, 20), slice(0, 15), 1), "objects")
    assert after[5, 5] == 7
    assert after[14, 4] == 9
    assert {int(after[14, 7]), int(after[0, 13])} == {12, 13}
    assert classes == {7: 2, int(after[0, 13]): 1}
    assert before[0, 13] == 0, "what was there is left alone"


@pytest.mark.parametrize("rows", [slice(100, 301), slice(0, 400), slice(6, 21)])
@pytest.mark.parametrize("step", [2, 3])
def test_each_pixel_that_is_seen_is_that_which_was_looked_at_for_it(rows: slice, step: int) -> None:
    glance = Glance((), slice(rows.start - rows.start % step, rows.stop), slice(12, 395), step)
    settings = dataclasses.replace(PLAIN, smallest=0, split=0.0, fill_holes=False)
    found = shown(glanced(cut_out(answer(), glance), "objects", settings), glance) > 0
    coarse = answer()[0][glance.part][::step, ::step] > settings.threshold
    assert np.array_equal(found, coarse.repeat(step, 0).repeat(step, 1)[: found.shape[0], : found.shape[1]])


@pytest.fixture
def large(session: Session, wait: Wait, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A picture that counts as large, of which the middle is seen, and its labels."""
    monkeypatch.setattr(glancing, "ENOUGH", SIDE * SIDE // 2)
    session.add_picture(Picture("a", (answer()[:1] * 200).astype(np.uint8)), None)
    desk = session.need_desk()
    desk.probabilities.take_file("a", write_answer(cache_folder(session.need_project(), "a"), answer()))
    session.labels("a")
    wait(lambda: not session.busy)
    session.look_at(SEEN)
    return session


def move(session: Session, threshold: float = 0.7) -> None:
    session.set_settings("postprocessing", dataclasses.replace(PLAIN, threshold=threshold))


def until_mixed(session: Session, wait: Wait) -> None:
    wait(lambda: session._mixed is not None)


def all_as_set(session: Session) -> np.ndarray:
    return postprocess(answer(), "objects", session._clean_up)


def test_what_is_seen_comes_first_and_the_whole_right_after(large: Session, wait: Wait) -> None:
    before = large.labels("a").copy()
    states: list[np.ndarray] = []
    large.labels_changed.connect(lambda name: states.append(large.labels(name).copy()))
    move(large)
    wait(lambda: not large.busy)
    first, last = states
    assert np.array_equal(last, all_as_set(large))
    assert np.array_equal(first[WINDOW] > 0, last[WINDOW] > 0)
    assert np.array_equal(first[:100], before[:100]), "what is not seen waits"


def test_what_is_kept_of_a_picture_does_not_outlive_its_answer(large: Session, wait: Wait) -> None:
    move(large)
    wait(lambda: not large.busy)
    desk, other = large.need_desk(), np.roll(answer(), 7, -1)
    desk.probabilities.take_file("a", write_answer(cache_folder(large.need_project(), "a"), other))
    states: list[np.ndarray] = []
    large.labels_changed.connect(lambda name: states.append(large.labels(name).copy()))
    move(large, 0.6)
    wait(lambda: not large.busy)
    assert np.array_equal(states[0][WINDOW] > 0, postprocess(other, "objects", large._clean_up)[WINDOW] > 0)


def test_a_slider_that_goes_on_is_followed_before_the_whole_is_made(large: Session, wait: Wait) -> None:
    changed: list[str] = []
    move(large, 0.6)
    until_mixed(large, wait)
    large.labels_changed.connect(changed.append)
    move(large, 0.7)
    wait(lambda: not large.busy)
    assert len(changed) <= 3
    assert np.array_equal(large.labels("a"), all_as_set(large))


def test_what_is_accepted_is_all_as_the_slider_says(large: Session, wait: Wait) -> None:
    move(large)
    until_mixed(large, wait)
    large.accept("a", None)
    assert np.array_equal(large.annotation("a") > 1, all_as_set(large) > 0)


def test_a_tool_works_on_whole_labels(large: Session, wait: Wait) -> None:
    move(large)
    until_mixed(large, wait)
    done = large.correction("delete", [(20, 20)], False)
    assert done is not None
    assert np.array_equal(large.labels("a"), all_as_set(large))


def test_a_stroke_on_mixed_labels_goes_onto_the_whole_ones(large: Session, told: Told, wait: Wait) -> None:
    move(large)
    until_mixed(large, wait)
    box, labels = (slice(0, 6), slice(0, 6)), large.labels("a")
    labels[box] = 999
    large.painted("a", "labels", box, labels[box].copy())
    expected = all_as_set(large)
    expected[box] = 999
    assert np.array_equal(large.labels("a"), expected)
    wait(lambda: not large.busy)
    assert np.array_equal(large.labels("a"), expected), "corrected: nothing replaces it"
    assert np.array_equal(large.need_project().labels("a"), expected), "and on the disk"
    assert told.errors == []
