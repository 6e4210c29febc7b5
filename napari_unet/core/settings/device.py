"""Where to compute: training and running a model ask for it in the same words."""

from __future__ import annotations

from typing import Any

from napari_unet.core.settings.option import option


def device_option() -> Any:
    """The setting of the device, as a dataclass field."""
    return option(
        "auto",
        "Device",
        "Where to compute. Automatic takes the graphics card when there is one that works.",
        choices=("auto", "cuda", "mps", "cpu"),
        advanced=True,
    )
