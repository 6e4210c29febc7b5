"""How long something still takes, in words nobody has to convert."""

from __future__ import annotations


def time_left(seconds: float) -> str:
    """A dot, then the time left, as in 1:40; empty while it is not known (0)."""
    if seconds <= 0:
        return ""
    whole = round(seconds)
    if whole >= 3600:
        return f" · {whole // 3600} h {whole % 3600 // 60:02d} min left"
    return f" · {whole // 60}:{whole % 60:02d} left"
