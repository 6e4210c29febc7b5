"""With each term alone, a tiny network learns to find discs in pictures that it has not seen."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
import torch

from napari_unet.core.data.sample import Sample
from napari_unet.core.model import UNet
from napari_unet.core.settings import Kind, LossSettings
from napari_unet.core.training.losses.loss import Loss
from napari_unet.core.training.losses.targets import FULL, make_targets
from tests.core.training.scenes import SMALL, discs, scene
from tests.core.training.test_loss import TERMS, alone

STEPS = 40
TAUGHT, NEW = (1, 2, 3), (11, 12, 13)
PLANES: dict[Kind, int] = {"objects": 3, "regions": 2}


@dataclass
class Lesson:
    """Pictures (B, 1, 64, 64), and what is known of them."""

    pictures: torch.Tensor
    planes: torch.Tensor
    known: torch.Tensor
    maps: torch.Tensor


def lesson(kind: Kind, settings: LossSettings, seeds: tuple[int, ...], strokes: bool = False) -> Lesson:
    samples = [sample_of(kind, seed, strokes) for seed in seeds]
    targets = [make_targets(sample, kind, settings) for sample in samples]
    full = FULL if kind == "objects" else 1
    return Lesson(
        torch.stack([torch.from_numpy(sample.image.astype(np.float32)) / 600 for sample in samples]),
        torch.stack([torch.from_numpy(each.planes.astype(np.float32)) / full for each in targets]),
        torch.stack([torch.from_numpy(each.known.astype(np.float32)) for each in targets]),
        torch.stack([torch.from_numpy(each.maps.astype(np.float32)) for each in targets]),
    )


def sample_of(kind: Kind, seed: int, strokes: bool) -> Sample:
    sample = scene(seed)
    annotation = np.minimum(sample.annotation, 2) if kind == "regions" else sample.annotation
    if strokes:  # two rows of ten
        annotation = np.where((np.arange(64) % 10 < 2)[:, None], annotation, 0)
    return dataclasses.replace(sample, annotation=annotation, complete=not strokes)


@cache
def answers(kind: Kind, settings: LossSettings, strokes: bool = False) -> torch.Tensor:
    """The probabilities (B, K, Y, X) that a tiny network gives of new pictures once it has learned."""
    torch.manual_seed(0)
    network = UNet(1, PLANES[kind], SMALL)
    loss, batch = Loss(kind, settings, PLANES[kind]), lesson(kind, settings, TAUGHT, strokes)
    optimiser = torch.optim.AdamW(network.parameters(), lr=0.02)
    for _ in range(STEPS):
        optimiser.zero_grad()
        loss([network(batch.pictures)], batch).backward()
        optimiser.step()
    with torch.no_grad():
        logits = network(lesson(kind, settings, NEW).pictures)
    return torch.sigmoid(logits) if kind == "objects" else torch.softmax(logits, 1)


def dice(found: torch.Tensor, truth: torch.Tensor) -> float:
    return float(2 * (found & truth).sum() / (found.sum() + truth.sum()).clamp(min=1))


def foreground(kind: Kind, settings: LossSettings, strokes: bool = False) -> float:
    """Dice of the discs found in new pictures."""
    given = answers(kind, settings, strokes)
    found = given[:, 0] > 0.5 if kind == "objects" else given.argmax(1) > 0
    return dice(found, torch.from_numpy(np.stack([discs(seed) > 0 for seed in NEW])))


each_kind = pytest.mark.parametrize("kind", ["objects", "regions"])


@each_kind
@pytest.mark.parametrize("term", sorted(set(TERMS) - {"depth", "usual"}))
def test_each_term_alone_teaches_to_find_discs(term: str, kind: Kind) -> None:
    """To call everything disc gives 0.37, to guess 0.32."""
    assert foreground(kind, alone(term)) > 0.75


@each_kind
@pytest.mark.parametrize("strokes", [False, True])
def test_the_usual_terms_together_do_too_also_from_strokes(kind: Kind, strokes: bool) -> None:
    assert foreground(kind, LossSettings(), strokes) > 0.8


@pytest.mark.parametrize(("term", "plane"), [("border", 1), ("distance", 2)])
def test_the_terms_of_a_plane_teach_that_plane(term: str, plane: int) -> None:
    truth = lesson("objects", LossSettings(), NEW).planes[:, plane]
    taught, untaught = (
        (answers("objects", settings)[:, plane] - truth).square().mean()
        for settings in (LossSettings(), dataclasses.replace(LossSettings(), **{term: 0.0}))
    )
    assert float(taught) < 0.5 * float(untaught)
