"""How exactly to compute while learning.

bfloat16 halves the time on processors and cards made for it, and multiplies it on others: it is tried out, once per
process.
"""

from __future__ import annotations

import time
from functools import lru_cache

import torch
from torch import Tensor, nn

GAIN = 1.2
"""bfloat16 has to be faster by this factor; a smaller gain is not worth its roughness, nor a wavering choice."""

TRIES = 5
"""Each is tried so often, in turns, and its quickest try counts."""


@lru_cache(maxsize=4)
def learning_precision(kind: str) -> torch.dtype:
    """The number format for the network's passes on a kind of device ("cuda", "mps", "cpu") while learning."""
    if kind == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float32
    return torch.bfloat16 if kind == "cpu" and _is_bfloat16_quicker() else torch.float32


def _is_bfloat16_quicker() -> bool:
    """Whether two convolutions, as the network has them, are learned through quicker on this processor."""
    with torch.random.fork_rng(devices=[]):
        layers = nn.Sequential(nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 32, 3, padding=1))
        pictures = torch.rand(4, 32, 96, 96).contiguous(memory_format=torch.channels_last)
    nn.utils.convert_conv2d_weight_memory_format(layers, torch.channels_last)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        times = [(_seconds(layers, pictures, False), _seconds(layers, pictures, True)) for _ in range(TRIES)]
    finally:
        torch.set_num_threads(threads)
    exact, rough = (min(column) for column in zip(*times, strict=True))
    return bool(exact > GAIN * rough)


def _seconds(layers: nn.Module, pictures: Tensor, rough: bool) -> float:
    # Processor time of one thread: other programs on a busy machine must not tip the choice.
    begun = time.process_time()
    with torch.autocast("cpu", torch.bfloat16, enabled=rough):
        answer = layers(pictures)
    answer.float().square().mean().backward()
    return time.process_time() - begun
