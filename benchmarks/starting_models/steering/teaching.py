"""The steered network learns from rehearsed sittings: `python -m benchmarks.starting_models steer`."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.starting_models.steering.examples import KEYS, Shards, example
from benchmarks.starting_models.steering.scenes import SOURCES, STRANGERS
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import Model, load_model, new_network, save_model
from napari_unet.core.model.network import Network
from napari_unet.core.settings import Plan, PostprocessingSettings
from napari_unet.core.strokes.steered import CHANNELS, FOLDED, answered
from napari_unet.core.training.average import Average
from napari_unet.core.training.muon import Muon
from napari_unet.core.training.precision import computing, learning_precision

BATCH, RATE, DECAY, AVERAGING, LONGEST, WARM = 4, 2e-3, 0.01, 0.998, 2.0, 100
PAINTED = 5.0
"""A painted pixel counts so many times: what a person said must be followed."""

TOLD = 100
"""Steps from one line to the next."""

Say = Callable[[str], None]


def teach(folder: Path, out: Path, minutes: float, seed: int, start: Path | None, say: Say, rate: float = RATE) -> None:
    """Learn from the shards in `folder` for so long; the model in `out` is written anew every two minutes.

    `rate` is the highest learning rate: it rises over WARM steps, and falls as a cosine.
    """
    torch.manual_seed(seed)
    rng, shards = np.random.default_rng(seed), loaded(folder)
    order = drawn(shards)
    card = blank_card(out.name, start.name if start else "none")
    network = shown_more(load_model(start), card) if start else new_network(card)
    network = network.train().to(memory_format=torch.channels_last)
    average, optimiser = Average(network, AVERAGING), Muon(network.parameters(), rate, DECAY)
    begun = written = time.monotonic()
    step, losses = 0, list[float]()
    while (progress := (time.monotonic() - begun) / (60 * minutes)) < 1:
        step += 1
        now = rate * min(1, step / WARM) * (0.5 + 0.5 * math.cos(math.pi * progress)) + 1e-6
        losses.append(learn(network, optimiser, now, batch(shards, order, rng)))
        average.follow(network)
        if step % TOLD == 0:
            say(f"{step} steps, {time.monotonic() - begun:.0f} s, loss {np.mean(losses[-TOLD:]):.4f}")
        if time.monotonic() - written > 120:
            save_model(Model(card, average.network), out)
            written = time.monotonic()
    card = dataclasses.replace(card, steps_done=step, seconds=time.monotonic() - begun)
    save_model(Model(card, average.network), out)


def shown_more(start: Model, card: ModelCard) -> Network:
    """The network of `start`, which answers as before, however many planes more it is shown now: the last ones.

    Raises ValueError when it was shown more than `card` says.
    """
    if start.card.channels > card.channels:
        raise ValueError(f"{start.card.name} is shown {start.card.channels} planes; there are {card.channels} now.")
    network, weights = new_network(dataclasses.replace(start.card, channels=card.channels)), start.network.state_dict()
    for name, wanted in network.state_dict().items():
        more = wanted.shape[1] - weights[name].shape[1] if wanted.ndim > 1 else 0
        if more:
            weights[name] = functional.pad(weights[name], (0, 0, 0, 0, 0, more))
    network.load_state_dict(weights)
    return network


def learn(network: nn.Module, optimiser: torch.optim.Optimizer, rate: float, examples: tuple[Tensor, ...]) -> float:
    """One step; the loss: cross-entropy in which painted pixels count more, and Dice."""
    for group in optimiser.param_groups:
        group["lr"] = rate
    planes, truth = examples
    with computing(planes.device, learning_precision(planes.device.type, "auto")):
        logits = answered(network, planes)[:, 0].float()
    weight = 1 + (PAINTED - 1) * planes[:, 3:5].amax(1)
    entropy = functional.binary_cross_entropy_with_logits(logits, truth, weight, reduction="sum") / weight.sum()
    found = torch.sigmoid(logits)
    dice = 1 - (2 * (found * truth).sum((1, 2)) + 1) / ((found + truth).sum((1, 2)) + 1)
    loss = entropy + dice.mean()
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(network.parameters(), LONGEST)
    optimiser.step()
    return float(loss.detach())


def batch(shards: Shards, order: NDArray[np.intp], rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """BATCH examples, turned and lit at random: planes (B, CHANNELS, S, S) and truth (B, S, S)."""
    made = [example(shards, int(place), rng) for place in rng.choice(order, BATCH)]
    planes, truth = (np.stack(parts) for parts in zip(*made, strict=True))
    return torch.from_numpy(planes), torch.from_numpy(truth)


def drawn(shards: Shards) -> NDArray[np.intp]:
    """The moments to draw from; those of pictures without strokes stand there once more, because they are the hardest,
    and those of real ones, because they are fewer than the made-up ones: who is both, three times.
    """
    bare, real = np.flatnonzero(~shards["s"].any((1, 2))), np.flatnonzero(shards["real"])
    return np.concatenate([np.arange(len(shards["s"])), bare, real])


def loaded(folder: Path) -> Shards:
    """All shards in a folder, one after the other; and of each moment, whether it is `real`, and `strange`, of a source
    that no start knows. Raises ValueError when there are none, or one is of no known source.
    """
    files = sorted(folder.glob("*.npz"))
    if not files:
        raise ValueError(f"There are no rehearsed sittings in {folder}; make some with `rehearse` first.")
    shards = [np.load(file) for file in files]
    counts, sources = [len(shard["s"]) for shard in shards], [source_of(file) for file in files]
    of = {"real": [source == "real" for source in sources], "strange": [source in STRANGERS for source in sources]}
    told = {key: np.concatenate([shard[key] for shard in shards]) for key in KEYS}
    return told | {key: np.repeat(each, counts) for key, each in of.items()}


def source_of(file: Path) -> str:
    """The source of a shard's moments, by its name; see `rehearsing`. Raises ValueError for one that is unknown."""
    source = file.name.rsplit("-", 2)[0]
    if source not in SOURCES:
        raise ValueError(f"{file} is of no source that is known; name it SOURCE-SEED-NUMBER.npz, of {sorted(SOURCES)}.")
    return source


def blank_card(name: str, start: str) -> ModelCard:
    """The card of the network: it is told of its planes folded, and answers as many."""
    return ModelCard(
        name=name,
        start=start,
        kind="objects",
        class_names=("this",),
        channels=CHANNELS * FOLDED**2,
        colour=False,
        plan=Plan(),
        postprocessing=PostprocessingSettings(),
        outputs=tuple(f"this {place}" for place in range(FOLDED**2)),
    )
