"""A picture of any size, written a tile at a time: the sample pictures side by side, each time turned otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tifffile
from numpy.typing import NDArray

from napari_unet.core.data.read import read_picture
from napari_unet.core.data.synthesis import sample_data_folder

TILE = 512
SEED = 0


def make_slide(path: Path, side: int) -> Path:
    """Write a tiled BigTIFF of (side, side) uint16."""
    across = -(-side // TILE)
    tifffile.imwrite(
        path,
        _tiles(across * across),
        shape=(side, side),
        dtype=np.uint16,
        tile=(TILE, TILE),
        bigtiff=True,
        photometric="minisblack",
    )
    return path


def _tiles(count: int) -> Iterator[NDArray[np.uint16]]:
    """Squares of the sample pictures, each brought to the same brightness."""
    random = np.random.default_rng(SEED)
    pictures = [_levelled(read_picture(path).image[0]) for path in sorted((sample_data_folder() / "images").iterdir())]
    for _ in range(count):
        picture = pictures[random.integers(len(pictures))]
        y, x = (random.integers(side - TILE + 1) if side > TILE else 0 for side in picture.shape)
        part = np.rot90(picture[y : y + TILE, x : x + TILE], random.integers(4))
        yield np.ascontiguousarray(np.pad(part, [(0, TILE - side) for side in part.shape], "reflect"))


def _levelled(picture: NDArray[np.generic]) -> NDArray[np.uint16]:
    low, high = np.percentile(picture, (1, 99.8))
    return ((picture.astype(np.float32) - low) / max(high - low, 1) * 4000 + 500).clip(0, 65535).astype(np.uint16)
