from __future__ import annotations

import numpy as np
import pytest

from napari_unet.core.errors import PictureError
from napari_unet.core.settings import Kind
from napari_unet.core.strokes.answer import stacked
from napari_unet.core.strokes.arrays import digest, planes_of
from napari_unet.core.strokes.filters import PER_CHANNEL, REACH, filter_bank
from napari_unet.core.strokes.guide import Guide
from napari_unet.core.strokes.places import APART, PAINTED, places_in
from napari_unet.core.strokes.seen import TOGETHER, Memory, Seen
from napari_unet.core.strokes.windows import Window

CHANCE = np.random.default_rng(0)


def test_every_channel_has_its_features() -> None:
    planes = CHANCE.random((2, 40, 50)).astype(np.float32)
    features = filter_bank(planes)
    assert features.shape == (40, 50, 2 * PER_CHANNEL)
    assert features.dtype == np.float32
    np.testing.assert_array_equal(features[..., 0], planes[0])
    np.testing.assert_array_equal(features[..., PER_CHANNEL], planes[1])


def test_nothing_further_than_the_reach_changes_a_feature() -> None:
    planes = CHANCE.random((1, 20, 2 * REACH + 30)).astype(np.float32)
    changed = planes.copy()
    changed[:, :, -1] += 5
    here = filter_bank(planes)[:, : REACH + 28], filter_bank(changed)[:, : REACH + 28]
    np.testing.assert_allclose(*here, atol=1e-6)


@pytest.mark.parametrize("window", [(slice(200, 260), slice(70, 141)), (slice(0, 40), slice(301, 420))])
def test_features_of_a_window_are_those_of_the_whole(window: Window) -> None:
    image = CHANCE.random((1, 407, 420))
    whole, alone = Seen(image, "whole"), Seen(image, "alone")
    np.testing.assert_allclose(alone._computed(window), whole.features(whole.whole)[window], rtol=2e-3, atol=2e-3)


def test_a_pixel_has_filters_and_sights() -> None:
    seen = Seen(CHANCE.random((2, 40, 50)), "two channels")
    assert seen.features(seen.whole).shape == (40, 50, seen.width)
    assert seen.width > 2 * PER_CHANNEL
    plain = Seen(seen.image, "two channels", seeing=False)
    assert plain.width == 2 * PER_CHANNEL
    np.testing.assert_array_equal(plain.features(plain.whole), seen.features(seen.whole)[..., : plain.width])


def test_the_guide_tells_apart_what_was_painted_and_gives_nothing_to_the_unpainted() -> None:
    features = np.concatenate([CHANCE.normal(0, 1, (50, 4)), CHANCE.normal(6, 1, (50, 4))]).astype(np.float32)
    classes = np.repeat([0, 2], 50)
    told = Guide(features, classes, 4, 1).ask(features)
    assert told.shape == (4, 100)
    assert (told.argmax(0) == classes).all()
    assert not told[[1, 3]].any()
    np.testing.assert_allclose(told.sum(0), 1, atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "annotation", "planes"),
    [
        ((5, 6), None, [(1, 5, 6)]),
        ((2, 5, 6), None, [(2, 5, 6)]),
        ((9, 8, 3), None, [(3, 9, 8)]),
        ((9, 8, 4), (9, 8), [(3, 9, 8)]),
        ((9, 8, 5), (9, 8), [(5, 9, 8)]),
        ((4, 9, 8), (4, 9, 8), [(1, 9, 8)] * 4),
        ((2, 4, 9, 8), (4, 9, 8), [(2, 9, 8)] * 4),
    ],
)
def test_planes_of_arrays_as_scripts_have_them(shape: tuple, annotation: tuple | None, planes: list) -> None:
    assert [plane.shape for plane in planes_of(np.zeros(shape), annotation)] == planes


def test_six_axes_are_too_many() -> None:
    with pytest.raises(PictureError, match="6 axes"):
        planes_of(np.zeros((1, 1, 1, 1, 4, 4)), None)


def test_the_same_content_is_the_same_picture() -> None:
    image = np.arange(24).reshape(2, 3, 4)
    assert digest(image) == digest(np.asfortranarray(image))
    assert digest(image) != digest(image + 1)
    assert digest(image) != digest(image.reshape(2, 4, 3))


def test_only_the_pictures_looked_at_last_are_kept() -> None:
    memory, side = Memory(), 1100
    images = [CHANCE.random((1, side, side)).astype(np.float32) for _ in range(TOGETHER // side**2 + 1)]
    first = memory.get(images[0])
    assert memory.get(images[0]) is first
    for image in images[1:]:
        memory.get(image)
    assert memory.get(images[0]) is not first


def test_places_are_doubtful_spread_out_and_not_where_something_is_painted() -> None:
    cell = np.zeros((200, 200), np.float32)
    cell[20:40, 20:40], cell[150:180, 150:180], cell[100:110, 20:30] = 0.5, 0.45, 0.4
    painted = np.zeros((200, 200), bool)
    painted[160:165, 160:165] = True
    found = places_in("A", np.stack([1 - cell, cell]), None, painted, 3)
    assert 20 <= found[0].position[0] < 40
    assert 20 <= found[0].position[1] < 40
    assert [place.gain for place in found] == sorted((place.gain for place in found), reverse=True)
    for number, place in enumerate(found):
        assert np.hypot(*(np.array(place.position) - 162)) > PAINTED / 2
        for other in found[:number]:
            assert np.abs(np.array(place.position) - other.position).max() > APART


@pytest.mark.parametrize("kind", ["objects", "regions"])
def test_of_a_plane_in_which_nothing_is_seen_as_much_is_told_as_of_the_others(kind: Kind) -> None:
    seen = np.full((3, 4, 5), np.float32(0.25))
    stack = stacked([None, seen, seen[:2]], kind)
    assert stack.shape == (2, 3, 4, 5)
    assert (stack[:, 1:] == 0.25).all()
    assert stack[:, 0, 0, 0].tolist() == ([0, 0] if kind == "objects" else [1, 0])


def test_a_class_that_was_just_begun_is_known_among_any_number_of_pixels() -> None:
    classes = np.repeat([0, 1, 2], (150_000, 50_000, 12))
    features = np.random.default_rng(0).normal(0, 1, (len(classes), 2)).astype(np.float32)
    features[-12:] += 9
    told = Guide(features, classes, 3, 1).ask(features[-12:])
    assert (told[2] > 0.8).all()
