"""Stopping in the middle of a step: a network that is asked to stop leaves off between two of its layers.

One step of a large network takes seconds on a processor; who presses Stop should not wait for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

from napari_unet.core.inference.interrupting import Stopped

OFTEN = 0.05
"""Seconds between two times that it is asked."""

__all__ = ["Stopped", "interruptible"]


@contextmanager
def interruptible(network: nn.Module, stop: Callable[[], bool]) -> Iterator[None]:
    """Inside, the network's passes raise Stopped soon after `stop` says yes: forward between its layers, and backward.

    A single layer is never interrupted.
    """
    asked = 0.0

    def ask(*_: Any) -> None:
        nonlocal asked
        now = time.monotonic()
        if now - asked < OFTEN:
            return
        asked = now
        if stop():
            raise Stopped

    def after(_: nn.Module, __: Any, answer: Any) -> None:
        ask()
        # An error raised in here leaves `backward` as it is.
        if isinstance(answer, Tensor) and answer.requires_grad:
            answer.register_hook(ask)

    layers = [module for module in network.modules() if not list(module.children())]
    handles = [layer.register_forward_hook(after) for layer in layers]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
