"""What a step of undo is made of: pixels that changed, and what changed with them; as the journal keeps it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.record import Region


@dataclass(frozen=True)
class Change:
    """What a stroke changed: at which pixels (indices along each axis), and what stood and stands there."""

    where: tuple[NDArray[np.intp], ...]
    before: NDArray[np.integer]
    after: NDArray[np.integer]


@dataclass(frozen=True)
class Classed:
    """Which classes objects had before and after a step, by their numbers; 0 is none."""

    before: Mapping[int, int]
    after: Mapping[int, int]


@dataclass(frozen=True)
class Locked:
    """Which objects were locked before and after a step."""

    before: frozenset[int]
    after: frozenset[int]


@dataclass(frozen=True)
class Said:
    """One object was said to be right, or to be none: the origin came with a step (`there`), or went with its undo."""

    region: Region
    there: bool


Beside = Classed | Locked | Said
"""What can go with a stroke."""

Step = list[Change | Beside]
"""What was done at once, in the order of its parts: undone and redone as one."""


def told(beside: Beside | None) -> dict[str, object]:
    """What a record of the journal says of it, in plain JSON values."""
    match beside:
        case Classed():
            return {"classes": [dict(beside.before), dict(beside.after)]}
        case Locked():
            return {"locks": [sorted(beside.before), sorted(beside.after)]}
        case Said():
            return {"origin": [dataclasses.asdict(beside.region), beside.there]}
    return {}


def read(head: Any) -> Beside | None:
    """The same, read; None where a record says nothing of the kind.

    Raises KeyError, TypeError, ValueError or AttributeError for what somebody else made.
    """
    if "classes" in head:
        return Classed(*({int(number): int(value) for number, value in part.items()} for part in _two(head["classes"])))
    if "locks" in head:
        return Locked(*(frozenset(int(number) for number in part) for part in _two(head["locks"])))
    if "origin" in head:
        region, there = head["origin"]
        return Said(Region.from_json(region), bool(there))
    return None


def _two(parts: Any) -> tuple[Any, Any]:
    before, after = parts
    return before, after
