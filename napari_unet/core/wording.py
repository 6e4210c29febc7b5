"""Numbers with their nouns, as one reads them in a sentence."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """A number and its noun: 1 cell, 2 cells, 1,300 nuclei."""
    return f"{count:,} {noun if count == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """More than one of them: cells, nuclei, axons."""
    if noun.endswith("us"):
        return noun[:-2] + "i"
    return noun if noun.endswith("s") else f"{noun}s"
