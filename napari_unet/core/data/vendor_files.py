"""Files of microscope makers (CZI, ND2, LIF ...), read through bioio where it and its readers are installed.

A file may hold several pictures, which bioio calls scenes: `plate.lif/2` is the one with the number 2, from 0 on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.axes import Grid
from napari_unet.core.data.read_tiff import Loaded, said
from napari_unet.core.data.scale import MICRON, PIXEL, known_unit
from napari_unet.core.data.sliced import Opened, held, outline
from napari_unet.core.errors import PictureError

READERS = {
    ".czi": "bioio-czi",
    ".nd2": "bioio-nd2",
    ".lif": "bioio-lif",
    ".dv": "bioio-dv",
    ".r3d": "bioio-dv",
    ".sldy": "bioio-sldy",
    ".vsi": "bioio-vsi",
}
"""The package that reads a kind of file; EVERY_OTHER, which needs Java, reads nearly all."""

VENDOR_SUFFIXES = (
    *READERS, ".ims", ".lsm", ".mrxs", ".ndpi", ".oib", ".oif", ".oir", ".scn", ".sld", ".svs", ".zvi",
)  # fmt: skip
"""Files of makers, in lower case."""

EVERY_OTHER = "bioio-bioformats"

EXTRA = 'pip install "napari-unet-loop[formats]"'
IN_EXTRA = ("bioio-czi", "bioio-lif", "bioio-nd2")
"""The packages that come with the extra, beside bioio itself; see pyproject.toml."""

NAMED = 3
"""How many of many pictures a sentence names."""


def load_vendor(path: Path) -> Loaded:
    """A picture in a file of a maker, or one of several, brought in whole. Raises PictureError, StorageError."""
    opened = open_vendor(path)
    return Loaded(**{**vars(opened.loaded), "grid": Grid(held(opened.pieces), opened.loaded.grid.axes)})


def open_vendor(path: Path) -> Opened:
    """A picture in a file of a maker, or one of several, of which no pixel is read yet. Raises PictureError."""
    file = file_of(path)
    image = _image(file)
    try:
        _choose(image, path, file)
        array, axes = image.dask_data, image.dims.order
        loaded = _told(image, tuple(array.shape), axes, np.dtype(array.dtype))
        return Opened(loaded, _Delayed(array, path))
    except PictureError:
        raise
    except Exception as error:
        raise _broken(file, error) from error


def scenes_in(path: Path) -> list[Path]:
    """The pictures in a file of a maker: the file itself where it is one, or cannot be opened, which is told later."""
    try:
        scenes = len(_image(path).scenes)
    except PictureError:
        return [path]
    except Exception:  # noqa: BLE001  (readers of makers' files raise whatever they like; opening it tells)
        return [path]
    return [path / str(number) for number in range(scenes)] if scenes > 1 else [path]


def is_scene(path: Path) -> bool:
    """Whether this is one of the pictures in a file of a maker."""
    return path.name.isdecimal() and path.parent.suffix.lower() in VENDOR_SUFFIXES and path.parent.is_file()


def file_of(path: Path) -> Path:
    """The file in which a picture is: of one of several, the file around it."""
    return path.parent if is_scene(path) else path


def bioio_reads(suffix: str) -> bool:
    """Whether bioio and a reader of it for such files are installed."""
    try:
        from bioio.plugins import get_plugins  # an extra; it takes seconds
    except ImportError:
        return False
    return suffix in {f".{known.removeprefix('.')}" for known in get_plugins(use_cache=True)}


class _Delayed:
    """An array of dask; see `Sliced`."""

    def __init__(self, array: Any, path: Path) -> None:
        self._array, self._path = array, path
        self.shape: tuple[int, ...] = tuple(array.shape)
        self.dtype: np.dtype[np.generic] = np.dtype(array.dtype)
        self.chunks: tuple[int, ...] = tuple(max(along) for along in array.chunks)

    def __getitem__(self, key: tuple[slice, ...]) -> NDArray[np.generic]:
        try:
            return np.asarray(self._array[key].compute())
        except Exception as error:
            raise _broken(self._path, error) from error


def _image(file: Path) -> Any:
    """The file as bioio has it. Raises PictureError without bioio, or its reader for such files."""
    suffix = file.suffix.lower()
    try:
        from bioio import BioImage
        from bioio_base.exceptions import UnsupportedFileFormatError
    except ImportError:
        reader = READERS.get(suffix, EVERY_OTHER)
        more = "" if reader in IN_EXTRA else f" {reader}"
        raise PictureError(
            f"{file.name} is of a kind ({suffix}) that bioio reads with the package {reader}: bioio is not installed.",
            f"It comes with an extra of this program{', the package besides' if more else ''}.",
            f"Install it with: {EXTRA}{more}; or save the picture as TIFF, e.g. in Fiji.",
        ) from None
    try:
        return BioImage(file)
    except UnsupportedFileFormatError:
        raise PictureError(
            f"{file.name} is of a kind for which no reader of bioio is installed ({suffix}), or damaged.",
            "Each kind of file has a package that reads it.",
            f"Install it with: pip install {READERS.get(suffix, EVERY_OTHER)}; or save the picture as TIFF.",
        ) from None
    except Exception as error:
        raise _broken(file, error) from error


def _choose(image: Any, path: Path, file: Path) -> None:
    """Take the scene that the path names. Raises PictureError when it names none of several, or one that is not."""
    scenes: Sequence[str] = image.scenes
    if path == file and len(scenes) > 1:
        named = ", ".join(f"{number} {name}" for number, name in enumerate(scenes[:NAMED]))
        raise PictureError(
            f"{path.name} holds {len(scenes)} pictures ({named}{' ...' if scenes[NAMED:] else ''}).",
            "A picture here is one of them.",
            f"Name it by its number, for example {path / '0'}.",
        )
    if path != file:
        if int(path.name) >= len(scenes):
            raise PictureError(f"{file.name} has no picture with the number {path.name}.", "They begin with 0.")
        image.set_scene(int(path.name))


def _told(image: Any, shape: tuple[int, ...], axes: str, dtype: np.dtype[np.generic]) -> Loaded:
    sizes, unit = image.physical_pixel_sizes, _unit(image)
    known = bool(sizes.X and sizes.Y and sizes.X > 0 and sizes.Y > 0 and unit != PIXEL)
    samples = shape[axes.index("S")] if "S" in axes else 0
    names = [str(name) for name in image.channel_names or ()]
    return Loaded(
        grid=Grid(outline(shape, dtype), axes),
        pixel_size=(float(sizes.Y), float(sizes.X)) if known else (1.0, 1.0),
        unit=unit if known else PIXEL,
        spacing=float(sizes.Z) if known and sizes.Z and sizes.Z > 0 else 0.0,
        interval=_interval(image),
        # What bioio calls channels that have no name is Channel:0:0.
        channel_names=() if any(name.startswith("Channel:") for name in names) else tuple(names),
        colour=samples in (3, 4),
        alpha=samples == 4,
    )


def _unit(image: Any) -> str:
    """The unit of the pixel sizes: as the reader says, else µm, as all of OME where nothing is said."""
    about = getattr(getattr(image, "dimension_properties", None), "X", None)
    unit = getattr(about, "unit", None)
    return MICRON if unit is None else known_unit(str(unit))


def _interval(image: Any) -> float:
    """Seconds between two time points; 0 where they are not known."""
    told = getattr(image, "time_interval", None)
    seconds = told.total_seconds() if isinstance(told, timedelta) else 0.0
    return float(seconds) if seconds > 0 else 0.0


def _broken(file: Path, error: Exception) -> PictureError:
    return PictureError(
        f"{file.name} cannot be read: it is damaged, or its reader does not know this version ({said(error)}).",
        do="Copy it again from where it came from, or save the picture as TIFF in the maker's program or Fiji.",
    )
