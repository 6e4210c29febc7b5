"""What a network sees of one picture: brought to its size, cleaned and on its scale of brightness."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.axes import behind
from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import PictureError
from napari_unet.core.preprocessing.chain import cleaned, steps_of
from napari_unet.core.preprocessing.levels import evenly_spaced, fit_channels, measure_levels, normalise
from napari_unet.core.preprocessing.scaling import Grid, resized, resized_numbers, resized_window, scaled_shape
from napari_unet.core.settings import Plan

FURTHEST = 16.0
"""A picture is made at most so many times as large or small: more is a wrong pixel size, and fills the memory."""


class Sight(Protocol):
    """What must be known of a model to see with its eyes; a model's card knows it."""

    @property
    def channels(self) -> int:
        """Of the pictures it learned from."""

    @property
    def colour(self) -> bool:
        """Whether they are red, green and blue."""

    @property
    def plan(self) -> Plan:
        """Holds the preprocessing."""

    @property
    def object_width(self) -> float:
        """How wide a typical object was in them, in pixels at the plan's pixel size; 0 when it is not known."""


class View:
    """A picture as a network sees it.

    Usually nothing is computed in advance: windows are cut from the picture, which may be memory-mapped, rescaled and
    normalised one by one, at levels measured once on evenly spaced pixels. When the settings ask for a step in which a
    pixel depends on its surroundings or on the whole picture (background, denoise, equalise), the whole picture is
    prepared once and kept in memory as float32.

    Parameters
    ----------
    image : (C, [T,] [Z,] Y, X), any real dtype, as acquired; only the channels that are chosen, see `of`.
    sight : the model's card, or whatever knows as much.
    name : what errors call the picture.
    pixel_size : of the picture, in µm; 0 when it is not known.
    wide : how wide a typical object is in this picture, in its own pixels; 0 when it is as in those learned from.

    Raises
    ------
    PictureError : NaN, the same value everywhere, or a pixel size that would make it enormous or nothing.
    ModelError : its channels do not fit.
    """

    def __init__(
        self, image: NDArray[np.generic], sight: Sight, name: str, pixel_size: float, wide: float = 0.0
    ) -> None:
        settings = sight.plan.preprocessing
        self._sight, self._source = sight, image
        self._own: Grid = tuple(image.shape[1:])
        corner = image[(slice(None), *(slice(0, 1),) * len(self._own))]
        fit_channels(corner, sight.channels, sight.colour)
        self._levels = measure_levels(image, settings, name)
        self.shape: Grid = scaled_shape(self._own, zoom(sight, name, pixel_size, wide))
        if steps_of(settings):
            self._source = cleaned(self._fewer(resized(image, self.shape)), settings)
            self._levels = measure_levels(self._source, settings, name)
        elif len(image) > sight.channels:
            self._levels = measure_levels(self._fewer(evenly_spaced(image)), settings, name)

    @classmethod
    def of(cls, sample: Sample, sight: Sight) -> Self:
        """The view of a sample: of its channels, those that are chosen. Raises as `View` and `Sample.showing`."""
        image = sample.showing(sight.plan.preprocessing.channels).image
        return cls(image, sight, sample.name, sample.pixel_size)

    def window(self, slices: Sequence[slice]) -> NDArray[np.float32]:
        """A window (C, [z,] y, x) float32, normalised; what lies beyond the picture mirrors it."""
        places = [_mirrored(part, side) for part, side in zip(slices, self.shape, strict=True)]
        inside = [slice(int(place.min()), int(place.max()) + 1) for place in places]
        block = normalise(self._fewer(self._cut(inside)), self._levels)
        if any(part != taken for part, taken in zip(slices, inside, strict=True)):
            nearby = (place - part.start for place, part in zip(places, inside, strict=True))
            block = block[np.ix_(np.arange(len(block)), *nearby)]
        return block if len(block) == self._sight.channels else np.repeat(block, self._sight.channels, axis=0)

    def whole(self) -> NDArray[np.float32]:
        """All of it: (C, *shape) float32, normalised."""
        return self.window([slice(0, side) for side in self.shape])

    def part(self, window: Sequence[slice]) -> Self:
        """The view of a window of the picture, given in the picture's own pixels, at the levels of the whole."""
        part = copy.copy(self)
        ends = zip(window, self._own, self._source.shape[1:], strict=True)
        cut = tuple(slice(one.start * side // own, max(1, one.stop * side // own)) for one, own, side in ends)
        part._source = self._source[(slice(None), *cut)]
        part._own = tuple(one.stop - one.start for one in window)
        sides = zip(part._own, self._own, self.shape, strict=True)
        part.shape = tuple(max(1, round(new * side / own)) for new, own, side in sides)
        return part

    def plane(self, place: tuple[int, ...]) -> Self:
        """The view of one plane of a stack, which is at a place along ([T,] [Z]), at the levels of all of it."""
        plane, levels, depth = copy.copy(self), self._levels, len(place)
        plane._source = self._source[behind(place)]
        plane._own, plane.shape = self._own[depth:], self.shape[depth:]
        first = behind((0,) * depth)
        plane._levels = replace(levels, low=levels.low[first], high=levels.high[first])
        return plane

    def sized(self, factor: float) -> Self:
        """The view of the same picture, `factor` times as large."""
        other = copy.copy(self)
        other.shape = scaled_shape(self.shape, factor)
        return other

    def fit(self, annotation: NDArray[np.integer]) -> NDArray[np.integer]:
        """An annotation or labels ([Z,] Y, X) of the picture, as large as the view."""
        return annotation if annotation.shape == self.shape else resized_numbers(annotation, self.shape)

    def back(self, probability: NDArray[np.float32]) -> NDArray[np.float32]:
        """Planes (K, *shape) as large as the picture itself: (K, [Z,] Y, X) float32."""
        return probability if probability.shape[1:] == self._own else resized(probability, self._own)

    def _cut(self, inside: list[slice]) -> NDArray[np.generic]:
        if self._source.shape[1:] == self.shape:
            return self._source[(slice(None), *inside)]
        return resized_window(self._source, self.shape, inside)

    def _fewer(self, image: NDArray[np.generic]) -> NDArray[np.generic]:
        """Colour as luminance for a model of grey. Grey is repeated for a model of colour only at the very end."""
        fewer = len(image) > self._sight.channels
        return fit_channels(image, self._sight.channels, self._sight.colour) if fewer else image


def zoom(sight: Sight, name: str, pixel_size: float, wide: float) -> float:
    """How many times as large the network sees the picture; the parameters are those of `View`.

    A width that is given for the picture itself decides alone. Else pixels are brought to the plan's pixel size, and
    objects, which are then as wide as in the pictures learned from, to the plan's object size.

    Raises
    ------
    PictureError : more than FURTHEST either way.
    """
    settings = sight.plan.preprocessing
    learned = settings.object_size if settings.object_size and sight.object_width else sight.object_width
    if wide and learned:
        factor = learned / wide
    else:
        factor = pixel_size / settings.pixel_size if pixel_size and settings.pixel_size else 1.0
        factor *= learned / sight.object_width if learned else 1.0
    if not 1 / FURTHEST <= factor <= FURTHEST:
        raise PictureError(
            f"{name} would be made {factor:.3g} times as large.",
            f"At most {FURTHEST:g} times, and at least a {FURTHEST:g}th, makes sense.",
            "Correct its pixel size or the width of its objects, or switch rescaling off.",
        )
    return factor


def _mirrored(part: slice, side: int) -> NDArray[np.intp]:
    """The indices of a stretch of an axis of `side` pixels that may run past its end."""
    index = np.arange(part.start, part.stop) % max(1, 2 * side - 2)
    return np.where(index >= side, 2 * side - 2 - index, index)
