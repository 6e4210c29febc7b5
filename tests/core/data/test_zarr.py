"""OME-Zarr is read as its folder says; what it does not say is asked, and what is wrong with it is a sentence."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numcodecs
import numpy as np
import pytest
import zarr
from zarr.codecs import BloscCodec

from napari_unet.core.data import Picture, read_mask, read_picture
from napari_unet.core.data.lazy import open_lazily
from napari_unet.core.data.listing import pictures_in
from napari_unet.core.data.pairing import pair_folder, pair_folders
from napari_unet.core.data.read import file_stem, shown_name
from napari_unet.core.errors import AxesError, MaskError, PictureError
from napari_unet.core.export import Found, write_found
from napari_unet.core.recipe.materials import load_sample, of_files, sample_of
from napari_unet.core.settings import ExportSettings
from tests.core.data.zarrs import NEW, OLD, VERSIONS, axes_of, change, noise, ome_zarr, tell

FLAT = noise((40, 50))
MICRON = {"y": "micrometer", "x": "micrometer"}


# What a folder says is believed


@pytest.mark.parametrize("version", VERSIONS)
def test_axes_sizes_units_and_channels_are_as_the_folder_says(tmp_path: Path, version: str) -> None:
    array = noise((3, 2, 4, 20, 30))
    units = {"t": "millisecond", "z": "nanometer", **MICRON}
    scale = [500.0, 1.0, 1500.0, 0.5, 0.25]
    path = ome_zarr(tmp_path / "film.ome.zarr", array, "tczyx", version)
    sizes: dict[str, Any] = {
        "axes": axes_of("tczyx", units),
        "datasets": [{"path": "0", "coordinateTransformations": [{"type": "scale", "scale": scale}]}],
    }
    omero = {"channels": [{"label": "DAPI", "color": "0000FF"}, {"label": "GFP"}]}
    tell(zarr.open_group(path, mode="r+"), sizes, version, omero=omero)
    picture = read_picture(path)
    assert (picture.name, picture.axes, picture.unit) == ("film", "CTZYX", "µm")
    assert picture.pixel_size == pytest.approx((0.5, 1.5, 0.5, 0.25))
    assert picture.channel_names == ("DAPI", "GFP")
    assert (picture.told, picture.note, picture.source) == ("", "", str(path))
    np.testing.assert_array_equal(picture.image, np.moveaxis(array, 1, 0))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("names", ["yx", "cyx", "zyx", "tyx", "tzyx", "xyc"])
def test_any_order_of_axes_is_understood(tmp_path: Path, version: str, names: str) -> None:
    array = noise([{"t": 3, "c": 2, "z": 5, "y": 20, "x": 30}[name] for name in names])
    picture = read_picture(ome_zarr(tmp_path / "a.zarr", array, names, version))
    assert picture.axes == "C" + "".join(name.upper() for name in "tzyx" if name in names)
    order = [names.index(name) for name in "ctzyx" if name in names]
    np.testing.assert_array_equal(picture.image.squeeze(), array.transpose(order))


def test_scales_of_the_picture_and_of_its_size_are_multiplied_and_lengths_are_put_into_one_unit(tmp_path: Path) -> None:
    about = {
        "axes": axes_of("zyx", {"z": "micrometer", "y": "nanometer", "x": "nanometer"}),
        "coordinateTransformations": [{"type": "scale", "scale": [2.0, 10.0, 10.0]}],
    }
    picture = read_picture(ome_zarr(tmp_path / "a.zarr", noise((3, 8, 8)), "zyx", about=about))
    assert (picture.pixel_size, picture.unit) == ((2000.0, 10.0, 10.0), "nm")


def test_without_a_unit_the_size_of_a_pixel_is_not_known(tmp_path: Path) -> None:
    about = {"coordinateTransformations": [{"type": "scale", "scale": [0.3, 0.3]}]}
    picture = read_picture(ome_zarr(tmp_path / "a.zarr", FLAT, "yx", about=about))
    assert (picture.pixel_size, picture.unit) == ((1.0, 1.0), "pixel")


def test_the_first_versions_had_one_order_of_axes(tmp_path: Path) -> None:
    path = ome_zarr(tmp_path / "a.zarr", noise((1, 2, 3, 20, 30)), "tczyx", OLD)
    change(path / ".zattrs", lambda told: told["multiscales"][0].update(axes=None, version="0.1"))
    assert read_picture(path).axes == "CZYX"
    change(path / ".zattrs", lambda told: told["multiscales"][0].update(axes=list("tczyx"), version="0.3"))
    assert read_picture(path).axes == "CZYX"


@pytest.mark.parametrize("version", VERSIONS)
def test_another_size_is_named_by_its_place(tmp_path: Path, version: str) -> None:
    path = ome_zarr(tmp_path / "a.zarr", FLAT, "yx", version, {"axes": axes_of("yx", MICRON)})
    full, half = read_picture(path), read_picture(path / "1")
    assert (full.spatial_shape, full.pixel_size) == ((40, 50), (1.0, 1.0))
    assert (half.spatial_shape, half.pixel_size, half.unit) == ((20, 25), (2.0, 2.0), "µm")
    assert (half.name, shown_name(path / "1")) == ("a_1", "a.zarr/1")


def test_sharded_arrays_and_other_ways_of_packing_are_read(tmp_path: Path) -> None:
    array = noise((64, 64))
    sharded = ome_zarr(tmp_path / "a.zarr", array, "yx", chunks=(8, 8), shards=(32, 32))
    plain = ome_zarr(tmp_path / "b.zarr", array, "yx", OLD, compressors=None)
    for path in (sharded, plain):
        picture = read_picture(path)
        assert picture.note == ""
        np.testing.assert_array_equal(picture.image[0], array)


# Ours comes back


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("axes", ["CYX", "CZYX", "CTZYX"])
def test_what_we_export_comes_back_as_it_was(tmp_path: Path, version: str, axes: str) -> None:
    image = noise([{"C": 2, "T": 3, "Z": 4, "Y": 30, "X": 40}[axis] for axis in axes])
    sides = {"T": 30.0, "Z": 2.0, "Y": 0.5, "X": 0.25}
    names = ("DAPI", "GFP")
    picture = Picture("cells", image, tuple(sides[axis] for axis in axes[1:]), "µm", names, axes=axes)
    labels = (noise(image.shape[1:], np.uint32) % 7).astype(np.uint16)
    write_found(Found(picture, labels), "cells", tmp_path, ExportSettings(formats="ome-zarr", zarr=version))
    path = tmp_path / "cells.ome.zarr"
    back = read_picture(path)
    assert (back.name, back.axes, back.unit, back.channel_names) == ("cells", axes, "µm", names)
    assert back.pixel_size == picture.pixel_size
    np.testing.assert_array_equal(back.image, image)
    for mask in (read_mask(path), read_mask(path / "labels" / "labels", labels.shape)):
        np.testing.assert_array_equal(mask, labels)


def test_colours_stay_colours_and_a_mask_without_objects_is_one(tmp_path: Path) -> None:
    picture = Picture("he", noise((3, 30, 40), np.uint8), channel_names=("red", "green", "blue"))
    write_found(Found(picture, np.zeros((30, 40), np.uint16)), "he", tmp_path, ExportSettings(formats="ome-zarr"))
    assert read_picture(tmp_path / "he.ome.zarr").is_colour
    mask = read_mask(tmp_path / "he.ome.zarr")
    assert (mask.shape, mask.any()) == ((30, 40), False)


def test_a_picture_brings_its_only_mask_along_and_of_several_one_must_be_named(tmp_path: Path) -> None:
    settings = ExportSettings(formats="ome-zarr")
    write_found(Found(Picture("a", FLAT[None]), FLAT % 3), "a", tmp_path, settings)
    (pair,) = pair_folder(tmp_path)
    assert pair.picture == tmp_path / "a.ome.zarr"
    assert (pair.mask, pair.reason) == (pair.picture / "labels" / "labels", "labels in the same Zarr")
    assert [one.mask for one in pair_folder(pair.picture)] == [pair.mask]
    shutil.copytree(pair.mask, pair.picture / "labels" / "other")
    change(pair.picture / "labels" / ".zattrs", lambda told: told["labels"].append("other"))
    (pair,) = pair_folder(tmp_path)
    assert (pair.mask, pair.reason) == (None, "holds several masks (labels, other)")
    with pytest.raises(MaskError, match=r"a\.ome\.zarr holds 2 masks: labels, other\. .* Name it, for example"):
        read_mask(pair.picture)
    np.testing.assert_array_equal(read_mask(pair.picture / "labels" / "other"), FLAT % 3)


def test_masks_may_be_zarr_folders_of_their_own(tmp_path: Path) -> None:
    ome_zarr(tmp_path / "images" / "a.ome.zarr", FLAT, "yx")
    ome_zarr(tmp_path / "masks" / "a.zarr", (FLAT % 4).astype(np.uint8), "yx", OLD)
    (pair,) = pair_folders(tmp_path / "images", tmp_path / "masks")
    assert pair.mask == tmp_path / "masks" / "a.zarr"
    np.testing.assert_array_equal(read_mask(pair.mask, (40, 50)), FLAT % 4)
    with pytest.raises(MaskError, match="is a picture of 2 channels, not a mask"):
        read_mask(ome_zarr(tmp_path / "two.zarr", noise((2, 8, 8)), "cyx"))


# Folders of several


def plate(path: Path) -> Path:
    """Two wells, the first with two fields."""
    root = zarr.create_group(path, zarr_format=2)
    root.attrs["plate"] = {"wells": [{"path": "A/1"}, {"path": "B/12"}]}
    for well, fields in (("A/1", 2), ("B/12", 1)):
        group = root.create_group(well)
        group.attrs["well"] = {"images": [{"path": str(number)} for number in range(fields)]}
        for number in range(fields):
            ome_zarr(path / well / str(number), FLAT + number, "yx", OLD)
    return path


def test_a_plate_is_a_folder_of_its_fields(tmp_path: Path) -> None:
    path = plate(tmp_path / "p.zarr")
    fields = [path / "A/1/0", path / "A/1/1", path / "B/12/0"]
    assert pictures_in(tmp_path) == pictures_in(path) == fields
    assert [pair.picture for pair in pair_folder(tmp_path)] == fields
    assert [file_stem(field) for field in fields] == ["p_A_1_0", "p_A_1_1", "p_B_12_0"]
    assert read_picture(fields[1]).image[0, 0, 0] == FLAT[0, 0] + 1
    with pytest.raises(PictureError, match=r"p\.zarr holds 3 pictures: A/1/0, A/1/1, B/12/0\. .*p\.zarr/A/1/0\."):
        read_picture(path)


def test_the_series_of_a_converted_file_are_its_pictures(tmp_path: Path) -> None:
    root = zarr.create_group(tmp_path / "c.zarr", zarr_format=2)
    root.attrs["bioformats2raw.layout"] = 3
    ome_zarr(tmp_path / "c.zarr" / "0", FLAT, "yx", OLD)
    np.testing.assert_array_equal(read_picture(tmp_path / "c.zarr").image[0], FLAT)
    ome_zarr(tmp_path / "c.zarr" / "1", FLAT, "yx", OLD)
    assert pictures_in(tmp_path) == [tmp_path / "c.zarr" / "0", tmp_path / "c.zarr" / "1"]
    with pytest.raises(PictureError, match="holds 2 pictures: 0, 1"):
        read_picture(tmp_path / "c.zarr")


def test_a_file_goes_before_the_zarr_of_its_name(tmp_path: Path) -> None:
    """`--as tiff,ome-zarr` writes both into one folder."""
    ome_zarr(tmp_path / "a.ome.zarr", FLAT, "yx")
    ome_zarr(tmp_path / "b.ome.zarr", FLAT, "yx")
    (tmp_path / "A.tif").touch()
    assert [path.name for path in pictures_in(tmp_path)] == ["A.tif", "b.ome.zarr"]


# What nothing says is asked


def test_an_array_by_itself_is_read_with_the_names_of_its_axes(tmp_path: Path) -> None:
    array = zarr.create_array(tmp_path / "a.zarr", data=noise((5, 20, 30)), dimension_names=["z", "y", "x"])
    assert read_picture(tmp_path / "a.zarr").axes == "CZYX"
    assert array.shape == (5, 20, 30)


@pytest.mark.parametrize("count", [3, 5])
def test_an_array_without_names_is_asked_about_however_short(tmp_path: Path, count: int) -> None:
    zarr.create_array(tmp_path / "a.zarr", data=noise((count, 20, 30)), zarr_format=2)
    with pytest.raises(AxesError, match=rf"a\.zarr has {count} planes and does not say what they are"):
        read_picture(tmp_path / "a.zarr")
    picture = read_picture(tmp_path / "a.zarr", "TYX")
    assert (picture.axes, picture.told) == ("CTYX", "TYX")


@pytest.mark.parametrize("count", [3, 7])
def test_an_axis_with_a_foreign_name_is_asked_about_however_short(tmp_path: Path, count: int) -> None:
    axes = [{"name": "angle"}, *axes_of("yx", {})]
    path = ome_zarr(tmp_path / "a.zarr", noise((count, 20, 30)), "zyx", about={"axes": axes})
    with pytest.raises(AxesError) as caught:
        read_picture(path)
    assert (caught.value.axes, caught.value.shape) == ("?YX", (count, 20, 30))
    assert read_picture(path, "CYX").channels == count


def test_axes_that_a_version_of_names_leaves_out_are_asked_about(tmp_path: Path) -> None:
    path = ome_zarr(tmp_path / "a.zarr", noise((2, 5, 20, 30)), "czyx", OLD)
    change(path / ".zattrs", lambda told: told["multiscales"][0].pop("axes"))
    with pytest.raises(AxesError) as caught:
        read_picture(path)
    assert caught.value.axes == "??YX"


# What is wrong is a sentence


def sizes(told: dict[str, Any]) -> dict[str, Any]:
    return told["attributes"]["ome"]["multiscales"][0]


SPOILT: dict[str, tuple[str, Callable[[dict[str, Any]], object], str]] = {
    "no multiscales": ("zarr.json", lambda told: told.update(attributes={}), "is a Zarr group but no picture"),
    "multiscales of another kind": (
        "zarr.json", lambda told: told["attributes"]["ome"].update(multiscales=7), "multiscales are no list",
    ),
    "no node": ("zarr.json", lambda told: told.pop("node_type"), "array or a group"),
    "no datasets": ("zarr.json", lambda told: sizes(told).update(datasets=[]), "name no datasets"),
    "a place outside": (
        "zarr.json", lambda told: sizes(told)["datasets"][0].update(path="../../other"), "no place inside it",
    ),
    "a place that is none": ("zarr.json", lambda told: sizes(told)["datasets"][0].update(path=["0"]), "no place in"),
    "too few axes": ("zarr.json", lambda told: sizes(told).update(axes=axes_of("x", {})), "not those of an array"),
    "an axis twice": ("zarr.json", lambda told: sizes(told).update(axes=axes_of("xx", {})), "names an axis twice"),
    "no height": ("zarr.json", lambda told: sizes(told).update(axes=axes_of("zx", {})), "a height and a width"),
    "shape of words": ("0/zarr.json", lambda told: told.update(shape=["a", "b"]), "is none of a picture"),
    "shape without end": ("0/zarr.json", lambda told: told.update(shape=[10**9, 10**9]), "says that it holds"),
    "no pieces": ("0/zarr.json", lambda told: told.update(chunk_grid={"name": "odd"}), "what sides its pieces have"),
    "pieces of nothing": (
        "0/zarr.json", lambda told: told["chunk_grid"]["configuration"].update(chunk_shape=[0, 0]), "what sides",
    ),
    "pieces without end": (
        "0/zarr.json", lambda told: told["chunk_grid"]["configuration"].update(chunk_shape=[10**6] * 2), "says that it",
    ),
    "values of another kind": ("0/zarr.json", lambda told: told.update(data_type="string"), "of the type string"),
    "unknown packing": ("0/zarr.json", lambda told: told.update(codecs=[{"name": "odd"}]), "do not unpack \\(odd\\)"),
    "packing in packing": (
        "0/zarr.json",
        lambda told: told["codecs"].append(
            {"name": "sharding_indexed", "configuration": {"codecs": [{"name": "numcodecs.pickle"}]}}
        ),
        "do not unpack",
    ),
    "no fill value": ("0/zarr.json", lambda told: told.pop("fill_value"), "cannot be read as Zarr"),
}  # fmt: skip


@pytest.mark.parametrize("kind", SPOILT)
def test_a_folder_that_says_something_odd_is_refused_with_a_sentence(tmp_path: Path, kind: str) -> None:
    file, how, sentence = SPOILT[kind]
    path = ome_zarr(tmp_path / "a.zarr", FLAT, "yx")
    change(path / file, how)
    with pytest.raises(PictureError, match=sentence) as caught:
        read_picture(path)
    assert "a.zarr" in caught.value.what


@pytest.mark.parametrize("text", ["", "{", "[1]", "{" * 100_000, '{"a":' * 60 + "1" + "}" * 60, "\ufffe"])
@pytest.mark.parametrize("file", ["zarr.json", "0/zarr.json"])
def test_metadata_that_are_none_are_a_sentence(tmp_path: Path, text: str, file: str) -> None:
    path = ome_zarr(tmp_path / "a.zarr", FLAT, "yx")
    (path / file).write_text(text, encoding="utf-8")
    with pytest.raises(PictureError, match=r"a\.zarr(/0)? cannot be read as Zarr: zarr\.json"):
        read_picture(path)


@pytest.mark.parametrize(
    ("version", "gone", "sentence"),
    [
        (OLD, ".zattrs", "is a Zarr group but no picture"),
        (OLD, "0/.zarray", r"a\.zarr(/0)? cannot be read as Zarr"),
        (NEW, "zarr.json", "a.zarr cannot be read as Zarr: it has neither"),
        (NEW, "0/zarr.json", "a.zarr/0 cannot be read as Zarr: it has neither"),
    ],
)
def test_metadata_that_are_missing_are_a_sentence(tmp_path: Path, version: str, gone: str, sentence: str) -> None:
    path = ome_zarr(tmp_path / "a.zarr", FLAT, "yx", version)
    (path / gone).unlink()
    with pytest.raises(PictureError, match=sentence):
        read_picture(path)


def test_a_group_of_something_else_names_what_is_in_it(tmp_path: Path) -> None:
    zarr.create_group(tmp_path / "a.zarr").create_group("tables")
    with pytest.raises(PictureError, match=r"is a Zarr group but no picture: .* In it are tables\."):
        read_picture(tmp_path / "a.zarr")
    (tmp_path / "b.zarr").write_bytes(b"PK")
    with pytest.raises(PictureError, match=r"b\.zarr is a file\. A Zarr is a folder"):
        read_picture(tmp_path / "b.zarr")


def test_a_damaged_piece_is_a_sentence(tmp_path: Path) -> None:
    path = ome_zarr(tmp_path / "a.zarr", FLAT, "yx")
    (path / "0" / "c" / "0" / "0").write_bytes(b"rubbish")
    with pytest.raises(PictureError, match=r"a\.zarr/0 cannot be read as Zarr: a piece of it is damaged"):
        read_picture(path)


@pytest.mark.parametrize("version", VERSIONS)
def test_missing_pieces_are_what_the_format_says_and_it_is_told(tmp_path: Path, version: str) -> None:
    path = ome_zarr(tmp_path / "a.zarr", FLAT, "yx", version, fill_value=0)
    (path / "0" / ("0.0" if version == OLD else "c/0/0")).unlink()
    picture = read_picture(path)
    assert not picture.image[0, :16, :16].any()
    np.testing.assert_array_equal(picture.image[0, 16:], FLAT[16:])
    assert picture.note.startswith("Of the 12 pieces of a.zarr 1 are not there. They are read as 0")


def test_missing_pieces_of_which_nothing_is_known_and_a_picture_without_any_are_refused(tmp_path: Path) -> None:
    path = ome_zarr(tmp_path / "a.zarr", FLAT, "yx", OLD)
    change(path / "0" / ".zarray", lambda told: told.update(fill_value=None))
    assert read_picture(path).note == ""
    (path / "0" / "0.0").unlink()
    with pytest.raises(PictureError, match="1 of its 12 pieces are missing, and it does not say what is there"):
        read_picture(path)
    for file in (path / "0").glob("[0-9]*"):
        file.unlink()
    with pytest.raises(PictureError, match=r"a\.zarr has no pixels: of its 12 pieces none is there"):
        read_picture(path)


def test_what_would_run_a_program_is_not_unpacked(tmp_path: Path) -> None:
    path = ome_zarr(tmp_path / "a.zarr", FLAT, "yx", OLD)
    change(path / "0" / ".zarray", lambda told: told.update(filters=[{"id": "pickle"}]))
    with pytest.raises(PictureError, match=r"packed in a way that we do not unpack \(pickle\)"):
        read_picture(path)


def test_without_the_package_it_is_said_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = ome_zarr(tmp_path / "a.zarr", FLAT, "yx")
    monkeypatch.setitem(sys.modules, "zarr", None)
    with pytest.raises(PictureError, match=r'zarr is not installed\. .* pip install "napari-unet-loop\[zarr\]"'):
        read_picture(path)


def test_values_that_are_no_numbers_are_refused_as_in_any_picture(tmp_path: Path) -> None:
    array = np.ones((20, 30), np.float32)
    array[3, 4] = np.nan
    with pytest.raises(PictureError, match="1 of 600 values that are no numbers"):
        read_picture(ome_zarr(tmp_path / "a.zarr", array, "yx"))


def test_a_recipe_finds_its_zarrs_again(tmp_path: Path) -> None:
    picture = ome_zarr(tmp_path / "images" / "a.zarr", FLAT, "yx")
    mask = ome_zarr(tmp_path / "masks" / "a.zarr", (FLAT % 4).astype(np.uint8), "yx")
    sample = sample_of(read_picture(picture), read_mask(mask), "objects", ("cell",))
    (material,) = of_files([sample], [(picture, mask)], tmp_path / "model")
    assert material.picture == "../images/a.zarr"
    (tmp_path / "model").mkdir()
    again = load_sample(material, tmp_path / "model", "objects", ("cell",))
    np.testing.assert_array_equal(again.annotation, sample.annotation)


@pytest.mark.parametrize("kind", ["old", "new", "sharded"])
def test_a_piece_that_says_it_is_longer_than_it_is_does_not_end_the_program(tmp_path: Path, kind: str) -> None:
    """Blosc itself reads on behind the end of such a piece."""
    array = noise((64, 64))
    more = {"shards": (32, 32), "chunks": (16, 16)} if kind == "sharded" else {"chunks": (32, 32)}
    packed = numcodecs.Blosc() if kind == "old" else BloscCodec(typesize=2, cname="lz4", shuffle="shuffle")
    path = ome_zarr(tmp_path / "a.zarr", array, "yx", OLD if kind == "old" else NEW, compressors=[packed], **more)
    np.testing.assert_array_equal(read_picture(path).image[0], array)
    file = path / "0" / ("1.0" if kind == "old" else "c/1/0")
    data = bytearray(file.read_bytes())
    data[12:16] = (2**31 - 1).to_bytes(4, "little")
    file.write_bytes(data)
    with pytest.raises(PictureError, match="it says that it is longer than it is"):
        read_picture(path)
    np.testing.assert_array_equal(open_lazily(path).image[0, :32], array[:32])
    file.write_bytes(data[:7])
    with pytest.raises(PictureError, match="a piece of it is damaged"):
        read_picture(path)
