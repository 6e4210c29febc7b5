from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_unet.core.strokes import lesson as lessons
from napari_unet.core.strokes.lesson import Lesson, learned
from napari_unet.core.strokes.painted import REMEMBERED, Painted, painted_on
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.starts import said_by
from napari_unet.core.strokes.taught import taught_by
from napari_unet.core.strokes.trust import BOTH, UNKNOWN
from tests.core.strokes.conftest import Scene, overlap, scene


def painted(scene: Scene, annotation: np.ndarray | None = None) -> Painted:
    strokes = scene.strokes if annotation is None else annotation
    done = painted_on(Seen(scene.image[np.newaxis], "scene"), strokes, "objects", "cells")
    assert done is not None
    return done


def test_nothing_is_known_before_the_first_stroke() -> None:
    lesson = learned([], "objects", 2)
    assert not lesson.taught
    assert lesson.amount == Lesson().amount == 0
    assert (lesson.trust == UNKNOWN).all()


def test_a_start_that_is_contradicted_is_trusted_less(one: Scene) -> None:
    agreed = learned([painted(one)], "objects", 2)
    swapped = np.where(one.strokes > 0, 3 - one.strokes, 0).astype(np.uint8)
    contradicted = learned([painted(one, swapped)], "objects", 2)
    assert contradicted.trust[1] < UNKNOWN < agreed.trust[1]


def test_a_start_whose_finds_are_taken_back_is_doubted_and_contradicting_it_counts_no_more(one: Scene) -> None:
    few, many = one.strokes.copy(), one.strokes.copy()
    for strokes, every in ((few, 500), (many, 20)):
        unpainted = strokes == 0
        for value, where in ((1, one.truth), (2, ~one.truth)):
            places = np.flatnonzero((where & unpainted).ravel())[::every]
            strokes.ravel()[places] = value
        strokes[one.strokes > 0] = 3 - one.strokes[one.strokes > 0]
    believed, doubted = (taught_by([painted(one, strokes)], "objects", 2) for strokes in (few, many))
    assert believed is not None
    assert doubted is not None
    assert believed.doubt[1] < doubted.doubt[1] == 1
    assert believed.agreement[1] < -0.5
    assert doubted.agreement[1] == 0
    silent = learned([painted(one, many)], "objects", 2)
    assert silent.sides.unheard == {"cells"}
    assert silent.trust[1] == UNKNOWN, "and of a start that nobody asks nothing is known"


@pytest.mark.parametrize(("doubt", "others"), [(0.05, False), (0.2, True)])
def test_a_little_doubt_is_enough_to_part_objects_by_their_shape(one: Scene, doubt: float, others: bool) -> None:
    lesson, seen = learned([painted(one)], "objects", 2), Seen(one.image[np.newaxis], "scene")
    (taught,) = lesson.taught.values()
    doubting = replace(lesson, taught={seen.width: replace(taught, doubt=np.array([0, doubt], np.float32))})
    assert doubting.doubts(seen) is others


def test_strokes_of_two_pictures_are_one_lesson(one: Scene, other: Scene) -> None:
    alone, both = (learned(these, "objects", 2) for these in ([painted(one)], [painted(one), painted(other)]))
    assert both.amount > alone.amount
    (alone_taught,), (both_taught,) = alone.taught.values(), both.taught.values()
    # One stroke of each class cannot be left out; of two, one can, and the other knows it.
    assert alone_taught.trust[1] == UNKNOWN
    assert both_taught.trust[1] > UNKNOWN


def test_strokes_that_were_left_out_are_foreseen_on_average_and_never_badly() -> None:
    """One pair of pictures says little: of ten trees, its trust is 0.05 more or less by chance."""
    pairs = [[painted(scene(seed)), painted(scene(seed + 1))] for seed in range(0, 12, 2)]
    trusts = [float(taught.trust[1]) for pair in pairs for taught in learned(pair, "objects", 2).taught.values()]
    assert len(trusts) == len(pairs)
    assert min(trusts) > 0.65
    assert np.mean(trusts) > 0.75


