"""All files that an open layer was made of are the person's own, whichever reader put them together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tifffile
from napari.components import ViewerModel
from napari.layers import Image, Labels
from napari.layers._source import layer_source
from napari_builtins.io import napari_get_reader

from napari_unet.core.data import Project
from napari_unet.core.data.own_files import own_files, replaced
from napari_unet.core.errors import PictureError, StorageError
from napari_unet.core.export.refusing import refuse_own
from napari_unet.widgets.layers import opened_pictures
from napari_unet.widgets.layers.files import files_of
from napari_unet.widgets.layers.opened import Unnamed
from tests.core.data.channel_files import write_channel_files

IMAGE = np.random.default_rng(0).integers(1, 999, (3, 30, 40)).astype(np.uint16)


@pytest.fixture
def viewer(qapp: object) -> ViewerModel:
    return ViewerModel()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.create(tmp_path / "cells.unet", "objects", ("cell",)) as project:
        yield project


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A folder with a file for each channel, that do not know each other."""
    folder = tmp_path / "channels"
    folder.mkdir()
    paths = [folder / f"dye {at}.tif" for at in range(len(IMAGE))]
    for path, plane in zip(paths, IMAGE, strict=True):
        tifffile.imwrite(path, plane)
    return paths


def opened_by_napari(viewer: ViewerModel, paths: list[str], kind: type[Image] | type[Labels] = Image) -> None:
    """A layer of these paths together, by napari's own reader, which is told as having come from the first."""
    read = napari_get_reader(paths)
    assert read is not None
    ((data, *_),) = read(paths)
    with layer_source(path=paths[0], reader_plugin="napari"):
        viewer.add_layer(kind(data, name=kind.__name__))


def add_open(viewer: ViewerModel, project: Project, axes: str = "CYX") -> None:
    def fail(error: PictureError) -> None:
        raise error

    def told(layer: Unnamed) -> None:
        one = layer.taken(axes)
        project.add(one.picture, one.mask, one.mask_source)

    for one in opened_pictures(viewer, told, fail):
        project.add(one.picture, one.mask, one.mask_source)


@pytest.mark.parametrize("as_folder", [False, True], ids=["files as a stack", "a folder"])
def test_no_file_of_a_stack_is_ever_replaced(
    viewer: ViewerModel, project: Project, files: list[Path], as_folder: bool
) -> None:
    opened_by_napari(viewer, [str(files[0].parent)] if as_folder else [str(path) for path in files])
    add_open(viewer, project)
    assert project.record(project.names()[0]).shape == IMAGE.shape
    for path in files:
        with pytest.raises(StorageError, match="one of your own pictures"):
            refuse_own([path], own_files(project))
    refuse_own([files[0].with_name("new.tif")], own_files(project))


def test_nor_is_one_of_a_file_that_others_belong_to(viewer: ViewerModel, project: Project, tmp_path: Path) -> None:
    paths = write_channel_files(tmp_path, IMAGE)
    opened_by_napari(viewer, [str(paths[0])])
    add_open(viewer, project)
    assert replaced(paths, own_files(project)) == paths


def test_nor_is_one_of_a_mask(viewer: ViewerModel, project: Project, files: list[Path]) -> None:
    viewer.add_layer(Image(IMAGE, name="cells"))
    opened_by_napari(viewer, [str(path) for path in files], Labels)
    add_open(viewer, project, "ZYX")
    assert replaced(files, own_files(project)) == files


def test_a_layer_that_was_opened_from_where_napari_ran(
    viewer: ViewerModel, project: Project, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files[0].parent)
    opened_by_napari(viewer, [files[0].name])
    add_open(viewer, project)
    monkeypatch.chdir("/")
    assert replaced(files, own_files(project)) == files[:1]


class Named(np.ndarray):
    """An array of another library that can be made of dask's, as xarray's: asked of these pixels, it has no graph."""

    def __dask_graph__(self) -> None:
        return None


def test_an_array_that_may_be_made_of_parts_but_is_not_has_no_files() -> None:
    assert files_of(Image(IMAGE.view(Named))) == ()
