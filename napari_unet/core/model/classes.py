"""Which of a model's classes is which of a project's: by their names, never by their order. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import BACKGROUND, FIRST
from napari_unet.core.data.sample import Sample
from napari_unet.core.model.card import OBJECT_PLANES, ModelCard
from napari_unet.core.settings import Kind
from napari_unet.core.wording import listed

Order = tuple[tuple[int, ...], ...]
"""For each plane of an answer as the project wants it, those of the model that are added up in it."""


@dataclass(frozen=True)
class Classes:
    """The classes of a model beside those of a project.

    `names` are the project's, `theirs` the model's, both in their order; `numbers` has for each of the project's its
    number in the model, from 1, and 0 where the model does not know it.
    """

    kind: Kind
    names: tuple[str, ...]
    theirs: tuple[str, ...]
    numbers: tuple[int, ...]

    @property
    def alike(self) -> bool:
        """Whether a number means the same to both, as far as both have it, and nothing is to be rearranged."""
        numbers = range(1, len(self.theirs) + 1)
        return not self.names or not self.theirs or self.numbers[: len(self.theirs)] == tuple(numbers)

    @property
    def missing(self) -> tuple[str, ...]:
        """The project's classes that the model does not know."""
        return tuple(name for name, number in zip(self.names, self.numbers, strict=True) if not number)

    @property
    def unknown(self) -> tuple[str, ...]:
        """The model's classes that the project does not have."""
        return tuple(name for number, name in enumerate(self.theirs, 1) if number not in self.numbers)

    @property
    def order(self) -> Order:
        """The planes of an answer in the project's order; empty where they are so already.

        Of objects, classes that the project does not have come behind its own: there they are no class of it. Of
        regions, they are background. Planes of classes that the model does not know have no part.
        """
        if self.alike:
            return ()
        first = len(OBJECT_PLANES) if self.kind == "objects" else 1
        own = [(number + first - 1,) if number else () for number in self.numbers]
        others = [number + first - 1 for number, name in enumerate(self.theirs, 1) if name in self.unknown]
        if self.kind == "regions":
            return ((0, *others), *own)
        return (*((plane,) for plane in range(first)), *own, *((plane,) for plane in others))

    def sentence(self, title: str) -> str:
        """What a person must know of the model called `title`; empty where both have the same classes."""
        if not self.names or (not self.missing and not self.unknown):
            return ""
        if not self.theirs:
            return f"{title} does not tell {listed(self.names)} apart: the objects it finds have no class."
        fate = "such objects get no class" if self.kind == "objects" else "such places count as background"
        lacks = f"{title} does not know {listed(self.missing)} and will find none." if self.missing else ""
        has = f"{title} knows {listed(self.unknown)}, which this project does not have: {fate}." if self.unknown else ""
        return " ".join(part for part in (lacks, has) if part)

    def as_model_numbers(self, sample: Sample) -> Sample:
        """The sample with its classes numbered as the model does; those it does not know come behind its own."""
        if self.alike:
            return sample
        behind = iter(range(len(self.theirs) + 1, len(self.theirs) + 1 + len(self.names)))
        told = [number or next(behind) for number in self.numbers]
        if self.kind == "objects":
            classes = {one: told[value - 1] for one, value in sample.classes.items() if 0 < value <= len(told)}
            return replace(sample, classes=classes)
        table = np.arange(max(int(sample.annotation.max(initial=0)), BACKGROUND + len(told)) + 1)
        table[FIRST : FIRST + len(told)] = [BACKGROUND + number for number in told]
        return replace(sample, annotation=table[sample.annotation].astype(sample.annotation.dtype))


def classes_of(card: ModelCard, names: Sequence[str], earlier: Sequence[str] = ()) -> Classes:
    """A model's classes beside those of a project.

    Parameters
    ----------
    names : of the project's classes, in their order; of objects, empty where there is nothing to choose.
    earlier : what they were called when the model learned: whoever renames a class does not make it another one.
    """
    theirs = card.object_classes if card.kind == "objects" else card.outputs[1:]
    numbers = [0] * len(names)
    for called in (earlier, names):
        for at, name in enumerate(called[: len(numbers)]):
            if not numbers[at] and name in theirs and theirs.index(name) + 1 not in numbers:
                numbers[at] = theirs.index(name) + 1
    return Classes(card.kind, tuple(names), tuple(theirs), tuple(numbers))


def arranged(answer: NDArray[np.float32], order: Order, out: NDArray[np.float32]) -> None:
    """Fill `out` (len(order), [T,] [Z,] Y, X) with the planes of an answer (K, [T,] [Z,] Y, X) in this order."""
    for plane, parts in zip(out, order, strict=True):
        plane[:] = 0
        for part in parts:
            plane += answer[part]
