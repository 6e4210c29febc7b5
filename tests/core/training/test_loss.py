"""The loss: exactly nothing is learned from unknown pixels, whatever its terms; the right answer costs least."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import pytest
import torch

from napari_unet.core.errors import SettingsError
from napari_unet.core.model import UNet
from napari_unet.core.settings import Kind, LossSettings, NetworkSettings
from napari_unet.core.training.losses.levels import Truth, reduced
from napari_unet.core.training.losses.loss import Loss, objects_loss, regions_loss
from napari_unet.core.training.losses.maps import map_names

NOTHING = LossSettings(cross_entropy=0.0, soft_dice=0.0, distance=0.0, border_weight=1.0)
TERMS = {
    "cross-entropy": {"cross_entropy": 1.0},
    "cross-entropy, original border map": {"cross_entropy": 1.0, "border_map": "unet", "border_weight": 10.0},
    "balanced cross-entropy": {"cross_entropy": 1.0, "balance": 1.0},
    "Dice": {"soft_dice": 1.0},
    "Tversky": {"tversky": 1.0},
    "focal": {"focal": 1.0},
    "balanced focal, barely focused": {"focal": 1.0, "balance": 0.5, "focus": 0.5},
    "boundary": {"boundary": 1.0},
    "depth": {"distance": 4.0, "cross_entropy": 1e-6},
    "usual": {"cross_entropy": 1.0, "soft_dice": 1.0, "distance": 4.0, "border_weight": 4.0},
}

each_kind = pytest.mark.parametrize("kind", ["objects", "regions"])
each_term = pytest.mark.parametrize("term", TERMS)


@dataclass
class Known:
    """What is known of a batch."""

    planes: torch.Tensor
    known: torch.Tensor
    maps: torch.Tensor


def alone(term: str) -> LossSettings:
    """The settings of one term alone."""
    return dataclasses.replace(NOTHING, **TERMS[term])


def question(
    kind: Kind, settings: LossSettings, shape: tuple[int, ...] = (12, 12), share: float = 0.3
) -> tuple[torch.Tensor, Known]:
    """Logits of three outputs, and an answer of which a share of the pixels is known."""
    torch.manual_seed(0)
    logits = torch.randn(2, 3, *shape, requires_grad=True)
    planes = torch.rand(2, 3, *shape) if kind == "objects" else torch.randint(3, (2, 1, *shape)).float()
    maps = 0.1 + 0.9 * torch.rand(2, len(map_names(kind, settings)), *shape)
    return logits, Known(planes, (torch.rand_like(planes) < share).float(), maps)


def loss_of(kind: Kind, settings: LossSettings, logits: torch.Tensor, batch: Known) -> torch.Tensor:
    return Loss(kind, settings, 3)([logits], batch)


@each_kind
def test_the_usual_loss_is_the_plain_formula(kind: Kind) -> None:
    logits, batch = question(kind, LossSettings())
    logits.requires_grad_(False)
    plain = plain_objects(logits, batch) if kind == "objects" else plain_regions(logits, batch)
    assert float(loss_of(kind, LossSettings(), logits, batch)) == pytest.approx(plain, rel=1e-5)


def plain_objects(logits: torch.Tensor, batch: Known) -> float:
    """In loops and double precision: (4x at borders) entropy + Dice of cell and border, and 4 squared errors."""
    p, y, known = torch.sigmoid(logits.double()), batch.planes.double(), batch.known.double()
    loss = 0.0
    for plane in (0, 1):
        entropy = overlap = total = 0.0
        for b, r, c in known[:, plane].nonzero().tolist():
            weight = 1 + 3 * y[b, 1, r, c] * known[b, 1, r, c]
            one, truth = p[b, plane, r, c], y[b, plane, r, c]
            entropy -= weight * (truth * one.log() + (1 - truth) * (1 - one).log())
            overlap += one * truth
            total += one + truth
        loss += float(entropy / known[:, plane].sum() + 1 - 2 * overlap / total)
    squares = ((p[:, 2] - y[:, 2]) ** 2)[known[:, 2] > 0]
    return loss + 4 * float(squares.mean())


def plain_regions(logits: torch.Tensor, batch: Known) -> float:
    where = batch.known[:, 0] > 0
    p = torch.softmax(logits.double(), 1).movedim(1, -1)[where]
    classes = batch.planes[:, 0].long()[where]
    entropy = -sum(p[n, c].log() for n, c in enumerate(classes.tolist())) / len(classes)
    dice = [2 * p[classes == k, k].sum() / (p[:, k].sum() + (classes == k).sum()) for k in range(3)]
    return float(entropy + 1 - sum(dice) / 3)


@each_kind
@each_term
def test_unknown_pixels_have_exactly_no_gradient_and_known_ones_do(term: str, kind: Kind) -> None:
    settings = alone(term)
    logits, batch = question(kind, settings)
    loss_of(kind, settings, logits, batch).backward()
    where = batch.known.bool().expand_as(logits).clone()
    assert (logits.grad[~where] == 0).all()
    if kind == "objects":
        taught = [0] if term == "boundary" else [0, 1, 2] if settings.distance else [0, 1]
        where[:, [plane for plane in range(3) if plane not in taught]] = False
        assert (logits.grad[:, [plane for plane in range(3) if plane not in taught]] == 0).all()
    assert (logits.grad[where] != 0).float().mean() > 0.99


@each_kind
@each_term
def test_what_stands_on_unknown_pixels_does_not_matter(term: str, kind: Kind) -> None:
    settings = alone(term)
    logits, batch = question(kind, settings)
    other = torch.where(batch.known.bool(), batch.planes, 2 - batch.planes if kind == "regions" else 1 - batch.planes)
    changed = loss_of(kind, settings, logits, dataclasses.replace(batch, planes=other))
    assert torch.equal(loss_of(kind, settings, logits, batch), changed)


@each_kind
@each_term
def test_with_nothing_known_nothing_is_learned_and_nothing_breaks(term: str, kind: Kind) -> None:
    settings = alone(term)
    logits, batch = question(kind, settings, share=0.0)
    loss = loss_of(kind, settings, logits, batch)
    loss.backward()
    assert float(loss.detach()) == 0
    assert not logits.grad.any()


@each_kind
@each_term
def test_the_right_answer_costs_least(term: str, kind: Kind) -> None:
    settings = alone(term)
    logits, batch = question(kind, settings)
    if kind == "objects":
        batch.planes = batch.planes.round()
    right = loss_of(kind, settings, right_answer(kind, batch.planes), batch)
    opposite = 1 - batch.planes if kind == "objects" else (batch.planes + 1) % 3
    wrong = loss_of(kind, settings, right_answer(kind, opposite), batch)
    between = loss_of(kind, settings, logits.detach(), batch)
    assert float(right) < 1e-3
    assert float(right) < 0.1 * float(between) < 0.1 * float(wrong)


def right_answer(kind: Kind, planes: torch.Tensor) -> torch.Tensor:
    if kind == "objects":
        return 20 * (2 * planes - 1)
    return 20 * torch.nn.functional.one_hot(planes[:, 0].long(), 3).movedim(-1, 1).float()


@each_kind
@each_term
@pytest.mark.parametrize("size", [-1e4, 1e4])
def test_no_answer_however_sure_breaks_the_gradient(term: str, kind: Kind, size: float) -> None:
    settings = alone(term)
    logits, batch = question(kind, settings)
    extreme = (size * logits.detach().sign()).requires_grad_()
    loss = loss_of(kind, settings, extreme, batch)
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(extreme.grad).all()


@each_kind
@pytest.mark.parametrize("name", ["cross_entropy", "soft_dice", "tversky", "focal", "boundary"])
def test_the_weight_of_a_term_scales_it_and_terms_add_up(name: str, kind: Kind) -> None:
    one, three = (dataclasses.replace(NOTHING, **{name: weight}) for weight in (1.0, 3.0))
    both = dataclasses.replace(one, **({"focal": 2.0} if name != "focal" else {"cross_entropy": 2.0}))
    other = dataclasses.replace(both, **{name: 0.0})
    logits, batch = question(kind, one)
    logits.requires_grad_(False)
    single = float(loss_of(kind, one, logits, batch))
    assert single > 0
    assert float(loss_of(kind, three, logits, batch)) == pytest.approx(3 * single, rel=1e-5)
    together = single + float(loss_of(kind, other, logits, batch))
    assert float(loss_of(kind, both, logits, batch)) == pytest.approx(together, rel=1e-5)


@pytest.mark.parametrize(("name", "plane"), [("border", 1), ("distance", 2)])
def test_a_plane_of_weight_0_is_not_taught(name: str, plane: int) -> None:
    settings = dataclasses.replace(LossSettings(), **{name: 0.0})
    logits, batch = question("objects", settings)
    loss_of("objects", settings, logits, batch).backward()
    assert not logits.grad[:, plane].any()
    assert logits.grad[:, 0].any()


@pytest.mark.parametrize("border_map", ["near", "unet"])
def test_pixels_between_cells_count_as_much_as_is_set(border_map: str) -> None:
    """The gradient of the cell plane's entropy, with and without the weight."""
    gradients = []
    for weight in (1.0, 7.0):
        settings = dataclasses.replace(NOTHING, cross_entropy=1.0, border_weight=weight, border_map=border_map)
        logits, batch = question("objects", settings, share=1.0)
        batch.planes[:, 1] = torch.arange(12) % 2
        batch.maps = batch.planes[:, 1:2] if weight > 1 and border_map == "unet" else batch.maps
        loss_of("objects", settings, logits, batch).backward()
        gradients.append(logits.grad[:, 0])
    expected = torch.where(torch.arange(12) % 2 == 1, 7.0, 1.0).expand(2, 12, 12)
    torch.testing.assert_close(gradients[1] / gradients[0], expected)


