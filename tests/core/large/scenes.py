"""Probabilities and models to try blocks with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy import ndimage

from napari_unet.core.large.grid import Block
from napari_unet.core.large.segmenting import Asked, LargeFound, OwnHands, segment_large
from napari_unet.core.large.work import Step, Task, Work
from napari_unet.core.model import Model, ModelCard, UNet
from napari_unet.core.settings import BlockSettings, Kind, NetworkSettings, Plan, PostprocessingSettings
from napari_unet.core.stopping import Stop, never

SMALL = BlockSettings(block=256, halo=32)


class Knowing:
    """Hands that know the answer beforehand."""

    def __init__(self, probability: np.ndarray) -> None:
        self._probability = probability
        self._others = OwnHands(lambda work, stop: iter(()), 0, several=2)

    def answer(self, work: Work, stop: Stop) -> Iterator[tuple[int, int]]:
        work.looks[0][:, :, :] = self._probability
        yield 1, 1

    def each(self, step: Step, work: Work, asked: Iterable[Asked], stop: Stop) -> Iterator[tuple[Block, Any]]:
        return self._others.each(step, work, asked, stop)


def in_blocks(
    probability: np.ndarray, kind: Kind, settings: PostprocessingSettings, folder: Path, cutting: BlockSettings = SMALL
) -> LargeFound:
    """What is found of a probability (K, Y, X) when it is taken block by block."""
    shape = probability.shape[1:]
    folder.mkdir(exist_ok=True)
    work = Work(Task(shape, (), (shape,), len(probability), kind, settings, cutting, folder))
    *_, found = segment_large(work, Knowing(probability), never)
    assert isinstance(found, LargeFound)
    return found


def discs(rng: np.random.Generator, shape: tuple[int, int], count: int, largest: float = 14) -> np.ndarray:
    """Cell, border and distance of discs thrown at random, ragged by noise: (3, Y, X) float32."""
    distance, second = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for _ in range(count):
        y, x, radius = rng.uniform(0, shape[0]), rng.uniform(0, shape[1]), rng.uniform(3, largest)
        box = tuple(slice(max(0, int(at - radius) - 1), int(at + radius) + 2) for at in (y, x))
        rows, columns = np.ogrid[box[0].start : min(box[0].stop, shape[0]), box[1].start : min(box[1].stop, shape[1])]
        depth = np.clip(1 - np.hypot(rows - y, columns - x) / radius, 0, 1).astype(np.float32)
        second[box] = np.maximum(second[box], np.minimum(depth, distance[box]))
        distance[box] = np.maximum(distance[box], depth)
    noise = ndimage.gaussian_filter(rng.normal(0, 1, (3, *shape)), (0, 1.5, 1.5)) * rng.uniform(0, 2)
    return np.clip(np.stack([distance * 4, second * 3, distance]) + noise, 0, 1).astype(np.float32)


def drawn(mask: np.ndarray) -> np.ndarray:
    """A probability (3, Y, X) that says exactly this mask, without borders."""
    depth = ndimage.distance_transform_edt(mask)
    return np.stack([mask, np.zeros_like(mask), depth / max(1.0, depth.max())]).astype(np.float32)


def made_model(kind: Kind = "objects", planes: tuple[str, ...] = ("cell", "border", "distance"), **plan: Any) -> Model:
    """A model that knows nothing, whose answers vary over the whole of 0..1."""
    torch.manual_seed(1)
    network_settings = NetworkSettings(depth=2, width=4)
    names = planes[3:] or ("cell",) if kind == "objects" else planes[1:]
    plan_of = Plan(network=network_settings, **plan)
    card = ModelCard("test", kind, names, 1, False, plan_of, PostprocessingSettings(), planes)
    network = UNet(1, len(planes), network_settings)
    for _ in range(3):
        network(torch.rand(2, 1, 64, 64))
    network.head.weight.data *= 3
    network.eval()
    with torch.no_grad():  # half of what it sees is a cell
        said = network(torch.rand(1, 1, 128, 128))[0]
        network.head.bias.data -= said.flatten(1).median(1).values
    return Model(card, network)
