"""Pictures and masks from real files, and a sentence for every file that is none."""

import logging
import os
import threading
import zlib
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from napari_unet.core.data import from_mask, read_mask, read_picture, to_mask
from napari_unet.core.data.lazy import open_lazily
from napari_unet.core.data.read import mask_numbers
from napari_unet.core.data.read_tiff import reading
from napari_unet.core.errors import AxesError, MaskError, PictureError

GREY = np.random.default_rng(1).integers(0, 4000, (40, 50)).astype(np.uint16)
COLOURS = np.random.default_rng(2).integers(0, 255, (40, 50, 3)).astype(np.uint8)
CHANNELS = np.stack([GREY, GREY + 1])


def tiff(folder: Path, array: np.ndarray, **details: Any) -> Path:
    path = folder / "cells.tif"
    tifffile.imwrite(path, array, **details)
    return path


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16, np.uint32, np.float32, np.float64])
def test_a_plain_tiff_keeps_its_values(tmp_path: Path, dtype: type) -> None:
    picture = read_picture(tiff(tmp_path, GREY.astype(dtype)))
    assert picture.name == "cells"
    assert picture.image.dtype == dtype
    assert np.array_equal(picture.image, GREY.astype(dtype)[np.newaxis])
    assert (picture.pixel_size, picture.unit) == ((1.0, 1.0), "pixel")


@pytest.mark.parametrize("predictor", [True, False])
def test_compressed_tiffs_need_nothing_more(tmp_path: Path, predictor: bool) -> None:
    path = tiff(tmp_path, GREY, compression="zlib", predictor=predictor)
    assert np.array_equal(read_picture(path).image[0], GREY)


@pytest.mark.parametrize("compression", ["tiff_lzw", "packbits", "tiff_adobe_deflate"])
@pytest.mark.parametrize("image", [GREY, COLOURS, COLOURS[..., 0]], ids=["16 bits", "colour", "8 bits"])
def test_what_other_programs_compress_can_be_read(tmp_path: Path, compression: str, image: np.ndarray) -> None:
    Image.fromarray(image).save(tmp_path / "a.tif", compression=compression)
    picture = read_picture(tmp_path / "a.tif")
    assert np.array_equal(picture.image, image[np.newaxis] if image.ndim == 2 else np.moveaxis(image, -1, 0))
    assert picture.image.dtype == image.dtype


def test_an_imagej_hyperstack_keeps_size_unit_and_channel_names(tmp_path: Path) -> None:
    metadata = {"axes": "CYX", "unit": "um", "Labels": ["DAPI", "GFP"]}
    picture = read_picture(tiff(tmp_path, CHANNELS, imagej=True, resolution=(4.0, 2.0), metadata=metadata))
    assert picture.pixel_size == pytest.approx((0.5, 0.25))
    assert picture.unit == "µm"
    assert picture.channel_names == ("DAPI", "GFP")
    assert np.array_equal(picture.image, CHANNELS)


@pytest.mark.parametrize(("written", "unit"), [("micron", "µm"), ("\\u00B5m", "µm"), ("nm", "nm"), ("pixel", "pixel")])
def test_imagej_spells_units_in_many_ways(tmp_path: Path, written: str, unit: str) -> None:
    metadata = {"axes": "YX", "unit": written}
    assert read_picture(tiff(tmp_path, GREY, imagej=True, resolution=(4.0, 4.0), metadata=metadata)).unit == unit


@pytest.mark.parametrize("suffix", [".ome.tif", ".tif"])
def test_an_ome_tiff_keeps_size_unit_and_channel_names(tmp_path: Path, suffix: str) -> None:
    metadata = {
        "axes": "CYX",
        "PhysicalSizeX": 250.0,
        "PhysicalSizeXUnit": "nm",
        "PhysicalSizeY": 0.5,
        "PhysicalSizeYUnit": "µm",
        "Channel": {"Name": ["DAPI", "GFP"]},
    }
    path = tmp_path / f"cells{suffix}"
    tifffile.imwrite(path, CHANNELS, ome=True, metadata=metadata)
    picture = read_picture(path)
    assert picture.name == "cells"
    assert picture.pixel_size == pytest.approx((500.0, 250.0))
    assert picture.unit == "nm"
    assert picture.channel_names == ("DAPI", "GFP")


