"""Each object has the class of the largest mean probability over its pixels."""

from __future__ import annotations

import numpy as np

from napari_unet.core.postprocessing import object_classes, postprocess
from napari_unet.core.settings import PostprocessingSettings


def test_all_pixels_of_an_object_decide_and_not_one_of_them() -> None:
    labels = np.array([[1, 1, 1, 0, 4, 4]], np.uint16)
    first = np.array([[0.9, 0.2, 0.2, 1.0, 0.6, 0.6]])
    probability = np.concatenate([np.zeros((3, 1, 6)), [first, 1 - first]])
    assert object_classes(probability, labels) == {1: 2, 4: 1}


def test_nothing_is_said_where_the_model_tells_no_classes_apart() -> None:
    assert object_classes(np.ones((3, 2, 2)), np.ones((2, 2), np.uint16)) == {}
    assert object_classes(np.ones((5, 2, 2)), np.zeros((2, 2), np.uint16)) == {}


def test_classes_do_not_change_where_objects_are() -> None:
    planes = np.zeros((3, 40, 40), np.float32)
    planes[0, 5:20, 5:20] = planes[0, 25:38, 25:38] = 0.9
    classes = np.random.default_rng(0).random((2, 40, 40), np.float32)
    found = postprocess(np.concatenate([planes, classes]), "objects", PostprocessingSettings())
    np.testing.assert_array_equal(found, postprocess(planes, "objects", PostprocessingSettings()))
    assert set(object_classes(np.concatenate([planes, classes]), found)) == {1, 2}
