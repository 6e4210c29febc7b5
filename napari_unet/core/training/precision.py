"""How exactly to compute while learning.

bfloat16 halves the time on processors and cards that have instructions for it, and multiplies it on others. What the
processor says of itself decides, not a measurement: that would waver, and the same seed must give the same model.
"""

from __future__ import annotations

import torch

INSTRUCTIONS = ("avx512_bf16", "amx_bf16")
"""A processor with any of these computes in bfloat16 about twice as fast as in float32."""


def learning_precision(kind: str) -> torch.dtype:
    """The number format for the network's passes on a kind of device ("cuda", "mps", "cpu") while learning."""
    if kind == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
    return torch.bfloat16 if kind == "cpu" and _has_instructions() else torch.float32


def _has_instructions() -> bool:
    capabilities = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return any(capabilities.get(name, False) for name in INSTRUCTIONS)
