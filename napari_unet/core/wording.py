"""Numbers with their nouns, as one reads them in a sentence."""

from __future__ import annotations

from collections.abc import Sequence


def counted(count: int, noun: str) -> str:
    """A number and its noun: 1 cell, 2 cells, 1,300 nuclei."""
    return f"{count:,} {noun if count == 1 else plural(noun)}"


def plural(noun: str) -> str:
    """More than one of them: cells, nuclei, axons."""
    if noun.endswith("us"):
        return noun[:-2] + "i"
    return noun if noun.endswith("s") else f"{noun}s"


def listed(parts: Sequence[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def ranges(numbers: Sequence[int]) -> str:
    """Ascending whole numbers, neighbours drawn together: '2, 4 to 6 and 9'."""
    starts = [at for at in range(len(numbers)) if not at or numbers[at] != numbers[at - 1] + 1]
    parts = [numbers[start:end] for start, end in zip(starts, [*starts[1:], len(numbers)], strict=True)]
    return listed([f"{part[0]} to {part[-1]}" if len(part) > 1 else f"{part[0]}" for part in parts])


MEANING = {
    "AP": "AP: of all objects that are there or were found, the share found right.",
    "Dice": "Dice: how well what was found and what is true cover each other.",
}
"""What the two scores are, in words, for wherever one is shown; 1 is perfect, 0 is none."""
