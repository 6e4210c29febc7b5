"""A picture: what was acquired, with what is known about it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.errors import PictureError

FLAT = "CYX"
"""The axes of a picture of one plane."""

AXES = (FLAT, "CZYX", "CTYX", "CTZYX")
"""The axes that a picture may have."""

USUAL = {len(axes): axes for axes in reversed(AXES)}
"""What an array with so many axes is, where nobody says."""


@dataclass(frozen=True)
class Picture:
    """One picture, channels first.

    Parameters
    ----------
    name : how the person knows it; a file stem, unique in a project.
    image : (C, [T,] [Z,] Y, X) array of any real dtype, as acquired (never rescaled); a stack may be memory-mapped.
    pixel_size : size of a pixel along ([Z,] Y, X), in `unit`; before it, where there is T, the seconds between two time
        points (1 where they are not known).
    unit : "pixel" when the size is not known, else a unit such as "µm".
    channel_names : one name per channel, or empty.
    source : where it came from: a path or a layer's name. For the person to read.
    axes : a letter for each axis of `image`: CYX, CZYX, CTYX or CTZYX. Left out, four axes are CZYX.
    told : the axes of its file as a person named them, such as ZCYX; empty when the file names them itself.
    note : what a person should know of how it was read, as a sentence; usually empty.
    files : the other files that it was read from, such as one for each channel; usually none.
    """

    name: str
    image: NDArray[np.generic]
    pixel_size: tuple[float, ...] = ()
    unit: str = "pixel"
    channel_names: tuple[str, ...] = ()
    source: str = field(default="", compare=False)
    axes: str = ""
    told: str = field(default="", compare=False)
    note: str = field(default="", compare=False)
    files: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        if not self.axes:
            object.__setattr__(self, "axes", USUAL.get(self.image.ndim, ""))
        if self.axes not in AXES or len(self.axes) != self.image.ndim:
            raise PictureError(
                f"{self.name} has {self.image.ndim} axes{f', called {self.axes}' if self.axes else ''}.",
                f"A picture is {', '.join(AXES[:-1])} or {AXES[-1]} here: channels, time, focal planes, Y, X.",
            )
        if len(self.pixel_size) not in (0, 2, self.image.ndim - 1):
            raise PictureError(
                f"{self.name} has the pixel size {self.pixel_size}, but the axes {self.axes}.",
                "A pixel has one size along every axis but the channels, or one along Y and one along X.",
            )
        y, x = self.pixel_size[-2:] or (1.0, 1.0)
        if len(self.pixel_size) < self.image.ndim - 1:
            unknown = {"T": 1.0, "Z": x}
            sides = (*(unknown[axis] for axis in self.axes[1:-2]), y, x)
            object.__setattr__(self, "pixel_size", sides)

    @property
    def spatial_shape(self) -> tuple[int, ...]:
        """Shape along ([T,] [Z,] Y, X), which is the shape of its annotation and labels."""
        return tuple(self.image.shape[1:])

    @property
    def is_stack(self) -> bool:
        """Whether it has more planes than one."""
        return self.image.ndim > len(FLAT)

    @property
    def channels(self) -> int:
        """Number of channels."""
        return int(self.image.shape[0])

    @property
    def is_colour(self) -> bool:
        """Whether the channels are red, green and blue of 8 bits."""
        return self.channels == 3 and self.channel_names == ("red", "green", "blue")


def size_words(shape: tuple[int, ...]) -> str:
    """A shape as a person reads it: 512 x 512."""
    return " x ".join(str(side) for side in shape)


COLOUR = ("red", "green", "blue")
"""Channel names that mark a colour picture."""
