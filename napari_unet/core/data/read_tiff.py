"""Reading TIFFs: plain ones, ImageJ's and OME's, with their axes, pixel size and channel names."""

from __future__ import annotations

import logging
import math
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.axes import Grid, is_stack
from napari_unet.core.data.picture import COLOUR
from napari_unet.core.data.scale import PIXEL
from napari_unet.core.data.tiff_scale import ome_pixels, ome_trouble, pixel_size_of, steps_of
from napari_unet.core.errors import PictureError

BROKEN = (
    ArithmeticError, AssertionError, AttributeError, LookupError, MemoryError, OSError, RuntimeError, SyntaxError,
    TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip
"""What tifffile raises on files that are cut off or were never a TIFF."""

MOST_UNPACKED, MOST_GROWN = 2**28, 2000
"""Bytes that a picture may always have, and beyond them how many times as many as its file: packing a plain surface
makes it a thousandth. What says it is more was made to fill the memory."""

LOST_PAGES = "invalid page offset"


@dataclass(frozen=True)
class Loaded:
    """What a file holds, before it becomes a picture.

    `pixel_size` along (Y, X) and `spacing` along Z, in `unit`; `interval`, seconds along T. 0 where it is not known.
    `note` says what a person should know of how it was read, `files` which others it was read from.
    """

    grid: Grid
    pixel_size: tuple[float, float] = (1.0, 1.0)
    unit: str = PIXEL
    spacing: float = 0.0
    interval: float = 0.0
    channel_names: tuple[str, ...] = ()
    colour: bool = False
    alpha: bool = False
    software: str = ""
    note: str = ""
    files: tuple[str, ...] = ()

    def sizes(self, axes: str) -> tuple[float, ...]:
        """The pixel size along these axes, as `Picture` has it. A spacing that is not known is as a pixel is wide."""
        y, x = self.pixel_size
        each = {"T": self.interval or 1.0, "Z": self.spacing or x, "Y": y, "X": x}
        return tuple(each[axis] for axis in axes if axis in each)

    def plain_channels(self, channels: int) -> int:
        """How many of so many channels are left without the one that says how opaque a pixel is."""
        return channels - 1 if self.alpha and channels in (2, 4) else channels

    def names_of(self, channels: int) -> tuple[str, ...]:
        """The names of so many channels; empty where they have none."""
        names = COLOUR if self.colour and channels == len(COLOUR) else self.channel_names
        return names if len(names) == channels else ()


def load_tiff(path: Path) -> Loaded:
    """The first picture in a TIFF. Raises PictureError."""
    with reading(path) as tiff:
        return describe(tiff, path, _pixels)


@contextmanager
def reading(path: Path) -> Iterator[Any]:
    """A TIFF that is open as tifffile has it. Raises PictureError for whatever it raises of the file."""
    import tifffile  # 0.2 s that a window which only opens need not wait for

    try:
        with _complaints() as complaints, tifffile.TiffFile(path) as tiff:
            _check_chain(tiff)
            yield tiff
    except BROKEN as error:
        raise broken(path, said(error)) from error
    if lost := [complaint for complaint in complaints if LOST_PAGES in complaint]:
        raise broken(path, lost[0])


def _check_chain(tiff: Any) -> None:
    """Each page says where the next one is; pages that lead back to an earlier one would be followed without end.

    Raises ValueError. What else may be wrong with them tifffile says.
    """
    form, file, offset, seen = tiff.tiff, tiff.filehandle, int(tiff.pages.first.offset), set[int]()
    with suppress(struct.error):  # the file ends there
        while 0 < offset < file.size:
            if offset in seen:
                raise ValueError(f"page {len(seen)} is followed by an earlier one, over and over")
            seen.add(offset)
            file.seek(offset)
            (tags,) = struct.unpack(form.tagnoformat, file.read(form.tagnosize))
            file.seek(offset + form.tagnosize + tags * form.tagsize)
            offset = int(struct.unpack(form.offsetformat, file.read(form.offsetsize))[0])


@contextmanager
def _complaints() -> Iterator[list[str]]:
    """What tifffile only logs. A file whose last pages are missing it reads without them, as if there were none.

    Other threads read other files meanwhile: what it says of these is none of this one's.
    """
    said, mine = list[str](), threading.get_ident()
    listener = logging.Handler(logging.WARNING)
    listener.addFilter(lambda record: record.thread == mine)
    listener.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("tifffile")
    logger.addHandler(listener)
    try:
        yield said
    finally:
        logger.removeHandler(listener)


def describe(tiff: Any, path: Path, pixels: Callable[[Any, Path], NDArray[np.generic]]) -> Loaded:
    """What an open TIFF says of its first picture, with what `pixels` makes of that series. Raises PictureError."""
    series = tiff.series[0]
    same = [other for other in tiff.series if other.shape == series.shape]
    if len(same) > 1:
        raise PictureError(
            f"{path.name} holds {len(same)} pictures of the same size.",
            "A file here holds one picture.",
            "Save each of them by itself, e.g. in Fiji with File > Import > Bio-Formats.",
        )
    page = series.keyframe
    _check_size(series, path)
    size, unit = pixel_size_of(tiff, page)
    spacing, interval = steps_of(tiff, unit)
    return Loaded(
        grid=Grid(pixels(series, path), series.axes),
        pixel_size=size,
        unit=unit,
        spacing=spacing,
        interval=interval,
        channel_names=_channel_names(tiff),
        colour=page.photometric.name in ("RGB", "YCBCR"),
        alpha=_has_alpha(page),
        software=page.software,
        note=ome_trouble(tiff, path.name),
        files=_others(series),
    )


def files_beside(path: Path) -> tuple[str, ...]:
    """The other files in which the picture of a TIFF lies, see `Loaded`. Raises PictureError."""
    with reading(path) as tiff:
        return _others(tiff.series[0])


def _others(series: Any) -> tuple[str, ...]:
    """The other files of an OME-TIFF that lies in several, such as one for each channel."""
    if not series.is_multifile:
        return ()
    pages = [page.parent.filehandle for page in series.pages if page is not None]
    own = series.keyframe.parent.filehandle.path
    return tuple(dict.fromkeys(file.path for file in pages if file.path != own))


def _check_size(series: Any, path: Path) -> None:
    """Raises PictureError when a file of a few bytes says that it holds more than it can, before memory is taken."""
    size = math.prod(map(int, series.shape)) * series.dtype.itemsize
    if size > MOST_UNPACKED and size > MOST_GROWN * path.stat().st_size:
        raise PictureError(
            f"{path.name} says that it holds {size / 2**30:,.0f} GiB, but the file has {path.stat().st_size:,} bytes.",
            "So much cannot be packed into so little: it is damaged, or made to fill the memory.",
            "Copy it again from where it came from.",
        )


def _has_alpha(page: Any) -> bool:
    """Whether the last sample says how opaque a pixel is. Beside colours it does so untold; else it is a channel."""
    extra = [sample.name for sample in page.extrasamples]
    return extra[-1:] in (["ASSOCALPHA"], ["UNASSALPHA"]) or (page.photometric.name == "RGB" and len(extra) == 1)


def _pixels(series: Any, path: Path) -> NDArray[np.generic]:
    """The series' array. LZW and the like, which tifffile leaves to a package of its own, Pillow often knows."""
    if (mapped := _mapped(series, path)) is not None:
        return mapped
    try:
        array: NDArray[np.generic] = series.asarray()
    except BROKEN as error:
        if "imagecodecs" not in str(error):
            raise
        found = _pixels_by_pillow(path)
        if found is None or found.dtype != series.dtype or found.size != np.prod(series.shape):
            raise
        array = found.reshape(series.shape)
    if array.ndim != len(series.axes):
        raise ValueError("its pixels do not fit the axes it names")
    return array


def _mapped(series: Any, path: Path) -> NDArray[np.generic] | None:
    """The array of a stack, left on the disk; None for a plane, and where the file's bytes are not those in memory."""
    native = series.dtype.newbyteorder(series.keyframe.parent.byteorder).isnative or series.dtype.itemsize == 1
    if not is_stack(series.axes, series.shape) or series.dataoffset is None or not native:
        return None
    return np.memmap(path, series.dtype, "r", series.dataoffset, series.shape)


def _pixels_by_pillow(path: Path) -> NDArray[np.generic] | None:
    from PIL import Image, ImageSequence

    try:
        with Image.open(path) as opened:
            return np.stack([np.asarray(frame) for frame in ImageSequence.Iterator(opened)])
    except BROKEN:
        return None


def _channel_names(tiff: Any) -> tuple[str, ...]:
    """The channels' names as the microscope or ImageJ wrote them; empty when they have none."""
    if tiff.is_ome:
        pixels = ome_pixels(tiff)
        channels = [] if pixels is None else pixels.findall("{*}Channel")
        names = tuple(channel.attrib.get("Name", "") for channel in channels)
    else:
        labels = (tiff.imagej_metadata or {}).get("Labels", ()) if tiff.is_imagej else ()
        names = tuple(str(label).split("\n")[0] for label in labels)
    return names if all(names) else ()


def broken(path: Path, words: str) -> PictureError:
    """The error for a TIFF that cannot be read, with the words of who tried."""
    if "imagecodecs" in words:
        return PictureError(
            f"{path.name} is compressed in a way that needs one more package ({words}).",
            do='Install it with "pip install imagecodecs", or save the picture uncompressed or as ZIP in Fiji.',
        )
    return PictureError(
        f"{path.name} cannot be read: it is cut off or not a TIFF ({words}).",
        do="Copy it again from where it came from, or open and save it anew, e.g. in Fiji.",
    )


def said(error: Exception) -> str:
    """What a library or the system said; KeyError wraps its own in quotes."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error.args[0]) if error.args else type(error).__name__
