"""The terminal has no window to keep smooth: it computes on every core it may use."""

from __future__ import annotations

import os


def use_every_core() -> None:
    """Let torch use every core of this process, which may be fewer than the machine has."""
    import torch

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    torch.set_num_threads(cores)
