"""The objects of one block of a large picture.

A block looks beyond its edge, until every object that it shares is seen whole. What it says of its own pixels then is
what would be said of them in the whole picture: parting cells asks no further than to the cells around.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.runs import firsts, mapped, sizes
from napari_unet.core.large.grid import Block, Halo, Shape, Window, grown, within
from napari_unet.core.large.joining import Line, Sides, nothing, sides_of
from napari_unet.core.large.pieces import Pieces
from napari_unet.core.large.work import Work
from napari_unet.core.postprocessing.blur import reach
from napari_unet.core.postprocessing.components import components
from napari_unet.core.postprocessing.postprocess import OBJECTS
from napari_unet.core.postprocessing.shapes import moments, solidity_of
from napari_unet.core.postprocessing.split import BLUR, parted, relief_measured, relief_told
from napari_unet.core.postprocessing.unsaid import zero_where_unsaid

FURTHEST = 1024
"""So far is looked at most, in pixels, unless a wider halo is asked for: memory grows with it."""

_WIDE = Lock()
"""Only one block at a time looks further than usual: such a window may take 600 MB."""

Labels = NDArray[np.int32]


def label_block(work: Work, block: Block) -> Pieces:
    """Label a block's pixels, and tell what is in it."""
    window, labels = _seen_whole(work, block)
    core = within(block.core, window)
    numbers = np.flatnonzero(sizes(labels[core])[1:]) + 1
    table = np.zeros(int(labels.max(initial=0)) + 1, np.uint32)
    table[numbers] = np.arange(1, len(numbers) + 1)
    going_on = [table[line].ravel() for line in _where_cut(labels, window, work.task.shape)]
    unseen = int(np.count_nonzero(np.unique(np.concatenate(going_on))))
    if not work.task.clean_up.solidity:  # only for that must objects be whole
        labels, core = _one_beyond(labels, core)
    known = mapped(labels, table)  # objects that only lie around the block are nothing here
    work.labels.put(block, known[core][np.newaxis])
    sides = _with_beyond(sides_of(known[core], len(numbers)), known, core)
    whole_anyway = not work.task.clean_up.split  # what is not parted goes on wherever it is connected
    return _told(work, block, known, core, sides, 0 if whole_anyway else unseen)


def _one_beyond(labels: Labels, core: Window) -> tuple[Labels, Window]:
    """The labels of a core, and of the row and the column behind it; and where the core lies in them."""
    rows, columns = core
    near = labels[rows.start : rows.stop + 1, columns.start : columns.stop + 1].copy()
    return near, (slice(0, rows.stop - rows.start), slice(0, columns.stop - columns.start))


def _seen_whole(work: Work, block: Block) -> tuple[Window, Labels]:
    """The block and so much around it that its objects are whole, as far as is looked; and the labels there."""
    settings, usual = work.task.clean_up, work.task.cutting.halo
    halo = (usual if settings.split or settings.solidity else 1,) * 4
    while True:
        window = grown(block.core, halo, work.task.shape)
        with _WIDE if max(halo) > usual else nullcontext():
            labels = _parted(work, window)
        further = _further(halo, labels, within(block.core, window), _where_cut(labels, window, work.task.shape))
        if max(halo) == 1 or further == halo:
            return window, labels
        del labels  # room for more of them
        halo = further


def _further(halo: Halo, labels: Labels, core: Window, lines: Sequence[Labels]) -> Halo:
    """How far to look then: further on the sides on which an object of the core goes on, if that is not too far."""
    own = np.zeros(int(labels.max(initial=0)) + 1, np.bool_)
    own[np.flatnonzero(sizes(labels[core]))] = True
    own[0] = False
    above, below, left, right = (
        min(2 * by, FURTHEST) if by < FURTHEST and own[line].any() else by for by, line in zip(halo, lines, strict=True)
    )
    return above, below, left, right


