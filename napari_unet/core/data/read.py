"""Reading pictures and masks from files: TIFF, PNG, JPG, BMP and NPY; and from OME-Zarr folders."""

from __future__ import annotations

from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.axes import (
    UNNAMED,
    Grid,
    array_axes,
    channels_first,
    is_stack,
    planes_in,
    told_axes,
)
from napari_unet.core.data.picture import COLOUR, FLAT, Picture
from napari_unet.core.data.plain_folders import is_annotation
from napari_unet.core.data.read_tiff import BROKEN, Loaded, load_tiff
from napari_unet.core.data.read_zarr import load_zarr
from napari_unet.core.data.vendor_files import VENDOR_SUFFIXES, bioio_reads, file_of, is_scene, load_vendor
from napari_unet.core.data.zarr_folder import ZARR, is_zarr, outermost, shown
from napari_unet.core.errors import MaskError, PictureError

TIFF_SUFFIXES = (".tif", ".tiff")
PILLOW_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp")
PICTURE_SUFFIXES = (*TIFF_SUFFIXES, *PILLOW_SUFFIXES, ".npy", ZARR)
"""The files we read, in lower case; a Zarr is a folder."""

SMEARED, BLACK_AND_WHITE = (".jpg", ".jpeg"), 2
"""Files in which numbers are mixed with those around them, unless there are only two."""

HIGHEST = 2**32 - 2
"""The highest number in a mask: as an annotation it is one higher."""


def read_picture(path: Path | str, axes: str = "") -> Picture:
    """Read one picture, or a stack of them.

    Parameters
    ----------
    axes : a letter for each axis of the file, such as ZCYX: Z focal planes, T time points, C channels, S colours.
        Needed where the file has an axis that it does not name; it goes before what the file says.

    Returns
    -------
    picture : image (C, [T,] [Z,] Y, X) as acquired, with pixel size, unit and channel names where the file has them.
        Colour pictures have the channels red, green, blue; an alpha channel is dropped. A stack is memory-mapped where
        the file allows it: uncompressed, in one piece, in this machine's order of bytes.

    Raises
    ------
    PictureError : the file is missing, empty, cut off or of an unknown kind; it has positions, angles or the like; or
        its values are no numbers to learn from (NaN, infinite, complex).
    AxesError : it has an axis without a name, longer than a picture has channels.
    """
    path = Path(path)
    loaded, known = _load(path, as_mask=False), shown_name(path)
    grid = told_axes(axes, loaded.grid, known) if axes else loaded.grid
    image, own = channels_first(grid, known)
    image = checked_values(image[: loaded.plain_channels(image.shape[0])], known)
    return Picture(
        name=sayable(file_stem(path)),
        image=np.ascontiguousarray(image) if own == FLAT else image,
        pixel_size=loaded.sizes(own),
        unit=loaded.unit,
        channel_names=loaded.names_of(image.shape[0]),
        source=sayable(str(path)),
        axes=own,
        told=grid.axes if axes else "",
        note=loaded.note,
        files=tuple(map(sayable, loaded.files)),
    )


def picture_of(array: NDArray[np.generic], name: str, axes: str = "") -> Picture:
    """A picture from an array (Y, X), (C, Y, X), or (Y, X, 3 or 4) of 8 bits, which is taken for colours.

    Parameters
    ----------
    axes : a letter for each axis of the array, such as ZCYX; needed for a stack.

    Raises
    ------
    PictureError : the array has other axes, or values that are no numbers to learn from.
    """
    if axes:
        image, own = channels_first(told_axes(axes, Grid(array, ""), name), name)
        names = COLOUR if "S" in axes.upper() and len(image) == len(COLOUR) else ()
        return Picture(name, checked_values(image, name), channel_names=names, axes=own, told=axes.upper())
    if array.ndim not in (2, 3):
        raise PictureError(
            f"{name} is an array with {array.ndim} axes.",
            "A picture is (Y, X) or (channels, Y, X) here; of a stack it must be said what its axes are.",
            "Say it with axes, for example axes='ZCYX'.",
        )
    colour = array_axes(array.shape, array.dtype) == "YXS"
    image = np.moveaxis(array[..., :3], -1, 0) if colour else array.reshape(-1, *array.shape[-2:])
    return Picture(name, checked_values(image, name), channel_names=COLOUR if colour else ())


def read_mask(path: Path | str, shape: tuple[int, ...] = (), axes: str = "") -> NDArray[np.unsignedinteger]:
    """Read one mask.

    Parameters
    ----------
    shape : of the picture, along ([T,] [Z,] Y, X), where it is known. Axes that the mask's file does not name are then
        the picture's.
    axes : as in `read_picture`.

    Returns
    -------
    mask : ([T,] [Z,] Y, X) uint8, uint16 or uint32, 0 = background.

    Raises
    ------
    MaskError : the file cannot be read, is a colour picture or an annotation in which 0 is unlabelled, or holds values
        that are no object or class numbers.
    """
    return read_mask_and_axes(path, shape, axes)[0]


