"""Who is learned from and who measures: whole pictures, the same every time."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data.sample import Sample
from napari_unet.core.data.validation import MOST
from napari_unet.core.training.beginning import new_card
from napari_unet.core.training.judging.block import SMALLEST, picture_of
from napari_unet.core.training.judging.division import divide, learned_by
from tests.core.training.scenes import discs, scene, task_of
from tests.core.training.scenes import picture_of as grey

SCENES = [scene(seed) for seed in range(10)]


def names(division: object, part: str) -> set[str]:
    return {sample.name for sample in getattr(division, part)}


def test_no_picture_does_both() -> None:
    division = divide(SCENES, 0.3, seed=0)
    assert len(division.measured) == 3
    assert names(division, "measured") | names(division, "learned") == {sample.name for sample in SCENES}
    assert not names(division, "measured") & names(division, "learned")


def test_the_seed_decides_and_the_order_does_not() -> None:
    forward, backward = divide(SCENES, 0.3, seed=1), divide(SCENES[::-1], 0.3, seed=1)
    assert names(forward, "measured") == names(backward, "measured")
    assert len({frozenset(names(divide(SCENES, 0.3, seed), "measured")) for seed in range(8)}) > 1


def test_pictures_marked_for_validation_measure_and_no_others() -> None:
    marked = [dataclasses.replace(sample, validation=sample.name == "scene4") for sample in SCENES]
    assert names(divide(marked, 0.3, seed=0), "measured") == {"scene4"}


def test_pictures_marked_for_learning_are_never_kept_out() -> None:
    marked = [dataclasses.replace(sample, validation=False if index else None) for index, sample in enumerate(SCENES)]
    assert not names(divide(marked, 0.5, seed=0), "measured")


@pytest.mark.parametrize(("count", "measured"), [(1, 0), (2, 1), (5, 1)])
def test_one_measures_as_soon_as_there_are_two(count: int, measured: int) -> None:
    division = divide(SCENES[:count], 0.15, seed=0)
    assert len(division.measured) == measured
    assert bool(division.note) == (measured == 0)


def test_pictures_with_strokes_only_are_learned_from() -> None:
    strokes = [dataclasses.replace(sample, complete=False) for sample in SCENES]
    assert len(divide(strokes, 0.3, seed=0).learned) == len(SCENES)


def test_pictures_without_a_label_do_neither() -> None:
    empty = scene(50, annotation=np.zeros((64, 64), np.uint16), complete=False)
    division = divide([*SCENES, empty], 0.2, seed=0)
    assert empty.name not in names(division, "measured") | names(division, "learned")


def test_every_kind_of_picture_is_measured_by_its_share() -> None:
    light = [scene(100 + seed, image=grey(discs(seed), seed, bright=False)) for seed in range(10)]
    measured = names(divide([*SCENES, *light], 0.2, seed=3), "measured")
    assert len(measured & {sample.name for sample in light}) == 2


def test_measuring_takes_no_more_pictures_than_it_needs() -> None:
    many = [dataclasses.replace(SCENES[0], name=f"copy{index}") for index in range(400)]
    assert len(divide(many, 0.5, seed=0).measured) == MOST


# A part of a picture


def large(name: str = "large", side: int = 192, **changes: object) -> Sample:
    """One picture with many discs, completely annotated."""
    mask = np.tile(discs(0), (side // 64, side // 64)).astype(np.int64)
    numbers = np.where(mask > 0, mask + 10 * (np.arange(side) // 64) + 100 * (np.arange(side) // 64)[:, None], 0)
    sample = Sample(name, grey(numbers, 0), (numbers + 1).astype(np.uint16), complete=True)
    return dataclasses.replace(sample, **changes)


def strokes(seed: int = 0, **changes: object) -> Sample:
    """A picture with lines of two classes and of background."""
    annotation = np.zeros((192, 192), np.uint16)
    places = np.random.default_rng(seed).integers(0, 180, (60, 2))
    for index, (row, column) in enumerate(places.tolist()):
        annotation[row : row + 3, column : column + 12] = 1 + index % 3
    return large(annotation=annotation, complete=False, **changes)


def part_of(sample: Sample, share: float = 0.15) -> tuple[Sample, Sample]:
    """What of the only picture is learned, and what measures."""
    division = divide([sample], share, 0)
    return division.learned[0], division.measured[0]


def test_of_a_single_picture_a_part_at_its_edge_measures() -> None:
    whole = large()
    learned, measured = part_of(whole)
    (top, bottom), (left, right) = next(iter(divide([whole], 0.15, 0).parts.values())).box
    assert measured.complete
    assert np.array_equal(measured.annotation, whole.annotation[top:bottom, left:right])
    assert np.array_equal(measured.image, whole.image[:, top:bottom, left:right])
    assert {top, bottom, left, right} & {0, 192}
    assert min(measured.annotation.shape) >= SMALLEST
    assert 0.05 < measured.annotation.size / whole.annotation.size < 0.3
    assert (learned.name, learned.complete) == ("large", False)


@pytest.mark.parametrize("whole", [large(), strokes()], ids=["complete", "strokes"])
def test_no_pixel_teaches_whose_neighbour_measures(whole: Sample) -> None:
    learned, _ = part_of(whole)
    (top, bottom), (left, right) = next(iter(divide([whole], 0.15, 0).parts.values())).box
    rows, columns = np.nonzero(learned.annotation)
    outside = np.maximum.reduce([top - rows, rows - bottom + 1, left - columns, columns - right + 1])
    assert outside.min() > 4


def test_what_is_outside_part_and_margin_is_learned_as_it_was() -> None:
    whole = large()
    learned, _ = part_of(whole)
    kept = learned.annotation > 0
    assert np.array_equal(learned.annotation[kept], whole.annotation[kept])
    assert kept.mean() > 0.6


@pytest.mark.parametrize("seed", range(6))
def test_strokes_of_every_class_are_on_both_sides(seed: int) -> None:
    learned, measured = part_of(strokes(seed))
    assert {1, 2, 3} <= set(np.unique(learned.annotation).tolist())
    assert {1, 2, 3} <= set(np.unique(measured.annotation).tolist())
    assert not measured.complete


def test_the_part_stays_the_same_whatever_the_seed_and_the_order() -> None:
    one, other = divide([large()], 0.15, 0), divide([large()], 0.15, 99)
    assert one.parts == other.parts
    names = {part_of(large(f"picture{index}"))[1].name.partition(" ")[2] for index in range(12)}
    assert len(names) > 1


def test_the_part_is_named_after_its_picture_and_place() -> None:
    _, measured = part_of(large())
    assert picture_of(measured.name) == "large"
    assert picture_of("large") == "large"
    assert measured.name != "large"


@pytest.mark.parametrize(
    "sample",
    [scene(0), large(annotation=np.ones((192, 192), np.uint16))],
    ids=["too small", "one class only"],
)
def test_a_picture_that_cannot_spare_a_part_is_learned_from_whole(sample: Sample) -> None:
    division = divide([sample], 0.15, 0)
    assert division.measured == ()
    assert division.learned == (sample,)
    assert "second picture" in division.note


def test_with_no_share_nothing_measures() -> None:
    assert divide([large()], 0.0, 0).measured == ()


def test_two_complete_pictures_measure_whole() -> None:
    division = divide([large(), large("second")], 0.15, 0)
    assert len(division.measured) == 1
    assert division.parts == {}


def test_beside_strokes_the_complete_picture_lends_the_part() -> None:
    division = divide([large(), strokes(name="other")], 0.15, 0)
    assert list(division.parts) == ["large"]


def test_what_is_painted_meanwhile_is_divided_as_before() -> None:
    whole = large()
    division = divide([whole], 0.15, 0)
    painted = dataclasses.replace(whole, annotation=np.where(whole.annotation > 1, 2, 1).astype(np.uint16))
    learned, measured = division.again(painted)
    assert learned is not None
    assert measured is not None
    assert measured.name == division.measured[0].name
    assert set(np.unique(measured.annotation).tolist()) == {1, 2}
    assert np.array_equal(learned.annotation > 0, division.learned[0].annotation > 0)


def test_a_picture_that_measures_goes_on_measuring_and_a_new_one_teaches() -> None:
    division = divide(SCENES, 0.3, 0)
    assert division.again(division.measured[0]) == (None, division.measured[0])
    assert division.again(division.learned[0]) == (division.learned[0], None)
    new = scene(77)
    assert division.again(new) == (new, None)


def test_a_card_tells_what_it_has_learned_from() -> None:
    division = divide([large()], 0.15, 0)
    part = division.measured[0].name
    card = new_card([large()], task_of(Path()), None)
    honest = dataclasses.replace(card, validation=(part,))
    assert learned_by(card, part)
    assert not learned_by(honest, part)
    assert learned_by(honest, "large")
    assert not learned_by(honest, "other")
