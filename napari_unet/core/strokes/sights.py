"""What a U-Net that has seen many cells makes of each pixel: its last channels before the answer, and the answer.

They tell the inside of a cell from its surroundings where brightness and texture do not, and a forest may use them for
what the network was never asked. Deep features in a pixel classifier: Convpaint (Hinderling et al. 2024,
https://doi.org/10.1101/2024.09.12.610926); the decoder's, which are as fine as the picture, are our choice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import lru_cache
from itertools import product

import numpy as np
import torch
from numpy.typing import NDArray

from napari_unet.core.inference.device import pick_device, place
from napari_unet.core.model import load_model
from napari_unet.core.model.shipped import USUAL, shipped_model
from napari_unet.core.model.unet import UNet
from napari_unet.core.strokes.steered import padded
from napari_unet.core.strokes.windows import Window, grown, within

BLOCK = 1024
"""Larger pictures are looked at in squares of this side."""

Planes = NDArray[np.float32]


@lru_cache(maxsize=1)
def eyes() -> tuple[UNet, torch.device]:
    """The network that looks, and where it computes. Raises ModelError when it was not installed."""
    network, device = load_model(shipped_model(USUAL)).network, pick_device("auto")
    if not isinstance(network, UNet):
        raise TypeError(f"{USUAL} is no U-Net")
    place(network, device)
    return network, device


def width() -> int:
    """How many numbers a pixel has."""
    network, _ = eyes()
    return network.widths[0] + network.outputs


def sights(shown: Callable[[Window], Planes], window: Window, shape: tuple[int, int]) -> Planes:
    """What is seen at each pixel of a window, (y, x, width()); the same whichever window of the picture it lies in.

    Parameters
    ----------
    shown : gives the picture's pixels (3, y, x) of any window of it.
    shape : of the whole picture.
    """
    seen = np.empty((*(part.stop - part.start for part in window), width()), np.float32)
    for block in _blocks(window):
        seen[within(block, window)] = _looked(shown, block, shape)
    return seen


def _blocks(window: Window) -> list[Window]:
    edges = [range(part.start, part.stop, BLOCK) for part in window]
    ends = [part.stop for part in window]
    return [(slice(y, min(y + BLOCK, ends[0])), slice(x, min(x + BLOCK, ends[1]))) for y, x in product(*edges)]


@torch.inference_mode()
def _looked(shown: Callable[[Window], Planes], block: Window, shape: tuple[int, int]) -> Planes:
    """One block, shown with all around it that has a say, beginning at a multiple of the stride."""
    network, device = eyes()
    wide = grown(block, network.context, shape)
    y, x = (slice(part.start // network.stride * network.stride, part.stop) for part in wide)
    picture = torch.from_numpy(np.ascontiguousarray(shown((y, x))))[None].to(device)
    last: torch.Tensor = deque(network.rising(padded(picture, network.stride)), maxlen=1).pop()
    both = torch.cat([last, network.head(last)], 1)[0].float().cpu().permute(1, 2, 0).numpy()
    seen: Planes = both[within(block, (y, x))]
    return seen
