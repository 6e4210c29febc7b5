"""What is exported: the labels of a picture, with all that a file may want to say of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.class_table import named
from napari_unet.core.data.masks import check_same_size
from napari_unet.core.data.object_classes import NONE
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
    classes : of objects, number -> class, from 1 in the order of `class_names`; those without one are not in it.

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
    classes: Mapping[int, int] = field(default_factory=dict)

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

    def depth_and_time(self, plane: int) -> tuple[int, int]:
        """Which focal plane and time point the plane of a number is, each from 0; 0 where there is no such axis."""
        axes, sides = self.picture.axes[1:-2], self.labels.shape[:-2]
        place = dict(zip(axes, map(int, np.unravel_index(plane, sides)), strict=True)) if axes else {}
        return place.get("Z", 0), place.get("T", 0)

    def flat(self, what: str) -> NDArray[np.integer]:
        """The labels (Y, X). Raises MaskError for a stack, naming `what` holds only planes."""
        if self.labels.ndim != 2:
            raise MaskError(
                f"{self.picture.name} is a stack of {math.prod(self.labels.shape[:-2])} planes.",
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

    @property
    def classed(self) -> bool:
        """Whether objects have classes."""
        return self.kind == "objects" and len(self.class_names) > 1

    @cached_property
    def table(self) -> dict[int, str]:
        """The name of each object's class, by its number."""
        return named(self.classes, self.class_names) if self.classed else {}

    def class_number(self, number: int) -> int:
        """The class of an object, from 1; NONE where it has none."""
        return self.classes[number] if number in self.table else NONE

    def title_of(self, number: int) -> str:
        """What a number is: the class of an object that has one, else as `class_of` says."""
        return self.table.get(number) or self.class_of(number)

    def class_of(self, number: int) -> str:
        """The name of the class that a number stands for; of objects, what each of them is called."""
        if self.kind == "objects":
            return "object" if self.classed else (*self.class_names, *CELL)[0]
        return self.class_names[number - 1] if number <= len(self.class_names) else f"class {number}"
