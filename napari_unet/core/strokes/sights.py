"""What a U-Net that has seen many cells makes of each pixel: its last channels before the answer, and the answer.

They tell the inside of a cell from its surroundings where brightness and texture do not, and a forest may use them for
what the network was never asked. Deep features in a pixel classifier: Convpaint (Hinderling et al. 2024,
https://doi.org/10.1101/2024.09.12.610926); the decoder's, which are as fine as the picture, are our choice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from napari_unet.core.inference.device import pick_device, place
from napari_unet.core.model import load_model, read_card
from napari_unet.core.model.shipped import USUAL, shipped_model
from napari_unet.core.model.unet import UNet
from napari_unet.core.settings import InferenceSettings
from napari_unet.core.strokes.looking import Looker, Planes, look
from napari_unet.core.strokes.windows import Window

ANYWHERE = InferenceSettings().device
"""Where all of this computes unless somebody says otherwise."""


@lru_cache(maxsize=3)
def eyes(on: str, name: str) -> tuple[UNet, torch.device]:
    """The network that looks, and where it computes. Raises DeviceError, and ModelError when it was not installed."""
    network, device = load_model(shipped_model(name)).network, pick_device(on)
    if not isinstance(network, UNet):
        raise TypeError(f"{name} is no U-Net")
    place(network, device)
    return network, device


@lru_cache(maxsize=1)
def width() -> int:
    """How many numbers a pixel has."""
    card = read_card(shipped_model(USUAL))
    return card.plan.network.width + len(card.outputs)


def sights(shown: Callable[[Window], Planes], window: Window, shape: tuple[int, int], on: str) -> Planes:
    """What is seen at each pixel of a window, (y, x, width()); see `look`."""
    network, device = eyes(on, USUAL)
    looker = Looker(lambda picture: said(network, picture), width(), network.context, network.stride, device)
    return np.ascontiguousarray(np.moveaxis(look(looker, shown, window, shape), 0, -1))


def said(network: UNet, picture: Tensor) -> Tensor:
    """(B, widths[0] + outputs, Y, X) of pictures (B, 3, Y, X): the last channels, and the answer's logits."""
    last: Tensor = deque(network.rising(picture), maxlen=1).pop()
    return torch.cat([last, network.head(last)], 1)
