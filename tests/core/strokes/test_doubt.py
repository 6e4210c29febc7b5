"""A start is doubted when strokes take back much of what it found, and not because the few there are contradict it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from napari_unet.core.strokes import doubt as room
from napari_unet.core.strokes.doubt import bettered, borne_out, doubted
from napari_unet.core.strokes.evidence import contradicted
from napari_unet.core.strokes.light import Light
from napari_unet.core.strokes.painted import Painted, painted_on
from napari_unet.core.strokes.seen import Seen

SIDE = 100
FOUND = np.zeros((SIDE, SIDE), bool)
FOUND[:50] = True
"""What the start finds: the upper half, 5,000 pixels."""


def painted(annotation: np.ndarray, start: str | None = "cells", found: np.ndarray = FOUND) -> Painted:
    """Strokes on a picture in which the start finds this, and is sure of it."""
    image = np.random.default_rng(0).normal(100, 10, (1, *annotation.shape))
    seen = Seen(image, "scene", seeing=False)
    if start is not None:
        cell = np.where(found, np.float32(0.95), np.float32(0.05))
        said = np.stack([cell, np.full_like(cell, 0.05), cell])
        seen.starts[start] = lambda window: said[(slice(None), *window)]
    done = painted_on(seen, annotation, "objects", start)
    assert done is not None
    return done


def strokes(*pieces: tuple[int, int, int]) -> np.ndarray:
    """So many pixels of a value from the beginning of a row on."""
    annotation = np.zeros((SIDE, SIDE), np.uint8)
    for row, value, count in pieces:
        annotation.reshape(-1)[row * SIDE : row * SIDE + count] = value
    return annotation


def doubt(*pieces: tuple[int, int, int]) -> float:
    return float(doubted([painted(strokes(*pieces))], "objects", 2)[1])


def test_a_few_strokes_do_not_make_a_start_doubted_though_all_contradict_it() -> None:
    assert doubt((10, 1, 60), (70, 2, 60)) == 0


def test_it_is_doubted_more_the_more_of_what_it_found_is_taken_back() -> None:
    taken = [doubt((10, 1, count), (70, 2, count)) for count in (100, 160, 200, 300)]
    assert taken == sorted(taken)
    assert 0 < taken[1] < 1
    assert taken[-1] == 1, "600 of 5,000 pixels"


def test_it_is_doubted_sooner_for_what_it_missed_than_for_what_it_falsely_found() -> None:
    assert doubt((70, 2, 60)) == 0 == doubt((10, 1, 140))
    assert doubt((70, 2, 140)) == pytest.approx((140 / 5000 - 0.015) / 0.035, abs=0.05)
    assert doubt((10, 1, 325)) == pytest.approx(0.5, abs=0.05)
    assert doubt((70, 2, 140), (10, 1, 325)) == pytest.approx(doubt((70, 2, 140)) + doubt((10, 1, 325)))


def objects(*numbers: int) -> np.ndarray:
    """Squares of 14 x 14 in a grid of 5 x 5."""
    mask = np.zeros((SIDE, SIDE), bool)
    for number in numbers:
        top, left = 20 * (number // 5) + 3, 20 * (number % 5) + 3
        mask[top : top + 14, left : left + 14] = True
    return mask


def test_whole_objects_filled_in_say_no_more_than_strokes_in_them() -> None:
    """One of 25 was missed: by area, that is nearly as much as makes a start wholly doubted."""
    filled, found = np.where(objects(7), 2, 0).astype(np.uint8), objects(*{*range(25)} - {7})
    assert filled.astype(bool).sum() / found.sum() > 0.04
    assert doubted([painted(filled, found=found)], "objects", 2)[1] == 0
    many = np.where(objects(*range(0, 25, 2)), 2, 0).astype(np.uint8)
    assert doubted([painted(many, found=objects(*range(1, 25, 2)))], "objects", 2)[1] == 1, "it misses every other one"


def test_cells_of_which_it_found_the_nuclei_and_that_were_accepted_make_it_doubted() -> None:
    whole = objects(*range(25))
    nuclei = ndimage.binary_erosion(whole, iterations=5)
    assert doubted([painted(np.where(whole, 2, 1).astype(np.uint8), found=nuclei)], "objects", 2)[1] == 1


def test_what_is_confirmed_is_taken_off_once() -> None:
    both, confirmed = ((10, 1, 700), (70, 2, 100)), (20, 2, 300)
    assert doubt(*both, confirmed) == pytest.approx((500 / 5000 - 0.03) / 0.07, abs=0.06)


def test_what_strokes_confirm_speaks_for_it() -> None:
    against = (10, 1, 300), (70, 2, 300)
    assert doubt(*against) == 1
    assert doubt(*against, (20, 2, 500)) == 0


def test_a_picture_accepted_nearly_as_the_start_found_it_does_not_make_it_doubted() -> None:
    truth = np.where(FOUND, 2, 1).astype(np.uint8)
    truth[45:55] = 1
    assert doubted([painted(truth)], "objects", 2)[1] == 0


def test_where_no_start_was_asked_none_is_doubted() -> None:
    annotation = strokes((10, 1, 300), (70, 2, 300))
    assert doubted([painted(annotation, None)], "objects", 2).tolist() == [0, 0]
    said = painted(annotation)
    lost = replace(said, said=None)
    assert doubted([lost], "objects", 2).tolist() == [0, 0]


def test_pictures_are_weighed_together() -> None:
    against, confirmed = strokes((10, 1, 300), (70, 2, 300)), strokes((20, 2, 900))
    alone = doubted([painted(against)], "objects", 2)[1]
    assert doubted([painted(against), painted(confirmed)], "objects", 2)[1] < alone == pytest.approx(1)


@pytest.mark.parametrize("side", [1200, 1700])
def test_of_a_few_small_finds_in_a_large_picture_one_stroke_takes_nothing_back(side: int) -> None:
    """So few pixels are asked about that they may meet none; of the larger picture, only those in its middle are."""
    found, annotation = np.zeros((side, side), bool), np.zeros((side, side), np.uint8)
    found[20:40, 20:35] = True
    annotation[100:103, 100:120] = 2
    assert doubted([painted(annotation, found=found)], "objects", 2)[1] == 0


def test_a_start_that_finds_nothing_is_doubted_soon() -> None:
    nothing = np.zeros((SIDE, SIDE), bool)
    assert doubted([painted(strokes((10, 2, 60)), found=nothing)], "objects", 2)[1] == 1


def test_pixels_left_out_of_many_count_as_those_that_stand_for_them() -> None:
    """Of an accepted picture every so many-th pixel is kept, but of few objects nearly all."""
    truth = np.ones((400, 400), np.uint8)
    truth[:4, :100] = 2
    found = truth == 2
    found[50:60] = True
    done = painted(truth, found=found)
    assert (done.values == 1).sum() < 20_000 < (done.classes == 0).sum()
    assert doubted([done], "objects", 2)[1] == 1, "4,000 falsely found, 400 rightly"


class Says:
    """A forest that says of the half that was found, which comes first, that it is or is not of an object."""

    def __init__(self, alike: float) -> None:
        self.alike = alike

    def ask(self, features: np.ndarray) -> np.ndarray:
        rows = np.arange(len(features)) / len(features)
        this = np.where(rows < 0.5, 0.5 + self.alike / 2, 0.5 - self.alike / 2)
        return np.stack([1 - this, this])


def doubt_beside(one: Painted, alike: float) -> float:
    return float(borne_out([one], Light(), lambda: Says(alike), "objects", 2)[1])  # type: ignore[arg-type, return-value]


def better(one: Painted, alike: float) -> float:
    return float(bettered([one], Light(), lambda: Says(alike), "objects", 2)[1])  # type: ignore[arg-type, return-value]


def unsure(*pieces: tuple[int, int, int]) -> Painted:
    """All strokes contradict the start, but where they lie it was not sure: it says 0.45 and 0.55."""
    one = painted(strokes(*pieces))
    return replace(one, said=np.where([one.values == 1] * 3, np.float32(0.45), np.float32(0.55)))


@pytest.mark.parametrize(("alike", "kept"), [(1.0, 1.0), (-1.0, 0.0)])
def test_doubt_counts_where_a_plain_forest_does_not_contradict_the_start_all_over_the_picture(
    alike: float, kept: float
) -> None:
    one = unsure((10, 1, 300), (70, 2, 300))
    assert doubted([one], "objects", 2)[1] == 1
    assert contradicted([one], "objects", 2) < 0.3
    assert doubt_beside(one, alike) == pytest.approx(kept)


def test_doubt_counts_where_strokes_contradict_the_start_as_surely_as_it_speaks() -> None:
    sure = painted(strokes((10, 1, 300), (70, 2, 300)))
    assert contradicted([sure], "objects", 2) == pytest.approx(1, abs=0.05)
    assert doubt_beside(sure, -1.0) == 1


@pytest.mark.parametrize(
    ("foreseen", "alike", "known"), [(0.9, 1.0, 1.0), (0.725, 1.0, 0.5), (0.6, 1.0, 0.0), (0.9, -1.0, 0.0)]
)
def test_a_plain_forest_knows_better_as_far_as_it_foresees_what_the_start_gets_wrong(
    foreseen: float, alike: float, known: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "foresight", lambda painted, light, count: foreseen)
    sure, agrees = painted(strokes((10, 1, 60), (70, 2, 60))), painted(strokes((10, 2, 60), (70, 1, 60)))
    assert better(unsure((10, 1, 60), (70, 2, 60)), alike) <= better(sure, alike) == pytest.approx(known)
    assert better(agrees, alike) == 0


def test_strokes_that_agree_with_a_start_do_not_contradict_it() -> None:
    assert contradicted([painted(strokes((10, 2, 300), (70, 1, 300)))], "objects", 2) == pytest.approx(-1, abs=0.05)
    assert contradicted([painted(strokes((10, 2, 300), (70, 1, 300)), None)], "objects", 2) == 0
