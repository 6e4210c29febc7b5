"""Deep supervision: coarse answers are compared with the truth at their own size."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from napari_unet.core.settings import Kind, LossSettings
from napari_unet.core.training.losses.levels import Truth, level_weights, reduced
from napari_unet.core.training.losses.loss import Loss
from tests.core.training.test_loss import TERMS, Known, alone, question, right_answer


def test_each_level_counts_half_of_the_one_before_and_all_together_1() -> None:
    assert level_weights(1) == [1]
    weights = level_weights(4)
    assert sum(weights) == pytest.approx(1)
    assert [coarse / fine for fine, coarse in pairwise(weights)] == [0.5] * 3


def test_the_loss_is_the_weighted_sum_of_the_levels_losses() -> None:
    logits, batch = question("objects", LossSettings(), (16, 16), share=1.0)
    logits.requires_grad_(False)
    coarse, loss = torch.randn(2, 3, 8, 8), Loss("objects", LossSettings(), 3)
    at_half = Known(torch.nn.functional.avg_pool2d(batch.planes, 2), torch.ones(2, 3, 8, 8), torch.zeros(2, 0, 8, 8))
    expected = 2 / 3 * loss([logits], batch) + 1 / 3 * loss([coarse], at_half)
    torch.testing.assert_close(loss([logits, coarse], batch), expected)


def test_a_coarse_pixel_is_known_when_most_of_it_is_and_takes_the_mean_of_that() -> None:
    planes = torch.tensor([[1.0, 1.0, 9.0, 9.0], [0.0, 9.0, 0.5, 9.0]])[None, None]
    known = torch.tensor([[1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.0]])[None, None]
    coarse = reduced(Truth(planes, known, {"outline": planes[:, 0]}), "objects", 1, (1, 2))
    assert coarse.known.tolist() == [[[[1, 0]]]]
    assert float(coarse.planes[0, 0, 0, 0]) == pytest.approx(2 / 3)
    assert coarse.maps["outline"].tolist() == [[[2.75, 6.875]]]


def test_of_classes_the_most_frequent_known_one_is_taken() -> None:
    planes = torch.tensor([[2.0, 2.0, 1.0, 1.0], [1.0, 1.0, 1.0, 2.0]])[None, None]
    known = torch.tensor([[1.0, 1.0, 1.0, 0.0], [1.0, 0.0, 1.0, 1.0]])[None, None]
    coarse = reduced(Truth(planes, known, {}), "regions", 3, (1, 2))
    assert coarse.planes.tolist() == [[[[2, 1]]]]
    assert coarse.known.all()


@pytest.mark.parametrize("kind", ["objects", "regions"])
@pytest.mark.parametrize("term", TERMS)
def test_every_term_is_taught_at_every_level_and_only_where_most_is_known(term: str, kind: Kind) -> None:
    settings = alone(term)
    logits, batch = question(kind, settings, (16, 16))
    batch.known = torch.zeros_like(batch.known)
    batch.known[..., :9] = 1
    coarse = [torch.randn(2, 3, side, side, requires_grad=True) for side in (8, 4)]
    Loss(kind, settings, 3)([logits, *coarse], batch).backward()
    for level, columns in ((logits, 9), (coarse[0], 4), (coarse[1], 2)):
        assert level.grad[:, 0, :, :columns].all()
        assert not level.grad[..., columns:].any()


@pytest.mark.parametrize("kind", ["objects", "regions"])
def test_levels_of_stacks_may_shrink_differently_along_their_sides(kind: Kind) -> None:
    _, batch = question(kind, LossSettings(), (4, 16, 16), share=1.0)
    batch.planes = batch.planes.round() if kind == "objects" else torch.ones_like(batch.planes)
    coarse = torch.zeros(2, 3, 4, 8, 8)
    loss = Loss(kind, LossSettings(), 3)
    fine = right_answer(kind, batch.planes)
    assert float(loss([fine], batch)) < 1e-3 < float(loss([fine, coarse], batch))
