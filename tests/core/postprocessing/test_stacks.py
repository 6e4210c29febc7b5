"""Stacks are cleaned up plane by plane; then objects keep their number from plane to plane, and in time if wanted."""

import numpy as np
import pytest

from napari_unet.core.errors import MaskError
from napari_unet.core.postprocessing import postprocess
from napari_unet.core.settings import PostprocessingSettings

PLAIN = PostprocessingSettings(smallest=1, split=0.0)


def probability(*planes: list[tuple[int, int, int]]) -> np.ndarray:
    """(1, N, 40, 60): on each plane, discs (y, x, radius) of probability 1."""
    rows, columns = np.indices((40, 60))
    made = np.zeros((1, len(planes), 40, 60), np.float32)
    for number, discs in enumerate(planes):
        for y, x, radius in discs:
            made[0, number][(rows - y) ** 2 + (columns - x) ** 2 <= radius**2] = 1
    return made


def numbers(labels: np.ndarray) -> list[list[int]]:
    return [[int(n) for n in np.unique(plane) if n] for plane in labels]


LEFT, RIGHT, NEAR = (20, 15, 8), (20, 45, 8), (20, 18, 8)


def test_an_object_keeps_its_number_where_it_overlaps_the_one_in_the_next_plane() -> None:
    labels = postprocess(probability([LEFT, RIGHT], [NEAR], [NEAR, RIGHT]), "objects", PLAIN)
    # The right one was away for a plane: it is another object when it comes back.
    assert numbers(labels) == [[1, 2], [1], [1, 3]]
    assert labels.dtype == np.uint16


def test_below_the_overlap_that_is_asked_for_planes_stay_apart() -> None:
    stack = probability([LEFT], [NEAR])
    strict = PostprocessingSettings(smallest=1, split=0.0, join=0.9)
    assert numbers(postprocess(stack, "objects", strict)) == [[1], [2]]
    none = PostprocessingSettings(smallest=1, split=0.0, join=0.0)
    assert numbers(postprocess(probability([LEFT], [LEFT]), "objects", none)) == [[1], [2]]


def test_of_two_objects_over_one_the_larger_overlap_keeps_its_number() -> None:
    labels = postprocess(probability([(20, 9, 3), (20, 24, 9)], [(20, 20, 12)]), "objects", PLAIN)
    assert labels[1, 20, 20] == labels[0, 20, 24] != labels[0, 20, 9]
    assert numbers(labels) == [[1, 2], [1]]


def test_time_is_followed_only_when_it_is_asked_for() -> None:
    film = probability([LEFT], [NEAR], [NEAR])
    assert numbers(postprocess(film, "objects", PLAIN, "TYX")) == [[1], [2], [3]]
    followed = PostprocessingSettings(smallest=1, split=0.0, follow=0.3)
    assert numbers(postprocess(film, "objects", followed, "TYX")) == [[1], [1], [1]]


def test_of_a_film_of_stacks_each_time_is_joined_and_then_followed() -> None:
    film = np.stack([probability([LEFT], [LEFT]), probability([NEAR], [NEAR])], 1)
    assert film.shape == (1, 2, 2, 40, 60)
    assert [numbers(one) for one in postprocess(film, "objects", PLAIN)] == [[[1], [1]], [[2], [2]]]
    followed = PostprocessingSettings(smallest=1, split=0.0, follow=0.3)
    assert [numbers(one) for one in postprocess(film, "objects", followed, "TZYX")] == [[[1], [1]], [[1], [1]]]


def test_each_plane_is_cleaned_up_as_if_it_were_alone() -> None:
    random = np.random.default_rng(0)
    stack = random.random((3, 4, 50, 60)).astype(np.float32)
    apart = PostprocessingSettings(join=0.0)
    labels = postprocess(stack, "objects", apart)
    for z in range(4):
        alone = postprocess(stack[:, z], "objects", apart)
        assert np.array_equal(labels[z] > 0, alone > 0)
        assert len(np.unique(labels[z])) == len(np.unique(alone))


def test_classes_keep_their_numbers_on_every_plane() -> None:
    stack = np.zeros((3, 2, 20, 20), np.float32)
    stack[1, 0], stack[2, 1] = 1, 1
    labels = postprocess(stack, "regions", PLAIN)
    assert numbers(labels) == [[1], [2]]


def test_cleaning_up_a_stack_ends_when_it_is_asked_to() -> None:
    asked = iter([False, True, True, True])
    labels = postprocess(probability([LEFT], [LEFT], [LEFT]), "objects", PLAIN, "ZYX", lambda: next(asked))
    assert numbers(labels) == [[1], [], []]


def test_more_axes_than_a_stack_has_are_a_sentence() -> None:
    with pytest.raises(MaskError, match="has 6 axes"):
        postprocess(np.zeros((1, 1, 1, 1, 5, 5), np.float32), "objects", PLAIN)
