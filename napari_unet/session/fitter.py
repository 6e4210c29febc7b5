"""Finding the clean-up that fits what was painted, in a thread: one search at a time, given up when it takes long."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from napari_unet.core.fitting import Fit, Truth, fit
from napari_unet.core.settings import Kind, PostprocessingSettings

PATIENCE = 20.0
"""Seconds after which the best settings so far are taken."""


class Fitter:
    """At most one search."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()
        self._result: Fit | None = None

    @property
    def running(self) -> bool:
        """Whether a search is under way, or its result was not collected yet."""
        return self._thread is not None

    def start(
        self, truths: Sequence[Truth], kind: Kind, class_names: Sequence[str], settings: PostprocessingSettings
    ) -> None:
        """Begin a search, unless one is under way."""
        if self._thread is not None:
            return
        until = time.monotonic() + PATIENCE

        def go_on() -> bool:
            return time.monotonic() < until and not self._closed.is_set()

        def work() -> None:
            self._result = fit(truths, kind, class_names, settings, go_on)

        self._thread = threading.Thread(target=work, name="napari-unet fitting", daemon=True)
        self._thread.start()

    def result(self) -> Fit | None:
        """What was found, once; None while the search goes on, or when it failed."""
        if self._thread is None or self._thread.is_alive():
            return None
        self._thread = None
        result, self._result = self._result, None
        return result

    def close(self) -> None:
        """End the search after the settings it tries now."""
        self._closed.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
