"""Milliseconds from moving a slider to new labels, beside plain scikit-image and SciPy calls.

The probability is that of a network that has learned well: the sample masks, laid side by side, blurred and noisy. Each
row moves one setting away from its default; "without splitting" has the limit a hand on a slider feels. Then, through
the session, what a person waits for: the labels of what is seen of a large picture, or of the plane of a stack on show.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import partial
from time import perf_counter, process_time, thread_time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.glance import followed, positions, shown
from benchmarks.outcome import Row
from benchmarks.plain_cleanup import plain_objects
from benchmarks.timing import median_ms
from napari_unet.core.data.read import read_mask
from napari_unet.core.data.synthesis import sample_data_folder
from napari_unet.core.metrics import changes
from napari_unet.core.postprocessing import postprocess
from napari_unet.core.settings import PostprocessingSettings

SIDES = (1024, 2048)
LIMITED = 1024
LIMIT_MS = 60.0
SEEN_MS = 150.0
AGAINST = "plain calls"
SLOW = 8
"""Plain discs of a larger radius than this are not waited for: their time grows with their area."""

ALONE: dict[str, dict[str, Any]] = {
    "threshold 0.3": {"threshold": 0.3},
    "smooth 1 px": {"smooth": 1.0},
    "smooth 10 px": {"smooth": 10.0},
    "opening 2 px": {"opening": 2},
    "opening 8 px": {"opening": 8},
    "opening 50 px": {"opening": 50},
    "closing 8 px": {"closing": 8},
    "closing 50 px": {"closing": 50},
    "holes left open": {"fill_holes": False},
    "smallest 200 px": {"smallest": 200},
    "largest 500 px": {"largest": 500},
    "everything, to the end": {"smooth": 10.0, "opening": 50, "closing": 50, "smallest": 200, "largest": 100_000},
}
SEEN: dict[str, tuple[int, int, int, int, int]] = {
    "1100 x 800 px of it seen": (0, 600, 1400, 500, 1600),
    "all of it seen": (0, 0, 2048, 0, 2048),
}
"""Plane, top, bottom, left, right: at one pixel of the screen for each of the picture, and reduced to fit a window."""

MOVED: dict[str, dict[str, float]] = {"threshold": {"threshold": 0.4}, "split": {"split": 0.85}}
PLANES = 12

SPLIT: dict[str, dict[str, Any]] = {"split 0.5": {"split": 0.5}, "split 0.85": {}, "split 1": {"split": 1.0}}


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repeats", type=int, default=9, help="how often each setting is moved (default 9)")
    about = "count only the time on the processor (in a session, of all threads), where others use the machine too"
    parser.add_argument("--processor-time", action="store_true", help=about)
    parser.add_argument("--alone", action="store_true", help="do not measure the plain calls")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    for side in SIDES:
        probability = probability_like(side)
        for name, values in ALONE.items():
            settings = PostprocessingSettings(**{"split": 0.0, **values})
            limit = LIMIT_MS if side == LIMITED else None
            yield row(f"{side} px, without splitting, {name}", probability, settings, options, limit)
        for name, values in SPLIT.items():
            yield row(f"{side} px, {name}", probability, PostprocessingSettings(**values), options, None)
        yield counting(side, probability, options)
    yield from seen(probability, options)


def counting(side: int, probability: NDArray[np.float32], options: argparse.Namespace) -> Row:
    """What is told of a moved threshold, after its labels are shown."""
    clock = thread_time if options.processor_time else perf_counter
    before, after = (
        postprocess(probability, "objects", PostprocessingSettings(threshold=threshold)) for threshold in (0.5, 0.6)
    )
    told = median_ms(lambda: changes(before, after), options.repeats, clock)
    return Row(f"{side} px, afterwards: how many appeared, vanished, changed", told)


def seen(probability: NDArray[np.float32], options: argparse.Namespace) -> Iterator[Row]:
    """Through a session, until the labels of what is seen are there, and until all are; beside plain calls on all."""
    side, clock = probability.shape[-1], process_time if options.processor_time else perf_counter
    for name, values in MOVED.items():
        settings = positions(options.repeats, **values)
        call = partial(plain_objects, probability, settings[-1])
        plain = None if options.alone else median_ms(call, 1, clock)
        for what, part in SEEN.items():
            with shown(probability) as session:
                first, whole = followed(session, part, settings, clock)
            yield Row(f"{side} px, {what}, {name} moved: seen", first, other=plain, against=AGAINST, limit=SEEN_MS)
            yield Row(f"{side} px, {what}, {name} moved: the whole", whole, other=plain, against=AGAINST)
    half = probability[:, : side // 2, : side // 2]
    stack = np.stack([np.roll(half, 5 * plane, -1) for plane in range(PLANES)], 1)
    plane = (PLANES // 2, 0, side // 2, 0, side // 2)
    with shown(stack) as session:
        first, whole = followed(session, plane, positions(options.repeats, split=0.85), clock)
    title = f"{PLANES} planes of {side // 2} px, split moved"
    yield Row(f"{title}: the plane on show", first, limit=SEEN_MS)
    yield Row(f"{title}: the whole", whole)


def row(
    name: str,
    probability: NDArray[np.float32],
    settings: PostprocessingSettings,
    options: argparse.Namespace,
    limit: float | None,
) -> Row:
    clock = thread_time if options.processor_time else perf_counter
    ours = median_ms(lambda: postprocess(probability, "objects", settings), options.repeats, clock)
    plain = None
    if not options.alone and max(settings.opening, settings.closing) <= SLOW:
        plain = median_ms(lambda: plain_objects(probability, settings), 1 if settings.split else 3, clock)
    return Row(name, ours, other=plain, against=AGAINST, limit=limit)


def probability_like(side: int) -> NDArray[np.float32]:
    """The (3, side, side) probability of a good network over the sample nuclei, float32."""
    masks = [read_mask(path) for path in sorted((sample_data_folder() / "masks").glob("*.tif"))]
    mask = _side_by_side(masks, side)
    rng = np.random.default_rng(0)
    noise = ndimage.gaussian_filter(rng.normal(0, 1, (3, side, side)), (0, 1.5, 1.5))
    noise *= 0.04 / noise.std()
    cell = ndimage.gaussian_filter((mask > 0).astype(np.float32), 1)
    border = ndimage.gaussian_filter(_borders(mask).astype(np.float32), 1) * 1.5
    planes = np.stack([cell, border, _distance(mask)]) + noise
    likely: NDArray[np.float32] = np.clip(planes, 0, 1).astype(np.float32)
    return likely


def _side_by_side(masks: list[NDArray[Any]], side: int) -> NDArray[np.int64]:
    """The masks in rows until a square of `side` is full, every nucleus with its own number."""
    square, row, column, tallest, top = np.zeros((side, side), np.int64), 0, 0, 0, 0
    turn = 0
    while row < side:
        mask = masks[turn % len(masks)].astype(np.int64)
        place = square[row : row + mask.shape[0], column : column + mask.shape[1]]
        part = mask[: place.shape[0], : place.shape[1]]
        place[:] = np.where(part > 0, part + top, 0)
        top, tallest, turn = top + int(mask.max()), max(tallest, mask.shape[0]), turn + 1
        column += mask.shape[1]
        if column >= side:
            row, column, tallest = row + tallest, 0, 0
    return square


def _borders(mask: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Pixels with a pixel of another nucleus beside them."""
    highest = ndimage.maximum_filter(mask, 3)
    lowest = ndimage.minimum_filter(np.where(mask > 0, mask, mask.max() + 1), 3)
    borders: NDArray[np.bool_] = (mask > 0) & (highest != lowest)
    return borders


def _distance(mask: NDArray[np.int64]) -> NDArray[np.float32]:
    """The distance to the edge of each nucleus, 1 at its deepest."""
    distance = ndimage.distance_transform_edt((mask > 0) & ~_borders(mask))
    tops = np.ones(mask.max() + 1)
    np.maximum.at(tops, mask.ravel(), distance.ravel())
    scaled: NDArray[np.float32] = (distance / tops[mask]).astype(np.float32)
    return scaled
