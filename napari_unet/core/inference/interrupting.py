"""Stopping in the middle of a computation: on a slow machine one large tile takes many seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from torch import nn

from napari_unet.core.stopping import Stopped

__all__ = ["Stopped", "interruptible"]


@contextmanager
def interruptible(network: nn.Module, stop: Callable[[], bool]) -> Iterator[None]:
    """Inside, the network asks before each of its layers whether to stop, and then raises `Stopped`."""

    def ask(*_: Any) -> None:
        if stop():
            raise Stopped

    leaves = [module for module in network.modules() if next(module.children(), None) is None]
    hooks = [leaf.register_forward_pre_hook(ask) for leaf in leaves]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
