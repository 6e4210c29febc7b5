"""The state of everything random, as JSON values: what is drawn next is what would have been drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from napari_unet.core.training.patches.sampler import Sampler


def luck_of(sampler: Sampler) -> dict[str, Any]:
    """Of the patches, and of torch: dropout."""
    cuda = _text(torch.cuda.get_rng_state()) if torch.cuda.is_available() else ""
    return {"sampler": sampler.state(), "torch": _text(torch.get_rng_state()), "cuda": cuda}


def restore_luck(lucks: Sequence[dict[str, Any]], rank: int, sampler: Sampler) -> None:
    """Go on from the luck of this process; one that was not there before has its own."""
    if rank >= len(lucks):
        return
    luck = lucks[rank]
    sampler.restore(luck["sampler"])
    torch.set_rng_state(_state(luck["torch"]))
    if luck["cuda"] and torch.cuda.is_available():
        torch.cuda.set_rng_state(_state(luck["cuda"]))


def _text(state: Tensor) -> str:
    return bytes(state.numpy()).hex()


def _state(text: str) -> Tensor:
    return torch.from_numpy(np.frombuffer(bytes.fromhex(text), np.uint8).copy())
