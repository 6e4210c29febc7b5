"""Live clean-up: probability to labels in a thread of its own. The last position wins and nothing queues."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.errors import UnetError
from napari_unet.core.postprocessing import object_classes, postprocess
from napari_unet.core.settings import Kind, PostprocessingSettings
from napari_unet.core.stopping import Stop, never
from napari_unet.session.glancing import Cut, Glance, Glanced, cut_out, glanced
from napari_unet.session.surprise import unforeseen

FLAT = 2
"""Axes of the labels of a picture that is no stack."""

PAUSE = 0.08
"""Seconds for which a slider must rest after a glance until the whole is made: one that moves on is followed first."""


@dataclass(frozen=True)
class Wish:
    """Labels wanted: of which picture, from which probability ((K, [T,] [Z,] Y, X) float), with which settings.

    `axes` are the letters of the labels, `glance` what of them is wanted first.
    """

    name: str
    probability: NDArray[np.floating]
    kind: Kind
    settings: PostprocessingSettings
    axes: str = "YX"
    glance: Glance | None = None


@dataclass(frozen=True)
class Cleaned:
    """A fulfilled wish: `labels` (([T,] [Z,] Y, X) unsigned integers) and the classes of their objects, or what stopped
    it. Of a wish with a glance, there are first only those that were `seen` by that.
    """

    wish: Wish
    labels: NDArray[np.integer] | None
    error: UnetError | None = None
    classes: Mapping[int, int] = field(default_factory=dict)
    seen: Glanced | None = None


class Cleaner:
    """Fulfils the newest wish only: a wish that is overtaken before it is begun is dropped, and so is one of which only
    a glance was made, or not all planes of a stack.

    A thread rather than the worker process: NumPy and SciPy release the interpreter for most of the work, and the
    probability need not be sent anywhere.
    """

    def __init__(self) -> None:
        self._wish: Wish | None = None
        self._results: list[Cleaned] = []
        self._cut: Cut | None = None  # of the last glance
        self._busy = self._closed = self._forgotten = False
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None

    def ask(self, wish: Wish) -> None:
        """Replace the wish that waits by this one. Returns at once."""
        with self._condition:
            self._wish = wish
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="napari-unet clean-up", daemon=True)
                self._thread.start()
            self._condition.notify_all()

    def results(self) -> list[Cleaned]:
        """Fulfilled wishes since the last call, oldest first. Never waits."""
        with self._condition:
            results, self._results = self._results, []
        return results

    def wait(self, seconds: float) -> list[Cleaned]:
        """The same, and wait until there are any, or nothing is to come; at most so long."""
        with self._condition:
            self._condition.wait_for(lambda: self._results or not (self._wish or self._busy), seconds)
        return self.results()

    def forget(self) -> None:
        """Drop every wish and result, and what is being made now: it is of a project that was left."""
        with self._condition:
            self._wish = self._cut = None
            self._results.clear()
            self._forgotten = self._busy
            self._condition.notify_all()

    @property
    def idle(self) -> bool:
        """Whether nothing is asked, under way or left to collect."""
        with self._condition:
            return self._wish is None and not self._busy and not self._results

    def close(self) -> None:
        """End the thread after what it is doing now."""
        with self._condition:
            self._closed, self._wish = True, None
            self._condition.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _work(self) -> None:
        while (wish := self._next()) is not None:
            if wish.glance is not None:
                self._put(self._glance(wish, wish.glance))
            if wish.glance is None or not self._moved_on():
                self._put(_fulfil(wish, self._overtaken))
            with self._condition:
                self._busy = self._forgotten = False
                self._condition.notify_all()

    def _glance(self, wish: Wish, glance: Glance) -> Cleaned | None:
        """The labels of a glance. None where they cannot be made: why is told of the whole, which comes next."""
        try:
            cut = self._cut
            if cut is None or not cut.fits(wish.probability, glance):
                cut = cut_out(wish.probability, glance)
            seen = glanced(cut, wish.kind, wish.settings)
        except Exception:  # noqa: BLE001  (a thread that died would leave the sliders dead until the window closes)
            return None
        with self._condition:
            self._cut = None if self._forgotten else cut
        return Cleaned(wish, None, seen=seen)

    def _put(self, result: Cleaned | None) -> None:
        with self._condition:
            if result is not None and not self._forgotten:
                self._results.append(result)
            self._condition.notify_all()

    def _moved_on(self) -> bool:
        """Whether a newer wish came while nothing was done for a moment."""
        with self._condition:
            return self._condition.wait_for(self._overtaken, PAUSE)

    def _overtaken(self) -> bool:
        return self._closed or self._forgotten or self._wish is not None

    def _next(self) -> Wish | None:
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._wish is not None)
            wish, self._wish = self._wish, None
            self._busy = wish is not None
            return wish


def _fulfil(wish: Wish, overtaken: Stop) -> Cleaned | None:
    """What came of a wish; None when a newer one came while a stack was cleaned up."""
    stack = len(wish.axes) > FLAT
    try:
        labels = postprocess(wish.probability, wish.kind, wish.settings, wish.axes, overtaken if stack else never)
        if stack and overtaken():
            return None
        classes = object_classes(wish.probability, labels) if wish.kind == "objects" else {}
        return Cleaned(wish, labels, classes=classes)
    except UnetError as error:
        return Cleaned(wish, None, error)
    except MemoryError:
        return Cleaned(
            wish, None, UnetError(f"There was not enough memory to clean up {wish.name}.", "", "Close other programs.")
        )
    except Exception as error:  # noqa: BLE001  (a thread that died would leave the sliders dead until the window closes)
        return Cleaned(wish, None, unforeseen(f"{wish.name} could not be cleaned up", error))
