"""From a file larger than memory to a file: the same labels, whole or not at all, and only what is needed is read."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

import napari_unet as nu
from napari_unet.core.data.atomic import FORGOTTEN
from napari_unet.core.data.lazy import LazyArray, open_lazily
from napari_unet.core.data.picture import Picture
from napari_unet.core.errors import ModelError, PictureError, SettingsError, StorageError
from napari_unet.core.large import in_windows
from napari_unet.core.large.segmenting import check_room
from napari_unet.core.large.work import Task
from napari_unet.core.preprocessing import View
from napari_unet.core.settings import PostprocessingSettings, PreprocessingSettings
from tests.core.large.scenes import SMALL, made_model
from tests.storage import untouched_since

RANDOM = np.random.default_rng(0)
TILES = {"tile": 192, "turns": 1, "device": "cpu", "block": 256, "halo": 64}
IN_ONE_GO = {"tile": 192, "turns": 1, "device": "cpu"}


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    """A picture (Y, X) uint16 of blobs of many sizes."""
    from scipy import ndimage

    noise = ndimage.gaussian_filter(RANDOM.normal(0, 1, (300, 400)), 4)
    return (10000 + 8000 * noise / np.abs(noise).max()).astype(np.uint16)


@pytest.fixture
def tiled(image: np.ndarray, tmp_path: Path) -> Path:
    tifffile.imwrite(
        tmp_path / "slide.tif", image, tile=(64, 64), bigtiff=True, resolution=(2.0, 2.0), metadata={"unit": "um"}
    )
    return tmp_path / "slide.tif"


def in_one_go(models: Any, picture: Any, **settings: Any) -> np.ndarray:
    first = models[0] if isinstance(models, list) else models
    return nu.postprocess(nu.predict(models, picture, **IN_ONE_GO), first, **settings)


def cells(model: Any, image: np.ndarray) -> dict[str, Any]:
    """A clean-up by which a model that knows nothing finds many cells."""
    return {"threshold": float(np.quantile(nu.predict(model, image, **IN_ONE_GO)[0], 0.75)), "smallest": 3}


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("kind", ["objects", "regions"])
def test_a_tiled_tiff_becomes_a_tiled_tiff(kind: str, image: np.ndarray, tiled: Path, tmp_path: Path) -> None:
    model = made_model() if kind == "objects" else made_model("regions", ("background", "a", "b"))

    settings = cells(model, image)

    count = nu.segment_large(model, tiled, tmp_path / "masks.ome.tif", **TILES, **settings)

    whole = in_one_go(model, image, **settings)
    with tifffile.TiffFile(tmp_path / "masks.ome.tif") as written:
        assert written.is_bigtiff
        assert written.is_ome
        assert written.pages[0].is_tiled
        np.testing.assert_array_equal(written.asarray(), whole)
    assert count == len(np.unique(whole[whole > 0])) > 1
    mask, picture = nu.read_picture(tmp_path / "masks.ome.tif"), nu.read_picture(tiled)
    assert (mask.pixel_size, mask.unit) == (picture.pixel_size, picture.unit)
    assert left(tmp_path) == {"slide.tif", "masks.ome.tif"}


def test_a_zarr_becomes_a_zarr_with_its_picture(image: np.ndarray, tmp_path: Path) -> None:
    zarr = pytest.importorskip("zarr")
    model, labels = made_model(), np.zeros(image.shape, np.uint8)
    nu.export(labels, tmp_path / "slide.ome.zarr", image, zarr="0.5")

    nu.segment_large(model, tmp_path / "slide.ome.zarr", tmp_path / "masks.ome.zarr", **TILES)

    written = zarr.open_group(tmp_path / "masks.ome.zarr", mode="r")
    np.testing.assert_array_equal(written["labels/labels/0"][:], in_one_go(model, image))
    np.testing.assert_array_equal(np.squeeze(written["0"][:]), image)


def test_a_large_zarr_has_levels_like_a_small_one(image: np.ndarray, tmp_path: Path) -> None:
    """Written a window at a time or all at once, a pyramid is the same."""
    zarr = pytest.importorskip("zarr")
    wide = np.tile(image, (1, 6))
    model = made_model()
    nu.segment_large(model, wide, tmp_path / "blocks.ome.zarr", **{**TILES, "tile": 512, "block": 512})
    group = zarr.open_group(tmp_path / "blocks.ome.zarr", mode="r")
    labels = group["labels/labels/0"][:]
    nu.export(labels, tmp_path / "whole.ome.zarr", wide)
    other = zarr.open_group(tmp_path / "whole.ome.zarr", mode="r")
    for part in ("0", "1", "2", "labels/labels/1", "labels/labels/2"):
        np.testing.assert_array_equal(group[part][:], other[part][:])


def test_several_models_sizes_and_a_rescaled_picture(image: np.ndarray, tiled: Path, tmp_path: Path) -> None:
    models = [made_model(preprocessing=PreprocessingSettings(pixel_size=0.4)), made_model()]
    looks = {"scales": 2}

    nu.segment_large(models, tiled, tmp_path / "masks.tif", smallest=5, threshold=0.6, **TILES, **looks)

    probability = nu.predict(models, tiled, **IN_ONE_GO, **looks)
    whole = nu.postprocess(probability, models[0], smallest=5, threshold=0.6)
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "masks.tif"), whole)


@pytest.mark.parametrize(
    ("axes", "settings"), [("CZYX", {}), ("CTYX", {"follow": 0.2}), ("CTZYX", {"join": 0.1, "follow": 0.1})]
)
def test_stacks_are_joined_and_followed(axes: str, settings: dict[str, Any], image: np.ndarray, tmp_path: Path) -> None:
    sides = {"Z": 2, "T": 2}
    moved = [np.roll(image, 3 * step, (0, 1)) for step in range(4)]
    leading = tuple(sides[axis] for axis in axes[1:-2])
    stack = np.stack(moved[: int(np.prod(leading))]).reshape(1, *leading, 300, 400)
    picture, model = Picture("stack", stack, axes=axes), made_model()

    settings = {**settings, **cells(model, image)}

    nu.segment_large(model, picture, tmp_path / "masks.ome.tif", **TILES, **settings)

    whole = nu.postprocess(nu.predict(model, picture, **IN_ONE_GO), model, axes=axes[1:], **settings)
    assert whole.max() < sum(len(np.unique(plane)) - 1 for plane in whole.reshape(-1, 300, 400))
    with tifffile.TiffFile(tmp_path / "masks.ome.tif") as written:
        assert written.series[0].axes == axes[1:]
        np.testing.assert_array_equal(written.asarray(), whole)


def test_stopped_at_any_moment_nothing_is_left(tiled: Path, tmp_path: Path) -> None:
    told: list[Any] = []
    quick = {**TILES, "split": 0.0, "smallest": 0}  # parting what a model that knows nothing finds takes seconds
    nu.segment_large(made_model(), tiled, tmp_path / "masks.tif", watch=told.append, **quick)
    (tmp_path / "masks.tif").unlink()
    stages = {report.stage for report in told[:-1]}
    assert len(stages) == 4
    for at in (
        1,
        4,
        *(next(n for n, one in enumerate(told) if getattr(one, "stage", "") == stage) for stage in stages),
    ):
        seen: list[Any] = []
        found = nu.segment_large(
            made_model(),
            tiled,
            tmp_path / "masks.tif",
            watch=seen.append,
            stop=lambda seen=seen, at=at: len(seen) > at,
            **quick,
        )
        assert found is None
        assert left(tmp_path) == {"slide.tif"}


def test_what_breaks_it_leaves_nothing(tiled: Path, tmp_path: Path) -> None:
    def fail(report: Any) -> None:
        if report.stage == "writing":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        nu.segment_large(made_model(), tiled, tmp_path / "masks.tif", watch=fail, **TILES)
    assert left(tmp_path) == {"slide.tif"}


def test_what_a_killed_program_left_beside_the_masks_goes_with_the_next(tiled: Path, tmp_path: Path) -> None:
    old, new = tmp_path / ".masks.tif.0123abcd.part", tmp_path / ".others.tif.4567cdef.part"
    for one in (old, new):
        (one / "answers").mkdir(parents=True)
    untouched_since(old, FORGOTTEN + 60)
    nu.segment_large(made_model(), tiled, tmp_path / "masks.tif", **TILES, split=0.0, smallest=0)
    assert left(tmp_path) == {"slide.tif", "masks.tif", new.name}


def test_a_file_that_is_there_is_not_replaced_unasked(tiled: Path, tmp_path: Path) -> None:
    (tmp_path / "masks.tif").write_text("mine")
    with pytest.raises(StorageError, match="is there already"):
        nu.segment_large(made_model(), tiled, tmp_path / "masks.tif", **TILES)
    assert (tmp_path / "masks.tif").read_text() == "mine"


def test_what_cannot_be_done_in_blocks_is_said_before(tiled: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"Measurements cannot be written.*tiff, ome-tiff, ome-zarr"):
        nu.segment_large(made_model(), tiled, tmp_path / "a_measurements.csv")
    cleaning = made_model(preprocessing=PreprocessingSettings(background=20.0))
    with pytest.raises(ModelError, match="cleans a picture as a whole"):
        nu.segment_large(cleaning, tiled, tmp_path / "masks.tif")
    stack = Picture("stack", RANDOM.random((1, 4, 40, 40)))
    with pytest.raises(ModelError, match="parted as a volume"):
        nu.segment_large(made_model(), stack, tmp_path / "masks.tif", volume=True)
    assert left(tmp_path) == {"slide.tif"}


def test_a_pixel_that_is_no_number_is_found_where_it_is_read(image: np.ndarray, tmp_path: Path) -> None:
    broken = image.astype(np.float32)
    broken[200, 300] = np.nan
    tifffile.imwrite(tmp_path / "slide.tif", broken, tile=(64, 64))
    with pytest.raises(PictureError, match="not numbers"):
        nu.segment_large(made_model(), tmp_path / "slide.tif", tmp_path / "masks.tif", **TILES)
    assert left(tmp_path) == {"slide.tif"}


def test_too_little_room_is_told_before_anything_is_computed(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    side = int((free / 10) ** 0.5)
    (tmp_path / "work").mkdir()
    task = Task((side, side), (), ((side, side),), 3, "objects", PostprocessingSettings(), SMALL, tmp_path / "work")
    with pytest.raises(StorageError, match=r"not enough room.*GiB are needed"):
        check_room(task)


class Endless:
    """A picture of 20,000 x 20,000 that is made up where it is looked at, and counts what is."""

    shape, dtype, chunks = (20_000, 20_000), np.dtype(np.uint16), (1024, 1024)

    def __init__(self) -> None:
        self.read = 0

    def __getitem__(self, key: tuple[slice, ...]) -> np.ndarray:
        rows, columns = (np.arange(part.start, part.stop) for part in key)
        self.read += rows.size * columns.size
        return ((rows[:, None] * 7 + columns * 13) % 1000).astype(np.uint16)


@pytest.mark.parametrize("normalisation", ["percentile", "z-score", "min-max"])
def test_levels_come_from_a_sample(normalisation: str) -> None:
    source = Endless()
    lazy = LazyArray(source, "YX", "slide")
    settings = PreprocessingSettings(normalisation=normalisation)
    shown = in_windows(Picture("slide", lazy, axes="CYX"))  # type: ignore[arg-type]

    view = View(shown.image, made_model(preprocessing=settings).card, "slide", 0.0)

    assert source.read < 0.02 * 20_000**2
    seen = view.window([slice(5000, 5200), slice(9000, 9300)])
    if normalisation == "z-score":
        assert abs(seen.mean()) < 0.1
    else:
        assert (abs(seen.min()), abs(seen.max() - 1)) < (0.05, 0.05)


def test_a_lazy_picture_is_taken_as_it_is(tiled: Path, tmp_path: Path) -> None:
    model = made_model()
    first = nu.segment_large(model, open_lazily(tiled), tmp_path / "a.tif", **TILES)
    assert first == nu.segment_large(model, tiled, tmp_path / "b.tif", **TILES)
    np.testing.assert_array_equal(tifffile.imread(tmp_path / "a.tif"), tifffile.imread(tmp_path / "b.tif"))