def test_one_class_alone_teaches_no_forest(one: Scene) -> None:
    lesson = learned([painted(one, np.where(one.strokes == 2, one.strokes, 0))], "objects", 2)
    assert not lesson.taught
    assert lesson.amount > 0


def test_beside_the_strokes_the_anchored_forest_says_what_the_start_says(one: Scene) -> None:
    seen = Seen(one.image[np.newaxis], "scene")
    said = said_by("cells", seen, seen.whole)
    assert said is not None
    (taught,) = learned([painted(one)], "objects", 2).taught.values()
    assert taught.anchored is not None
    features = seen.features(seen.whole)
    anchored, alone = (
        guide.survey(features, seen.outstanding(seen.whole))[1] > 0.5 for guide in (taught.anchored, taught.guide)
    )
    assert overlap(anchored, said[0] > 0.5) > overlap(alone, said[0] > 0.5)
    assert anchored[one.strokes == 2].mean() > 0.9
    assert anchored[one.strokes == 1].mean() < 0.1


def test_without_a_start_nothing_is_anchored(one: Scene) -> None:
    done = painted_on(Seen(one.image[np.newaxis], "scene"), one.strokes, "objects", None)
    assert done is not None
    (taught,) = learned([done], "objects", 2).taught.values()
    assert taught.anchored is None


def test_of_several_classes_a_start_that_knows_none_of_them_anchors_background_alone(one: Scene) -> None:
    annotation = one.strokes.copy()
    annotation[:4, :30] = 3
    done = painted_on(Seen(one.image[np.newaxis], "scene"), annotation, "regions", "cells")
    assert done is not None
    lesson = learned([done], "regions", 3)
    (taught,) = lesson.taught.values()
    assert taught.trust.shape == lesson.trust.shape == (3,)
    assert taught.anchored is not None


@pytest.mark.parametrize("number", [40_000, 65_537, 65_538, 3_000_000_000])
def test_an_object_of_any_number_is_an_object(number: int) -> None:
    annotation = np.zeros((24, 30), np.uint32)
    annotation[2:5, 2:9], annotation[12:15, 4:9] = 1, number
    image = np.arange(annotation.size, dtype=np.float32).reshape(1, *annotation.shape)
    done = painted_on(Seen(image, "few pixels", seeing=False), annotation, "objects", None)
    assert done is not None
    np.testing.assert_array_equal(done.classes, np.select([annotation == 1, annotation > 1], [0, 1], -1))


def test_of_a_picture_that_is_accepted_wholly_some_pixels_are_kept(one: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    annotation = np.where(one.truth, 2, 1).astype(np.uint16)
    annotation[one.truth] += np.arange(one.truth.sum(), dtype=np.uint16) % 9
    done = painted(one, annotation)
    assert done.said is not None
    assert len(done.features) == len(done.values) == len(done.strokes) == done.said.shape[1] <= REMEMBERED + BOTH
    assert (done.classes == one.truth).all(), "what was painted is known in full"
    assert done.values.mean() == pytest.approx(one.truth.mean(), abs=0.01)
    monkeypatch.setattr(lessons, "TOGETHER", 300)
    (taught,) = learned([done] * 3, "objects", 2).taught.values()
    seen = Seen(one.image[np.newaxis], "scene")
    assert (
        overlap(
            taught.guide.survey(taught.features(seen, seen.whole), seen.outstanding(seen.whole))[1] > 0.5, one.truth
        )
        > 0.8
    )


def test_of_few_pixels_all_are_kept_and_one_of_each_class_always(one: Scene) -> None:
    done = painted(one)
    assert len(done.values) == (one.strokes > 0).sum()
    assert done.thinned(1) is done
    assert set(done.thinned(10_000).values) == {0, 1}
