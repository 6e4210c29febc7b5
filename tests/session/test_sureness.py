"""Of a picture that is new to the models that come along, one is told that the answer is unsure; of others, nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from napari_unet.core.data import Picture
from napari_unet.core.model.shipped import shipped_model
from napari_unet.session import Session, learning
from napari_unet.session.came_along import own_copy
from napari_unet.session.files import asked_file
from napari_unet.session.rows import model_rows
from napari_unet.session.sureness import PLANES, SAMPLE, SURE, sureness
from tests.session.conftest import Told, Wait, correct, discs, fill, give_probability, train


def clouds() -> Picture:
    """Nothing to find, and textured enough for the models to find something."""
    noise = ndimage.gaussian_filter(np.random.default_rng(0).normal(size=(256, 256)), 8)
    return Picture("clouds", (60000 * (noise - noise.min()) / np.ptp(noise)).astype(np.uint16)[None])


def test_it_is_the_mean_probability_of_what_was_found() -> None:
    cell = np.full((40, 60), 0.1, np.float32)
    assert sureness(cell) is None, "nothing was found"
    cell[:10], cell[10:20] = 0.6, 1.0
    assert sureness(cell) == pytest.approx(0.8)
    assert sureness(cell.astype(np.float16)) == pytest.approx(0.8, abs=1e-3)


def test_of_a_large_picture_a_sample_tells() -> None:
    cell = np.zeros((3, 4 * SAMPLE, 4 * SAMPLE), np.float32)
    cell[:, ::4, ::4] = 0.7
    assert sureness(cell) == pytest.approx(0.7)


@pytest.mark.parametrize("shape", [(511, 511), (60, 511, 300), (5, 60, 40, 511), (40, 1, 300, 300), (1, 1, 1, 1)])
def test_no_more_than_the_sample_is_looked_at(shape: tuple[int, ...]) -> None:
    looked: list[tuple[int, ...]] = []

    class Counting(np.ndarray):
        """Tells what was taken out of it by slices."""

        def __getitem__(self, key: object) -> np.ndarray:
            taken = np.asarray(super().__getitem__(key))
            looked.append(taken.shape)
            return taken

    assert sureness(np.full(shape, 0.6, np.float32).view(Counting)) == pytest.approx(0.6)
    ((*planes, height, width),) = looked
    assert max(height, width) <= SAMPLE
    assert 1 <= np.prod(planes) <= PLANES


def test_every_part_of_a_stack_counts() -> None:
    cell = np.zeros((4, 60, 40, 40), np.float32)
    for time, probability in enumerate((0.6, 0.7, 0.8, 0.9)):
        cell[time] = probability
    assert sureness(cell) == pytest.approx(0.75)
    cell[:, 30:] = 0
    assert sureness(cell) == pytest.approx(0.75)


@pytest.fixture
def asked(session: Session, told: Told, wait: Wait) -> Session:
    """Two pictures that the model which came along was asked about: one it knows, and one it does not."""
    session.add_picture(discs("disc", 0)[0], None)
    session.add_picture(clouds(), None)
    session.segment(None)
    wait(lambda: session.job is None and all(row.predicted for row in session.pictures))
    assert told.errors == []
    return session


def test_what_is_new_to_the_model_is_told_with_what_to_do(asked: Session, wait: Wait) -> None:
    asked.select("disc")
    wait(lambda: asked.labels("disc") is not None)
    assert asked.unsure == ""
    asked.select("clouds")
    wait(lambda: asked.labels("clouds") is not None)
    assert asked.labels("clouds").max() > 0, "fragments"
    assert "unsure of what it found" in asked.unsure
    assert "Paint a few cells and some background" in asked.unsure


def test_what_a_person_has_judged_is_not_doubted(asked: Session, wait: Wait) -> None:
    asked.select("clouds")
    wait(lambda: asked.labels("clouds") is not None)
    correct(asked, "clouds", np.s_[3:5, 3:5], 7)
    assert asked.unsure == ""
    asked.discard_corrections()
    wait(lambda: asked.labels("clouds") is not None)
    assert asked.unsure
    asked.accept("clouds", None)
    assert asked.unsure == ""


def test_strokes_are_doubted_as_what_they_start_from(asked: Session, wait: Wait) -> None:
    (own,) = asked.models
    fill(asked, 2, epochs=1)
    train(asked, wait)
    asked.select("clouds")
    for start, doubted in ((own.name, True), (asked.models[0].name, False)):
        asked._note_asked("clouds", f"strokes, from {asked.start_words(start)}", None)
        assert bool(asked.unsure) == doubted


def test_a_model_that_learned_here_is_not_doubted(session: Session, wait: Wait) -> None:
    fill(session, 3)
    train(session, wait)
    session.add_picture(discs("another", 7)[0], None)
    session.select("another")
    session.segment(["another"])
    wait(lambda: session.job is None and session.labels("another") is not None)
    give_probability(session, "another")
    sure = session.need_desk().probabilities.sureness("another")
    assert sure is not None
    assert sure < SURE
    assert session.unsure == ""


def test_however_many_models_there_are_they_are_looked_through_once(
    asked: Session, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        own_copy(asked.need_project(), shipped_model("cells"))
    looks: list[str] = []
    monkeypatch.setattr(learning, "model_rows", lambda *given: looks.append("") or model_rows(*given))
    asked.select("clouds")
    wait(lambda: asked.labels("clouds") is not None)
    asked.model_changed.emit()
    looks.clear()
    assert [bool(asked.unsure) for _ in range(8)] == [True] * 8
    assert len(looks) == 1


def test_another_answer_and_another_model_are_judged_anew(asked: Session, wait: Wait) -> None:
    (came,) = asked.models
    asked.select("clouds")
    wait(lambda: asked.labels("clouds") is not None)
    assert asked.unsure
    fill(asked, 2, epochs=1)
    learned = train(asked, wait)
    asked.select("clouds")
    asked_file(asked.need_project(), "clouds").unlink()  # as of a version that did not write it down: the active one's
    for name in (learned, came.name):
        asked.activate(name)
        assert bool(asked.unsure) == (name == came.name)
