"""The classes of one block of a large picture, and their connected parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from napari_unet.core.data.runs import sizes
from napari_unet.core.large.grid import Block, grown, within
from napari_unet.core.large.joining import sides_of
from napari_unet.core.large.pieces import Pieces
from napari_unet.core.large.work import Work
from napari_unet.core.postprocessing.components import components
from napari_unet.core.postprocessing.foreground import mask_reach
from napari_unet.core.postprocessing.regions import tidied


def class_block(work: Work, block: Block) -> Pieces:
    """Number the connected parts of every class in a block; `sides.kinds` is the class of each.

    A pixel's class depends on a few around it, so that looking a little beyond the edge makes it exact.
    """
    settings = work.task.clean_up
    window = grown(block.core, mask_reach(settings), work.task.shape)
    classes = tidied(work.answer[(slice(None), *window)], settings)[within(block.core, window)]
    parts, kinds = np.zeros(classes.shape, np.uint32), [0]
    for number in range(1, work.task.planes):
        found, count = components(classes == number)
        parts = np.where(found, found + np.uint32(len(kinds) - 1), parts)
        kinds += [number] * count
    work.labels.put(block, parts[np.newaxis])
    count = len(kinds) - 1
    return Pieces(
        sides=replace(sides_of(parts, count), kinds=np.array(kinds, np.uint16)),
        sizes=sizes(parts)[1:],
        first=np.zeros(0, np.int64),
        at_edge=np.zeros(0, np.bool_),
        sums=np.zeros((count, 0)),
        classes=np.zeros((count, 0)),
        solidity=np.zeros(0),
    )
