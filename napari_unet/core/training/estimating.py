"""How long a training will take and how much memory it needs: computed before it begins, seen after the first epoch.

Nothing is tried out at full size to find out: the network runs both ways over a small patch, which tells how fast this
machine is with this very network, and how much it keeps for the way back. Both grow with the number of pixels.
"""

from __future__ import annotations

import copy
import math
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

from napari_unet.core.model.blocks import cuboid
from napari_unet.core.settings import Plan
from napari_unet.core.training.precision import computing, learning_precision
from napari_unet.core.training.report import Estimated

PROBE = 0.25
"""Seconds for finding out how fast the machine is."""

AROUND = 1.1
"""Drawing patches, the loss and the optimiser take longer than the network's two passes alone, many patches at once a
little less than one by one."""

LOSS = 12
"""The loss keeps about so many planes for each plane of the answer."""

STATES = {"adamw": 2, "muon": 1, "adam": 2, "sgd": 1}
"""What an optimiser remembers of each weight."""

SIDES = (64, 96, 128, 192, 256, 384, 512)
"""Sides of the patches it is measured on."""

FLOAT = 4
"""Bytes."""

LIBRARIES = 64 * 2**20
"""Bytes that torch's own kernels take at the first passes: compiled code and scratch space."""


def estimate(network: nn.Module, plan: Plan, shape: tuple[int, int], steps: int, device: torch.device) -> Estimated:
    """Before the start. Takes about PROBE seconds.

    Parameters
    ----------
    network : any of ours, on `device`; it is left as it is.
    plan : the settings.
    shape : (batch, patch): patches per step, and their side in pixels.
    steps : of all epochs.
    device : where it will learn.

    Returns
    -------
    Estimated : `seconds` of the learning steps (measuring is not known yet; a time limit is kept whatever this says);
        `memory` of the whole process for a processor, and of the card for a card.
    """
    batch, patch = shape
    probe = Probe(network, learning_precision(device.type, plan.training.precision), device)
    seconds = AROUND * steps * batch * patch**2 * probe.seconds(patch)
    limit = plan.training.minutes * 60
    own = current_memory(device) + (LIBRARIES if device.type == "cpu" else 0)
    return Estimated(min(seconds, limit) if limit else seconds, own + needed(probe, plan, shape))


def measured(seconds_per_step: float, steps_left: int, measuring_seconds: float, peak_bytes: float) -> Estimated:
    """After an epoch: `measuring_seconds` is all the measuring still to come, `peak_bytes` from `peak_memory`."""
    return Estimated(seconds_per_step * steps_left + measuring_seconds, peak_bytes, measured=True)


def needed(probe: Probe, plan: Plan, shape: tuple[int, int]) -> float:
    """Bytes that learning needs beside what the process holds already, weights included in the latter.

    What the forward pass keeps for the way back; the gradient, the optimiser's states and the average, each as large as
    the weights; the batch and the loss; and the two largest things at once while going back.
    """
    batch, patch = shape
    kept, largest = probe.kept()
    copies = 1 + STATES[plan.training.optimiser] + (plan.training.averaging > 0)
    planes = FLOAT * (probe.channels + (2 + LOSS) * probe.outputs)
    return float(batch * patch**2 * (kept + 2 * largest + planes) + copies * probe.weights)


def peak_memory(device: torch.device) -> float:
    """The most memory needed so far, in bytes: on a card, or by this process for a processor. 0 when not known."""
    if device.type == "cuda":
        return float(torch.cuda.max_memory_allocated(device))
    status = Path("/proc/self/status")
    if status.exists():
        # Not from getrusage: there, a program's highest mark begins with that of the one that started it.
        marks = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines() if ":" in line)
        if "VmHWM" in marks:
            return float(int(marks["VmHWM"].split()[0]) * 1024)
    try:
        import resource
    except ImportError:  # Windows
        return current_memory(device)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(most if sys.platform == "darwin" else most * 1024)


