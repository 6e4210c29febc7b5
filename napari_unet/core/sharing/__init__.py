"""Models for other programs, and models of other programs to start from. The door is lazy: most of it needs torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_unet.core.doors import behind_door

if TYPE_CHECKING:
    from napari_unet.core.sharing.bringing import Brought, import_model
    from napari_unet.core.sharing.handing import export_model

__all__ = ["Brought", "export_model", "import_model"]

_HOMES = {"Brought": "bringing", "export_model": "handing", "import_model": "bringing"}


def __getattr__(name: str) -> Any:
    return behind_door(__name__, _HOMES, name)
