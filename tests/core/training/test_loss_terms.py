"""Terms of the loss, one by one: what each is for."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import ndimage

from napari_unet.core.data.annotation import from_mask
from napari_unet.core.training.losses.maps import FAR, outline_map
from napari_unet.core.training.losses.terms import (
    FEWEST,
    balanced,
    binary_entropy,
    binary_focal,
    boundary_loss,
    class_entropy,
    class_focal,
    dice_loss,
    tversky_loss,
)

EVERYWHERE = torch.ones(1, 32, 32)


def square(side: int, shift: int = 0) -> torch.Tensor:
    """A plane (1, 32, 32) with a square in it."""
    plane = torch.zeros(1, 32, 32)
    plane[:, 8 : 8 + side, 8 + shift : 8 + shift + side] = 1
    return plane


def test_focal_with_focus_0_is_cross_entropy() -> None:
    torch.manual_seed(0)
    logits, wanted, classes = 3 * torch.randn(2, 4, 9, 9), torch.rand(2, 9, 9), torch.randint(4, (2, 9, 9))
    torch.testing.assert_close(binary_focal(logits[:, 0], wanted, 0.0), binary_entropy(logits[:, 0], wanted))
    torch.testing.assert_close(class_focal(logits, classes, 0.0), class_entropy(logits, classes))


def test_focal_is_the_papers_formula_for_planes_and_classes() -> None:
    """Of two classes, the one of many is the yes or no of their difference."""
    logits = torch.tensor([[0.0, 2.0], [0.0, -1.0]])  # two pixels, classes no and yes
    p = torch.sigmoid(torch.tensor([2.0, -1.0]))
    yes = torch.tensor([1.0, 0.0])
    right = torch.stack([p[0], 1 - p[1]])
    expected = -((1 - right) ** 2) * right.log()
    torch.testing.assert_close(binary_focal(logits[:, 1], yes, 2.0), expected)
    torch.testing.assert_close(class_focal(logits, yes.long(), 2.0), expected)


def test_the_more_focus_the_less_what_is_easy_counts_beside_what_is_hard() -> None:
    logits, wanted = torch.tensor([4.0, -1.0]), torch.ones(2)
    shares = [float(easy / hard) for easy, hard in (binary_focal(logits, wanted, focus) for focus in (0.0, 0.5, 2.0))]
    assert shares[0] > 5 * shares[1] > 25 * shares[2]


def test_tversky_punishes_misses_more_than_false_alarms_when_told_to() -> None:
    truth = square(12)
    missed = truth.clone()
    missed[:, 8:11] = 0  # 36 pixels too few
    false = truth.clone()
    false[:, 20:23, 8:20] = 1  # 36 pixels too many
    assert missed.sum() - truth.sum() == truth.sum() - false.sum()

    def loss(answer: torch.Tensor, misses: float) -> float:
        return float(tversky_loss(answer[:, None], truth[:, None], EVERYWHERE, misses))

    assert loss(missed, 0.9) > 2 * loss(false, 0.9)
    assert 2 * loss(missed, 0.1) < loss(false, 0.1)


def test_tversky_with_equal_weights_is_soft_dice() -> None:
    torch.manual_seed(0)
    probability, wanted, known = torch.rand(2, 3, 8, 8), torch.rand(2, 3, 8, 8), (torch.rand(2, 8, 8) < 0.5).float()
    where = known[:, None]
    overlap, total = (probability * wanted * where).sum((0, 2, 3)), ((probability + wanted) * where).sum((0, 2, 3))
    expected = (1 - 2 * overlap / total).mean()
    torch.testing.assert_close(dice_loss(probability, wanted, known), expected)
    torch.testing.assert_close(tversky_loss(probability, wanted, known, 0.5), expected)


def test_a_plane_that_does_not_occur_has_no_shape_to_be_wrong() -> None:
    planes = torch.stack([square(10)[0], torch.zeros(32, 32)])[None]
    answer = torch.full_like(planes, 0.5).requires_grad_()
    dice_loss(answer, planes, EVERYWHERE).backward()
    assert answer.grad[:, 0].any()
    assert not answer.grad[:, 1].any()


def test_the_boundary_loss_falls_when_the_outline_is_shifted_towards_the_truth() -> None:
    truth = square(14)
    outline = torch.from_numpy(outline_map(from_mask(truth[0].numpy().astype(np.uint8))))[None]
    losses = [
        float(boundary_loss((square(14, shift) - truth).abs(), outline, EVERYWHERE)) for shift in (8, 6, 4, 2, 1, 0)
    ]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] == 0
    # Of twice as many wrong pixels, each lies further away: more than twice as wrong.
    assert losses[2] > 2.5 * losses[3]


def test_the_boundary_loss_has_the_papers_gradient() -> None:
    truth = square(14)[0].numpy() > 0
    classes = from_mask(truth.astype(np.uint8))
    signed = ndimage.distance_transform_edt(~truth) - ndimage.distance_transform_edt(truth)
    signed = np.clip(signed - 0.5 * np.sign(signed), -FAR, FAR)
    p = torch.full((1, 32, 32), 0.3, requires_grad=True)
    wanted = torch.from_numpy(truth).float()
    wrong = p * (1 - wanted) + (1 - p) * wanted
    boundary_loss(wrong, torch.from_numpy(outline_map(classes))[None], EVERYWHERE).backward()
    np.testing.assert_allclose(p.grad[0].numpy() * 32 * 32 * FAR, signed, rtol=1e-4)


def test_the_boundary_loss_is_not_thinned_by_what_it_knows_nothing_of() -> None:
    wrong, outline = square(10), square(10) * 0.5
    alone = boundary_loss(wrong[:, 8:18, 8:18], outline[:, 8:18, 8:18], EVERYWHERE[:, 8:18, 8:18])
    torch.testing.assert_close(boundary_loss(wrong, outline, EVERYWHERE), alone)


@pytest.mark.parametrize("rare", [40, 100])
def test_with_full_balance_a_rare_class_counts_as_much_as_the_others(rare: int) -> None:
    classes = torch.zeros(32 * 32, dtype=torch.int64)
    classes[:rare], classes[rare : rare + 300] = 2, 1
    shares = torch.nn.functional.one_hot(classes, 4).movedim(-1, 0).float().reshape(1, 4, 32, 32)
    known = torch.ones(1, 32, 32)
    known[:, -8:] = 0
    weights = balanced(known, shares, 1.0)
    sums = (weights * shares).sum((0, 2, 3))
    torch.testing.assert_close(sums[:3], known.sum().expand(3) / 3)
    assert not weights[known == 0].any()


def test_half_a_balance_lies_between_none_and_all() -> None:
    shares = torch.stack([1 - square(8), square(8)], 1)
    rare = [float((balanced(EVERYWHERE, shares, balance) * square(8)).sum()) for balance in (0.0, 0.5, 1.0)]
    assert rare[0] == 64
    assert rare[0] < rare[1] < rare[2] == pytest.approx(512)


def test_balance_keeps_the_weights_between_cells() -> None:
    weights = 1 + square(6)
    shares = torch.stack([1 - square(8), square(8)], 1)
    changed = balanced(weights, shares, 1.0)
    assert float(changed.sum()) == pytest.approx(float(weights.sum()))
    assert float(changed[0, 9, 9] / changed[0, 15, 15]) == pytest.approx(2)


def test_a_slip_of_the_brush_does_not_outweigh_all_else() -> None:
    shares = torch.stack([1 - square(1), square(1)], 1)
    assert float((balanced(EVERYWHERE, shares, 1.0) * square(1)).sum()) < 1.1 * 1024 / FEWEST
