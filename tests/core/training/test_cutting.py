"""Cutting: exact where nothing is bent, the same either way, one at a time or many at once."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import numpy as np
import pytest
import torch

from napari_unet.core.data.sample import Sample
from napari_unet.core.settings import AUGMENTATIONS, Plan
from napari_unet.core.training.beginning import new_card
from napari_unet.core.training.patches.augment import Shape, draw_shape
from napari_unet.core.training.patches.augment_light import draw_light
from napari_unet.core.training.patches.cutting import Cut, Layers, cut
from napari_unet.core.training.patches.lessons import Lesson, make_lesson
from tests.core.training.scenes import SIDE, scene, task_of

CPU = torch.device("cpu")
LIGHT = draw_light(AUGMENTATIONS["none"], 1, 16, np.random.default_rng(0))


def lesson_of(sample: Sample, **loss: object) -> Lesson:
    card = new_card([sample], task_of(Path()), None)
    return make_lesson(sample, dataclasses.replace(card, plan=Plan().with_values(loss)))


def patch_of(lesson: Lesson, shape: Shape, centre: tuple[float, float], side: int = 16) -> Layers:
    return cut([Cut(lesson, np.array(centre), shape, LIGHT)], side, CPU, classes=False)


EIGHT = [
    np.array(rows, float)[:: -1 if swapped else 1] * 1.0
    for signs in itertools.product([-1, 1], repeat=2)
    for swapped in (False, True)
    for rows in [np.diag(signs)]
]


@pytest.mark.parametrize("number", range(8))
@pytest.mark.parametrize("centre", [(30.5, 25.5), (2.5, 60.5)])
def test_copied_pixels_are_those_that_bending_by_nothing_would_give(number: int, centre: tuple[float, float]) -> None:
    lesson = lesson_of(scene(0), boundary=1.0)
    copied = patch_of(lesson, Shape(EIGHT[number], exact=True), centre)
    bent = patch_of(lesson, Shape(EIGHT[number]), centre)
    for name in ("pictures", "planes", "known", "maps"):
        torch.testing.assert_close(getattr(copied, name), getattr(bent, name), atol=2e-3, rtol=0)


def test_a_patch_that_is_not_changed_is_exactly_a_piece_of_picture_targets_and_maps() -> None:
    lesson = lesson_of(scene(0), boundary=1.0)
    layers = patch_of(lesson, Shape(np.eye(2), exact=True), (19.5, 29.5))
    window = (slice(None), slice(12, 28), slice(22, 38))
    assert np.array_equal(layers.pictures[0], lesson.fine[:1][window].astype(np.float32))
    assert np.array_equal(layers.maps[0], lesson.fine[1:][window].astype(np.float32))
    assert np.array_equal(layers.planes[0] * 255, lesson.coarse[:3][window])
    assert layers.known.all()


def test_many_at_once_are_the_same_as_one_by_one() -> None:
    lessons = [
        lesson_of(scene(0)),
        lesson_of(scene(1, image=scene(1).image[:, :50], annotation=scene(1).annotation[:50])),
    ]
    random = np.random.default_rng(0)
    shapes = [
        shape for shape in (draw_shape(AUGMENTATIONS["strong"], 16, random) for _ in range(12)) if not shape.exact
    ]
    cuts = [Cut(lessons[number % 2], random.uniform(4, 46, 2), shape, LIGHT) for number, shape in enumerate(shapes)]
    together = cut(cuts, 16, CPU, classes=False)
    for number, one in enumerate(cuts):
        alone = cut([one], 16, CPU, classes=False)
        torch.testing.assert_close(alone.pictures[0], together.pictures[number], atol=1e-3, rtol=0)
        torch.testing.assert_close(alone.planes[0], together.planes[number], atol=1e-3, rtol=0)
        assert (alone.known[0] != together.known[number]).float().mean() < 0.01


def test_nothing_beyond_the_edge_is_known_and_the_picture_goes_on_there() -> None:
    lesson = lesson_of(scene(0))
    for shape in (Shape(np.eye(2), exact=True), Shape(np.eye(2))):
        layers = patch_of(lesson, shape, (1.5, 30.5))
        assert not layers.known[0, :, :6].any()
        assert layers.known[0, :, 6:].all()
        torch.testing.assert_close(layers.pictures[0, :, :6], layers.pictures[0, :, 7:13].flip(1), atol=2e-3, rtol=0)


def test_a_pixel_between_known_and_unknown_ones_is_not_known() -> None:
    annotation = scene(0).annotation.copy()
    annotation[:, 32:] = 0
    lesson = lesson_of(scene(0, annotation=annotation, complete=False))
    half = patch_of(lesson, Shape(np.eye(2)), (31.5, 32.0))  # half a pixel to the right of the exact pixels
    assert half.known[0, 0, :, :7].all()
    assert not half.known[0, 0, :, 7:].any()


def test_classes_are_never_mixed() -> None:
    annotation = np.ones((SIDE, SIDE), np.uint16)
    annotation[:, 30:] = 4
    sample = scene(0, annotation=annotation)
    card = new_card([sample], task_of(Path(), "regions"), None)
    lesson = make_lesson(sample, dataclasses.replace(card, class_names=("a", "b", "c")))
    turned = Shape(np.array([[0.8, 0.6], [-0.6, 0.8]]))
    planes = cut([Cut(lesson, np.array([31.5, 31.5]), turned, LIGHT)], 32, CPU, classes=True).planes
    assert planes.unique().tolist() == [0.0, 3.0]
