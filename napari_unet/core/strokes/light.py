"""What a forest is shown of the pictures that were painted on, when they are several.

Brightness is measured in each picture on its own, or on one scale for all. On its own, pictures of different exposures
look alike; but an empty one looks like a full one, too. Where all were taken in the same light, it tells more how
bright something is. Which it is, strokes tell: forests are asked about pictures that they do not know, in both lights,
and the one counts in which they find what was painted.

How much fine detail there is helps within a picture, and misleads in others: it is shown while few are painted on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.preprocessing.levels import Levels
from napari_unet.core.strokes.filters import DETAILED, PER_CHANNEL, SHIFTED, TEXTURE
from napari_unet.core.strokes.painted import Painted, pictures_of
from napari_unet.core.strokes.seen import Features
from napari_unet.core.strokes.trust import FOLDS, told_without, trusts_of

FEWEST = 3
"""Of fewer pictures than this nobody can tell."""

CLEARLY = 0.01
"""By so much more must pictures in one light be trusted."""


@dataclass(frozen=True)
class Light:
    """In which pictures are shown.

    Parameters
    ----------
    one : the levels by which all pictures are measured; None: each by its own.
    detail : whether it is shown how much fine detail there is.
    """

    one: Levels | None = None
    detail: bool = True

    def on(self, features: Features, own: Levels) -> NDArray[np.floating]:
        """Features (..., F) of a picture, filters first, whose levels are `own`, as they are in this light; without
        detail they are fewer.

        Filters are linear: brightness is stretched and shifted, slopes and curvatures are stretched.
        """
        lit = self._lit(features, own)
        return lit if self.detail else np.delete(lit, np.flatnonzero(np.tile(DETAILED, own.low.size)), axis=-1)

    def plain_on(self, features: Features, own: Levels) -> NDArray[np.floating]:
        """The same, of filters that tell no textures apart alone: brightness, slopes and curvatures."""
        return self._lit(features[..., : own.low.size * PER_CHANNEL], own)[..., np.tile(~TEXTURE, own.low.size)]

    def on_all(self, painted: Sequence[Painted]) -> NDArray[np.floating]:
        """Features (N, F) of all painted pixels, one picture after the other."""
        return np.concatenate([self.on(picture.features, picture.levels) for picture in painted])

    def plain_on_all(self, painted: Sequence[Painted]) -> NDArray[np.floating]:
        """The same of plain filters."""
        return np.concatenate([self.plain_on(picture.features, picture.levels) for picture in painted])

    def _lit(self, features: Features, own: Levels) -> NDArray[np.floating]:
        """Brightness is stretched and shifted, slopes and curvatures are stretched: filters are linear."""
        if self.one is None:
            return features
        lit = features.astype(np.float32)
        filters = lit[..., : own.low.size * PER_CHANNEL]
        span = (self.one.high - self.one.low).ravel()
        filters *= np.repeat((own.high - own.low).ravel() / span, PER_CHANNEL)
        filters += np.outer((own.low - self.one.low).ravel() / span, SHIFTED).ravel()
        return lit


def fitting_light(painted: Sequence[Painted], strokes: NDArray[np.intp], count: int, threads: int) -> Light:
    """The light in which strokes tell most about pictures that they do not lie on.

    Parameters
    ----------
    painted : pictures with equally many channels.
    strokes : (N,) of all their painted pixels one after the other, the number of the stroke.
    """
    if len(painted) < FEWEST:
        return Light()
    own = Light(detail=False)
    one = replace(own, one=painted[0].levels)
    if all(_alike(picture.levels, painted[0].levels) for picture in painted):
        return own
    apart, together = (_trusted(painted, strokes, light, count, threads) for light in (own, one))
    return one if together > apart + CLEARLY else own


def _trusted(painted: Sequence[Painted], strokes: NDArray[np.intp], light: Light, count: int, threads: int) -> float:
    """How far forests may be trusted on pictures that they do not know."""
    values = np.concatenate([picture.values for picture in painted])
    told = told_without(light.on_all(painted), values, pictures_of(painted) % FOLDS, count, threads)
    return float(trusts_of(told, values, strokes).mean())


def _alike(levels: Levels, one: Levels) -> bool:
    return levels is one or (np.array_equal(levels.low, one.low) and np.array_equal(levels.high, one.high))
