"""What is exported: the labels of a picture, with all that a file may want to say of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.masks import check_same_size
from napari_unet.core.data.picture import Picture
from napari_unet.core.errors import MaskError
from napari_unet.core.export.tracing import Shape, traced
from napari_unet.core.measuring import Measurements, measure
from napari_unet.core.settings import Kind, Value

CELL = ("cell",)


@dataclass(frozen=True)
class Found:
    """Labels of a picture.

    Parameters
    ----------
    picture : what was looked at.
    labels : ([Z,] Y, X) unsigned integers, 0 = background.
    kind : whether a number is an object or a class.
    class_names : what is looked for.
    model : what found them, for a person to read; empty when that is not known.
    settings : the clean-up they went through; empty when that is not known.

    Raises
    ------
    MaskError : the labels have another size than the picture.
    """

    picture: Picture
    labels: NDArray[np.integer]
    kind: Kind = "objects"
    class_names: tuple[str, ...] = CELL
    model: str = ""
    settings: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_same_size(self.picture.name, self.picture.spatial_shape, self.labels.shape)

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """The numbers in use but 0, in order."""
        return tuple(int(number) for number in np.unique(self.labels) if number)

    @cached_property
    def measurements(self) -> Measurements:
        """What is measured of every object; computed when first asked for."""
        return measure(self.labels, self.picture)

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The outline of every object, plane by plane; computed when first asked for."""
        return tuple(shape for plane, labels in self.planes() for shape in traced(labels, plane))

    def planes(self) -> Iterator[tuple[int, NDArray[np.integer]]]:
        """The planes (Y, X) of the labels, each with its number from 0."""
        yield from enumerate(self.labels.reshape(-1, *self.labels.shape[-2:]))

    def flat(self, what: str) -> NDArray[np.integer]:
        """The labels (Y, X). Raises MaskError for a stack, naming `what` holds only planes."""
        if self.labels.ndim != 2:
            raise MaskError(
                f"{self.picture.name} is a stack of {self.labels.shape[0]} planes.",
                f"{what} holds one plane.",
                "Choose TIFF, OME-TIFF, OME-Zarr, ImageJ ROIs or measurements for stacks.",
            )
        return self.labels

    def seen(self, what: str) -> Picture:
        """The picture. Raises MaskError where there are only labels, naming `what` shows more."""
        if not self.picture.channels:
            raise MaskError(
                f"There is no picture to the labels {self.picture.name}.",
                f"{what} shows it.",
                "Say which picture they are of.",
            )
        return self.picture

    def class_of(self, number: int) -> str:
        """The name of the class that a number stands for."""
        if self.kind == "objects":
            return self.class_names[0] if self.class_names else CELL[0]
        return self.class_names[number - 1] if number <= len(self.class_names) else f"class {number}"
