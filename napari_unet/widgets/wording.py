"""Numbers in words: how many, and how long still."""

from __future__ import annotations


def time_left(seconds: float) -> str:
    """A dot, then the time left, as in 1:40; empty while it is not known (0)."""
    if seconds <= 0:
        return ""
    whole = round(seconds)
    if whole >= 3600:
        return f" · {whole // 3600} h {whole % 3600 // 60:02d} min left"
    return f" · {whole // 60}:{whole % 60:02d} left"


def counted(count: int, noun: str) -> str:
    """A number and its noun: 1 cell, 2 cells, 3 nuclei."""
    return f"{count} {noun if count == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """More than one of them: cells, nuclei, axons."""
    if noun.endswith("us"):
        return noun[:-2] + "i"
    return noun if noun.endswith("s") else f"{noun}s"
