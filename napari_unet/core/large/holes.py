"""The foreground of a large picture, with its holes filled: also those that reach over many blocks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.large.grid import Block, grown, within
from napari_unet.core.large.joining import Joined, Place, Sides, sides_of
from napari_unet.core.large.work import Work
from napari_unet.core.postprocessing.foreground import filled, mask_reach, unfilled
from napari_unet.core.postprocessing.unsaid import HEARD, cell_plane


def mask_block(work: Work, block: Block) -> Sides | None:
    """Make a block's mask, with the holes filled that lie within the block; what is left of its background, if asked.

    So far the mask of a pixel depends on a few around it, so that looking a little beyond the edge makes it exact.
    """
    settings = work.task.clean_up
    window = grown(block.core, mask_reach(settings), work.task.shape)
    cell = cell_plane(work.answer[(slice(0, HEARD), *window)])
    mask = unfilled(cell, settings)[within(block.core, window)]
    if settings.fill_holes:
        mask = filled(mask)  # background that reaches the block's edge is left for now
    work.mask.put(block, mask[np.newaxis])
    return sides_of(*ndimage.label(~mask)) if settings.fill_holes else None


def holes(sides: Mapping[Place, Sides]) -> dict[Place, NDArray[np.bool_]]:
    """Which parts of each block's background are holes, (parts + 1,): they reach the picture's edge through no block.

    Blocks without any are left out.
    """
    joined = Joined(sides, by_connection=True, outside=True)
    hole = joined.group != joined.group[0]
    found = {place: np.concatenate([[False], hole[joined.nodes(place)]]) for place in sides}
    return {place: which for place, which in found.items() if which.any()}


def fill_block(work: Work, block: Block, which: NDArray[np.bool_]) -> None:
    """Fill the holes of a block that `holes` found."""
    mask = work.mask[(slice(0, 1), *block.core)][0]
    background, _ = ndimage.label(~mask)
    work.filled.put(block, (mask | which.take(background))[np.newaxis])
