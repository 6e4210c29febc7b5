"""Times and sizes in words: how long still, and how much memory."""

from __future__ import annotations


def time_left(seconds: float) -> str:
    """A dot, then the time left, as in 1:40; empty while it is not known (0)."""
    if seconds <= 0:
        return ""
    whole = round(seconds)
    if whole >= 3600:
        return f" · {whole // 3600} h {whole % 3600 // 60:02d} min left"
    return f" · {whole // 60}:{whole % 60:02d} left"


def duration(seconds: float) -> str:
    """About how long something takes: 40 s, 4 min, 1 h 20 min."""
    if seconds < 55:
        return f"{max(5, 5 * round(seconds / 5))} s"
    minutes = max(1, round(seconds / 60))
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def memory(size: float) -> str:
    """A number of bytes: 1.2 GB, 340 MB."""
    return f"{size / 1e9:.1f} GB" if size >= 0.95e9 else f"{max(1, round(size / 1e6, -1)):.0f} MB"


def estimate_line(seconds: float, size: float) -> str:
    """About how long, and how much memory: "about 4 min · 1.2 GB"; empty where neither is known."""
    parts = [f"about {duration(seconds)}"] if seconds > 0 else []
    return " · ".join([*parts, memory(size)] if size > 0 else parts)
