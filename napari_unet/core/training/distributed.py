"""Several processes that learn one model together, each on its own graphics card or on a share of the cores.

PyTorch's DistributedDataParallel averages their gradients (Li et al. 2020, https://arxiv.org/abs/2006.15704). They are
started by `torchrun`, which tells each who it is. The first one leads: it measures, writes, reports and decides when to
end; the others learn along.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

PATIENCE = timedelta(days=2)
"""So long the others wait for the first one: it may measure on many large pictures."""

WORDS = ("", "asked", "time", "patience", "done")
"""Why learning ends."""


@dataclass(frozen=True)
class Ranks:
    """The processes that learn together: which one this is, and how many there are."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process measures, writes and reports."""
        return self.rank == 0

    def together(self, network: nn.Module, device: torch.device) -> nn.Module:
        """The network, its gradients averaged over all processes, and its weights those of the first."""
        if self.size == 1:
            return network
        cards = [torch.cuda.current_device()] if device.type == "cuda" else None
        return DistributedDataParallel(network, device_ids=cards)

    def agreed(self, word: str, device: torch.device) -> str:
        """What the first process says of WORDS; all have to ask."""
        if self.size == 1:
            return word
        number = torch.tensor(WORDS.index(word), device=device)
        distributed.broadcast(number, 0)
        return WORDS[int(number)]

    def shared(self, number: float, device: torch.device) -> float:
        """What the first process says; all have to ask."""
        if self.size == 1:
            return number
        told = torch.tensor(number, dtype=torch.float64, device=device)
        distributed.broadcast(told, 0)
        return float(told)

    def gathered(self, value: Any) -> list[Any]:
        """What each process gives, in order; all have to ask."""
        if self.size == 1:
            return [value]
        values: list[Any] = [None] * self.size
        distributed.all_gather_object(values, value)
        return values

    def wait(self) -> None:
        """Until all are here."""
        if self.size > 1:
            distributed.barrier()


@contextmanager
def processes(device: torch.device) -> Iterator[Ranks]:
    """The processes that `torchrun` has started; this one alone when it has not."""
    size = int(os.environ.get("WORLD_SIZE", 1))
    if size == 1 or "RANK" not in os.environ:
        yield Ranks()
        return
    if device.type == "cuda":
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", 0)) % torch.cuda.device_count())
    own = not distributed.is_initialized()
    if own:
        distributed.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=PATIENCE)
    try:
        yield Ranks(distributed.get_rank(), distributed.get_world_size())
    finally:
        if own:
            distributed.destroy_process_group()