@each_kind
def test_a_loss_in_which_nothing_tells_cells_from_background_is_refused(kind: Kind) -> None:
    with pytest.raises(SettingsError, match=r"all have the weight 0.*Give one of them a weight"):
        Loss(kind, LossSettings(cross_entropy=0.0, soft_dice=0.0), 3)


@each_kind
@each_term
def test_the_loss_of_a_stack_is_that_of_its_planes_side_by_side(term: str, kind: Kind) -> None:
    settings = alone(term)
    logits, batch = question(kind, settings, (3, 12, 12))
    flat = Known(*(part.flatten(2, 3) for part in (batch.planes, batch.known, batch.maps)))
    stack, side_by_side = (
        loss_of(kind, settings, answer, known) for answer, known in ((logits, batch), (logits.flatten(2, 3), flat))
    )
    torch.testing.assert_close(stack, side_by_side)


@each_kind
@each_term
def test_half_precision_and_autocast_change_nothing_but_the_rounding_of_the_logits(term: str, kind: Kind) -> None:
    settings = alone(term)
    logits, batch = question(kind, settings)
    rounded = logits.detach().bfloat16()
    with torch.autocast("cpu", torch.bfloat16):
        loss = loss_of(kind, settings, rounded, batch)
    assert loss.dtype == torch.float32
    assert torch.equal(loss, loss_of(kind, settings, rounded.float(), batch))


