"""Who is learned from and who measures: whole pictures, the same every time."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from napari_unet.core.data.validation import MOST
from napari_unet.core.training.division import divide
from tests.core.training.scenes import discs, picture_of, scene

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
    light = [scene(100 + seed, image=picture_of(discs(seed), seed, bright=False)) for seed in range(10)]
    measured = names(divide([*SCENES, *light], 0.2, seed=3), "measured")
    assert len(measured & {sample.name for sample in light}) == 2


def test_measuring_takes_no_more_pictures_than_it_needs() -> None:
    many = [dataclasses.replace(SCENES[0], name=f"copy{index}") for index in range(400)]
    assert len(divide(many, 0.5, seed=0).measured) == MOST
