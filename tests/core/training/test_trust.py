"""What came from a model counts as much as a person says, whichever term of the loss looks at it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from napari_unet.core.data.provenance import NUMBERS
from napari_unet.core.data.sample import Sample
from napari_unet.core.settings import LossSettings
from napari_unet.core.training.losses.loss import Loss
from napari_unet.core.training.losses.targets import make_targets
from napari_unet.core.training.patches.sampler import Batch

TERMS = "cross_entropy", "soft_dice", "tversky", "focal", "boundary"
NONE = dict.fromkeys((*TERMS, "border", "distance"), 0.0)


def half_accepted(accepted: bool = False) -> Sample:
    """A cell on the left by hand, one on the right accepted as it was; or all of it accepted."""
    annotation = np.ones((24, 48), np.uint16)
    annotation[6:18, 6:18], annotation[6:18, 30:42] = 2, 3
    origins = np.full(annotation.shape, NUMBERS["accepted" if accepted else "hand"], np.uint8)
    origins[:, 24:] = NUMBERS["accepted"]
    return Sample("half", np.zeros((1, 24, 48), np.uint8), annotation, complete=True, origins=origins)


def loss_of(sample: Sample, kind: str, settings: LossSettings, seed: int = 0) -> tuple[float, torch.Tensor]:
    """The loss of an answer of chance, and its gradient (K, Y, X)."""
    sample = sample if kind == "objects" else dataclasses.replace(sample, annotation=np.minimum(sample.annotation, 2))
    targets = make_targets(sample, kind, settings)  # type: ignore[arg-type]
    planes = torch.from_numpy(targets.planes.astype(np.float32))[None] / (255 if kind == "objects" else 1)
    known, maps = (torch.from_numpy(one.astype(np.float32))[None] for one in (targets.known, targets.maps))
    outputs = 3 if kind == "objects" else 2
    logits = torch.randn(1, outputs, 24, 48, generator=torch.Generator().manual_seed(seed), requires_grad=True)
    loss = Loss(kind, settings, outputs)([logits], Batch(planes, planes, known, maps))  # type: ignore[arg-type]
    loss.backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None
    return float(loss.detach()), logits.grad[0]


@pytest.mark.parametrize("kind", ["objects", "regions"])
@pytest.mark.parametrize("term", TERMS)
def test_where_all_was_accepted_every_term_counts_as_much_as_it_is_trusted(kind: str, term: str) -> None:
    usual = LossSettings(**{**NONE, term: 1.0})
    fully, _ = loss_of(half_accepted(True), kind, usual)
    less, _ = loss_of(half_accepted(True), kind, dataclasses.replace(usual, trust_accepted=0.25))
    assert less == pytest.approx(0.25 * fully, rel=1e-4)


@pytest.mark.parametrize("kind", ["objects", "regions"])
def test_what_a_person_painted_is_heard_above_what_was_accepted(kind: str) -> None:
    _, usual = loss_of(half_accepted(), kind, LossSettings())
    _, weighed = loss_of(half_accepted(), kind, LossSettings(trust_accepted=0.1))
    left, right = (slice(None), slice(None), slice(0, 20)), (slice(None), slice(None), slice(28, 48))
    assert float(weighed[right].abs().sum()) < 0.3 * float(usual[right].abs().sum())
    assert float(weighed[left].abs().sum()) > 0.7 * float(usual[left].abs().sum())


def test_with_the_usual_weights_nothing_is_made_for_it() -> None:
    assert make_targets(half_accepted(), "objects", LossSettings()).maps.shape[0] == 0
    sample = dataclasses.replace(half_accepted(), origins=None)
    (trust,) = make_targets(sample, "objects", LossSettings(trust_hand=0.5)).maps
    assert (trust == 0.5).all(), "where it is not known, a hand is believed to have painted it"
