"""The terminal has no window to keep smooth: it computes on every core it may use."""

from __future__ import annotations

from napari_unet.core.cores import available_cores


def use_every_core() -> None:
    """Let torch use every core of this process."""
    import torch

    torch.set_num_threads(available_cores())
