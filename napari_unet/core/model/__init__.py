"""The networks, and the file it is kept in. The door is lazy: the card is read where torch must not be loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_unet.core.doors import behind_door

if TYPE_CHECKING:
    from napari_unet.core.model.card import ModelCard
    from napari_unet.core.model.checkpoint import Model, load_model, save_model
    from napari_unet.core.model.header import read_card
    from napari_unet.core.model.network import Network
    from napari_unet.core.model.transfer import Taken, take_over
    from napari_unet.core.model.unet import UNet

__all__ = ["Model", "ModelCard", "Network", "Taken", "UNet", "load_model", "read_card", "save_model", "take_over"]

_HOMES = {
    "Model": "checkpoint",
    "ModelCard": "card",
    "Network": "network",
    "Taken": "transfer",
    "UNet": "unet",
    "load_model": "checkpoint",
    "read_card": "header",
    "save_model": "checkpoint",
    "take_over": "transfer",
}


def __getattr__(name: str) -> Any:
    return behind_door(__name__, _HOMES, name)
