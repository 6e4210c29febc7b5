"""The forests that strokes on pictures with equally many channels teach, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.cores import available_cores
from napari_unet.core.data.object_classes import NONE
from napari_unet.core.settings import Kind
from napari_unet.core.strokes.beside import Beside, beside, sureness
from napari_unet.core.strokes.doubt import bettered, borne_out
from napari_unet.core.strokes.guide import Guide
from napari_unet.core.strokes.light import Light, fitting_light
from napari_unet.core.strokes.painted import Painted, joined
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.trust import BOTH, Trusts, left_out, trusts_of
from napari_unet.core.strokes.voices import Weights, weighed
from napari_unet.core.strokes.windows import Window


@dataclass(frozen=True)
class Taught:
    """Three forests.

    Parameters
    ----------
    guide : knows the strokes alone.
    trust : how far it may be trusted.
    anchored : knows the strokes, and takes what the start is sure of elsewhere for painted; None without a start.
    plain : gives one that knows the strokes alone, and no textures; grown when it is first asked for.
    known : the classes that have strokes.
    agreement : how far guide and starts say the same beside the strokes, class by class; see `Beside`.
    sure : how sure each start is of what it finds, by its name, 0..1: less where starts are doubted; see `sureness`.
    doubt : how far strokes say that the starts look for something else, class by class; see `borne_out`.
    better : how far the plain forest knows better than the starts, class by class; see `bettered`.
    weights : gives how much start, guide and plain one count in pictures with few strokes; see `weighed`.
    light : in which they are shown pictures.
    sorter : tells classes of objects apart; None where there are not two to know.
    """

    guide: Guide
    trust: Trusts
    anchored: Guide | None
    plain: Callable[[], Guide]
    known: NDArray[np.intp]
    agreement: NDArray[np.float32]
    sure: Mapping[str, float]
    doubt: NDArray[np.float32]
    better: NDArray[np.float32]
    weights: Callable[[], Weights | None]
    light: Light = field(default_factory=Light)
    sorter: Guide | None = None

    def features(self, seen: Seen, window: Window) -> NDArray[np.floating]:
        """What the first two are asked about, (y, x, F)."""
        return self.light.on(seen.features(window), seen.levels)

    def plainly(self, seen: Seen, window: Window) -> NDArray[np.float32]:
        """What the plain forest says of a window, (K, y, x)."""
        return self.plain().survey(self.light.plain_on(seen.features(window), seen.levels), seen.outstanding(window))


def taught_by(painted: Sequence[Painted], kind: Kind, count: int) -> Taught | None:
    """Forests that know all strokes on these pictures of equally many channels; None while there is but one class."""
    (values, strokes), threads = joined(painted), available_cores()
    known = np.unique(values)
    if len(known) < BOTH:
        return None
    light = fitting_light(painted, strokes, count, threads)
    features, looks = light.on_all(painted), light.plain_on_all(painted)
    plain = cache(partial(Guide, looks, values, count, threads))
    about = painted, light, plain, kind, count
    doubt, better = borne_out(*about), bettered(*about)
    trust = trusts_of(left_out(features, values, strokes, count, threads), values, strokes)
    guide = Guide(features, values, count, threads)
    said = beside(painted, light, kind, count)
    agreement = np.zeros(count, np.float32) if said is None else said.agreement(guide, doubt, trust)
    anchored = None if said is None else _anchored(said, features, values, count, threads)
    sure = {name: each * float(1 - doubt[1]) for name, each in sureness(painted, kind, count).items()}
    weights = cache(partial(weighed, painted, light, kind, count))
    sorter = _sorter(painted, features, threads)
    return Taught(guide, trust, anchored, plain, known, agreement, sure, doubt, better, weights, light, sorter)


def _anchored(
    said: Beside, features: NDArray[np.floating], values: NDArray[np.intp], count: int, threads: int
) -> Guide:
    both = np.concatenate([features, said.anchors[0]]), np.concatenate([values, said.anchors[1]])
    return Guide(*both, count, threads)


def _sorter(painted: Sequence[Painted], features: NDArray[np.floating], threads: int) -> Guide | None:
    """A forest that knows the classes of objects."""
    sorts = np.concatenate([one.sorts for one in painted])
    there = sorts != NONE
    if len(np.unique(sorts[there])) < BOTH:
        return None
    return Guide(features[there], sorts[there] - 1, int(sorts.max()), threads, fair=True)
