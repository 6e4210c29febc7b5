"""Showing a picture to a U-Net part by part, so that it sees each pixel as if it saw the whole picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from napari_unet.core.strokes.steered import padded
from napari_unet.core.strokes.windows import SQUARE, Window, grown, within

Planes = NDArray[np.float32]


@dataclass(frozen=True)
class Looker:
    """What looks.

    Parameters
    ----------
    answer : (1, 3, Y, X) to (1, K, Y, X), sides multiples of `stride`.
    planes : K.
    context : how far it sees around a pixel.
    """

    answer: Callable[[Tensor], Tensor]
    planes: int
    context: int
    stride: int
    device: torch.device


def look(looker: Looker, shown: Callable[[Window], Planes], window: Window, shape: tuple[int, int]) -> Planes:
    """What is seen at each pixel of a window, (K, y, x); the same whichever window of the picture it lies in.

    Parameters
    ----------
    shown : gives the picture's pixels (3, y, x) of any window of it.
    shape : of the whole picture.
    """
    seen = np.empty((looker.planes, *(part.stop - part.start for part in window)), np.float32)
    for block in _blocks(window):
        seen[(slice(None), *within(block, window))] = _looked(looker, shown, block, shape)
    return seen


def _blocks(window: Window) -> list[Window]:
    edges = [range(part.start, part.stop, SQUARE) for part in window]
    ends = [part.stop for part in window]
    return [(slice(y, min(y + SQUARE, ends[0])), slice(x, min(x + SQUARE, ends[1]))) for y, x in product(*edges)]


@torch.inference_mode()
def _looked(looker: Looker, shown: Callable[[Window], Planes], block: Window, shape: tuple[int, int]) -> Planes:
    """One block, shown with all around it that has a say, beginning at a multiple of the stride."""
    wide = grown(block, looker.context, shape)
    y, x = (slice(part.start // looker.stride * looker.stride, part.stop) for part in wide)
    picture = torch.from_numpy(np.ascontiguousarray(shown((y, x))))[None].to(looker.device)
    answer = looker.answer(padded(picture, looker.stride))[0].float().cpu().numpy()
    seen: Planes = answer[(slice(None), *within(block, (y, x)))]
    return seen
