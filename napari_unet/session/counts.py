"""How many objects are painted in each picture, counted a little at a time: a long list must not hold the window."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import FIRST
from napari_unet.core.data.object_classes import NONE, Classes
from napari_unet.core.data.runs import sizes
from napari_unet.core.errors import UnetError

Labels = NDArray[np.integer]
Count = tuple[int, int]
"""How many pixels are painted, and how many objects."""


class Counts:
    """The last count of each picture. `read` brings an annotation, `guess` says cheaply whether there is one, and
    `classes` the class of each of its objects.
    """

    def __init__(
        self, read: Callable[[str], Labels], guess: Callable[[str], bool], classes: Callable[[str], Classes]
    ) -> None:
        self._read, self._guess, self._classes_of = read, guess, classes
        self._classes: dict[str, Counter[int]] = {}
        self._known: dict[str, Count] = {}
        self._behind: set[str] = set()

    def get(self, name: str, until: float) -> Count:
        """The count; one that is out of date is renewed before the time `until` (monotonic), and later by `go_on`."""
        if name in self._behind or name not in self._known:
            if time.monotonic() < until:
                self._renew(name)
            else:
                self._behind.add(name)
        return self._known.get(name) or (int(self._guess(name)), 0)

    def area(self, name: str) -> int:
        """How many pixels were painted when last counted."""
        return self._known.get(name, (0, 0))[0]

    def classes(self, name: str) -> Mapping[int, int]:
        """How many objects of each class were painted when last counted; NONE stands for those without one."""
        return self._classes.get(name, {})

    def outdate(self, name: str) -> None:
        """Something was painted."""
        self._behind.add(name)

    def forget(self, name: str) -> None:
        """The picture has gone."""
        self._known.pop(name, None)
        self._classes.pop(name, None)
        self._behind.discard(name)

    def go_on(self, seconds: float, busy: str | None) -> bool:
        """Count for about so long, leaving out the picture that is `busy`; whether there was anything to count."""
        behind = self._behind - {busy}
        end = time.monotonic() + seconds
        for name in behind:
            self._renew(name)
            if time.monotonic() > end:
                break
        return bool(behind)

    def _renew(self, name: str) -> None:
        self._behind.discard(name)
        try:
            annotation, classes = self._read(name), self._classes_of(name)
            self._known[name] = count(annotation)
            self._classes[name] = count_classes(annotation, classes) if classes else Counter()
        except UnetError:  # damaged: it is told when the picture is opened
            self._known[name] = 1, 0


def count(annotation: Labels) -> Count:
    """How many pixels are painted, and how many objects."""
    objects = annotation[annotation >= FIRST]
    seen = np.zeros(int(objects.max(initial=0)) + 1, bool)
    seen[objects] = True
    return int(np.count_nonzero(annotation)), int(np.count_nonzero(seen))


def count_classes(annotation: Labels, classes: Mapping[int, int]) -> Counter[int]:
    """How many objects have each class; NONE stands for those without one."""
    there = np.flatnonzero(sizes(annotation))
    return Counter(classes.get(number, NONE) for number in there[there >= FIRST].tolist())