def read_mask_and_axes(
    path: Path | str, shape: tuple[int, ...] = (), axes: str = ""
) -> tuple[NDArray[np.unsignedinteger], str]:
    """As `read_mask`, with the letters of its axes, such as TYX; empty where neither file nor person names them."""
    path = Path(path)
    name = shown_name(path)
    if is_annotation(path):
        raise MaskError(
            f"{name} is the annotation of a picture that is painted in part, not a mask: its 0 is unlabelled.",
            "A mask says of every pixel what it is; 0 is background.",
            "Add the folder to a project in the window, which knows both; or paint the picture completely first.",
        )
    try:
        loaded = _load(path, as_mask=True)
        grid = _mask_channels(loaded.grid, name, shape, axes)
    except PictureError as error:
        raise MaskError(error.what, error.needed, error.do) from error
    if len(grid.array) != 1:
        kind = "a colour picture" if loaded.colour else f"a picture of {len(grid.array)} channels"
        raise MaskError(
            f"{name} is {kind}, not a mask.",
            "A mask has one number per pixel: 0 for background, 1, 2, 3, ... for objects or classes.",
            "Save it as a grey picture of 8 or 16 bits, e.g. in Fiji with Image > Type > 16-bit.",
        )
    if path.suffix.lower() in SMEARED and len(shades := np.unique(grid.array)) > BLACK_AND_WHITE:
        raise MaskError(
            f"{name} is a JPG, which does not keep the numbers of a mask: it holds {len(shades)} different ones.",
            "The numbers of a mask must be exact, also along the edges.",
            "Save it as PNG or TIFF where it was made; one in black and white can be thresholded before.",
        )
    return mask_numbers(grid.array[0], name), grid.axes[1:]


def _mask_channels(grid: Grid, name: str, shape: tuple[int, ...], axes: str) -> Grid:
    """The mask with its channels, of which it should have one, in front."""
    if axes:
        return channels_first(told_axes(axes, grid, name), name)
    plain = grid.array.squeeze()
    if len(shape) > 2 and plain.shape == shape and set(grid.axes) & set(UNNAMED):
        return Grid(plain[np.newaxis], "")
    return channels_first(grid, name)


def read_partly(path: Path, shape: tuple[int, ...] = ()) -> NDArray[np.unsignedinteger]:
    """Read the annotation of a picture that is painted in part: see `plain_folders.is_annotation`.

    Parameters
    ----------
    shape : of the picture, as in `read_mask`.

    Returns
    -------
    annotation : ([T,] [Z,] Y, X) uint8, uint16 or uint32; see `core.data.annotation`.

    Raises
    ------
    MaskError : the file cannot be read, or holds values that are no object or class numbers.
    """
    try:
        return mask_numbers(_mask_channels(load_tiff(path).grid, path.name, shape, "").array[0], path.name)
    except PictureError as error:
        raise MaskError(error.what, error.needed, error.do) from error


def mask_numbers(values: NDArray[np.generic], name: str) -> NDArray[np.unsignedinteger]:
    """The values of a mask as unsigned numbers, in the narrowest of uint8, uint16 and uint32 that holds them.

    Raises
    ------
    MaskError : there are negative values, fractions or NaN, or numbers above HIGHEST.
    """
    if values.dtype.kind not in "buif":
        raise MaskError(f"{name} holds values of the type {values.dtype}.", "A mask has whole numbers.")
    if values.dtype.kind == "f" and not np.array_equal(values, np.floor(values)):
        odd = values[values != np.floor(values)].flat[0]
        raise MaskError(
            f"{name} holds fractions such as {odd:g}: it looks like a probability or a picture, not a mask.",
            "A mask has one whole number per pixel: 0 for background, 1, 2, 3, ... for objects or classes.",
            "Threshold it first, or choose the file that holds the labels.",
        )
    low, high = (values.min(), values.max()) if values.size else (0, 0)
    if low < 0 or high > HIGHEST:
        raise MaskError(
            f"{name} holds the value {low if low < 0 else high:g}.",
            f"The numbers in a mask lie between 0 and {HIGHEST}.",
            "Choose the file that holds the labels, or save them with 0 as background.",
        )
    return values.astype(next(kind for kind in (np.uint8, np.uint16, np.uint32) if high <= np.iinfo(kind).max))


