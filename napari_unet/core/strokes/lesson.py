"""What is known from all strokes together, on whatever pictures they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.cores import available_cores
from napari_unet.core.data.object_classes import NONE
from napari_unet.core.settings import Kind
from napari_unet.core.strokes.beside import TOGETHER, Beside, beside, of_classes
from napari_unet.core.strokes.doubt import doubted
from napari_unet.core.strokes.guide import Guide
from napari_unet.core.strokes.light import Light, fitting_light
from napari_unet.core.strokes.painted import BOTH, Painted
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.trust import UNKNOWN, Trusts, amount, left_out, trusts_of
from napari_unet.core.strokes.windows import Window


@dataclass(frozen=True)
class Taught:
    """Three forests.

    Parameters
    ----------
    guide : knows the strokes alone.
    trust : how far it may be trusted.
    anchored : knows the strokes, and takes what the start is sure of elsewhere for painted; None without a start.
    plain : knows the strokes alone, and no textures.
    agreement : how far guide and starts say the same beside the strokes, class by class; see `Beside`.
    doubt : how far the strokes take back what starts found, class by class; see `doubted`.
    light : in which they are shown pictures.
    sorter : tells classes of objects apart; None where there are not two to know.
    """

    guide: Guide
    trust: Trusts
    anchored: Guide | None
    plain: Guide
    agreement: NDArray[np.float32]
    doubt: NDArray[np.float32]
    light: Light = field(default_factory=Light)
    sorter: Guide | None = None

    def features(self, seen: Seen, window: Window) -> NDArray[np.floating]:
        """What the first two are asked about, (y, x, F)."""
        return self.light.on(seen.features(window), seen.levels)

    def plainly(self, seen: Seen, window: Window) -> NDArray[np.float32]:
        """What the plain forest says of a window, (K, y, x)."""
        return self.plain.ask(self.light.plain_on(seen.features(window), seen.levels))


@dataclass(frozen=True)
class Lesson:
    """What strokes taught.

    Parameters
    ----------
    taught : forests by how many features a pixel has: grey and colour are learned apart.
    trust : how far the starts agree with the strokes.
    amount : how much can be known from so many strokes; see `trust`.
    painted : how many classes there are with strokes, background among them. Of those behind them, which only the start
        knows, the forests know nothing.
    """

    taught: Mapping[int, Taught] = field(default_factory=dict)
    trust: Trusts = field(default_factory=lambda: np.zeros(BOTH, np.float32) + np.float32(UNKNOWN))
    amount: float = 0.0
    painted: int = BOTH


def learned(painted: Sequence[Painted], kind: Kind, count: int) -> Lesson:
    """The lesson of all that is painted."""
    strokes = sum(len(np.unique(one.strokes)) for one in painted)
    every = -(-sum(len(one.values) for one in painted) // TOGETHER)
    few = [one.thinned(every) for one in painted]
    highest = max([BOTH, *(one.count for one in painted)])
    return Lesson(_taught(few, kind, count), start_trust(few, kind, count), amount(strokes), highest)


def _taught(painted: Sequence[Painted], kind: Kind, count: int) -> dict[int, Taught]:
    """Forests that know all strokes; none while only one class is painted."""
    taught, threads = {}, available_cores()
    for width in sorted({one.features.shape[1] for one in painted}):
        alike = [one for one in painted if one.features.shape[1] == width]
        values, strokes = _joined(alike)
        if len(np.unique(values)) >= BOTH:
            light = fitting_light(alike, strokes, count, threads)
            features = light.on_all(alike)
            told = left_out(features, values, strokes, count, threads)
            guide = Guide(features, values, count, threads)
            doubt = doubted(alike, kind, count)
            anchored, agreement = _with_starts(guide, beside(alike, light, kind, count), doubt, features, values)
            trust, plain = trusts_of(told, values, strokes), Guide(light.plain_on_all(alike), values, count, threads)
            sorter = _sorter(alike, features, threads)
            taught[width] = Taught(guide, trust, anchored, plain, agreement, doubt, light, sorter)
    return taught


def _with_starts(
    guide: Guide,
    said: Beside | None,
    doubt: NDArray[np.float32],
    features: NDArray[np.floating],
    values: NDArray[np.intp],
) -> tuple[Guide | None, NDArray[np.float32]]:
    """The anchored forest, and how far the guide and the starts say the same."""
    if said is None:
        return None, np.zeros(guide.count, np.float32)
    both = np.concatenate([features, said.anchors[0]]), np.concatenate([values, said.anchors[1]])
    return Guide(*both, guide.count, available_cores()), said.agreement(guide, doubt)


def _sorter(painted: Sequence[Painted], features: NDArray[np.floating], threads: int) -> Guide | None:
    """A forest that knows the classes of objects."""
    sorts = np.concatenate([one.sorts for one in painted])
    there = sorts != NONE
    if len(np.unique(sorts[there])) < BOTH:
        return None
    return Guide(features[there], sorts[there] - 1, int(sorts.max()), threads, fair=True)


def start_trust(painted: Sequence[Painted], kind: Kind, count: int) -> Trusts:
    """How far the starts agree with all strokes, on pictures that they can be asked about."""
    known = [(one, told) for one in painted if (told := of_classes(one.start, one.said, kind, count)) is not None]
    if not known:
        return np.full(count, np.float32(UNKNOWN))
    return trusts_of(np.concatenate([told for _, told in known], axis=1), *_joined([one for one, _ in known]))


def _joined(painted: Sequence[Painted]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Classes and strokes of all painted pixels; strokes of different pictures have different numbers."""
    ends = np.cumsum([0, *(int(one.strokes.max()) for one in painted)])
    strokes = [one.strokes + end for one, end in zip(painted, ends, strict=False)]
    return np.concatenate([one.values for one in painted]), np.concatenate(strokes)
