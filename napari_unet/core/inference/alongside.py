"""Reading the next tile, and adding up the last one, while the network works on this one. No torch."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Place = TypeVar("Place")
Window = TypeVar("Window")
Answer = TypeVar("Answer")


def alongside(
    places: Iterable[Place],
    read: Callable[[Place], Window],
    answer: Callable[[Window], Answer],
    add: Callable[[Place, Answer], object],
) -> Iterator[None]:
    """Read, answer and add up one place after the other; yields after each that is added up, in their order.

    A thread reads one place ahead and another adds up, so that neither is waited for; each does one place at a time.
    Answers are given in the caller's thread. What any of them raises is raised here, at that place's turn.
    """
    places = list(places)
    if len(places) == 1:  # nothing to do beside it; and where memory is short, no thread may be started
        add(places[0], answer(read(places[0])))
        yield
        return
    with ThreadPoolExecutor(1, "reading") as reader, ThreadPoolExecutor(1, "adding") as adder:
        last: Future[object] | None = None
        for place, window in _ahead(reader, places, read):
            answered = answer(window)
            if last is not None:
                last.result()
                yield
            last = adder.submit(add, place, answered)
        if last is not None:
            last.result()
            yield


def _ahead(
    reader: ThreadPoolExecutor, places: Iterable[Place], read: Callable[[Place], Window]
) -> Iterator[tuple[Place, Window]]:
    """Each place with what was read of it; by then, the next one is being read."""
    coming: deque[tuple[Place, Future[Window]]] = deque()
    for place in places:
        coming.append((place, reader.submit(read, place)))
        if len(coming) > 1:
            first, window = coming.popleft()
            yield first, window.result()
    while coming:
        first, window = coming.popleft()
        yield first, window.result()
