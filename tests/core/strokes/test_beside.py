from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_unet.core.strokes import taught
from napari_unet.core.strokes.beside import SETTLED, Beside, beside, sureness
from napari_unet.core.strokes.guide import Guide
from napari_unet.core.strokes.light import Light
from napari_unet.core.strokes.painted import Painted, painted_on
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.starts import CERTAIN
from tests.core.strokes.conftest import Scene

FEATURES = np.linspace(0, 1, 200, dtype=np.float32)[:, np.newaxis]
BRIGHT = (FEATURES[:, 0] > 0.5).astype(np.intp)


def agreement(found: np.ndarray, certainty: float, doubt: float = 0.0, trust: float = 0.9) -> np.ndarray:
    """Of a forest that takes what is bright for objects, and a start that finds this, sure of it so far everywhere."""
    objects = np.where(found, 0.5 + certainty / 2, 0.5 - certainty / 2).astype(np.float32)
    said = Beside(FEATURES, np.stack([1 - objects, objects]))
    return said.agreement(Guide(FEATURES, BRIGHT, 2, 1), *np.float32([[doubt] * 2, [trust] * 2]))


def test_who_says_the_same_agrees_however_sure_of_it() -> None:
    for certainty in (0.1, 0.9):
        assert agreement(BRIGHT == 1, certainty) == pytest.approx(np.ones(2), abs=0.05)


def test_a_contradiction_counts_for_less_where_the_start_is_in_two_minds() -> None:
    middle = (CERTAIN + SETTLED) / 2
    halves = [agreement(BRIGHT == 0, certainty) for certainty in (SETTLED, middle, CERTAIN)]
    for found, expected in zip(halves, (-1, -0.5, 0), strict=True):
        assert found == pytest.approx(np.full(2, expected), abs=0.05)


def test_contradicting_a_start_counts_for_less_the_more_it_is_doubted() -> None:
    for doubt, expected in ((0, -1), (0.5, -0.5), (1, 0)):
        assert agreement(BRIGHT == 0, 0.9, doubt) == pytest.approx(np.full(2, expected), abs=0.05)
        assert agreement(BRIGHT == 1, 0.9, doubt) == pytest.approx(np.ones(2), abs=0.05)


MOSTLY_DARK = (BRIGHT == 0) ^ (np.arange(200) % 4 == 0)
"""What a start finds that contradicts the forest by a correlation of one half."""


@pytest.mark.parametrize(
    ("trust", "certainty", "expected"), [(0.9, 0.9, -0.5), (0.45, 0.9, -0.75), (0.2, 0.9, -1), (0.2, 0.625, -0.25)]
)
def test_contradicting_a_start_that_knows_such_pictures_counts_twice_for_who_foresees_no_stroke(
    trust: float, certainty: float, expected: float
) -> None:
    assert agreement(MOSTLY_DARK, certainty, trust=trust) == pytest.approx(np.full(2, expected), abs=0.05)
    assert agreement(~MOSTLY_DARK, certainty, trust=trust) == pytest.approx(np.full(2, 0.5), abs=0.05)


def test_a_start_that_finds_nothing_anywhere_neither_agrees_nor_contradicts() -> None:
    assert (agreement(np.zeros(200, bool), 0.9) == 0).all()


def test_where_a_start_says_no_number_it_is_not_asked(one: Scene) -> None:
    painted = painted_on(Seen(one.image[np.newaxis], "scene"), one.strokes, "objects", "cells")
    assert painted is not None
    assert painted.around.said is not None
    said = painted.around.said.copy()
    said[0, :7] = np.nan
    asked = beside([replace(painted, around=replace(painted.around, said=said))], Light(), "objects", 2)
    assert asked is not None
    assert len(asked.features) == len(painted.around.features) - 7
    assert np.isfinite(asked.said).all()
    said[:] = np.nan
    silent = replace(painted, around=replace(painted.around, said=said))
    assert beside([silent], Light(), "objects", 2) is None


def test_anchors_are_what_the_start_is_sure_of() -> None:
    said = np.float32([[0.9, 0.55, 0.2], [0.1, 0.45, 0.8]])
    features, classes = Beside(FEATURES[:3], said).anchors
    np.testing.assert_array_equal(features, FEATURES[[0, 2]])
    assert classes.tolist() == [0, 1]


def finding(scene: Scene, start: str, told: float) -> Painted:
    """A picture, in a third of which the start says this, and the opposite elsewhere."""
    painted = painted_on(Seen(scene.image[np.newaxis], "scene"), scene.strokes, "objects", start)
    assert painted is not None
    assert painted.around.said is not None
    said = np.where(np.arange(painted.around.said.shape[1]) % 3, 1 - told, told).astype(np.float32)
    return replace(painted, around=replace(painted.around, said=np.broadcast_to(said, painted.around.said.shape)))


@pytest.mark.parametrize(("told", "expected"), [(0.99, 1), (0.5, 0)])
def test_a_start_of_objects_is_sure_of_what_it_finds_where_little_is_in_the_balance(
    one: Scene, told: float, expected: float
) -> None:
    assert sureness([finding(one, "cells", told)], "objects", 2) == {"cells": expected}


def test_who_finds_nothing_one_region_or_several_classes_is_never_sure(one: Scene) -> None:
    nothing = finding(one, "cells", 0.99)
    assert nothing.around.said is not None
    nothing = replace(nothing, around=replace(nothing.around, said=np.zeros_like(nothing.around.said)))
    assert sureness([nothing, finding(one, "membranes", 0.99)], "objects", 2) == {}
    assert sureness([finding(one, "cells", 0.99)], "objects", 3) == {}


def test_each_start_is_as_sure_as_it_is_itself_and_less_where_it_is_doubted(
    one: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [finding(one, "cells", 0.99), finding(one, "nuclei", 0.5)]
    assert sureness(both, "objects", 2) == {"cells": 1, "nuclei": 0}
    for doubt, expected in ((0, 1), (0.75, 0.25)):
        monkeypatch.setattr(taught, "borne_out", lambda *_, doubt=doubt: np.full(2, np.float32(doubt)))
        known = taught.taught_by(both, "objects", 2)
        assert known is not None
        assert known.sure == {"cells": expected, "nuclei": 0}


def test_without_a_start_nobody_is_sure(one: Scene) -> None:
    painted = painted_on(Seen(one.image[np.newaxis], "scene"), one.strokes, "objects", None)
    assert painted is not None
    assert sureness([painted], "objects", 2) == {}
