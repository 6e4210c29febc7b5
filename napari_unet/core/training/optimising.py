"""One step of learning: pass, loss, gradients, and the optimiser that follows them. Knows no pictures and no clock."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from napari_unet.core.inference.device import place
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.network import Network
from napari_unet.core.settings import TrainingSettings
from napari_unet.core.training.average import Average
from napari_unet.core.training.distributed import Ranks
from napari_unet.core.training.losses.loss import Loss
from napari_unet.core.training.muon import Muon
from napari_unet.core.training.patches.sampler import Batch
from napari_unet.core.training.precision import computing

MOMENTUM = 0.9
"""Of SGD: each step goes on with so much of the last one, looking ahead (Sutskever et al. 2013)."""

COARSE = 1.0
"""While float16's loss is scaled up by more than this, a gradient without a number only says: scale it up less."""


class Levels(nn.Module):
    """A network that answers at all its levels when it is called: several processes can share only calls."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: Tensor) -> tuple[Tensor, ...]:
        """Logits of pictures (B, C, P, P), finest first."""
        return self.network.levels(pictures)


class Optimising:
    """A network and what makes it better.

    Parameters
    ----------
    network : what learns; moved to `device`.
    card : what it is to answer, and with which settings it learns.
    device, precision : where, and in which number format, its passes are computed.
    ranks : the processes that learn together.
    """

    def __init__(
        self, network: Network, card: ModelCard, device: torch.device, precision: torch.dtype, ranks: Ranks
    ) -> None:
        self.network, self._device, self._precision = network.train(), device, precision
        settings = card.plan.training
        place(network, device)
        self.average = Average(network, settings.averaging)
        if settings.freeze:
            freeze(network)
        self._learning = [value for value in network.parameters() if value.requires_grad]
        self._optimiser = new_optimiser(self._learning, settings)
        self._scaler = torch.amp.GradScaler(device.type, enabled=precision is torch.float16)
        self._longest = settings.clip or float("inf")
        self._loss = Loss(card.kind, card.plan.loss, len(card.outputs))
        self._answer = ranks.together(Levels(network), device)

    def learn(self, batch: Batch, rate: float) -> float:
        """One step. Returns the loss; NaN when nothing was learned because a gradient was no number."""
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        there = Batch(*(getattr(batch, part.name).to(self._device) for part in dataclasses.fields(batch)))
        with computing(self._device, self._precision):
            levels = self._answer(there.pictures)
        loss = self._loss(levels, there)
        self._optimiser.zero_grad(set_to_none=True)
        self._scaler.scale(loss).backward()
        self._scaler.unscale_(self._optimiser)
        length = nn.utils.clip_grad_norm_(self._learning, self._longest)
        finite = bool(torch.isfinite(length))
        if finite:
            self._scaler.step(self._optimiser)
            self.average.follow(self.network)
        else:
            self._mend()
        self._scaler.update()
        return float(loss.detach()) if finite else float("nan")

    @property
    def is_excused(self) -> bool:
        """Whether a gradient that is no number may only mean that its scale is not found yet."""
        return bool(self._scaler.is_enabled() and self._scaler.get_scale() > COARSE)

    def let_go(self) -> None:
        """Free the memory of a step that was broken off."""
        self._optimiser.zero_grad(set_to_none=True)
        if self._device.type == "cuda":
            torch.cuda.empty_cache()

    def tensors(self) -> dict[str, Tensor]:
        """All that learning has changed: "network/...", "average/...", "optimiser/<number>/...". Not copied."""
        found = {f"network/{name}": value for name, value in self.network.state_dict().items()}
        found |= {f"average/{name}": value for name, value in self.average.network.state_dict().items()}
        for number, parts in self._optimiser.state_dict()["state"].items():
            found |= {f"optimiser/{number}/{name}": value for name, value in parts.items() if value is not None}
        return found

    def values(self) -> dict[str, Any]:
        """The same of what is no tensor, as JSON values."""
        return {"updates": self.average.updates, "scaler": self._scaler.state_dict()}

    def restore(self, tensors: Mapping[str, Tensor], values: Mapping[str, Any]) -> None:
        """Go back to what `tensors` and `values` once were."""
        self.network.load_state_dict(_within(tensors, "network/"))
        self.average.network.load_state_dict(_within(tensors, "average/"))
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in _within(tensors, "optimiser/").items():
            number, part = name.split("/")
            own = self._learning[int(number)]
            # Laid out as its parameter is, so that steps are as quick as before.
            fits = value.shape == own.shape
            state.setdefault(int(number), {})[part] = (
                torch.empty_like(own, dtype=value.dtype).copy_(value) if fits else value.clone()
            )
        groups = self._optimiser.state_dict()["param_groups"]
        self._optimiser.load_state_dict({"state": state, "param_groups": groups})
        self.average.updates = values["updates"]
        if values["scaler"]:
            self._scaler.load_state_dict(values["scaler"])

    def _mend(self) -> None:
        """What normalisation layers have seen in a step without numbers is forgotten, or it would stay for ever."""
        good = dict(self.average.network.named_buffers())
        with torch.no_grad():
            for name, value in self.network.named_buffers():
                value.copy_(good[name])


def new_optimiser(parameters: Iterable[nn.Parameter], settings: TrainingSettings) -> torch.optim.Optimizer:
    """The optimiser that the settings name.

    AdamW (Loshchilov and Hutter 2019) draws weights to zero beside the gradient; Adam (Kingma and Ba 2015) and SGD with
    Nesterov momentum do it through the gradient. Of Muon, see there.
    """
    rate, decay = settings.rate, settings.decay
    if settings.optimiser == "sgd":
        return torch.optim.SGD(parameters, lr=rate, momentum=MOMENTUM, nesterov=True, weight_decay=decay)
    if settings.optimiser == "muon":
        return Muon(parameters, lr=rate, weight_decay=decay)
    kind = torch.optim.Adam if settings.optimiser == "adam" else torch.optim.AdamW
    return kind(parameters, lr=rate, weight_decay=decay)


def freeze(network: Network) -> None:
    """Fix the encoder: its weights, and what its batch normalisation has seen."""
    encoder = list(network.encoder())
    for value in encoder:
        value.requires_grad_(False)
    fixed = {id(value) for value in encoder}
    for module in network.modules():
        if isinstance(module, _BatchNorm) and id(module.weight) in fixed:
            module.eval()


def _within(tensors: Mapping[str, Tensor], start: str) -> dict[str, Tensor]:
    return {name.removeprefix(start): value for name, value in tensors.items() if name.startswith(start)}
