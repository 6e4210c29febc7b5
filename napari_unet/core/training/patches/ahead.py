"""What will be wanted next, made by a thread while the device is busy with what was wanted last."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")

DEPTH = 2
"""So many are made ahead: one is ready while the next is being made."""


class Ahead(Generic[T]):
    """Hands out what is asked for, and has the next ones made meanwhile."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._waiting: dict[tuple[int, ...], Future[T]] = {}

    def take(self, key: tuple[int, ...], make: Callable[[int], T]) -> T:
        """What `make(0)` gives, from the thread if it was made ahead. An error of the thread is raised here.

        Parameters
        ----------
        key : the number of what is wanted, then what else it depends on.
        make : makes the one that is wanted so many calls later.
        """
        number, *kind = key
        if key not in self._waiting:
            self.forget()
        for later in range(DEPTH + 1):
            following = (number + later, *kind)
            if following not in self._waiting:
                self._waiting[following] = self._thread.submit(make, later)
        return self._waiting.pop(key).result()

    def forget(self) -> None:
        """Throw away what was made ahead: it would come out differently now."""
        for waiting in self._waiting.values():
            waiting.cancel()
        self._waiting.clear()
