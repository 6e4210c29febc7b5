"""What a model has not learned from, and how sure a score on that is."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from napari_unet.core.data.picture import Picture
from napari_unet.core.data.record import Record, Region
from napari_unet.core.model.card import ModelCard
from napari_unet.core.settings import Plan, PostprocessingSettings
from napari_unet.core.training.judging.chance import interval
from napari_unet.core.training.judging.honest import Mark, summed_up
from napari_unet.core.training.judging.unseen import Candidate, Learned, candidates
from tests.core.training.scenes import scene

CARD = ModelCard(
    "first", "objects", ("cell",), 1, False, Plan(), PostprocessingSettings(), ("cell", "border", "distance")
)


def record(seed: int, **changes: object) -> Record:
    """Of a complete picture; the same seed is the same picture."""
    made = Record.of(Picture("x", scene(seed).image))
    return dataclasses.replace(made, **{"complete": True, **changes})


def learned(names: dict[str, Record], validation: tuple[str, ...] = (), taught: tuple[str, ...] = ()) -> Learned:
    card = dataclasses.replace(CARD, data=dict.fromkeys((*taught, *validation), "hash"), validation=validation)
    found = Learned()
    found.take(card, {name: [one.sha256] for name, one in names.items()})
    return found


def chosen(names: dict[str, Record], known: Learned) -> dict[str, str]:
    return {one.name: one.part for one in candidates(names, known, ("first",))[0]}


def test_a_copy_of_a_learned_picture_counts_as_learned() -> None:
    names = {"taught": record(0), "copy": record(0), "fresh": record(1)}
    assert chosen(names, learned(names, taught=("taught",))) == {"fresh": ""}


def test_a_picture_that_is_there_twice_counts_once() -> None:
    names = {"fresh": record(1), "again": record(1), "taught": record(0)}
    assert len(chosen(names, learned(names, taught=("taught",)))) == 1


def test_a_measured_picture_whose_copy_was_learned_from_does_not_count() -> None:
    names = {"measures": record(0), "copy": record(0)}
    assert chosen(names, learned(names, validation=("measures",), taught=("copy",))) == {}


def test_the_part_that_was_kept_out_counts_unless_a_copy_was_learned_wholly() -> None:
    names = {"taught": record(0)}
    part = "taught [0:48, 0:48]"
    known = learned(names, taught=("taught", part), validation=(part,))
    assert chosen(names, known) == {"taught": part}
    names["copy"] = record(0)
    card = dataclasses.replace(CARD, data={"copy": "hash"})
    known.take(card, {"copy": [names["copy"].sha256]})
    assert chosen(names, known) == {}


def test_what_a_model_gave_itself_does_not_judge_it() -> None:
    region = Region(((0, 64), (0, 64)), "accepted", "first")
    names = {"own": record(0, origin=(region,)), "corrected": record(1)}
    found, own = candidates(names, Learned(), ("first",))
    assert ([one.name for one in found], own) == (["corrected"], 1)
    assert candidates(names, Learned(), ("second",))[1] == 0


def test_what_is_kept_for_testing_comes_first_and_what_is_left_out_not_at_all() -> None:
    names = {f"p{seed}": record(seed) for seed in range(6)}
    names["strokes"] = record(7, complete=False, aside="test")
    names["p3"], names["p4"] = record(3, aside="test"), record(4, aside="left out")
    found = [one.name for one in candidates(names, learned({"p5": record(5)}, taught=("p5",)), ("first",))[0]]
    assert found[:2] == ["p3", "strokes"]
    assert set(found) == {"p0", "p1", "p2", "p3", "strokes"}


def test_a_test_picture_that_was_learned_from_tests_nothing() -> None:
    names = {"p0": record(0, aside="test"), "p1": record(1)}
    assert chosen(names, learned({"p0": record(0)}, taught=("p0",))) == {"p1": ""}


def test_where_there_are_test_pictures_they_alone_decide() -> None:
    marks = {name: Mark(name, {"ap50": score, "dice": 0.9}) for name, score in (("a", 0.5), ("b", 0.7), ("c", 1.0))}
    found = summed_up("models/first", CARD, marks, 0, {"a", "b", "not measured"})
    assert (found.test, found.score, found.per_picture, found.beside) == (True, 0.6, {"a": 0.5, "b": 0.7}, {"c": 1.0})
    without = summed_up("models/first", CARD, marks, 0, {"not measured"})
    assert (without.test, set(without.per_picture), without.beside) == (False, {"a", "b", "c"}, {})
    strokes = summed_up("models/first", CARD, {**marks, "s": Mark("s", {"dice": 0.2})}, 0, {"s"})
    assert (strokes.measure, strokes.per_picture, set(strokes.beside)) == ("dice", {"s": 0.2}, {"a", "b", "c"})


def test_an_accepted_rectangle_is_measured_as_a_picture_of_its_own() -> None:
    whole = scene(3, complete=False)
    whole.annotation[:, 60:] = 0
    box = Region(((0, 64), (0, 56)), "corrected", "other")
    one = Candidate("scene3", "", record(3, complete=False, origin=(box,)))
    sample = one.sample(whole)
    assert sample is not None
    assert (sample.complete, sample.annotation.shape) == (True, (64, 56))
    strokes = Candidate("scene3", "", record(3, complete=False)).sample(whole)
    assert strokes is not None
    assert not strokes.complete


def test_strokes_do_not_count_beside_pictures_in_which_objects_can_be_counted() -> None:
    marks = {"a": Mark("a", {"ap50": 0.5, "dice": 0.9}), "b": Mark("b", {"dice": 0.2})}
    found = summed_up("models/first", CARD, marks, 0)
    assert (found.measure, found.score, set(found.per_picture)) == ("ap50", 0.5, {"a"})
    strokes = summed_up("models/first", CARD, {"b": marks["b"]}, 0)
    assert (strokes.measure, strokes.strokes) == ("dice", True)
    assert summed_up("models/first", CARD, {}, 2).measure == ""


@pytest.mark.parametrize("count", [5, 10, 30])
def test_an_interval_holds_the_truth_about_as_often_as_it_says(count: int) -> None:
    """Scores of pictures are skewed: most are good, some are bad."""
    random = np.random.default_rng(1)
    scores = random.beta(8, 2, (150, count))
    held = [low <= 0.8 <= high for low, high in (interval(row) for row in scores.tolist())]
    assert np.mean(held) > 0.89


def test_of_too_few_pictures_there_is_no_interval() -> None:
    assert interval([0.2, 0.8]) == (0.5, 0.5)
