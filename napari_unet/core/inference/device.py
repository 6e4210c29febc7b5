"""Where to compute: chosen once, tried out, and always told. Never changed in silence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.nn import functional

from napari_unet.core.errors import DeviceError, UnetError

NAMES = {"cuda": "NVIDIA graphics card (cuda)", "mps": "Apple graphics (mps)", "cpu": "processor (cpu)"}

NO_MEMORY = (
    "out of memory", "not enough memory", "can't allocate memory", "cublas_status_alloc_failed",
    "cudnn_status_alloc_failed", "invalid buffer size",
)  # fmt: skip
"""How torch says that memory ran out; the last three are of NVIDIA's libraries and of Apple's graphics."""


def pick_device(name: str) -> torch.device:
    """The device of that name; "auto" is the first of cuda, mps and cpu that passes a small test.

    Raises
    ------
    DeviceError : a device was named that this machine does not have, or that fails the test.
    """
    if name != "auto":
        _require(name)
        return torch.device(name)
    return torch.device(next(kind for kind in NAMES if trouble(kind) is None))


def describe_device(device: torch.device) -> str:
    """The device in words, such as "CPU, 2 threads" or "NVIDIA RTX A4000 (cuda)"."""
    if device.type == "cuda":
        return f"{torch.cuda.get_device_name(device)} (cuda)"
    if device.type == "mps":
        return "Apple graphics (mps)"
    threads = torch.get_num_threads()
    return f"CPU, {threads} thread{'s' if threads > 1 else ''}"


def place(network: nn.Module, device: torch.device) -> None:
    """Move a network to a device, its kernels laid out channels last: convolutions are up to twice as quick."""
    network.to(device)
    nn.utils.convert_conv2d_weight_memory_format(network, torch.channels_last)


@contextmanager
def memory_told(device: torch.device, kind: type[UnetError], do: str) -> Iterator[None]:
    """Turns "out of memory" inside into an error of `kind` that says on which device, and what to do."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        if device.type == "cuda":
            torch.cuda.empty_cache()
        raise kind(f"There is not enough memory on the {describe_device(device)}.", "", do) from error


def is_out_of_memory(error: Exception) -> bool:
    """Whether an error of torch or Python says that memory ran out, on whichever device."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    text = str(error).lower()
    return any(words in text for words in NO_MEMORY)


def _require(name: str) -> None:
    wrong = trouble(name)
    if wrong is not None:
        there = [kind for kind in NAMES if trouble(kind) is None]
        raise DeviceError(
            f"The {NAMES.get(name, name)} was asked for, but {wrong}.",
            f"This machine can compute on: {', '.join(there)}.",
            'Choose one of them, or "auto".',
        )


def trouble(kind: str) -> str | None:
    """Why a device cannot be used, or None. A driver may be there and still not compute, so compute something."""
    if kind == "cuda" and not torch.cuda.is_available():
        return "this machine has none that torch can use"
    if kind == "mps" and not torch.backends.mps.is_available():
        return "this machine has none that torch can use"
    try:
        found = functional.conv2d(torch.ones(1, 1, 8, 8, device=kind), torch.ones(1, 1, 3, 3, device=kind)).sum().item()
    except (RuntimeError, NotImplementedError) as error:
        return f"it failed a small test ({str(error).splitlines()[0]})"
    return None if found == 9 * 36 else "it computed a small test wrongly"


# Operations that Apple's graphics do not know yet fall back to the processor; read by torch when it first needs it.
os.environ.setdefault("PYTORCH_ENABLE_MPS_FALLBACK", "1")