def checked_values(image: NDArray[np.generic], name: str) -> NDArray[np.generic]:
    """`image` with values to learn from: black and white becomes 0 and 1, bytes come in this machine's order.

    Raises
    ------
    PictureError : there are no pixels, or values that are no plain numbers (NaN, infinite, complex).
    """
    if image.dtype.kind == "b":
        return image.astype(np.uint8)
    if image.dtype.kind not in "uif":
        raise PictureError(f"{name} holds values of the type {image.dtype}.", "A picture has plain numbers.")
    count = 0
    if image.dtype.kind == "f":  # plane by plane: a stack may be larger than the memory
        count = sum(int(np.count_nonzero(~np.isfinite(plane))) for plane in planes_in(image))
    if count:
        raise PictureError(
            f"{name} has {count} of {image.size} values that are no numbers (NaN or infinite).",
            "Every pixel needs a brightness.",
            "Replace them, e.g. in Fiji with Process > Math > NaN Background or Process > Noise > Remove NaNs.",
        )
    if not image.size:
        raise PictureError(f"{name} has no pixels.", "A picture needs a height and a width.")
    return image.astype(image.dtype.newbyteorder("="), copy=False)


def file_stem(path: Path) -> str:
    """The name of a file without its suffix; `cells.ome.tif` is `cells`, and `plate.zarr/A/1/0` is `plate_A_1_0`."""
    around = file_of(path) if is_scene(path) else outermost(path)
    if around != path:
        return "_".join([file_stem(around), *path.relative_to(around).parts])
    stem = path.stem
    return stem[:-4] if stem.lower().endswith(".ome") else stem


def shown_name(path: Path) -> str:
    """A picture as a person knows it: the name of its file, or where in a file or Zarr folder of several it is."""
    return f"{path.parent.name}/{path.name}" if is_scene(path) else shown(path)


def sayable(name: str) -> str:
    """A file's name without the letters that nothing but its disk can hold: names from before UTF-8 have such."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _load(path: Path, as_mask: bool) -> Loaded:
    suffix = path.suffix.lower()
    if is_zarr(path):
        return load_zarr(path, as_mask)
    if is_scene(path):
        return load_vendor(path)
    if not path.is_file():
        raise PictureError(f"There is no file {path}.", do="Check the name and the folder.")
    if path.stat().st_size == 0:
        raise PictureError(f"{path.name} is empty (0 bytes).", do="Copy it again from where it came from.")
    if suffix in TIFF_SUFFIXES:
        return load_tiff(path)
    if suffix in PILLOW_SUFFIXES:
        return _load_pillow(path, as_mask)
    if suffix == ".npy":
        return _load_npy(path)
    if suffix == ZARR:
        raise PictureError(f"{path.name} is a file.", "A Zarr is a folder.", "Unpack it, if it is packed.")
    if suffix in VENDOR_SUFFIXES or bioio_reads(suffix):
        return load_vendor(path)
    raise PictureError(
        f"{path.name} is of a kind we do not read ({suffix or 'no suffix'}).",
        f"Pictures are {', '.join(PICTURE_SUFFIXES)}; with the extra formats also those of many microscopes.",
        "Save it as TIFF, e.g. in Fiji with File > Save As > Tiff.",
    )


def _load_pillow(path: Path, as_mask: bool) -> Loaded:
    from PIL import Image  # only when a picture of this kind comes

    try:
        with Image.open(path) as opened:
            plain = _plain(opened, as_mask)
            array = np.asarray(plain)
    except (*BROKEN, Image.DecompressionBombError) as error:
        raise PictureError(
            f"{path.name} cannot be read: it is cut off or not a picture ({error}).",
            do="Copy it again from where it came from, or save it as TIFF.",
        ) from error
    bands = plain.getbands()
    axes = "YX" if array.ndim == 2 else "YXS"
    return Loaded(Grid(array, axes), colour=bands[:3] == ("R", "G", "B"), alpha=bands[-1] == "A")


def _plain(opened: Any, as_mask: bool) -> Any:
    """The picture without palette or printer's colours. A mask keeps its palette's numbers: they are the classes."""
    if opened.mode in ("P", "PA") and not as_mask:
        return opened.convert("RGB")
    return opened.convert("RGB") if opened.mode in ("CMYK", "YCbCr", "LAB", "HSV") else opened


def _load_npy(path: Path) -> Loaded:
    try:
        # Looked at first, not read: the head may say that more is to come than fits into memory.
        array: NDArray[np.generic] = np.lib.format.open_memmap(path, mode="r")
        axes = array_axes(array.shape, array.dtype)
        if not is_stack(axes, array.shape):
            array = np.array(array)
    except (*BROKEN, EOFError, TokenError) as error:  # the last one of a damaged head
        raise PictureError(
            f"{path.name} cannot be read: it is cut off or not a NumPy array of numbers ({error}).",
            do="Save it again with numpy.save(path, array).",
        ) from error
    return Loaded(Grid(array, axes), colour=axes.endswith("S"), alpha=axes.endswith("S") and array.shape[-1] == 4)
