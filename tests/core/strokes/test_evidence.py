"""Strokes that look alike are foreseen from one another; those with nothing in common, and single ones, are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_unet.core.strokes.evidence import contradicted, foresight, likeness
from napari_unet.core.strokes.guide import Guide
from napari_unet.core.strokes.light import Light
from napari_unet.core.strokes.painted import joined
from napari_unet.core.strokes.trust import UNKNOWN
from tests.core.strokes.test_unheard import BRIGHT_WANTED, MISTAKES, painted


def test_strokes_on_what_looks_alike_are_foreseen() -> None:
    assert foresight([painted(BRIGHT_WANTED)], Light(), 2) > 0.9
    assert foresight([painted(MISTAKES)], Light(), 2) < UNKNOWN


def test_a_few_strokes_or_those_of_one_class_tell_nothing() -> None:
    one_class = [(row, column, 2) for row, column, _ in BRIGHT_WANTED]
    for places in (BRIGHT_WANTED[:3], one_class):
        assert foresight([painted(places)], Light(), 2) == UNKNOWN


def test_the_class_that_is_foreseen_least_counts() -> None:
    """Every stroke on the ground is on a dark stripe, and those on cells are on both."""
    mixed = [*BRIGHT_WANTED[1::2], (28, 10, 2), (8, 60, 2)]
    assert foresight([painted(mixed)], Light(), 2) < UNKNOWN


@pytest.mark.parametrize(("swapped", "sign"), [(False, -1), (True, 1)])
def test_a_forest_on_strokes_is_like_the_start_or_its_opposite(swapped: bool, sign: int) -> None:
    places = [(row, column, 3 - value if swapped else value) for row, column, value in BRIGHT_WANTED]
    one = painted(places)
    plain = Guide(Light().plain_on_all([one]), joined([one])[0], 2, 1)
    assert (likeness([one], Light(), plain, "objects", 2) * sign > 0.8).all()
    assert np.array_equal(likeness([one.without_start], Light(), plain, "objects", 2), [0, 0])


def test_where_a_start_says_no_number_it_says_nothing() -> None:
    one = painted(BRIGHT_WANTED)
    assert one.said is not None
    assert one.around.said is not None
    said, around = one.said.copy(), one.around.said.copy()
    said[:, ::7], around[:, ::3] = np.nan, np.nan
    holed = replace(one, said=said, around=replace(one.around, said=around))
    plain = Guide(Light().plain_on_all([one]), joined([one])[0], 2, 1)
    assert contradicted([holed], "objects", 2) == pytest.approx(contradicted([one], "objects", 2), abs=0.2)
    assert (likeness([holed], Light(), plain, "objects", 2) < -0.8).all()
    nothing = replace(one, said=said * np.nan, around=replace(one.around, said=around * np.nan))
    assert contradicted([nothing], "objects", 2) == 0
    assert np.array_equal(likeness([nothing], Light(), plain, "objects", 2), [0, 0])