@each_kind
def test_the_same_batch_has_the_same_loss_whatever_was_learned_before(kind: Kind) -> None:
    settings = dataclasses.replace(LossSettings(), balance=1.0)
    logits, batch = question(kind, settings)
    loss = Loss(kind, settings, 3)
    before = loss([logits], batch)
    loss([logits], dataclasses.replace(batch, planes=torch.zeros_like(batch.planes)))
    assert torch.equal(before, loss([logits], batch))


def test_the_picture_under_unknown_pixels_reaches_no_weight_but_through_known_ones() -> None:
    """Through the whole network: with all known pixels far away, a patch of the picture has no say."""
    torch.manual_seed(0)
    network = UNet(1, 3, NetworkSettings(depth=1, width=4, norm="none"))
    picture = torch.rand(1, 1, 64, 64, requires_grad=True)
    known = torch.zeros(1, 3, 64, 64)
    known[..., :8] = 1
    batch = Known(torch.rand(1, 3, 64, 64), known, torch.zeros(1, 0, 64, 64))
    loss_of("objects", LossSettings(), network(picture), batch).backward()
    assert (picture.grad[..., 8 + network.context :] == 0).all()
    assert picture.grad[..., :8].any()


@each_kind
@each_term
def test_everything_is_computed_on_the_device_of_the_answer(term: str, kind: Kind) -> None:
    """On a device that holds no numbers, whatever is made on the processor by mistake is refused."""
    settings = alone(term)
    logits, batch = question(kind, settings)
    planes, known, maps = (part.to("meta") for part in (batch.planes, batch.known, batch.maps))
    truth = Truth(planes, known, {name: maps[:, number] for number, name in enumerate(map_names(kind, settings))})
    of_one = objects_loss if kind == "objects" else regions_loss
    for answer in (logits, logits[..., ::2, ::2]):
        at_its_size = reduced(truth, kind, 3, answer.shape[2:])
        assert of_one(settings, answer.to("meta"), at_its_size).device.type == "meta"
