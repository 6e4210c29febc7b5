"""Labels of a stack with complete planes in them: the truth stands there, and objects go on through both."""

from __future__ import annotations

import numpy as np

from napari_unet.core.data.complete_planes import with_truth

SHAPE = (3, 20, 30)


def found() -> np.ndarray:
    """What a model found: 1 and 2 through all planes."""
    labels = np.zeros(SHAPE, np.uint16)
    labels[:, 2:8, 2:8], labels[:, 10:18, 10:20] = 1, 2
    return labels


def painted() -> np.ndarray:
    """On the middle plane, what is 1 a little larger, nothing of what is 2, and another object; the rest unlabelled."""
    annotation = np.zeros(SHAPE, np.uint16)
    annotation[1, 2:8, 2:9], annotation[1, 2:8, 20:28] = 40, 41
    return annotation


def test_truth_stands_on_complete_planes_and_the_model_on_the_others() -> None:
    merged = with_truth(found(), painted(), {1}, "objects")
    assert np.array_equal(merged.labels[[0, 2]], found()[[0, 2]])
    assert np.array_equal(merged.labels[1] > 0, painted()[1] > 0)


def test_what_is_the_same_object_goes_on_and_another_has_a_number_of_its_own() -> None:
    merged = with_truth(found(), painted(), {1}, "objects")
    assert merged.numbers == {39: 1, 40: 3}, "by the numbers of a mask, which are one lower"
    assert np.unique(merged.labels[1, 2:8, 2:9]).tolist() == [1]
    assert np.unique(merged.labels[1, 2:8, 20:28]).tolist() == [3]


def test_classes_keep_their_numbers() -> None:
    annotation = np.ones(SHAPE, np.uint16)
    annotation[1, 5:9, 5:9] = 3
    merged = with_truth(found(), annotation, {1}, "regions")
    assert np.unique(merged.labels[1]).tolist() == [0, 2]
    assert merged.numbers == {}


def test_numbers_that_do_not_fit_get_room() -> None:
    labels = found()
    labels[0, 0, 0] = 65535
    assert with_truth(labels, painted(), {1}, "objects").labels.max() == 65536


def test_of_a_time_series_planes_count_in_the_order_of_storing() -> None:
    labels, annotation = np.stack([found()] * 2), np.stack([painted()] * 2)
    merged = with_truth(labels, annotation, {4}, "objects").labels
    assert np.array_equal(merged[0], found())
    assert np.array_equal(merged[1, 1] > 0, painted()[1] > 0)
