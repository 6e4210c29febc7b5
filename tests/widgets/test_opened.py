"""The person's own layers become pictures, whichever reader opened them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dask.array
import numpy as np
import pytest
import tifffile
import zarr
from napari.components import ViewerModel
from napari.layers import Image, Labels
from napari.layers._source import layer_source
from pytestqt.qtbot import QtBot

from napari_unet.core.data import sliced
from napari_unet.core.errors import PictureError
from napari_unet.widgets.axes_question import Asked, AxesQuestion
from napari_unet.widgets.layers import cutting, open_names, opened_pictures, pixels
from napari_unet.widgets.layers.opened import Unnamed
from napari_unet.widgets.layers.opening import picture_layers
from napari_unet.widgets.sessions import Bench
from tests.core.data.zarrs import NEW, ome_zarr, write_labels
from tests.widgets.fake_session import FakeSession


def wrong(error: PictureError) -> None:
    raise error


def never(layer: Unnamed) -> None:
    raise AssertionError(f"{layer.name} was asked about")


@pytest.fixture
def viewer(qapp: object) -> ViewerModel:
    return ViewerModel()


def test_pixel_size_and_unit_come_along(viewer: ViewerModel) -> None:
    image = np.arange(1200, dtype=np.uint16).reshape(30, 40)
    viewer.add_layer(Image(image, name="cells", scale=(0.3, 0.2), units=("um", "um")))
    (opened,) = opened_pictures(viewer, never, wrong)
    assert opened.picture.name == "cells"
    assert opened.picture.pixel_size == (0.3, 0.2)
    assert opened.picture.unit == "µm"
    np.testing.assert_array_equal(opened.picture.image, image[None])


@pytest.mark.parametrize(("scale", "expected"), [(1.0, (0.325, 0.325)), (0.5, (0.5, 0.5))])
def test_the_pixel_size_that_a_reader_left_out_is_read_from_the_file(
    viewer: ViewerModel, tmp_path: Path, scale: float, expected: tuple[float, float]
) -> None:
    file, image = tmp_path / "cells.tif", np.arange(40 * 50, dtype=np.uint16).reshape(40, 50)
    tifffile.imwrite(file, image, imagej=True, resolution=(1 / 0.325, 1 / 0.325), metadata={"unit": "um"})
    with layer_source(path=str(file), reader_plugin="napari"):
        viewer.add_image(image, name="cells", scale=(scale, scale))
    (opened,) = opened_pictures(viewer, never, wrong)
    assert opened.picture.pixel_size == pytest.approx(expected)
    assert (opened.picture.unit == "µm") == (scale == 1)


def test_the_size_of_a_file_that_holds_something_else_is_not_taken(viewer: ViewerModel, tmp_path: Path) -> None:
    file = tmp_path / "cells.tif"
    tifffile.imwrite(file, np.zeros((80, 100), np.uint8), imagej=True, resolution=(4, 4), metadata={"unit": "um"})
    for path in (file, tmp_path / "gone.tif"):
        viewer.layers.clear()
        with layer_source(path=str(path), reader_plugin="napari"):
            viewer.add_image(np.arange(40 * 50, dtype=np.uint16).reshape(40, 50))
        (opened,) = opened_pictures(viewer, never, wrong)
        assert opened.picture.pixel_size == (1, 1)


def test_colour_has_its_channels_first_and_no_alpha(viewer: ViewerModel) -> None:
    viewer.add_layer(Image(np.zeros((30, 40, 4), np.uint8), rgb=True))
    (opened,) = opened_pictures(viewer, never, wrong)
    assert opened.picture.image.shape == (3, 30, 40)
    assert opened.picture.is_colour


def test_a_stack_without_names_is_asked_about_and_taken_as_told(viewer: ViewerModel) -> None:
    stack = np.arange(3)[:, None, None] * np.ones((3, 20, 30))
    viewer.add_layer(Image(stack, name="stack", scale=(2.0, 0.5, 0.5), units=("um", "um", "um")))
    asked: list[Unnamed] = []
    assert opened_pictures(viewer, asked.append, wrong) == []
    picture = asked[0].taken("ZYX").picture
    assert (picture.axes, picture.told, picture.pixel_size, picture.unit) == ("CZYX", "ZYX", (2.0, 0.5, 0.5), "µm")
    np.testing.assert_array_equal(picture.image[0], stack)


def test_of_a_stack_the_plane_on_show_can_be_taken_and_is_said(viewer: ViewerModel) -> None:
    stack = np.arange(5)[:, None, None] * np.ones((5, 20, 30))
    viewer.add_layer(Image(stack, name="stack"))
    viewer.dims.set_point(0, 3)
    asked: list[Unnamed] = []
    opened_pictures(viewer, asked.append, wrong)
    opened = asked[0].plane_on_show()
    assert (opened.picture.image == 3).all()
    assert opened.picture.name == "stack 3"
    assert "the plane on show" in opened.note


def test_a_stack_whose_axes_are_named_is_taken_whole(viewer: ViewerModel) -> None:
    viewer.add_layer(Image(np.zeros((2, 5, 20, 30)), name="film", axis_labels=("t", "z", "y", "x")))
    (opened,) = opened_pictures(viewer, never, wrong)
    assert (opened.picture.axes, opened.picture.spatial_shape) == ("CTZYX", (2, 5, 20, 30))


def test_a_pyramid_gives_its_finest_level(viewer: ViewerModel) -> None:
    viewer.add_layer(Image([np.zeros((64, 64)), np.zeros((32, 32))], multiscale=True))
    assert opened_pictures(viewer, never, wrong)[0].picture.spatial_shape == (64, 64)


def test_a_lone_labels_layer_of_the_same_size_is_the_mask(viewer: ViewerModel) -> None:
    viewer.add_layer(Image(np.zeros((30, 40))))
    viewer.add_layer(Labels(np.full((30, 40), 7, np.int64), name="truth"))
    (opened,) = opened_pictures(viewer, never, wrong)
    assert opened.mask.dtype == np.uint16
    assert (opened.mask == 7).all()
    assert "truth" in opened.note


@pytest.mark.parametrize("mask", [np.zeros((30, 40), np.uint8), np.ones((9, 9), np.uint8)])
def test_an_empty_or_ill_fitting_labels_layer_is_no_mask(viewer: ViewerModel, mask: np.ndarray) -> None:
    viewer.add_layer(Image(np.zeros((30, 40))))
    viewer.add_layer(Labels(mask))
    assert opened_pictures(viewer, never, wrong)[0].mask is None


def test_our_own_layers_are_not_taken_again(bench: Bench, opened: FakeSession) -> None:
    with pytest.raises(PictureError, match="No picture is open in napari"):
        opened_pictures(bench.viewer, never, wrong)


def test_the_picture_is_a_copy(viewer: ViewerModel) -> None:
    image = np.zeros((30, 40))
    viewer.add_layer(Image(image))
    (opened,) = opened_pictures(viewer, never, wrong)
    image[:] = 5
    assert not opened.picture.image.any()


# Layers of other readers: lazy, in sizes, with axes and units of their own


def film() -> np.ndarray:
    return np.random.default_rng(0).integers(1, 200, (3, 2, 4, 40, 50)).astype(np.uint16)


def lazily(kind: str, array: np.ndarray, folder: Path) -> Any:
    """The array as readers hand it to napari."""
    chunks = (1, 1, 2, 16, 16)
    if kind == "zarr":
        return zarr.create_array(folder / "a.zarr", data=array, chunks=chunks)
    return dask.array.from_array(array, chunks=chunks)


@pytest.mark.parametrize("kind", ["dask", "zarr"])
def test_a_lazy_layer_of_several_sizes_is_taken_whole(viewer: ViewerModel, tmp_path: Path, kind: str) -> None:
    array = film()
    sizes = [lazily(kind, array, tmp_path / "0"), lazily("dask", array[..., ::2, ::2], tmp_path)]
    units = ("ms", "pixel", "nm", "um", "um")
    names, scale = ("T", "C", "Z", "Y", "X"), (500.0, 1.0, 1500.0, 0.5, 0.25)
    viewer.add_layer(Image(sizes, multiscale=True, name="film", axis_labels=names, scale=scale, units=units))
    (opened,) = opened_pictures(viewer, never, wrong)
    picture = opened.picture
    assert (picture.axes, picture.unit) == ("CTZYX", "µm")
    assert picture.pixel_size == pytest.approx((0.5, 1.5, 0.5, 0.25))
    np.testing.assert_array_equal(picture.image, np.moveaxis(array, 1, 0))


def test_a_very_large_lazy_layer_goes_to_a_file_part_by_part(
    viewer: ViewerModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in (sliced, pixels):
        monkeypatch.setattr(room, "MOST_HELD", 1000)
    array = film()
    viewer.add_layer(Image(lazily("dask", array, tmp_path), name="film", axis_labels=("t", "c", "z", "y", "x")))
    (opened,) = opened_pictures(viewer, never, wrong)
    np.testing.assert_array_equal(opened.picture.image, np.moveaxis(array, 1, 0))


def test_axes_of_length_one_and_colours_last_are_no_trouble(viewer: ViewerModel) -> None:
    stack = np.arange(5 * 20 * 30).reshape(1, 1, 5, 20, 30)
    viewer.add_layer(Image(stack, name="stack"))
    asked: list[Unnamed] = []
    opened_pictures(viewer, asked.append, wrong)
    assert asked[0].error.axes == "?YX"
    picture = asked[0].taken("ZYX").picture
    assert (picture.axes, picture.told) == ("CZYX", "ZYX")
    np.testing.assert_array_equal(picture.image, stack[0])
    viewer.layers.clear()
    last = np.arange(20 * 30 * 4).reshape(20, 30, 4)
    viewer.add_layer(Image(last, name="last", axis_labels=("y", "x", "c"), scale=(0.5, 0.25, 1.0)))
    (opened,) = opened_pictures(viewer, never, wrong)
    assert opened.picture.pixel_size == (0.5, 0.25)
    np.testing.assert_array_equal(opened.picture.image, np.moveaxis(last, -1, 0))


def test_a_film_of_stacks_without_names_can_be_asked_about(viewer: ViewerModel, qtbot: QtBot) -> None:
    viewer.add_layer(Image(film(), name="film"))
    asked: list[Unnamed] = []
    opened_pictures(viewer, asked.append, wrong)
    question = AxesQuestion()
    qtbot.addWidget(question)
    answers: list[str] = []
    question.ask(Asked("film", asked[0].error, answers.append))
    assert len(question.answers) == 6
    question.answer("TCZ")
    assert answers == ["TCZYX"]
    assert asked[0].taken(answers[0]).picture.axes == "CTZYX"


def test_labels_of_several_sizes_are_a_mask(viewer: ViewerModel) -> None:
    labels = np.zeros((1, 40, 50), np.uint32)
    labels[0, 3:9, 4:9] = 5
    viewer.add_layer(Image(dask.array.zeros((40, 50))))
    viewer.add_layer(Labels([dask.array.from_array(labels), labels[..., ::2, ::2]], multiscale=True))
    (opened,) = opened_pictures(viewer, never, wrong)
    np.testing.assert_array_equal(opened.mask, labels[0])


def test_a_layer_turned_over_has_a_pixel_size_above_zero(viewer: ViewerModel) -> None:
    viewer.add_layer(Image(np.zeros((30, 40)), scale=(-0.5, 0.25)))
    assert opened_pictures(viewer, never, wrong)[0].picture.pixel_size == (0.5, 0.25)


def test_pixels_that_cannot_be_read_are_told_and_the_other_layers_are_taken(viewer: ViewerModel) -> None:
    def gone(block: np.ndarray) -> np.ndarray:
        raise OSError("the disk was taken out")

    broken = dask.array.zeros((30, 40), chunks=(10, 10)).map_blocks(gone, dtype=float, meta=np.zeros((0, 0)))
    viewer.add_layer(Image(broken, name="broken", contrast_limits=(0, 1), visible=False))
    viewer.add_layer(Image(np.zeros((30, 40)), name="good"))
    told: list[PictureError] = []
    assert [one.picture.name for one in opened_pictures(viewer, never, told.append)] == ["good"]
    assert "The pixels of broken cannot be read (the disk was taken out)" in told[0].what


def test_a_zarr_that_we_opened_in_channels_is_one_picture(viewer: ViewerModel, tmp_path: Path) -> None:
    array = np.random.default_rng(0).integers(1, 200, (2, 40, 50)).astype(np.uint16)
    path = ome_zarr(tmp_path / "cells.ome.zarr", array, "cyx")
    for data, about, _ in picture_layers(path):
        viewer.add_layer(Image(data, **about))
    assert len(viewer.layers) == 2
    assert open_names(viewer) == ["cells"]
    (opened,) = opened_pictures(viewer, never, wrong)
    assert (opened.picture.name, opened.picture.source) == ("cells", str(path))
    np.testing.assert_array_equal(opened.picture.image, array)


def test_labels_of_the_same_zarr_are_the_mask_as_they_stand_in_the_window(viewer: ViewerModel, tmp_path: Path) -> None:
    for name in ("a", "b"):
        path = ome_zarr(tmp_path / f"{name}.zarr", film()[0, 0, 0], "yx")
        write_labels(path, NEW)
        for data, about, kind in picture_layers(path):
            viewer.add_layer({"image": Image, "labels": Labels}[kind](data, **about))
    viewer.layers["b cells"].data[3, 4] = 9
    first, second = opened_pictures(viewer, never, wrong)
    np.testing.assert_array_equal(first.mask, film()[0, 0, 0] % 5)
    assert second.mask is not None
    assert second.mask[3, 4] == 9
    assert "the open layer b cells as its mask" in second.note


# Layers that are too large to be painted on


@pytest.fixture
def small_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "LARGE_PIXELS", 2000)
    monkeypatch.setattr(cutting, "SIDE", 20)


@pytest.mark.usefixtures("small_limit")
def test_of_a_layer_that_is_too_large_the_middle_of_the_view_is_taken(viewer: ViewerModel) -> None:
    array = np.arange(60 * 80, dtype=np.uint16).reshape(60, 80)
    sizes = [dask.array.from_array(array), dask.array.from_array(array[::2, ::2])]
    viewer.add_layer(Image(sizes, multiscale=True, name="slide", scale=(0.5, 0.5), units=("um", "um")))
    labels = np.zeros((60, 80), np.uint8)
    labels[32, 41] = 5
    viewer.add_layer(Labels(labels, name="truth", scale=(0.5, 0.5), units=("um", "um")))
    viewer.scene.camera.center = (0, 30 * 0.5, 45 * 0.5)

    (opened,) = opened_pictures(viewer, never, wrong)

    picture = opened.picture
    np.testing.assert_array_equal(picture.image[0], array[20:40, 35:55])
    assert (picture.name, picture.pixel_size, picture.unit) == ("slide y20 x35", (0.5, 0.5), "µm")
    assert picture.source == "open layer slide (rows 20 to 40, columns 35 to 55)"
    assert opened.mask is not None
    assert np.argwhere(opened.mask == 5).tolist() == [[12, 6]]
    assert "slide is 60 x 80 pixels, too large to be painted on" in opened.note
    assert "truth as its mask" in opened.note


@pytest.mark.usefixtures("small_limit")
def test_at_the_edge_of_one_that_is_too_large_the_part_lies_inside(viewer: ViewerModel) -> None:
    array = np.random.default_rng(0).integers(0, 200, (3, 60, 80)).astype(np.uint8)
    viewer.add_layer(Image(array, name="stack", axis_labels=("z", "y", "x")))
    viewer.add_layer(Labels(np.ones((3, 50, 80), np.uint8)))  # of another size: no mask of it
    viewer.scene.camera.center = (0, 59, -30)
    (opened,) = opened_pictures(viewer, never, wrong)
    np.testing.assert_array_equal(opened.picture.image[0], array[:, 40:, :20])
    assert opened.mask is None


@pytest.mark.usefixtures("small_limit")
def test_of_a_zarr_that_is_too_large_only_the_part_is_read(viewer: ViewerModel, tmp_path: Path) -> None:
    array = np.random.default_rng(0).integers(1, 200, (2, 60, 80)).astype(np.uint16)
    path = ome_zarr(tmp_path / "slide.ome.zarr", array, "cyx")
    for data, about, _ in picture_layers(path):
        viewer.add_layer(Image(data, **about))
    (path / "0" / "c" / "0" / "0" / "0").write_bytes(b"rubbish")
    viewer.scene.camera.center = (0, 40, 60)
    (opened,) = opened_pictures(viewer, never, wrong)
    np.testing.assert_array_equal(opened.picture.image, array[:, 30:50, 50:70])
    assert opened.picture.name == "slide y30 x50"


@pytest.mark.usefixtures("small_limit")
def test_of_the_plane_on_show_of_a_large_stack_the_middle_is_taken(viewer: ViewerModel) -> None:
    array = np.random.default_rng(0).integers(0, 200, (5, 60, 80)).astype(np.uint8)
    viewer.add_layer(Image(array, name="stack"))
    viewer.dims.set_point(0, 3)
    viewer.scene.camera.center = (0, 30, 40)
    asked: list[Unnamed] = []
    opened_pictures(viewer, asked.append, wrong)
    opened = asked[0].plane_on_show()
    np.testing.assert_array_equal(opened.picture.image[0], array[3, 20:40, 30:50])
    assert opened.picture.name == "stack 3 y20 x30"


# Channels that a reader plugin has made layers of


def add_channels(viewer: ViewerModel, path: str, names: list[str], **more: Any) -> list[np.ndarray]:
    """A layer for each channel, as napari makes them for a reader that names the axis of its channels."""
    planes = [np.random.default_rng(seed).integers(0, 999, (30, 40)).astype(np.uint16) for seed in range(len(names))]
    with layer_source(path=path, reader_plugin="another"):
        for at, (name, plane) in enumerate(zip(names, planes, strict=True)):
            looks = {"blending": "additive" if at else "translucent_no_depth", **more}
            viewer.add_layer(Image(plane, name=name, scale=(0.5, 0.5), units=("um", "um"), **looks))
    return planes


def test_layers_that_are_channels_of_one_file_become_one_picture(viewer: ViewerModel) -> None:
    planes = add_channels(viewer, "/data/plate 1.czi", ["plate 1.czi [DAPI]", "plate 1.czi [GFP]"])
    add_channels(viewer, "/data/other.czi", ["other"])
    assert open_names(viewer) == ["plate 1", "other"]
    first, second = opened_pictures(viewer, never, wrong)
    picture = first.picture
    np.testing.assert_array_equal(picture.image, np.stack(planes))
    assert (picture.name, picture.channel_names) == ("plate 1", ("DAPI", "GFP"))
    assert (picture.pixel_size, picture.unit) == ((0.5, 0.5), "µm")
    assert first.note == "plate 1: 2 layers were added as its channels (DAPI and GFP)."
    assert second.picture.channels == 1


def test_layers_of_one_file_that_are_no_channels_stay_pictures_of_their_own(viewer: ViewerModel) -> None:
    add_channels(viewer, "/data/scenes.czi", ["scene 1", "scene 2"], blending="translucent_no_depth")
    assert open_names(viewer) == ["scene 1", "scene 2"]
    viewer.layers.clear()
    add_channels(viewer, "/data/a.tif", ["a"])
    add_channels(viewer, "/data/b.tif", ["b"], blending="additive")
    assert [one.picture.name for one in opened_pictures(viewer, never, wrong)] == ["a", "b"]


def test_a_stack_in_channels_is_asked_about_once(viewer: ViewerModel) -> None:
    stack = np.random.default_rng(0).integers(0, 99, (5, 20, 30)).astype(np.uint8)
    with layer_source(path="/data/stack.lif", reader_plugin="another"):
        viewer.add_layer(Image(stack, name="red"))
        viewer.add_layer(Image(stack[::-1], name="green", blending="additive"))
    asked: list[Unnamed] = []
    assert opened_pictures(viewer, asked.append, wrong) == []
    assert [one.name for one in asked] == ["stack"]
    picture = asked[0].taken("ZYX").picture
    np.testing.assert_array_equal(picture.image, np.stack([stack, stack[::-1]]))
    assert (picture.axes, picture.channel_names) == ("CZYX", ("red", "green"))


@pytest.mark.parametrize(
    ("layers", "channels"),
    [
        (["a.lif [DAPI]", "a.lif [GFP]"], ("DAPI", "GFP")),
        (["DAPI :: Image:0 :: a", "GFP :: Image:0 :: a"], ("DAPI", "GFP")),
        (["Ch1", "Ch2"], ("Ch1", "Ch2")),
        (["a", "a [1]"], ("a", "a [1]")),
        (["DAPI", "DAPI-2"], ("DAPI", "DAPI-2")),
    ],
)
def test_channels_are_called_as_their_layers_without_what_all_have_in_common(
    viewer: ViewerModel, layers: list[str], channels: tuple[str, ...]
) -> None:
    add_channels(viewer, "/data/a.lif", layers)
    (opened,) = opened_pictures(viewer, never, wrong)
    assert opened.picture.channel_names == channels
