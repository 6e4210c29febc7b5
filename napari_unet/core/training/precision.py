"""How exactly to compute while learning.

bfloat16 halves the time on processors and cards that have instructions for it, and multiplies it on others. What the
processor says of itself decides, not a measurement: that would waver, and the same seed must give the same model.
float16 has fewer large numbers: it needs a loss that is scaled up and down (Micikevicius et al. 2018,
https://arxiv.org/abs/1710.03740).
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import torch

from napari_unet.core.errors import DeviceError

INSTRUCTIONS = ("avx512_bf16", "amx_bf16")
"""A processor with any of these computes in bfloat16 about twice as fast as in float32."""

FORMATS = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def learning_precision(kind: str, wanted: str) -> torch.dtype:
    """The number format for the network's passes on a kind of device ("cuda", "mps", "cpu") while learning.

    Raises
    ------
    DeviceError : the device cannot learn in the format that is wanted.
    """
    if wanted == "auto":
        return torch.bfloat16 if _is_fast(kind) else torch.float32
    possible = possible_formats(kind)
    if wanted not in possible:
        raise DeviceError(
            f"This device ({kind}) cannot learn in {wanted}.",
            f"It can in: {', '.join(possible)}.",
            'Choose one of them, or "auto".',
        )
    return FORMATS[wanted]


def computing(device: torch.device, precision: torch.dtype) -> AbstractContextManager[object]:
    """In which a network's passes are computed in that format. Not all PyTorch knows of formats on every device: where
    they are the usual ones, none is asked for.
    """
    return nullcontext() if precision is torch.float32 else torch.autocast(device.type, precision)


def exactly(kind: str) -> AbstractContextManager[object]:
    """In which float32 stays float32, within `computing`, too. PyTorch 2.4 can switch nothing off on Apple graphics,
    where nothing can be on.
    """
    return torch.autocast(kind, enabled=False) if torch.amp.is_autocast_available(kind) else nullcontext()


def name_of(precision: torch.dtype) -> str:
    """The name of a format, as settings and cards have it."""
    return str(precision).removeprefix("torch.")


def possible_formats(kind: str) -> tuple[str, ...]:
    """The formats a kind of device can learn in, however slowly."""
    if kind == "cuda":
        return tuple(FORMATS) if _is_fast(kind) else ("float32", "float16")
    return ("float32", "bfloat16") if kind == "cpu" else ("float32",)


def _is_fast(kind: str) -> bool:
    """Whether the device has instructions for bfloat16."""
    if kind == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    capabilities = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return kind == "cpu" and any(capabilities.get(name, False) for name in INSTRUCTIONS)
