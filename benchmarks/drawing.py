"""The measuring of `loading`, with torch in it: other benchmarks run where torch must not be."""

from __future__ import annotations

import argparse
import dataclasses
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import torch

from benchmarks.datasets import dataset
from benchmarks.outcome import Row
from napari_unet.cli.progress import Progress
from napari_unet.cli.samples import read_samples
from napari_unet.core.data.annotation import from_mask
from napari_unet.core.data.recipes import RECIPES
from napari_unet.core.data.sample import Sample
from napari_unet.core.data.synthesis import SEED, synthesise
from napari_unet.core.inference.device import pick_device
from napari_unet.core.model.card import ModelCard
from napari_unet.core.settings import AUGMENTATIONS, Plan
from napari_unet.core.training.beginning import first_network, new_card
from napari_unet.core.training.distributed import Ranks
from napari_unet.core.training.optimising import Optimising
from napari_unet.core.training.patches.sampler import Sampler
from napari_unet.core.training.precision import learning_precision
from napari_unet.core.training.task import TrainingTask

USUAL = "usual"
SHARE_LIMIT, BUSY_LIMIT = 15.0, 85.0
SIDES = (256, 512, 700, 1040)
RATE = 1e-3


def measure(options: argparse.Namespace) -> Iterator[Row]:
    if options.threads:
        torch.set_num_threads(options.threads)
    device = pick_device("auto")
    samples = _real(options.data, options.set) if options.set else _made_up()
    card = new_card(samples, TrainingTask("loading", "objects", ("cell",), Plan(), None, Path(), lambda: False), None)
    learning = _learning(card, device)
    for name, settings in AUGMENTATIONS.items():
        plan = dataclasses.replace(card.plan, augmentation=settings)
        drawing, step = _medians(dataclasses.replace(card, plan=plan), samples, learning, device, options.repeats)
        yield Row(f"{name}: drawing a batch", 1000 * drawing)
        yield Row(f"{name}: learning from it", 1000 * step)
        limit = SHARE_LIMIT if name == USUAL and device.type == "cpu" else None
        yield Row(f"{name}: drawing, as a share of learning", 100 * drawing / step, "%", limit=limit)
    if device.type == "cuda":
        yield from _busy(card, samples, learning, device, 20 * options.repeats)


def _learning(card: ModelCard, device: torch.device) -> Optimising:
    torch.manual_seed(0)
    precision = learning_precision(device.type, card.plan.training.precision)
    return Optimising(first_network(card, None)[0], card, device, precision, Ranks())


def _medians(
    card: ModelCard, samples: Sequence[Sample], learning: Optimising, device: torch.device, repeats: int
) -> tuple[float, float]:
    """Seconds of drawing a batch and of learning from it, one after the other; the first of each does not count."""
    settings = card.plan.training
    sampler = Sampler(card, settings.patch, 0, device)
    sampler.put(samples)
    drawn, learned = [], []
    for number in range(repeats + 1):
        begun = perf_counter()
        # As the sampler's thread does it beside a GPU, but to be waited for.
        batch = sampler.made(number, settings.batch)
        _wait(device)
        between = perf_counter()
        learning.learn(batch, RATE)
        _wait(device)
        drawn.append(between - begun)
        learned.append(perf_counter() - between)
    return statistics.median(drawn[1:]), statistics.median(learned[1:])


def _busy(
    card: ModelCard, samples: Sequence[Sample], learning: Optimising, device: torch.device, steps: int
) -> Iterator[Row]:
    """The time of learning steps on the GPU's own clock, as a share of all the time, with batches made ahead."""
    settings = card.plan.training
    sampler = Sampler(card, settings.patch, 0, device)
    sampler.put(samples)
    batch = sampler.draw(settings.batch)
    events = [(torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)) for _ in range(steps)]
    _wait(device)
    begun = perf_counter()
    for before, after in events:
        before.record()
        learning.learn(batch, RATE)
        after.record()
        batch = sampler.draw(settings.batch)
    _wait(device)
    wall = perf_counter() - begun
    computing = sum(before.elapsed_time(after) for before, after in events) / 1000
    yield Row("a step with batches made ahead", 1000 * wall / steps)
    yield Row("the GPU learns, of all the time", 100 * computing / wall, "%", limit=BUSY_LIMIT, less=False)


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _made_up() -> list[Sample]:
    """Nuclei of the sample data, repeated and cut to sizes; every other picture in colour."""
    samples = []
    for number, side in enumerate(SIDES):
        grey, mask = synthesise(RECIPES[number % len(RECIPES)], SEED)
        times = [-(-side // own) for own in mask.shape]
        picture, labels = (np.tile(part, times)[:side, :side] for part in (grey, mask))
        colour = bool(number % 2)
        image = np.stack([picture, picture // 2, picture // 3]) if colour else picture[np.newaxis]
        samples.append(
            Sample(f"made up {side}", image, from_mask(labels.astype(np.uint16)), complete=True, colour=colour)
        )
    return samples


def _real(data: Path | None, name: str) -> list[Sample]:
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        dataset(data, name).unpack("train", folder, most=40)
        return read_samples(folder / "images", folder / "masks", "objects", Progress())[0]
