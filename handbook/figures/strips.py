"""Pictures side by side, each under its title, stored with few colours."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

GAP, HEAD, COLOURS = 10, 28, 96

Tile = NDArray[np.uint8]


def strip(tiles: Sequence[Tile], titles: Sequence[str]) -> Image.Image:
    """The tiles, each (Y, X, 3), in a row; those that are lower stand at the top."""
    height = max(len(tile) for tile in tiles)
    width = sum(tile.shape[1] + GAP for tile in tiles) - GAP
    whole = Image.new("RGB", (width, height + HEAD), "white")
    pen, left = ImageDraw.Draw(whole), 0
    for tile, title in zip(tiles, titles, strict=True):
        whole.paste(Image.fromarray(tile), (left, HEAD))
        pen.text((left + tile.shape[1] / 2, HEAD / 2), title, fill="#1c2733", anchor="mm", font_size=17)
        left += tile.shape[1] + GAP
    return whole


def save(image: Image.Image, file: Path) -> None:
    """Write it; the folder is made when missing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    image.quantize(COLOURS).save(file, optimize=True)


def enlarged(tile: Tile, times: int) -> Tile:
    """Every pixel so many times as wide and high."""
    return np.repeat(np.repeat(tile, times, axis=0), times, axis=1)


def grey(values: NDArray[np.floating]) -> Tile:
    """Values of 0 to 1 as brightness."""
    return np.repeat((np.clip(values, 0, 1) * 255).astype(np.uint8)[..., None], 3, axis=-1)
