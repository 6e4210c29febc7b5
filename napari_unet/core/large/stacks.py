"""Large stacks: plane by plane, then objects joined from one to the next, as `postprocessing.stacks` does in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.runs import overlaps
from napari_unet.core.large.found import LargeLabels, StackLabels
from napari_unet.core.large.numbering import Numbers, Table
from napari_unet.core.postprocessing.stacks import matched
from napari_unet.core.settings import Kind, PostprocessingSettings

Met = tuple[NDArray[np.integer], NDArray[np.integer], NDArray[np.intp]]


@dataclass(frozen=True)
class Plane:
    """What was found in one plane."""

    labels: LargeLabels
    numbers: Numbers


def stacked(
    planes: Sequence[Plane], axes: str, leading: tuple[int, ...], kind: Kind, settings: PostprocessingSettings
) -> tuple[StackLabels, Numbers]:
    """The labels of a stack ([T,] [Z,] Y, X) of these planes, and what is known of its objects, or classes.

    Parameters
    ----------
    axes : letters of the labels, such as TZYX.
    leading : how many planes along ([T,] [Z]).
    """
    chain = _Chain(planes, kind)
    if kind == "objects" and "Z" in axes and settings.join:
        for volume in chain.planes.reshape(-1, leading[-1]):
            chain.carry([[number] for number in volume.tolist()], settings.join)
    if kind == "objects" and "T" in axes and settings.follow:
        chain.carry(chain.planes.reshape(leading[0], -1).tolist(), settings.follow)
    names = chain.narrow() if kind == "objects" else chain.names
    labels = StackLabels([plane.labels for plane in planes], names, leading)
    return labels, _together(planes, names)


class _Chain:
    """What each number of each plane is called in the stack."""

    def __init__(self, planes: Sequence[Plane], kind: Kind) -> None:
        self._planes, self.planes = planes, np.arange(len(planes))
        counts = [plane.numbers.highest if kind == "objects" else 0 for plane in planes]
        tops = np.concatenate([[0], np.cumsum(counts)])
        self.names: list[Table] = []
        for plane, top in zip(planes, tops[:-1].tolist(), strict=True):
            name = np.arange(plane.numbers.highest + 1, dtype=np.uint32) + np.uint32(top)
            name[0] = 0
            self.names.append(name)
        self._top = int(tops[-1])

    def carry(self, slices: Sequence[Sequence[int]], least: float) -> None:
        """Let the objects of each slice, which is one plane or several, be called as those that they overlap before."""
        for before, after in pairwise(slices):
            one, two = matched(self._met(before, after), self._areas(before), self._areas(after), least)
            table = np.arange(self._top + 1, dtype=np.uint32)
            table[two] = one
            for number in after:
                self.names[number] = table[self.names[number]]

    def narrow(self) -> list[Table]:
        """The names without gaps, in their order."""
        used = np.zeros(self._top + 1, np.bool_)
        for name in self.names:
            used[name] = True
        used[0] = False
        table = np.cumsum(used, dtype=np.uint32) * used
        return [table[name] for name in self.names]

    def _areas(self, numbers: Sequence[int]) -> NDArray[np.intp]:
        total = np.zeros(self._top + 1, np.intp)
        for number in numbers:
            np.add.at(total, self.names[number], self._planes[number].numbers.sizes)
        return total

    def _met(self, before: Sequence[int], after: Sequence[int]) -> Met:
        """Which names share pixels in two slices, and how many; as `overlaps` says."""
        keys, counts = [], []
        for one, other in zip(before, after, strict=True):
            for block in self._planes[one].labels.work.blocks:
                old, new, shared = overlaps(
                    self._planes[one].labels[block.core], self._planes[other].labels[block.core]
                )
                names = self.names[one][old].astype(np.int64), self.names[other][new].astype(np.int64)
                keys.append(names[0] * (self._top + 1) + names[1])
                counts.append(shared)
        key, which = np.unique(np.concatenate(keys), return_inverse=True)
        total = np.bincount(which, weights=np.concatenate(counts), minlength=len(key)).astype(np.intp)
        return key // (self._top + 1), key % (self._top + 1), total


def _together(planes: Sequence[Plane], names: Sequence[Table]) -> Numbers:
    """What is known of all planes' objects, by their names in the stack."""
    highest = max((int(name.max(initial=0)) for name in names), default=0)
    sizes = np.zeros(highest + 1, np.int64)
    likely = np.zeros((highest + 1, planes[0].numbers.likely.shape[1]))
    for plane, name in zip(planes, names, strict=True):
        np.add.at(sizes, name, plane.numbers.sizes)
        np.add.at(likely, name, plane.numbers.likely)
    return Numbers({}, sizes, likely, sum(plane.numbers.unseen for plane in planes))
