"""Which complete pictures are kept out of learning, to measure a model on pictures it has not seen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from napari_unet.core.data.record import Record

MOST = 40
"""Pictures kept out at most: more would measure hardly better, and be missing from learning."""


def decided(records: Mapping[str, Record], share: float) -> dict[str, bool]:
    """Decide about the complete pictures neither decided yet nor set aside: True is validation, False is learning.

    A decision is for life: a picture that a model has once learned from never measures one. So only new pictures are
    chosen, by a hash of their names (the same names give the same choice), until `share` of all complete pictures
    measure: at least one as soon as there are two, at most MOST. One picture alone is always learned from.
    """
    complete = [name for name, record in records.items() if record.complete and not record.aside]
    new = sorted((name for name in complete if records[name].validation is None), key=_drawn)
    measuring = sum(records[name].validation is True for name in complete)
    wanted = how_many(len(complete), share)
    return {name: place < wanted - measuring for place, name in enumerate(new)}


def how_many(complete: int, share: float) -> int:
    """How many of so many complete pictures measure."""
    return min(max(1, round(share * complete)), complete - 1, MOST) if share and complete else 0


def _drawn(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
