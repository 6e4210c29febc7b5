"""A picture: what was acquired, with what is known about it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.errors import PictureError


@dataclass(frozen=True)
class Picture:
    """One picture, channels first.

    Parameters
    ----------
    name : how the person knows it; a file stem, unique in a project.
    image : (C, [Z,] Y, X) array of any real dtype, as acquired (never rescaled).
    pixel_size : size of a pixel along ([Z,] Y, X), in `unit`.
    unit : "pixel" when the size is not known, else a unit such as "µm".
    channel_names : one name per channel, or empty.
    source : where it came from: a path or a layer's name. For the person to read.
    """

    name: str
    image: NDArray[np.generic]
    pixel_size: tuple[float, ...] = ()
    unit: str = "pixel"
    channel_names: tuple[str, ...] = ()
    source: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.image.ndim not in (3, 4):
            raise PictureError(
                f"{self.name} has {self.image.ndim} axes.",
                "A picture is (channels, Y, X) or (channels, Z, Y, X) here.",
            )
        if not self.pixel_size:
            object.__setattr__(self, "pixel_size", (1.0,) * (self.image.ndim - 1))

    @property
    def spatial_shape(self) -> tuple[int, ...]:
        """Shape along ([Z,] Y, X), which is the shape of its annotation and labels."""
        return tuple(self.image.shape[1:])

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
