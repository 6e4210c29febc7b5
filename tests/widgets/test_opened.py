"""The person's own layers become pictures, whichever reader opened them."""

from __future__ import annotations

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Image, Labels

from napari_unet.core.errors import PictureError
from napari_unet.widgets.layers import opened_pictures
from napari_unet.widgets.sessions import Bench
from tests.widgets.fake_session import FakeSession


@pytest.fixture
def viewer(qapp: object) -> ViewerModel:
    return ViewerModel()


def test_pixel_size_and_unit_come_along(viewer: ViewerModel) -> None:
    image = np.arange(1200, dtype=np.uint16).reshape(30, 40)
    viewer.add_layer(Image(image, name="cells", scale=(0.3, 0.2), units=("um", "um")))
    (opened,) = opened_pictures(viewer)
    assert opened.picture.name == "cells"
    assert opened.picture.pixel_size == (0.3, 0.2)
    assert opened.picture.unit == "µm"
    np.testing.assert_array_equal(opened.picture.image, image[None])


def test_colour_has_its_channels_first_and_no_alpha(viewer: ViewerModel) -> None:
    viewer.add_layer(Image(np.zeros((30, 40, 4), np.uint8), rgb=True))
    (opened,) = opened_pictures(viewer)
    assert opened.picture.image.shape == (3, 30, 40)
    assert opened.picture.is_colour


def test_of_a_stack_the_plane_on_show_is_taken_and_said(viewer: ViewerModel) -> None:
    stack = np.arange(5)[:, None, None] * np.ones((5, 20, 30))
    viewer.add_layer(Image(stack, name="stack"))
    viewer.dims.set_point(0, 3)
    (opened,) = opened_pictures(viewer)
    assert (opened.picture.image == 3).all()
    assert opened.picture.name == "stack 3"
    assert "the plane on show" in opened.note


def test_a_pyramid_gives_its_finest_level(viewer: ViewerModel) -> None:
    viewer.add_layer(Image([np.zeros((64, 64)), np.zeros((32, 32))], multiscale=True))
    assert opened_pictures(viewer)[0].picture.spatial_shape == (64, 64)


def test_a_lone_labels_layer_of_the_same_size_is_the_mask(viewer: ViewerModel) -> None:
    viewer.add_layer(Image(np.zeros((30, 40))))
    viewer.add_layer(Labels(np.full((30, 40), 7, np.int64), name="truth"))
    (opened,) = opened_pictures(viewer)
    assert opened.mask.dtype == np.uint16
    assert (opened.mask == 7).all()
    assert "truth" in opened.note


@pytest.mark.parametrize("mask", [np.zeros((30, 40), np.uint8), np.ones((9, 9), np.uint8)])
def test_an_empty_or_ill_fitting_labels_layer_is_no_mask(viewer: ViewerModel, mask: np.ndarray) -> None:
    viewer.add_layer(Image(np.zeros((30, 40))))
    viewer.add_layer(Labels(mask))
    assert opened_pictures(viewer)[0].mask is None


def test_our_own_layers_are_not_taken_again(bench: Bench, opened: FakeSession) -> None:
    with pytest.raises(PictureError, match="No picture is open in napari"):
        opened_pictures(bench.viewer)


def test_the_picture_is_a_copy(viewer: ViewerModel) -> None:
    image = np.zeros((30, 40))
    viewer.add_layer(Image(image))
    (opened,) = opened_pictures(viewer)
    image[:] = 5
    assert not opened.picture.image.any()