@pytest.mark.parametrize(
    ("told", "damaged"),
    [(b"</Pixels></Image></OME>", b""), (b"<Pixels ", b"<Pixels<"), (b"SizeX=", b"SizeX\x00")],
    ids=["cut off", "damaged", "garbled"],
)
@pytest.mark.parametrize("read", [read_picture, open_lazily])
def test_what_an_ome_tiff_says_of_itself_may_be_damaged_and_that_is_told(
    tmp_path: Path, read: Any, told: bytes, damaged: bytes
) -> None:
    path = tmp_path / "cells.ome.tif"
    tifffile.imwrite(path, GREY, ome=True, metadata={"axes": "YX", "PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5})
    data = path.read_bytes()
    assert told in data
    path.write_bytes(data.replace(told, damaged.ljust(len(told))))
    picture = read(path)
    assert np.array_equal(np.asarray(picture.image)[0], GREY)
    assert (picture.pixel_size, picture.unit) == ((1.0, 1.0), "pixel")
    assert picture.note.startswith("What cells.ome.tif says of itself (OME-XML) is cut off or damaged: its pixel size")


def test_channels_may_stand_anywhere(tmp_path: Path) -> None:
    written = np.moveaxis(CHANNELS, 0, 1)[np.newaxis]
    path = tmp_path / "cells.ome.tif"
    tifffile.imwrite(path, np.moveaxis(written, 2, 1), ome=True, metadata={"axes": "TCYX"})
    assert np.array_equal(read_picture(path).image, CHANNELS)


@pytest.mark.parametrize(
    ("resolution", "unit", "size"),
    [
        ((20000.0, 20000.0), "CENTIMETER", 0.5),
        ((50800.0, 50800.0), "INCH", 0.5),
        ((72.0, 72.0), "INCH", None),
        ((300.0, 300.0), "INCH", None),
        ((118.0, 118.0), "CENTIMETER", None),
        ((1.0, 1.0), "NONE", None),
    ],
)
def test_plain_tags_are_believed_when_a_microscope_could_have_made_them(
    tmp_path: Path, resolution: tuple[float, float], unit: str, size: float | None
) -> None:
    picture = read_picture(tiff(tmp_path, GREY, resolution=resolution, resolutionunit=unit))
    if size is None:
        assert (picture.pixel_size, picture.unit) == ((1.0, 1.0), "pixel")
    else:
        assert picture.pixel_size == pytest.approx((size, size))
        assert picture.unit == "µm"


def test_colours_are_recognised_and_alpha_is_dropped(tmp_path: Path) -> None:
    alpha = np.full((40, 50, 1), 200, np.uint8)
    with_alpha = np.concatenate([COLOURS, alpha], axis=-1)
    Image.fromarray(COLOURS).save(tmp_path / "a.png")
    Image.fromarray(with_alpha).save(tmp_path / "b.png")
    tifffile.imwrite(tmp_path / "c.tif", COLOURS, photometric="rgb")
    tifffile.imwrite(tmp_path / "d.tif", with_alpha, photometric="rgb", extrasamples=["unassalpha"])
    np.save(tmp_path / "e.npy", COLOURS)
    for path in sorted(tmp_path.iterdir()):
        picture = read_picture(path)
        assert picture.channel_names == ("red", "green", "blue"), path.name
        assert picture.is_colour
        assert np.array_equal(picture.image, np.moveaxis(COLOURS, -1, 0)), path.name


def pyramid(path: Path, kind: str) -> np.ndarray:
    """Write a picture in several sizes, as converters, scanners and plain programs do; the full one is returned."""
    full = np.random.default_rng(4).integers(0, 255, (96, 128, 3)).astype(np.uint8)
    tiles: dict[str, Any] = {"tile": (32, 32), "photometric": "rgb", "compression": "zlib"}
    with tifffile.TiffWriter(path, bigtiff=True, ome=kind == "OME") as file:
        if kind == "OME":
            file.write(full, subifds=2, metadata={"axes": "YXS", "PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5}, **tiles)
        else:
            words = "Aperio Image Library v11.2.1\r\n96x128|AppMag = 20|MPP = 0.5" if kind == "scanner" else None
            file.write(full, metadata=None, description=words, **tiles)
            file.write(full[::9, ::9], metadata=None, photometric="rgb")  # to look at in a folder
        for step in (2, 4):
            about: dict[str, Any] = {} if kind == "OME" else {"metadata": None}
            file.write(full[::step, ::step], subfiletype=1 if kind == "OME" else 0, **about, **tiles)
    return full


@pytest.mark.parametrize("read", [read_picture, open_lazily])
@pytest.mark.parametrize("kind", ["OME", "scanner", "plain"])
def test_of_a_pyramid_the_full_size_is_read(tmp_path: Path, kind: str, read: Any) -> None:
    full = pyramid(tmp_path / "slide.tif", kind)
    picture = read(tmp_path / "slide.tif")
    assert picture.channel_names == ("red", "green", "blue")
    assert np.array_equal(np.asarray(picture.image), np.moveaxis(full, -1, 0))
    assert kind != "OME" or (picture.pixel_size, picture.unit) == ((0.5, 0.5), "µm")


def test_a_jpg_is_a_colour_picture(tmp_path: Path) -> None:
    Image.fromarray(COLOURS).save(tmp_path / "a.JPG", quality=95)
    picture = read_picture(tmp_path / "a.JPG")
    assert picture.is_colour
    assert picture.image.shape == (3, 40, 50)


def test_png_keeps_sixteen_bits(tmp_path: Path) -> None:
    Image.fromarray(GREY).save(tmp_path / "a.png")
    assert np.array_equal(read_picture(tmp_path / "a.png").image[0], GREY)
    assert read_mask(tmp_path / "a.png").dtype == np.uint16


def test_grey_with_alpha_is_grey(tmp_path: Path) -> None:
    Image.merge("LA", [Image.fromarray(COLOURS[..., 0]), Image.new("L", (50, 40), 9)]).save(tmp_path / "a.png")
    assert np.array_equal(read_picture(tmp_path / "a.png").image, COLOURS[np.newaxis, ..., 0])


def test_arrays_may_have_a_short_axis_of_channels(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", CHANNELS)
    assert np.array_equal(read_picture(tmp_path / "a.npy").image, CHANNELS)
    assert np.array_equal(read_picture(tiff(tmp_path, CHANNELS)).image, CHANNELS)


def test_bytes_come_in_the_order_of_this_machine(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", GREY.astype(">u2"))
    tifffile.imwrite(tmp_path / "b.tif", GREY.astype(">u2"), byteorder=">")
    for path in tmp_path.iterdir():
        image = read_picture(path).image
        assert image.dtype.isnative, path.name
        assert np.array_equal(image[0], GREY)


def test_several_pictures_in_one_file_are_refused(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.ome.tif", ome=True) as file:
        file.write(GREY, metadata={"axes": "YX"})
        file.write(GREY + 1, metadata={"axes": "YX"})
    with pytest.raises(PictureError, match="holds 2 pictures of the same size"):
        read_picture(tmp_path / "a.ome.tif")


def test_an_array_of_objects_is_never_unpickled(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([print, 1], dtype=object), allow_pickle=True)
    with pytest.raises(PictureError, match="not a NumPy array of numbers"):
        read_picture(tmp_path / "a.npy")


def test_black_and_white_becomes_numbers(tmp_path: Path) -> None:
    Image.fromarray(GREY > 2000).save(tmp_path / "a.png")
    assert np.array_equal(read_picture(tmp_path / "a.png").image[0], (GREY > 2000).astype(np.uint8))
    assert np.array_equal(read_mask(tmp_path / "a.png"), GREY > 2000)


def test_many_planes_without_a_name_are_not_taken_for_channels(tmp_path: Path) -> None:
    with pytest.raises(
        AxesError, match=r"has 9 planes and does not say what they are \(axes \? 9, Y 40, X 50\)"
    ) as caught:
        read_picture(tiff(tmp_path, np.zeros((9, 40, 50), np.uint16)))
    assert (caught.value.shape, caught.value.axes) == ((9, 40, 50), "?YX")


def test_axes_of_length_one_do_not_matter(tmp_path: Path) -> None:
    path = tiff(tmp_path, GREY[np.newaxis, np.newaxis, np.newaxis], imagej=True, metadata={"axes": "TZCYX"})
    assert np.array_equal(read_picture(path).image[0], GREY)


def broken_files(folder: Path) -> list[Path]:
    """Files that are no pictures, or no longer."""
    noise = np.random.default_rng(0).integers(0, 60000, (300, 300)).astype(np.uint16)
    files = {"empty.tif": b"", "text.tif": b"hello, I am a text", "text.png": b"hello", "head.npy": b"\x93NUMPY\x01"}
    for name, details in {"plain": {}, "zlib": {"compression": "zlib"}, "tiled": {"tile": (64, 64)}}.items():
        tifffile.imwrite(folder / "whole.tif", noise, **details)
        data = (folder / "whole.tif").read_bytes()
        files |= {f"{name}{part}.tif": data[: len(data) * part // 100] for part in (1, 30, 60, 99)}
    tifffile.imwrite(folder / "whole.tif", noise, imagej=True)
    files["imagej.tif"] = (folder / "whole.tif").read_bytes()[:100_000]
    Image.fromarray(noise).save(folder / "whole.png")
    files["cut.png"] = (folder / "whole.png").read_bytes()[:50_000]
    Image.fromarray(COLOURS).save(folder / "whole.jpg")
    files["cut.jpg"] = (folder / "whole.jpg").read_bytes()[:900]
    np.save(folder / "whole.npy", noise)
    files["cut.npy"] = (folder / "whole.npy").read_bytes()[:50_000]
    head = bytearray((folder / "whole.npy").read_bytes())
    head[11] = ord("(")
    files["odd.npy"] = bytes(head)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def test_files_that_are_cut_off_or_no_pictures_are_sentences(tmp_path: Path) -> None:
    for path in broken_files(tmp_path):
        with pytest.raises(PictureError, match=path.name):
            read_picture(path)
        with pytest.raises(MaskError, match=path.name):
            read_mask(path)


@pytest.mark.parametrize("part", [40, 60, 99])
@pytest.mark.parametrize("kind", ["imagej", "ome", "bare"])
def test_missing_channels_at_the_end_are_noticed(tmp_path: Path, kind: str, part: int) -> None:
    """What is left of such a file is a whole picture with fewer channels."""
    noise = np.random.default_rng(0).integers(0, 60000, (3, 100, 100)).astype(np.uint16)
    details = {"photometric": "minisblack"} | ({} if kind == "bare" else {kind: True})
    metadata = None if kind == "bare" else {"axes": "CYX"}
    path = tiff(tmp_path, noise, metadata=metadata, **details)
    path.write_bytes(path.read_bytes()[: noise.nbytes * part // 100])
    with pytest.raises(PictureError, match="cut off"):
        read_picture(path)


def test_a_damaged_compressed_tiff_is_a_sentence(tmp_path: Path) -> None:
    path = tiff(tmp_path, GREY, compression="zlib")
    data = bytearray(path.read_bytes())
    start = data.find(zlib.compress(GREY.tobytes(), 6)[:2])
    data[start + 200 : start + 260] = bytes(60)
    path.write_bytes(data)
    with pytest.raises(PictureError, match="cut off"):
        read_picture(path)


def test_a_missing_file_and_an_unknown_kind_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="There is no file"):
        read_picture(tmp_path / "nothing.tif")
    (tmp_path / "a.xyz").write_bytes(b"x")
    with pytest.raises(PictureError, match=r"a\.xyz is of a kind we do not read .* Pictures are \.tif"):
        read_picture(tmp_path / "a.xyz")


def test_compression_we_lack_says_what_to_install(tmp_path: Path) -> None:
    if _has_imagecodecs():
        pytest.skip("imagecodecs is installed here")
    path = tiff(tmp_path, GREY)
    with tifffile.TiffFile(path, mode="r+") as file:
        file.pages[0].tags["Compression"].overwrite(5)  # LZW
    with pytest.raises(PictureError, match="pip install imagecodecs"):
        read_picture(path)


def _has_imagecodecs() -> bool:
    try:
        import imagecodecs  # noqa: F401
    except ImportError:
        return False
    return True


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_values_that_are_no_numbers_are_counted(tmp_path: Path, value: float) -> None:
    image = GREY.astype(np.float32)
    image[3, 3:5] = value
    with pytest.raises(PictureError, match="2 of 2000 values that are no numbers"):
        read_picture(tiff(tmp_path, image))


def test_a_constant_picture_can_be_read(tmp_path: Path) -> None:
    assert read_picture(tiff(tmp_path, np.full((8, 9), 7, np.uint8))).image.max() == 7


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32, np.int16, np.int32, np.float32, np.float64])
def test_masks_of_whole_numbers_are_unsigned_numbers(tmp_path: Path, dtype: type) -> None:
    mask = np.arange(200).reshape(10, 20)
    read = read_mask(tiff(tmp_path, mask.astype(dtype)))
    assert read.dtype == np.uint8
    assert np.array_equal(read, mask)


@pytest.mark.parametrize(("top", "dtype"), [(255, np.uint8), (256, np.uint16), (70_000, np.uint32)])
def test_a_mask_is_as_wide_as_its_numbers(tmp_path: Path, top: int, dtype: type) -> None:
    np.save(tmp_path / "mask.npy", np.array([[0, top]], np.int64))
    assert read_mask(tmp_path / "mask.npy").dtype == dtype
    assert read_mask(tmp_path / "mask.npy")[0, 1] == top


def test_a_palette_keeps_its_numbers_as_classes(tmp_path: Path) -> None:
    image = Image.fromarray((GREY % 5).astype(np.uint8), mode=None)
    image.putpalette([0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0, 0, 0, 128])
    image.save(tmp_path / "classes.png")
    assert np.array_equal(read_mask(tmp_path / "classes.png"), GREY % 5)
    assert read_picture(tmp_path / "classes.png").is_colour


@pytest.mark.parametrize(
    ("mask", "sentence"),
    [
        (np.array([[0, 0.25]]), "fractions such as 0.25"),
        (np.array([[0, np.nan]]), "fractions such as nan"),
        (np.array([[0, -1]], np.int16), "holds the value -1"),
        (np.array([[0, 2**40]], np.int64), "lie between 0 and 4294967294"),
        (np.zeros((4, 30, 30), np.uint8), "a picture of 4 channels, not a mask"),
        (np.zeros((9, 30, 30), np.uint8), "has 9 planes"),
    ],
)
def test_what_is_no_mask_is_a_sentence(tmp_path: Path, mask: np.ndarray, sentence: str) -> None:
    np.save(tmp_path / "mask.npy", mask)
    with pytest.raises(MaskError, match=sentence):
        read_mask(tmp_path / "mask.npy")


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.npy"])
def test_a_colour_mask_says_what_to_do(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "a.png":
        Image.fromarray(COLOURS).save(path)
    elif name == "a.tif":
        tifffile.imwrite(path, COLOURS, photometric="rgb")
    else:
        np.save(path, COLOURS)
    with pytest.raises(MaskError, match="is a colour picture, not a mask") as caught:
        read_mask(path)
    assert "16-bit" in caught.value.do


@pytest.mark.parametrize("samples", [2, 4])
def test_a_last_channel_that_nobody_calls_opaque_is_kept(tmp_path: Path, samples: int) -> None:
    image = np.random.default_rng(0).integers(0, 60_000, (20, 30, samples), np.uint16)
    path = tiff(tmp_path, image, photometric="minisblack", planarconfig="contig")
    assert np.array_equal(read_picture(path).image, np.moveaxis(image, -1, 0))


@pytest.mark.parametrize("kind", ["assocalpha", "unassalpha", "unspecified"])
def test_how_opaque_a_colour_is_is_dropped(tmp_path: Path, kind: str) -> None:
    image = np.random.default_rng(0).integers(0, 255, (20, 30, 4), np.uint8)
    path = tiff(tmp_path, image, photometric="rgb", extrasamples=[kind])
    assert np.array_equal(read_picture(path).image, np.moveaxis(image[..., :3], -1, 0))


def test_the_highest_number_of_a_mask_survives_as_an_annotation() -> None:
    mask = np.array([[0, 2**32 - 2]])
    assert np.array_equal(to_mask(from_mask(mask_numbers(mask, "m"))), mask)
    with pytest.raises(MaskError, match="lie between 0 and 4294967294"):
        mask_numbers(mask + 1, "m")


def test_a_name_from_before_utf_8_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.tif")
    try:
        tifffile.imwrite(path, GREY)
    except (OSError, UnicodeError):
        pytest.skip("this disk holds no such name")
    assert read_picture(path).name == "caf?"
    assert read_picture(path).source.encode("utf-8")


def test_what_is_wrong_with_a_file_that_another_thread_reads_is_not_said_of_this_one(tmp_path: Path) -> None:
    said = partial(logging.getLogger("tifffile").warning, "<tifffile.TiffPages @8> invalid page offset 9")
    with reading(tiff(tmp_path, GREY)):
        other = threading.Thread(target=said)
        other.start()
        other.join()
    with pytest.raises(PictureError, match="invalid page offset"), reading(tiff(tmp_path, GREY)):
        said()


def test_a_mask_in_a_jpg_is_refused_where_its_numbers_are_smeared(tmp_path: Path) -> None:
    y, x = np.mgrid[:64, :64]
    disc = ((y - 30) ** 2 + (x - 33) ** 2 < 200).astype(np.uint8) * 255
    for name, array in (("disc", disc), ("empty", disc * 0)):
        Image.fromarray(array).save(tmp_path / f"{name}.jpg", quality=75)
    with pytest.raises(MaskError, match=r"disc\.jpg is a JPG, which does not keep the numbers of a mask"):
        read_mask(tmp_path / "disc.jpg")
    assert not read_mask(tmp_path / "empty.jpg").any()
