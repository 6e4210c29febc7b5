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
from napari_unet.session.surprise import unforeseen

FLAT = 2
"""Axes of the labels of a picture that is no stack."""


@dataclass(frozen=True)
class Wish:
    """Labels wanted: of which picture, from which probability ((K, [T,] [Z,] Y, X) float), with which settings.

    `axes` are the letters of the labels.
    """

    name: str
    probability: NDArray[np.floating]
    kind: Kind
    settings: PostprocessingSettings
    axes: str = "YX"


@dataclass(frozen=True)
class Cleaned:
    """A fulfilled wish: `labels` (([T,] [Z,] Y, X) unsigned integers) and the classes of their objects, or what stopped
    it.
    """

    wish: Wish
    labels: NDArray[np.integer] | None
    error: UnetError | None = None
    classes: Mapping[int, int] = field(default_factory=dict)


class Cleaner:
    """Fulfils the newest wish only: a wish that is overtaken before it is begun is dropped, and so is one of a stack
    whose planes are not all cleaned up yet.

    A thread rather than the worker process: NumPy and SciPy release the interpreter for most of the work, and the
    probability need not be sent anywhere.
    """

    def __init__(self) -> None:
        self._wish: Wish | None = None
        self._results: list[Cleaned] = []
        self._busy = False
        self._closed = False
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None

    def ask(self, wish: Wish) -> None:
        """Replace the wish that waits by this one. Returns at once."""
        with self._condition:
            self._wish = wish
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="napari-unet clean-up", daemon=True)
                self._thread.start()
            self._condition.notify()

    def results(self) -> list[Cleaned]:
        """Fulfilled wishes since the last call, oldest first. Never waits."""
        with self._condition:
            results, self._results = self._results, []
        return results

    @property
    def idle(self) -> bool:
        """Whether nothing is asked, under way or left to collect."""
        with self._condition:
            return self._wish is None and not self._busy and not self._results

    def close(self) -> None:
        """End the thread after what it is doing now."""
        with self._condition:
            self._closed, self._wish = True, None
            self._condition.notify()
        if self._thread is not None:
            self._thread.join(timeout=10)

    def _work(self) -> None:
        while (wish := self._next()) is not None:
            result = _fulfil(wish, self._overtaken)
            with self._condition:
                self._busy = False
                if result is not None:
                    self._results.append(result)

    def _overtaken(self) -> bool:
        return self._closed or self._wish is not None

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
