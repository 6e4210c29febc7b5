"""The loss: exactly nothing is learned from unknown pixels."""

from __future__ import annotations

import pytest
import torch

from napari_unet.core.model import UNet
from napari_unet.core.settings import Kind, NetworkSettings
from napari_unet.core.training.loss import loss_of


def question(kind: Kind) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    logits = torch.randn(2, 3, 12, 12, requires_grad=True)
    planes = torch.rand(2, 3, 12, 12) if kind == "objects" else torch.randint(3, (2, 1, 12, 12)).float()
    known = (torch.rand_like(planes) < 0.3).float()
    return logits, planes, known


@pytest.mark.parametrize("kind", ["objects", "regions"])
def test_unknown_pixels_have_no_gradient_and_known_ones_do(kind: Kind) -> None:
    logits, planes, known = question(kind)
    loss_of(kind, logits, planes, known).backward()
    where = known.bool().expand_as(logits)
    assert (logits.grad[~where] == 0).all()
    assert (logits.grad[where] != 0).float().mean() > 0.99


@pytest.mark.parametrize("kind", ["objects", "regions"])
def test_what_stands_on_unknown_pixels_does_not_matter(kind: Kind) -> None:
    logits, planes, known = question(kind)
    other = torch.where(known.bool(), planes, 2 - planes if kind == "regions" else 1 - planes)
    assert torch.equal(loss_of(kind, logits, planes, known), loss_of(kind, logits, other, known))


@pytest.mark.parametrize("kind", ["objects", "regions"])
def test_with_nothing_known_nothing_is_learned_and_nothing_breaks(kind: Kind) -> None:
    logits, planes, known = question(kind)
    loss = loss_of(kind, logits, planes, torch.zeros_like(known))
    loss.backward()
    assert float(loss.detach()) == 0
    assert not logits.grad.any()


@pytest.mark.parametrize("kind", ["objects", "regions"])
def test_the_right_answer_costs_least(kind: Kind) -> None:
    logits, planes, known = question(kind)
    if kind == "objects":
        planes = planes.round()
        right = 20 * (2 * planes - 1)
    else:
        right = 20 * torch.nn.functional.one_hot(planes[:, 0].long(), 3).movedim(-1, 1).float()
    assert float(loss_of(kind, right, planes, known)) < 1e-3 < float(loss_of(kind, logits.detach(), planes, known))


def test_the_picture_under_unknown_pixels_reaches_no_weight_but_through_known_ones() -> None:
    """Through the whole network: with all known pixels far away, a patch of the picture has no say."""
    torch.manual_seed(0)
    network = UNet(1, 3, NetworkSettings(depth=1, width=4, norm="none"))
    picture = torch.rand(1, 1, 64, 64, requires_grad=True)
    known = torch.zeros(1, 3, 64, 64)
    known[..., :8] = 1
    loss_of("objects", network(picture), torch.rand(1, 3, 64, 64), known).backward()
    assert (picture.grad[..., 8 + network.context :] == 0).all()
    assert picture.grad[..., :8].any()
