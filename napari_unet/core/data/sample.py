"""A sample: a picture with what was painted on it, as training sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.channels import picked, places
from napari_unet.core.data.folder_name import unique_name
from napari_unet.core.data.masks import check_same_size
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.scale import microns, voxel_depth


@dataclass(frozen=True)
class Sample:
    """One annotated picture.

    Parameters
    ----------
    name : the picture's name.
    image : (C, [Z,] Y, X), any real dtype, as acquired.
    annotation : ([Z,] Y, X) unsigned integers; see `core.data.annotation`.
    complete : unlabelled pixels are background.
    validation : kept out of learning and used to measure (True), learned from (False), or not yet decided (None).
    colour : the channels are red, green, blue.
    pixel_size : side of a pixel in µm; 0 when it is not known.
    voxel_depth : how many times as deep as wide a voxel of a stack is.
    axes : the letters of the annotation's axes, such as TZYX; empty where nobody has said, which is ([Z,] Y, X).
    told : the axes of the picture's file as a person named them; see `Picture`.
    classes : of objects, number in the annotation -> class from 1; those without a class are not in it.
    channel_names : one name per channel, or empty.
    origins : where each pixel's label came from, uint8 as `provenance` says, of the annotation's shape; None when
        that is not known or does not matter.
    """

    name: str
    image: NDArray[np.generic]
    annotation: NDArray[np.integer]
    complete: bool
    validation: bool | None = None
    colour: bool = False
    pixel_size: float = 0.0
    voxel_depth: float = 1.0
    axes: str = ""
    told: str = ""
    classes: Mapping[int, int] = field(default_factory=dict)
    origins: NDArray[np.uint8] | None = None
    channel_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_same_size(self.name, self.image.shape[1:], self.annotation.shape)

    @classmethod
    def of(cls, picture: Picture, annotation: NDArray[np.integer], *, complete: bool) -> Self:
        """The sample of a picture, by its name, with what is painted on it. Raises MaskError for another size."""
        return cls(
            name=picture.name,
            image=picture.image,
            annotation=annotation,
            complete=complete,
            colour=picture.is_colour,
            pixel_size=microns(picture),
            voxel_depth=voxel_depth(picture),
            axes=picture.axes[1:],
            told=picture.told,
            channel_names=picture.channel_names,
        )

    def showing(self, chosen: str) -> Self:
        """The sample with the chosen channels alone, as `channels.picked` takes them. Raises PictureError."""
        image = picked(self.image, chosen, self.channel_names, self.name)
        if image is self.image:
            return self
        at = places(chosen, len(self.image), self.channel_names, self.name)
        names = tuple(self.channel_names[one] for one in at) if self.channel_names else ()
        return replace(self, image=image, channel_names=names, colour=False)


class TrainingSet(Protocol):
    """Where training takes its samples from, and asks again whether a person has painted since."""

    def samples(self) -> Sequence[Sample]:
        """All annotated samples, as they are now."""

    def changed(self) -> Sequence[Sample]:
        """The samples that changed since the last call of `samples` or `changed`, as they are now. Cheap."""


@dataclass(frozen=True)
class FixedSet:
    """A training set in memory that nobody paints on.

    Of samples with one name, all but the first get a number behind it: training tells them apart by their names.
    """

    items: tuple[Sample, ...]

    def __post_init__(self) -> None:
        taken: dict[str, Sample] = {}
        for sample in self.items:
            name = unique_name(sample.name, taken) if sample.name in taken else sample.name
            taken[name] = replace(sample, name=name)
        object.__setattr__(self, "items", tuple(taken.values()))

    def samples(self) -> Sequence[Sample]:
        """All samples."""
        return self.items

    def changed(self) -> Sequence[Sample]:
        """Never any."""
        return ()
