"""Numbers and lists as one reads them in a sentence."""

from __future__ import annotations

LABELS = {
    "ap50": "AP@0.5",
    "ap75": "AP@0.75",
    "class_ap50": "AP@0.5 with class",
    "dice": "Dice",
    "boundary_f1": "boundary F1",
}
"""The names of scores as people write them."""


def spelled(value: object) -> str:
    """A setting's value as one reads it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def lasted(seconds: float) -> str:
    """'40 s', '3.3 min', '2.1 h'."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def spread_of(scores: dict[str, float], name: str) -> str:
    """A score with how far pictures differ in it, where that is known: '0.83 ± 0.05'."""
    around = f" ± {scores[f'{name}_spread']:.3f}" if f"{name}_spread" in scores else ""
    return f"{scores[name]:.3f}{around}"


def measures(scores: dict[str, float]) -> list[str]:
    """The names of the scores that are means over pictures, the best known first."""
    known = [name for name in LABELS if name in scores]
    others = [name for name in scores if name not in LABELS and not name.endswith("_spread") and name != "pictures"]
    return known + sorted(others)
