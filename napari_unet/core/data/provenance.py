"""Which pixels of an annotation came from where: from a person's hand, or from which kind of accept."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.acceptance import Acceptance
from napari_unet.core.data.annotation import UNLABELLED
from napari_unet.core.data.record import How, Record
from napari_unet.core.errors import ProjectError

NUMBERS: dict[How, int] = {"hand": 1, "corrected": 2, "accepted": 3, "rejected": 4}
"""How the map of `provenance` says where a pixel came from; 0 is unlabelled."""


def provenance(
    folder: Path, record: Record, annotation: NDArray[np.integer], only: Collection[str] | None = None
) -> NDArray[np.uint8]:
    """Where each pixel came from; a part of which that cannot be read any more counts as painted by hand.

    Parameters
    ----------
    folder : of the picture.
    annotation : ([Z,] Y, X) unsigned integers, as it is now.
    only : the ids of the regions to look at, and "" for what was painted or brought along; the rest is 0. None looks
        at all.

    Returns
    -------
    map : same shape, uint8; see NUMBERS.
    """
    known = np.ones(annotation.shape, bool) if record.complete else annotation != UNLABELLED
    found = known.astype(np.uint8) * np.uint8(NUMBERS["hand"])
    shown = np.full(annotation.shape, only is None or "" in only)
    for region in record.origin:
        try:
            one = Acceptance.read(folder, region.kept or "no file")
        except ProjectError:
            continue
        stands = one.stands(annotation)
        found[one.box][stands] = NUMBERS[region.how]
        if only is not None:
            shown[one.box][stands] = region.id in only
    return np.where(shown, found, np.uint8(0))
