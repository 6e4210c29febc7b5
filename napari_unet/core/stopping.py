"""Asking whether to stop: what every long computation is handed."""

from __future__ import annotations

from collections.abc import Callable

Stop = Callable[[], bool]
"""Asked again and again; says yes once somebody wants an end."""


class Stopped(Exception):
    """Somebody asked to stop in the middle of a computation."""


def never() -> bool:
    """Nobody asks a script to stop but Ctrl+C."""
    return False
