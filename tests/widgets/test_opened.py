"""The person's own layers become pictures, whichever reader opened them."""

from __future__ import annotations

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Image, Labels

from napari_unet.core.errors import PictureError
from napari_unet.widgets.layers import opened_pictures
from napari_unet.widgets.layers.opened import Unnamed
from napari_unet.widgets.sessions import Bench
from tests.widgets.fake_session import FakeSession


def never(layer: Unnamed) -> None:
    raise AssertionError(f"{layer.name} was asked about")


@pytest.fixture
def viewer(qapp: object) -> ViewerModel:
    return ViewerModel()


def test_pixel_size_and_unit_come_along(viewer: ViewerModel) -> None:
    image = np.arange(1200, dtype=np.uint16).reshape(30, 40)
    viewer.add_layer(Image(image, name="cells", scale=(0.3, 0.2), units=("um", "um")))
    (opened,) = opened_pictures(viewer, never)
    assert opened.picture.name == "cells"
    assert opened.picture.pixel_size == (0.3, 0.2)
    assert opened.picture.unit == "µm"
    np.testing.assert_array_equal(opened.picture.image, image[None])


def test_colour_has_its_channels_first_and_no_alpha(viewer: ViewerModel) -> None:
    viewer.add_layer(Image(np.zeros((30, 40, 4), np.uint8), rgb=True))
    (opened,) = opened_pictures(viewer, never)
    assert opened.picture.image.shape == (3, 30, 40)
    assert opened.picture.is_colour


def test_a_stack_without_names_is_asked_about_and_taken_as_told(viewer: ViewerModel) -> None:
    stack = np.arange(3)[:, None, None] * np.ones((3, 20, 30))
    viewer.add_layer(Image(stack, name="stack", scale=(2.0, 0.5, 0.5), units=("um", "um", "um")))
    asked: list[Unnamed] = []
    assert opened_pictures(viewer, asked.append) == []
    picture = asked[0].taken("ZYX").picture
    assert (picture.axes, picture.told, picture.pixel_size, picture.unit) == ("CZYX", "ZYX", (2.0, 0.5, 0.5), "µm")
    np.testing.assert_array_equal(picture.image[0], stack)


def test_of_a_stack_the_plane_on_show_can_be_taken_and_is_said(viewer: ViewerModel) -> None:
    stack = np.arange(5)[:, None, None] * np.ones((5, 20, 30))
    viewer.add_layer(Image(stack, name="stack"))
    viewer.dims.set_point(0, 3)
    asked: list[Unnamed] = []
    opened_pictures(viewer, asked.append)
    opened = asked[0].plane_on_show()
    assert (opened.picture.image == 3).all()
    assert opened.picture.name == "stack 3"
    assert "the plane on show" in opened.note


def test_a_stack_whose_axes_are_named_is_taken_whole(viewer: ViewerModel) -> None:
    viewer.add_layer(Image(np.zeros((2, 5, 20, 30)), name="film", axis_labels=("t", "z", "y", "x")))
    (opened,) = opened_pictures(viewer, never)
    assert (opened.picture.axes, opened.picture.spatial_shape) == ("CTZYX", (2, 5, 20, 30))


def test_a_pyramid_gives_its_finest_level(viewer: ViewerModel) -> None:
    viewer.add_layer(Image([np.zeros((64, 64)), np.zeros((32, 32))], multiscale=True))
    assert opened_pictures(viewer, never)[0].picture.spatial_shape == (64, 64)


def test_a_lone_labels_layer_of_the_same_size_is_the_mask(viewer: ViewerModel) -> None:
    viewer.add_layer(Image(np.zeros((30, 40))))
    viewer.add_layer(Labels(np.full((30, 40), 7, np.int64), name="truth"))
    (opened,) = opened_pictures(viewer, never)
    assert opened.mask.dtype == np.uint16
    assert (opened.mask == 7).all()
    assert "truth" in opened.note


@pytest.mark.parametrize("mask", [np.zeros((30, 40), np.uint8), np.ones((9, 9), np.uint8)])
def test_an_empty_or_ill_fitting_labels_layer_is_no_mask(viewer: ViewerModel, mask: np.ndarray) -> None:
    viewer.add_layer(Image(np.zeros((30, 40))))
    viewer.add_layer(Labels(mask))
    assert opened_pictures(viewer, never)[0].mask is None


def test_our_own_layers_are_not_taken_again(bench: Bench, opened: FakeSession) -> None:
    with pytest.raises(PictureError, match="No picture is open in napari"):
        opened_pictures(bench.viewer, never)


def test_the_picture_is_a_copy(viewer: ViewerModel) -> None:
    image = np.zeros((30, 40))
    viewer.add_layer(Image(image))
    (opened,) = opened_pictures(viewer, never)
    image[:] = 5
    assert not opened.picture.image.any()
