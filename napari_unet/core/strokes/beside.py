"""What starts say of pixels beside the strokes, and what follows for the forests on the strokes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.settings import Kind
from napari_unet.core.strokes.guide import Guide
from napari_unet.core.strokes.light import Light
from napari_unet.core.strokes.painted import AROUND, Painted
from napari_unet.core.strokes.starts import CERTAIN, certainty, meant, tells_one_region
from napari_unet.core.strokes.trust import BOTH, UNKNOWN

SURE = 0.6
"""Where a start finds a class more probable than this, its word anchors the forest."""

TOGETHER = 200_000
"""So many painted pixels of all pictures are learned from, and so many beside them: forests choose a few thousand."""

SETTLED = 0.75
"""Starts that are so certain on average (see `starts.CERTAIN`) are believed to know such pictures."""

FAILED = 0.4
"""Who is trusted by so little foresees strokes worse than one who knows nothing. That such a forest contradicts a start
which knows such pictures then counts twice: in phase contrast, answers had fallen below the start by one.
"""

ENOUGH = 6000
"""How far two agree is as good as known from so many pixels."""

CLEAR, VAGUE = 0.4, 0.9
"""Of what starts find, so little is in the balance where they know such pictures, and so much where they may not: 0.16
to 0.41 in nuclei of dsb2018, 0.85 in axons, 1.2 to 1.9 in filaments, for which `cells` seems to fit.
"""

LEAST = 1.0
"""Whose probabilities together are less than this finds nothing that it could be sure of."""

STEADY = 1e-4
"""Who varies by less (standard deviation) over a picture says nothing about it."""


@dataclass(frozen=True)
class Beside:
    """Pixels of pictures whose starts can be asked.

    Parameters
    ----------
    features : (N, F).
    said : (K, N), how probable the starts find each class, background first.
    """

    features: NDArray[np.floating]
    said: NDArray[np.float32]

    @property
    def anchors(self) -> tuple[NDArray[np.floating], NDArray[np.intp]]:
        """What the starts would have painted, where they are sure: features and classes."""
        sure = np.flatnonzero(self.said.max(0) > SURE)
        return self.features[sure], self.said.argmax(0)[sure]

    def agreement(self, guide: Guide, doubt: NDArray[np.float32], trust: NDArray[np.float32]) -> NDArray[np.float32]:
        """How far a forest on strokes alone and the starts say the same, class by class: (K,), correlations, -1..1.

        That they contradict each other counts for less where the starts are in two minds, and where they are doubted;
        and for more where the starts know such pictures and the forest does not even foresee strokes.

        Parameters
        ----------
        doubt : (K,), 0..1; see `borne_out`.
        trust : (K,), how far the forest foresees strokes, 0..1.
        """
        few = slice(None, None, -(-len(self.features) // ENOUGH))
        told = guide.ask(self.features[few])
        alike = np.array([correlation(*both) for both in zip(told, self.said[:, few], strict=True)])
        sure = ((certainty(self.said) - CERTAIN) / (SETTLED - CERTAIN)).clip(0, 1)
        failing = ((UNKNOWN - trust) / (UNKNOWN - FAILED)).clip(0, 1) * (sure == 1)
        against = (alike * sure * (1 - doubt) * (1 + failing)).clip(-1)
        return np.where(alike < 0, against, alike).astype(np.float32)


def beside(painted: Sequence[Painted], light: Light, kind: Kind, count: int) -> Beside | None:
    """Of all these pictures, where the start says a number; None where none says any."""
    asked = asked_about(painted, kind, count)
    parts = [(light.on(one.around.features[there], one.levels), said) for one, there, said in asked]
    if not parts:
        return None
    features, planes = zip(*parts, strict=True)
    return Beside(np.concatenate(features), np.concatenate(planes, axis=1))


def sureness(painted: Sequence[Painted], kind: Kind, count: int) -> dict[str, float]:
    """How sure each start is of what it finds beside the strokes: 0..1 by its name.

    Small and faint things are mostly edge, so who finds such is less sure. Those are left out that find next to
    nothing; those of one region, which say nothing by being sure; and all where there are several classes.
    """
    found = dict[str, list[NDArray[np.float32]]]()
    for one, _, said in asked_about(painted, kind, count) if count == BOTH else ():
        if one.start is not None and not tells_one_region(one.start):
            found.setdefault(one.start, []).append(said[1])
    told = {name: np.concatenate(planes) for name, planes in found.items()}
    return {name: _sure(each) for name, each in told.items() if each.sum() > LEAST}


def _sure(told: NDArray[np.float32]) -> float:
    """How little of what is found is in the balance, 0..1."""
    vague = float((4 * told * (1 - told)).sum() / told.sum())
    return float(np.clip((VAGUE - vague) / (VAGUE - CLEAR), 0, 1))


def asked_about(
    painted: Sequence[Painted], kind: Kind, count: int
) -> Iterator[tuple[Painted, NDArray[np.intp], NDArray[np.float32]]]:
    """Pictures, pixels beside their strokes, and what the start says of those, (K, N), where it says a number."""
    every = -(-len(painted) * AROUND // TOGETHER)
    for one in painted:
        said = of_classes(one.start, one.around.said, kind, count)
        there = np.empty(0, int) if said is None else np.flatnonzero(np.isfinite(said).all(0))[::every]
        if said is not None and there.size:
            yield one, there, said[:, there]


def of_classes(
    start: str | None, said: NDArray[np.float32] | None, kind: Kind, count: int
) -> NDArray[np.float32] | None:
    """What a start says, (count, N): how probable each class is, background first."""
    planes = None if start is None else meant(start, said, kind, count)
    return np.stack([1 - planes[0], planes[0]]) if planes is not None and kind == "objects" else planes


def correlation(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Pearson's, and 0 where one of them says the same everywhere."""
    if min(one.std(), other.std()) < STEADY:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
