"""How exactly to compute while learning: bfloat16 halves the time on processors and cards made for it, and multiplies
it on others. So it is tried out, once per process.
"""

from __future__ import annotations

import time
from functools import lru_cache

import torch
from torch import nn

GAIN = 1.3
"""bfloat16 has to be faster by this factor; a smaller gain is not worth its roughness, nor a wavering choice."""


@lru_cache(maxsize=4)
def learning_precision(kind: str) -> torch.dtype:
    """The number format for the network's passes on a kind of device ("cuda", "mps", "cpu") while learning."""
    if kind == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
    if kind == "cpu" and _seconds(torch.float32) > GAIN * _seconds(torch.bfloat16):
        return torch.bfloat16
    return torch.float32


def _seconds(precision: torch.dtype) -> float:
    """The quickest of a few learning steps of two convolutions, as the network has them at full size."""
    with torch.random.fork_rng(devices=[]):
        layers = nn.Sequential(nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 16, 3, padding=1))
        pictures = torch.rand(4, 16, 128, 128).contiguous(memory_format=torch.channels_last)
    layers.to(memory_format=torch.channels_last)
    times = []
    for _ in range(4):
        begun = time.perf_counter()
        with torch.autocast("cpu", torch.bfloat16, enabled=precision is torch.bfloat16):
            answer = layers(pictures)
        answer.float().square().mean().backward()
        times.append(time.perf_counter() - begun)
    return min(times)