def _parted(work: Work, window: Window) -> Labels:
    """The objects of a window, before any is left out."""
    settings = work.task.clean_up
    labels, count = components(work.filled[(slice(0, 1), *window)][0])
    if not settings.split or not count:
        return labels
    return parted(_relief(work, window, labels, count), labels, count, settings)[0]


def _relief(work: Work, window: Window, labels: Labels, count: int) -> NDArray[np.float32]:
    """How deep inside a cell each pixel of a window lies. What it is made of is let go of here: a window is large."""
    if work.task.planes < OBJECTS:
        return relief_measured(labels, count)
    border, distance = work.answer[(slice(1, OBJECTS), *window)]
    return relief_told(border, distance)


def _where_cut(labels: Labels, window: Window, shape: Shape) -> tuple[Labels, Labels, Labels, Labels]:
    """The labels where the window cuts the picture, or where its blur does, above, below, left and right; those that
    are there may go on beyond. Nothing on the sides on which the picture ends.
    """
    edge = reach(BLUR) + 1
    rows, columns = window
    return (
        labels[: edge if rows.start > 0 else 0],
        labels[-edge if rows.stop < shape[0] else len(labels) :],
        labels[:, : edge if columns.start > 0 else 0],
        labels[:, -edge if columns.stop < shape[1] else labels.shape[1] :],
    )


def _with_beyond(sides: Sides, known: NDArray[np.uint32], core: Window) -> Sides:
    """The edges, and what is said of the blocks below and to the right."""
    rows, columns = core
    below: Line = known[rows.stop, columns].copy() if rows.stop < len(known) else nothing()
    beyond: Line = known[rows, columns.stop].copy() if columns.stop < known.shape[1] else nothing()
    return Sides(sides.count, sides.top, sides.bottom, sides.left, sides.right, below, beyond)


def _told(work: Work, block: Block, known: NDArray[np.uint32], core: Window, sides: Sides, unseen: int) -> Pieces:
    """What is in a block, of which `known` are the labels with those around it."""
    own, settings, count = known[core], work.task.clean_up, sides.count
    corner = (block.core[0].start, block.core[1].start)
    solid = [solidity_of(known, count)[1:]] if settings.solidity else []
    return Pieces(
        sides,
        sizes(own)[1:],
        _first(own, count, corner, work.task.shape),
        _at_edge(own, count, block.core, work.task.shape),
        moments(own, count, corner)[:, 1:].T if settings.longest else np.zeros((count, 0)),
        _classes(work, block, own, count),
        np.concatenate(solid) if solid else np.zeros(0),
        unseen,
    )


def _first(own: NDArray[np.uint32], count: int, corner: tuple[int, int], shape: Shape) -> NDArray[np.int64]:
    rows, columns = np.divmod(firsts(own, count)[1:], own.shape[1])
    return (rows + corner[0]) * shape[1] + columns + corner[1]


def _at_edge(own: NDArray[np.uint32], count: int, core: Window, shape: Shape) -> NDArray[np.bool_]:
    touches = np.zeros(count + 1, np.bool_)
    rows, columns = core
    for there, line in (
        (rows.start == 0, own[0]),
        (rows.stop == shape[0], own[-1]),
        (columns.start == 0, own[:, 0]),
        (columns.stop == shape[1], own[:, -1]),
    ):
        if there:
            touches[line] = True
    return touches[1:]


def _classes(work: Work, block: Block, own: NDArray[np.uint32], count: int) -> NDArray[np.float64]:
    """The sums of each class's probability over each piece: (count, classes)."""
    if work.task.planes <= OBJECTS + 1:
        return np.zeros((count, 0))
    planes = zero_where_unsaid(work.answer[(slice(OBJECTS, work.task.planes), *block.core)])
    flat = own.ravel()
    return np.stack([np.bincount(flat, plane.ravel(), count + 1)[1:] for plane in planes], axis=1)
