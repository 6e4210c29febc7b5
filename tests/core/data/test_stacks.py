"""Stacks and time series: read with axes, spacing and unit, kept in a project, written so that Fiji has them too."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from napari_unet.core.data import Picture, Project, read_mask, read_picture
from napari_unet.core.data.read import picture_of
from napari_unet.core.errors import AxesError, MaskError, PictureError

SIDES = {"T": 3, "Z": 5, "C": 2, "Y": 12, "X": 14}
STEPS = {"T": 30.0, "Z": 2.0, "Y": 0.5, "X": 0.25}


def noise(axes: str, dtype: Any = np.uint16) -> np.ndarray:
    return (np.random.default_rng(1).random([SIDES[axis] for axis in axes]) * 250).astype(dtype)


def is_mapped(array: np.ndarray) -> bool:
    base: Any = array
    while base is not None and not isinstance(base, np.memmap):
        base = base.base
    return base is not None


def ordered(array: np.ndarray, axes: str) -> np.ndarray:
    """The array as we hold it, whatever the order of its axes."""
    own = [axis for axis in "CTZYX" if axis in axes]
    moved = array.transpose([axes.index(axis) for axis in own])
    return moved if "C" in axes else moved[np.newaxis]


IMAGEJ = {"unit": "um", "spacing": 2.0, "finterval": 30.0}


@pytest.mark.parametrize("axes", ["ZYX", "TYX", "TZYX", "ZCYX", "TZCYX", "TCYX"])
def test_an_imagej_hyperstack_keeps_axes_spacing_and_interval(tmp_path: Path, axes: str) -> None:
    image = noise(axes)
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, image, imagej=True, resolution=(4.0, 2.0), metadata={"axes": axes, **IMAGEJ})
    picture = read_picture(path)
    assert picture.axes == "".join(axis for axis in "CTZYX" if axis in f"C{axes}")
    assert np.array_equal(picture.image, ordered(image, axes))
    assert picture.pixel_size == pytest.approx([STEPS[axis] for axis in picture.axes[1:]])
    assert (picture.unit, picture.told) == ("µm", "")


@pytest.mark.parametrize(
    ("said", "sides"),
    [
        ({"tunit": "min", "finterval": 10}, (600.0, 1.0)),
        ({"tunit": "fortnight", "finterval": 10, "spacing": 3.0}, (1.0, 3.0)),
        ({"zunit": "nm", "spacing": 500}, (1.0, 0.5)),
    ],
)
def test_what_fiji_leaves_out_is_as_it_takes_it(tmp_path: Path, said: dict[str, Any], sides: tuple[float, ...]) -> None:
    """Fiji writes no spacing of 1, and tells the unit of time and depth only where they are another."""
    path = tmp_path / "a.tif"
    told = {"axes": "TZYX", "unit": "um", **said}
    tifffile.imwrite(path, noise("TZYX"), imagej=True, resolution=(4.0, 2.0), metadata=told)
    assert read_picture(path).pixel_size == pytest.approx((*sides, 0.5, 0.25))


@pytest.mark.parametrize("axes", ["ZYX", "CZYX", "TCZYX", "TYX", "ZCTYX"])
def test_an_ome_tiff_keeps_axes_spacing_and_interval(tmp_path: Path, axes: str) -> None:
    image = noise(axes)
    size = {"PhysicalSizeX": 250, "PhysicalSizeXUnit": "nm", "PhysicalSizeY": 500, "PhysicalSizeYUnit": "nm"}
    size |= {"PhysicalSizeZ": 2.0, "PhysicalSizeZUnit": "µm", "TimeIncrement": 0.5, "TimeIncrementUnit": "min"}
    path = tmp_path / "a.ome.tif"
    tifffile.imwrite(path, image, ome=True, metadata={"axes": axes, **size})
    picture = read_picture(path)
    assert np.array_equal(picture.image, ordered(image, axes))
    expected = {"T": 30.0, "Z": 2000.0, "Y": 500.0, "X": 250.0}
    assert picture.pixel_size == pytest.approx([expected[axis] for axis in picture.axes[1:]])
    assert picture.unit == "nm"


def test_a_stack_in_colour_has_its_colours_as_channels(tmp_path: Path) -> None:
    image = np.random.default_rng(0).integers(0, 255, (5, 12, 14, 3)).astype(np.uint8)
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, image, imagej=True, metadata={"axes": "ZYXS"})
    picture = read_picture(path)
    assert (picture.axes, picture.is_colour) == ("CZYX", True)
    assert np.array_equal(picture.image, np.moveaxis(image, -1, 0))


def test_axes_without_names_are_asked_for_and_kept_as_told(tmp_path: Path) -> None:
    image = noise("ZYX")
    tifffile.imwrite(tmp_path / "a.tif", image)
    np.save(tmp_path / "b.npy", image)
    for path in sorted(tmp_path.iterdir()):
        with pytest.raises(AxesError, match=r"5 planes and does not say .* --axes ZYX"):
            read_picture(path)
        picture = read_picture(path, "tyx")
        assert (picture.axes, picture.told) == ("CTYX", "TYX")
        assert np.array_equal(picture.image[0], image)
        assert is_mapped(picture.image)


def test_a_short_axis_that_is_told_is_no_channel(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", noise("TYX"))
    assert read_picture(tmp_path / "a.npy").axes == "CYX"
    assert read_picture(tmp_path / "a.npy", "ZYX").axes == "CZYX"


@pytest.mark.parametrize(("word", "said"), [("ZY", "are no axes"), ("ZZYX", "are no axes"), ("TZYX", "TZYX are 4")])
def test_axes_that_cannot_be_are_sentences(tmp_path: Path, word: str, said: str) -> None:
    np.save(tmp_path / "a.npy", noise("ZYX"))
    with pytest.raises(PictureError, match=said):
        read_picture(tmp_path / "a.npy", word)


def test_of_two_axes_without_names_none_is_taken_for_channels(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", noise("TZYX"))
    with pytest.raises(AxesError, match="3 planes and 5 planes") as caught:
        read_picture(tmp_path / "a.npy")
    assert caught.value.axes == "??YX"
    assert read_picture(tmp_path / "a.npy", "TZYX").axes == "CTZYX"


def test_positions_and_angles_are_named_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, np.zeros((6, 12, 14), np.uint16), metadata={"axes": "PYX"})
    with pytest.raises(PictureError, match="6 positions") as caught:
        read_picture(path)
    assert "Choose one plane along P" in caught.value.do


def test_a_large_stack_stays_on_the_disk_where_the_file_allows(tmp_path: Path) -> None:
    image = noise("ZYX")
    tifffile.imwrite(tmp_path / "plain.tif", image, imagej=True, metadata={"axes": "ZYX"})
    tifffile.imwrite(tmp_path / "packed.tif", image, metadata={"axes": "ZYX"}, compression="zlib")
    tifffile.imwrite(tmp_path / "other.tif", image.astype(">u2"), metadata={"axes": "ZYX"}, byteorder=">")
    pictures = {name: read_picture(tmp_path / f"{name}.tif").image for name in ("plain", "packed", "other")}
    assert {name: is_mapped(read) for name, read in pictures.items()} == {
        "plain": True,
        "packed": False,
        "other": False,
    }
    assert all(np.array_equal(read[0], image) and read.dtype.isnative for read in pictures.values())


def test_missing_planes_at_the_end_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, noise("ZYX"), imagej=True, metadata={"axes": "ZYX"})
    path.write_bytes(path.read_bytes()[:1200])
    with pytest.raises(PictureError, match="cut off"):
        read_picture(path)


@pytest.mark.parametrize("axes", ["CZYX", "CTYX", "CTZYX"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.uint32, np.float64])
def test_a_project_keeps_a_stack_and_any_program_reads_it(tmp_path: Path, axes: str, dtype: Any) -> None:
    size = tuple(STEPS[axis] for axis in axes[1:])
    stack = Picture("stack", noise(axes, dtype), size, "µm", axes=axes)
    with Project.create(tmp_path / "p.unet", "objects", ("cell",)) as project:
        name = project.add(stack, None, "")
        kept = project.picture(name)
        file = project.folder / "pictures" / name / "image.tif"
    assert (kept.axes, kept.pixel_size, kept.unit) == (axes, size, "µm")
    assert np.array_equal(kept.image, stack.image)
    assert is_mapped(kept.image)
    read = read_picture(file)
    assert (read.axes, read.unit) == (axes, "µm")
    assert read.pixel_size == pytest.approx(size)
    assert np.array_equal(read.image, stack.image)


def test_what_a_person_told_of_the_axes_is_in_the_record(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.unet", "objects", ("cell",)) as project:
        project.add(picture_of(noise("TYX"), "film", "TYX"), None, "")
    with Project.open(tmp_path / "p.unet") as project:
        record = project.record("film")
    assert (record.axes, record.told) == ("CTYX", "TYX")


def test_planes_are_complete_one_by_one_and_then_the_picture_is(tmp_path: Path) -> None:
    with Project.create(tmp_path / "p.unet", "objects", ("cell",)) as project:
        project.add(picture_of(noise("TYX"), "film", "TYX"), None, "")
        for plane, whole in ((2, False), (0, False), (1, True)):
            project.update_record("film", **project.record("film").marked([plane], complete=True))
            assert project.record("film").complete is whole
        project.update_record("film", **project.record("film").marked([1], complete=False))
    with Project.open(tmp_path / "p.unet") as project:
        record = project.record("film")
        known = project.known("film")
    assert (record.complete, record.complete_planes) == (False, (0, 2))
    assert [set(np.unique(plane)) for plane in known] == [{1}, {0}, {1}]


def test_the_mask_of_a_stack_is_read_as_its_picture_is(tmp_path: Path) -> None:
    mask = (noise("ZYX") > 120).astype(np.uint8)
    np.save(tmp_path / "bare.npy", mask)
    tifffile.imwrite(tmp_path / "named.tif", mask, imagej=True, metadata={"axes": "ZYX"})
    assert np.array_equal(read_mask(tmp_path / "bare.npy", shape=mask.shape), mask)
    assert np.array_equal(read_mask(tmp_path / "bare.npy", axes="ZYX"), mask)
    assert np.array_equal(read_mask(tmp_path / "named.tif"), mask)
    with pytest.raises(MaskError, match="5 planes"):
        read_mask(tmp_path / "bare.npy")


@pytest.mark.parametrize(("axes", "sides"), [("ZYX", (0.25, 0.5, 0.25)), ("TZYX", (1.0, 0.25, 0.5, 0.25))])
def test_a_stack_of_which_only_the_pixel_is_known_is_as_deep_as_wide(axes: str, sides: tuple[float, ...]) -> None:
    stack = Picture("stack", noise(axes)[np.newaxis], (0.5, 0.25), "µm", axes=f"C{axes}")
    assert stack.pixel_size == sides


def test_a_pixel_size_that_does_not_fit_the_axes_is_a_sentence() -> None:
    with pytest.raises(PictureError, match="pixel size"):
        Picture("flat", noise("YX")[np.newaxis], (1.0, 0.5, 0.5), "µm")
