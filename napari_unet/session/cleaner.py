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
from napari_unet.session.surprise import unforeseen


@dataclass(frozen=True)
class Wish:
    """Labels wanted: of which picture, from which probability ((K, Y, X) float), with which settings."""

    name: str
    probability: NDArray[np.floating]
    kind: Kind
    settings: PostprocessingSettings


@dataclass(frozen=True)
class Cleaned:
    """A fulfilled wish: `labels` ((Y, X) unsigned integers) and the classes of their objects, or what stopped it."""

    wish: Wish
    labels: NDArray[np.integer] | None
    error: UnetError | None = None
    classes: Mapping[int, int] = field(default_factory=dict)


class Cleaner:
    """Fulfils the newest wish only: a wish that is overtaken before it is begun is dropped.

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
            result = _fulfil(wish)
            with self._condition:
                self._busy = False
                self._results.append(result)

    def _next(self) -> Wish | None:
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._wish is not None)
            wish, self._wish = self._wish, None
            self._busy = wish is not None
            return wish


def _fulfil(wish: Wish) -> Cleaned:
    try:
        labels = postprocess(wish.probability, wish.kind, wish.settings)
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
