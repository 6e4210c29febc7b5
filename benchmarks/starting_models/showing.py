"""A contact sheet: what a starting model learns from, each picture with the outlines of its objects."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from benchmarks.datasets import evenly
from napari_unet.core.data.annotation import to_mask
from napari_unet.core.data.sample import Sample

SIDE, CAPTION, GAP = 240, 14, 4
OUTLINE = (255, 40, 40)
UNKNOWN = (60, 120, 255)


def sheet(items: Sequence[Sample], count: int, file: Path) -> None:
    """Write a picture of `count` samples, evenly spread: each plain and with outlines; unlabelled is blue."""
    chosen = evenly(items, count)
    columns = max(1, int(np.sqrt(len(chosen) / 2)))
    rows = -(-len(chosen) // columns)
    page = Image.new("RGB", (columns * (2 * SIDE + 3 * GAP), rows * (SIDE + CAPTION + GAP)), "white")
    for place, sample in enumerate(chosen):
        left, top = place % columns * (2 * SIDE + 3 * GAP), place // columns * (SIDE + CAPTION + GAP)
        _paste(page, sample, left, top)
    page.save(file)


def _paste(page: Image.Image, sample: Sample, left: int, top: int) -> None:
    sides = [(side, min(side, SIDE)) for side in sample.annotation.shape]
    window = tuple(slice((side - shown) // 2, (side + shown) // 2) for side, shown in sides)
    plain = _shown(sample.image)[window]
    for number, tile in enumerate((plain, _outlined(plain, sample.annotation[window]))):
        page.paste(Image.fromarray(tile), (left + number * (SIDE + GAP), top + CAPTION))
    ImageDraw.Draw(page).text((left, top + 1), sample.name[:70], fill="black")


def _shown(image: NDArray[np.generic]) -> NDArray[np.uint8]:
    """(Y, X, 3), as bright as the network sees it."""
    low, high = np.percentile(image, (1, 99.8))
    scaled = np.clip((image.astype(np.float32) - low) / max(float(high - low), 1e-6), 0, 1)
    return np.moveaxis(np.broadcast_to(scaled * 255, (3, *image.shape[1:])), 0, -1).astype(np.uint8)


def _outlined(plain: NDArray[np.uint8], annotation: NDArray[np.integer]) -> NDArray[np.uint8]:
    mask, drawn = to_mask(annotation), plain.copy()
    edge = np.zeros(mask.shape, bool)
    for axis in (0, 1):
        edge |= (mask != np.roll(mask, 1, axis)) & (mask > 0)
        edge |= (mask != np.roll(mask, -1, axis)) & (mask > 0)
    drawn[annotation == 0] = UNKNOWN
    drawn[edge] = OUTLINE
    return drawn
