"""A picture that stays in its file, read a window at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.channels import some_of
from napari_unet.core.data.lazy import LazyArray, LazyPicture, open_lazily
from napari_unet.core.data.picture import Picture
from napari_unet.core.errors import PictureError

AT_ONCE = 4_000_000
"""So many pixels are read at once where only every so-many-th is wanted."""


class Windows:
    """A picture that is cut like an array by slices: ends may be left open, and steps are taken.

    A plane of a stack, `[:, 3]`, is such a picture itself. Nothing is kept. Every window is looked through for values
    that are no numbers, as nobody has read the whole.
    """

    def __init__(
        self,
        pixels: LazyArray | NDArray[Any],
        name: str,
        place: tuple[int, ...] = (),
        at: tuple[int, ...] | None = None,
    ) -> None:
        self._pixels, self._name, self._place = pixels, name, place
        self._at = tuple(range(pixels.shape[0])) if at is None else at
        self.shape: tuple[int, ...] = (len(self._at), *pixels.shape[1 + len(place) :])
        self.dtype, self.ndim = np.dtype(pixels.dtype), len(self.shape)
        self.size = int(np.prod(self.shape, dtype=np.int64))

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Any:
        given = key if isinstance(key, tuple) else (key,)
        if any(isinstance(along, int) for along in given):
            return Windows(self._pixels, self._name, (*self._place, *given[1:]), self._at)
        parts = (*given, *(slice(None),) * (self.ndim - len(given)))
        ends = [part.indices(side) for part, side in zip(parts, self.shape, strict=True)]
        if all(step == 1 for _, _, step in ends):
            return self._read(tuple(slice(start, max(start, stop)) for start, stop, _ in ends))
        return self._thinned(ends)

    def channels_at(self, at: tuple[int, ...]) -> Windows:
        """The picture of the channels at these places alone."""
        return Windows(self._pixels, self._name, self._place, tuple(self._at[one] for one in at))

    def _thinned(self, ends: list[tuple[int, int, int]]) -> NDArray[Any]:
        """Every so-many-th pixel, from bands of rows that are read one after the other."""
        start, stop, step = ends[-2]
        width = int(np.prod([last - first for first, last, _ in ends])) // max(1, stop - start)
        rows = max(1, AT_ONCE // max(1, width * step)) * step
        others = tuple(slice(None, None, each) for _, _, each in ends)
        bands = []
        for top in range(start, stop, rows):
            key = [slice(first, last) for first, last, _ in ends]
            key[-2] = slice(top, min(top + rows, stop))
            bands.append(self._read(tuple(key))[others])
        return np.concatenate(bands, axis=-2)

    def _read(self, key: tuple[slice, ...]) -> NDArray[Any]:
        fixed = tuple(slice(at, at + 1) for at in self._place)
        at = self._at[key[0]]
        first, last = min(at, default=0), max(at, default=-1)
        part = np.asarray(self._pixels[(slice(first, last + 1), *fixed, *key[1:])])
        part = some_of(part, [one - first for one in at])
        part = part.reshape(len(part), *part.shape[1 + len(fixed) :])
        if part.dtype.kind == "f" and not np.isfinite(part).all():
            raise PictureError(
                f"{self._name} has pixels that are not numbers (NaN or infinite) between the rows "
                f"{key[-2].start} and {key[-2].stop} and the columns {key[-1].start} and {key[-1].stop}.",
                "Every pixel must be a number.",
                "Replace them, for example by 0, where the picture was made.",
            )
        return part


def open_windows(path: Path, axes: str = "") -> Picture:
    """A picture whose pixels stay in its file. Raises PictureError, AxesError."""
    return in_windows(open_lazily(path, axes))


def in_windows(picture: LazyPicture | Picture) -> Picture:
    """The same picture, read a window at a time."""
    return Picture(
        picture.name,
        cast(NDArray[Any], Windows(picture.image, picture.name)),
        picture.pixel_size,
        picture.unit,
        picture.channel_names,
        picture.source,
        picture.axes,
        picture.told,
        picture.note,
    )
