"""Scores of classes of objects: right in place and in class."""

from __future__ import annotations

import numpy as np

from napari_unet.core.fitting import Truth, score, summary
from napari_unet.core.metrics import ClassScores, classed, evaluate, summarise
from napari_unet.core.settings import PostprocessingSettings

NAMES = ("alive", "dead")


def squares(*numbers: int) -> np.ndarray:
    """Squares of 8 x 8 in a row, with these numbers; 0 is none."""
    labels = np.zeros((12, 12 * len(numbers)), np.uint16)
    for at, number in enumerate(numbers):
        labels[2:10, 12 * at + 2 : 12 * at + 10] = number
    return labels


def test_an_object_is_right_when_place_and_class_agree() -> None:
    truth, found = squares(1, 2, 3, 4), squares(7, 0, 5, 6)
    scores = classed(found, truth, {7: 1, 5: 2, 6: 1}, {1: 1, 2: 1, 3: 2, 4: 2}, NAMES)
    assert scores == {"alive": ClassScores(2, 2, 1), "dead": ClassScores(1, 2, 1)}
    assert scores["alive"].ap50 == 1 / 3
    assert scores["dead"].ap50 == 1 / 2


def test_true_objects_without_a_class_judge_nobody() -> None:
    truth, found = squares(1, 2), squares(1, 2)
    assert classed(found, truth, {1: 1, 2: 2}, {2: 2}, NAMES) == {
        "alive": ClassScores(0, 0, 0),
        "dead": ClassScores(1, 1, 1),
    }


def test_what_is_found_where_nothing_is_counts_against_its_class() -> None:
    scores = classed(squares(1, 2), squares(1, 0), {1: 1, 2: 2}, {1: 1}, NAMES)
    assert scores["dead"] == ClassScores(1, 0, 0)
    assert scores["dead"].ap50 == 0


def test_classes_are_counted_over_all_pictures_together() -> None:
    scores = [evaluate(squares(1), squares(1), "objects", NAMES) for _ in range(2)]
    counts = ClassScores(3, 3, 3), ClassScores(1, 1, 0)
    parts = [
        type(one)(one.kind, one.foreground, one.objects, object_classes={"dead": each})
        for one, each in zip(scores, counts, strict=True)
    ]
    both = summarise(parts)
    assert both.object_classes == {"dead": ClassScores(4, 4, 3)}
    assert both.class_ap50 == 3 / 5
    assert both.to_json()["object_classes"]["dead"]["ap50"] == 3 / 5


def test_a_picture_in_which_nothing_is_found_counts_as_all_missed() -> None:
    nothing = np.zeros((5, 12, 24), np.float32)
    annotation = np.where(squares(1, 2) > 0, squares(1, 2) + 1, 1)
    one = score(Truth(nothing, annotation, True, {2: 1, 3: 2}), "objects", NAMES, PostprocessingSettings())
    assert one.object_classes == {"alive": ClassScores(0, 1, 0), "dead": ClassScores(0, 1, 0)}
    assert summary([one])["class_ap50"] == 0
