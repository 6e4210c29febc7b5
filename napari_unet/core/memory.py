"""Memory that was used once is used again, instead of being given back and fetched anew for every array. No torch.

A network makes and drops arrays of tens of megabytes at each layer. The C library of Linux (glibc) gives each of them
back to the system at once, which then has to clear every page for the next one. Measured on one core of an AMD EPYC,
without: a tile of 1024 x 1024 through `nuclei` takes 2.4 s of processor instead of 1.5. The price is memory: 0.9 GB at
most instead of 0.6 for that tile; and what lies unused is missing to whoever needs memory beside the heap, such as new
threads. Hence it is for predicting alone, not for training, which may go to the limit.

See mallopt(3). Elsewhere than on glibc nothing is done.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from threading import Lock
from typing import Any

TRIM_THRESHOLD, MMAP_MAX = -1, -4
"""Names of mallopt's parameters: how much may lie unused at the end of the heap, how many arrays may lie outside it."""

KEEPING = {TRIM_THRESHOLD: 2**31 - 1, MMAP_MAX: 0}
USUAL = {TRIM_THRESHOLD: 64 * 2**20, MMAP_MAX: 65_536}
"""As glibc has them by itself once it has seen large arrays come and go."""

_lock = Lock()
_keepers = 0


@contextmanager
def kept_memory() -> Iterator[None]:
    """Keep memory for the next array while this lasts; when nobody keeps any more, what is unused is given back."""
    _count(+1)
    try:
        yield
    finally:
        _count(-1)


def _count(change: int) -> None:
    global _keepers
    with _lock:
        before, _keepers = _keepers, _keepers + change
        if bool(before) != bool(_keepers) and (library := _glibc()) is not None:
            for parameter, value in (KEEPING if _keepers else USUAL).items():
                library.mallopt(parameter, value)
            if not _keepers:
                library.malloc_trim(0)


@cache
def _glibc() -> Any:
    """The C library where it is glibc, or None."""
    if sys.platform != "linux":
        return None
    with suppress(OSError, AttributeError):  # musl has neither of them
        library = ctypes.CDLL(None)
        library.mallopt, library.malloc_trim  # noqa: B018  (looked up: that is the question)
        return library
    return None