def current_memory(device: torch.device) -> float:
    """The memory in use now, in bytes: on a card, or by this process for a processor. 0 when not known."""
    if device.type == "cuda":
        return float(torch.cuda.memory_allocated(device))
    pages = Path("/proc/self/statm")
    if pages.exists():
        return float(int(pages.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE"))
    return peak_memory(device) if os.name == "posix" else 0.0


class Probe:
    """A copy of a network that runs over small patches."""

    def __init__(self, network: nn.Module, precision: torch.dtype, device: torch.device) -> None:
        self._network = copy.deepcopy(network).to(device).train()
        self._precision, self._device = precision, device
        described: Any = network
        self.channels, self.outputs, self._stride = described.channels, described.outputs, described.stride
        self._strides: tuple[int, ...] = getattr(described, "strides", (self._stride,) * 2)

    @property
    def weights(self) -> float:
        """Bytes of the weights."""
        return float(sum(value.numel() for value in self._network.parameters()) * FLOAT)

    def kept(self) -> tuple[float, float]:
        """Bytes per pixel that a forward pass keeps for the way back, and those of the largest single thing."""
        weights = {_identity(value) for value in self._network.parameters()}
        things: dict[int, Tensor] = {}

        def keep(value: Tensor) -> None:
            things.setdefault(_identity(value), value)  # kept alive, or another one could get its identity

        side = self._least
        with saved_tensors_hooks(keep, lambda nothing: nothing):
            self._run(side)
        sizes = [value.untyped_storage().nbytes() for key, value in things.items() if key not in weights]
        things.clear()  # each knows what it is a result of, and that knows `keep`: a circle that Python cannot see
        pixels = math.prod(self._shape(side))
        return sum(sizes) / pixels, max(sizes, default=0) / pixels

    def seconds(self, patch: int) -> float:
        """How long both passes take for one pixel, measured on patches as large as there is time for."""
        begun, best = time.perf_counter(), math.inf
        self._timed(self._least)  # the first pass compiles kernels
        for side in [side for side in SIDES if self._least <= side < patch] + [max(patch, self._least)]:
            whole = math.ceil(side / self._stride) * self._stride
            seconds = self._timed(whole)
            best = min(best, seconds / math.prod(self._shape(whole)))
            # The next size takes about twice as long.
            if time.perf_counter() - begun + 2.5 * seconds > PROBE:
                break
        return best

    @property
    def _least(self) -> int:
        """The smallest side: some pixels have to be left where the network sees the picture smallest."""
        return max(SIDES[0], 4 * int(self._stride))

    def _timed(self, side: int) -> float:
        self._wait()
        begun = time.perf_counter()
        loss = torch.stack([answer.float().square().mean() for answer in self._run(side)]).sum()
        loss.backward()
        self._wait()
        return time.perf_counter() - begun

    def _run(self, side: int) -> tuple[Tensor, ...]:
        """The network's answers for one patch, as they are learned from."""
        shape = self._shape(side)
        pictures = torch.rand((1, self.channels, *shape), device=self._device)
        layout = torch.channels_last if len(shape) == len("YX") else torch.channels_last_3d
        pictures = pictures.contiguous(memory_format=layout)
        levels: Callable[[Tensor], tuple[Tensor, ...]] | None = getattr(self._network, "levels", None)
        with computing(self._device, self._precision):
            return levels(pictures) if levels else (self._network(pictures),)

    def _shape(self, side: int) -> tuple[int, ...]:
        """The patch of this side, or the block of as many voxels that a 3-D network is shown."""
        volume = len(self._strides) > len("YX")
        return cuboid(side, self._strides, (side,) * 3) if volume else (side, side)

    def _wait(self) -> None:
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)


def _identity(value: Tensor) -> int:
    """The same for two tensors that share their memory."""
    return int(value.untyped_storage()._cdata)
