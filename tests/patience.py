"""How long a test waits: for what is promised soon, and for what must come at all."""

from __future__ import annotations

import time
from collections.abc import Callable

SOON = 15.0
"""Seconds. The promises (stop within a second, strokes within two) are for a machine that is not starved; tests run on
any, so they only tell "soon" from "never", and how soon is measured by benchmarks."""

LONGEST = 600.0
"""Seconds after which what nobody promised sooner is taken for a hang. Who waits goes on as soon as it is there; a
machine that many use may stand still for longer than anybody would guess."""


def wait_until(true: Callable[[], object], meanwhile: Callable[[], object] = bool, pause: float = 0.01) -> None:
    """Wait until something is so, and do something else between the looks."""
    end = time.monotonic() + LONGEST
    while not true():
        assert time.monotonic() < end, f"waited {LONGEST:.0f} s in vain"
        meanwhile()
        time.sleep(pause)
