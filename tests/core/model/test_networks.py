"""What every network of the catalogue promises, for planes and for stacks."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from napari_unet.core.errors import PictureError
from napari_unet.core.inference import predict
from napari_unet.core.model import Model, ModelCard, Network, load_model, save_model
from napari_unet.core.model.catalogue import CATALOGUE, make_network
from napari_unet.core.model.checkpoint import new_network
from napari_unet.core.model.parts import ACTIVATIONS, normalisation
from napari_unet.core.settings import PRESETS, InferenceSettings, NetworkSettings, Plan, PostprocessingSettings

ARCHITECTURES = pytest.mark.parametrize("architecture", sorted(CATALOGUE))
DIMENSIONS = pytest.mark.parametrize("dimensions", ["2-D", "3-D"])
SUPERVISION = pytest.mark.parametrize("deep_supervision", [False, True])
VARIANTS = pytest.mark.parametrize(
    "changes",
    [
        {"kernel": "5", "norm": "group", "activation": "gelu", "upsampling": "nearest"},
        {"kernel": "7", "norm": "instance", "activation": "elu", "upsampling": "transposed", "dropout": 0.5},
        {"norm": "none", "activation": "silu", "dropout": 0.3, "dropout_rises": True},
        {"activation": "leaky", "deep_supervision": True},
    ],
)
SMALL = NetworkSettings(depth=2, width=4)


def network_of(architecture: str, dimensions: str = "2-D", **changes: object) -> Network:
    """A small network for two channels and three planes of answer, always with the same weights."""
    torch.manual_seed(0)
    settings = dataclasses.replace(SMALL, architecture=architecture, dimensions=dimensions, **changes)
    return make_network(2, 3, settings)


def pictures(dimensions: str, side: int, channels: int = 2, count: int = 2) -> torch.Tensor:
    """Random pictures (count, channels, [side,] side, side)."""
    sides = [side] * int(dimensions[0])
    return torch.rand(count, channels, *sides, generator=torch.Generator().manual_seed(1))


def test_the_settings_offer_every_network_there_is() -> None:
    offered = next(option for option in NetworkSettings.options() if option.name == "architecture")
    assert set(offered.choices) == set(CATALOGUE)


@ARCHITECTURES
@DIMENSIONS
def test_answers_every_pixel_with_every_plane_also_where_sides_differ(architecture: str, dimensions: str) -> None:
    sides = (4, 12, 8)[-int(dimensions[0]) :]
    assert network_of(architecture, dimensions)(torch.rand(1, 2, *sides)).shape == (1, 3, *sides)


@ARCHITECTURES
@DIMENSIONS
@VARIANTS
def test_obeys_every_setting_and_all_its_weights_learn(architecture: str, dimensions: str, changes: dict) -> None:
    network = network_of(architecture, dimensions, **changes)
    sum(answer.square().mean() for answer in network.levels(pictures(dimensions, 16))).backward()
    idle = [name for name, value in network.named_parameters() if value.grad is None or not value.grad.any()]
    assert idle == []


@DIMENSIONS
@pytest.mark.parametrize("norm", ["batch", "group", "instance", "none"])
def test_a_picture_of_which_one_pixel_is_left_below_has_an_answer(dimensions: str, norm: str) -> None:
    answer = network_of("unet", dimensions, norm=norm, depth=1).eval()(pictures(dimensions, 2))
    assert torch.isfinite(answer).all()


@pytest.mark.parametrize("norm", ["group", "instance"])
def test_normalisation_is_that_of_torch(norm: str) -> None:
    shown = pictures("3-D", 4, channels=16)
    own = normalisation(16, NetworkSettings(norm=norm, dimensions="3-D"))
    torchs = torch.nn.GroupNorm(8, 16) if norm == "group" else torch.nn.InstanceNorm3d(16, affine=True)
    assert torch.equal(own(shown), torchs(shown))


@ARCHITECTURES
@DIMENSIONS
def test_a_side_that_cannot_be_halved_is_refused_with_the_size_to_pad_to(architecture: str, dimensions: str) -> None:
    padded = "32 x 32" if dimensions == "2-D" else "32 x 32 x 32"
    with pytest.raises(PictureError, match=f"multiples of 4. Pad it to {padded}"):
        network_of(architecture, dimensions)(pictures(dimensions, 30))


@ARCHITECTURES
def test_a_plane_is_refused_by_a_network_for_stacks(architecture: str) -> None:
    with pytest.raises(PictureError, match="made for 3-D pictures"):
        network_of(architecture, "3-D")(pictures("2-D", 16))


@ARCHITECTURES
@DIMENSIONS
def test_only_deep_supervision_makes_more_than_one_answer(architecture: str, dimensions: str) -> None:
    shown = pictures(dimensions, 16)
    assert len(network_of(architecture, dimensions).levels(shown)) == 1
    several = network_of(architecture, dimensions, depth=3, deep_supervision=True).levels(shown)
    sides = [answer.shape[-1] for answer in several]
    assert sides == ([16] * 4 if architecture == "nested" else [16, 8, 4])
    assert {answer.shape[:2] for answer in several} == {(2, 3)}


@ARCHITECTURES
@DIMENSIONS
@SUPERVISION
def test_the_answer_is_the_first_level_and_the_same_each_time(
    architecture: str, dimensions: str, deep_supervision: bool
) -> None:
    network = network_of(architecture, dimensions, dropout=0.5, deep_supervision=deep_supervision).eval()
    shown = pictures(dimensions, 16)
    once = network(shown)
    assert torch.equal(once, network(shown))
    assert torch.equal(once, network.levels(shown)[0])


@ARCHITECTURES
@DIMENSIONS
@SUPERVISION
def test_comes_back_from_its_file_with_equal_answers(
    architecture: str, dimensions: str, deep_supervision: bool, tmp_path: Path
) -> None:
    settings = dataclasses.replace(
        SMALL, architecture=architecture, dimensions=dimensions, deep_supervision=deep_supervision
    )
    outputs = ("cell", "border", "distance")
    plan, cleaning = Plan(network=settings), PostprocessingSettings()
    card = ModelCard("test", "objects", ("cell",), 2, False, plan, cleaning, outputs)
    network = new_network(card)
    shown = pictures(dimensions, 16)
    network.train()(shown)
    save_model(Model(card, network), tmp_path)
    back = load_model(tmp_path).network
    assert type(back) is CATALOGUE[architecture]
    assert torch.equal(back(shown), network.eval()(shown))


@ARCHITECTURES
@DIMENSIONS
@pytest.mark.parametrize("kernel", ["3", "5"])
@pytest.mark.parametrize("upsampling", ["bilinear", "nearest", "transposed"])
def test_sees_as_far_as_its_context_and_no_further(
    architecture: str, dimensions: str, kernel: str, upsampling: str
) -> None:
    depth = 2 if (kernel, dimensions) == ("3", "2-D") else 1
    changes = {"kernel": kernel, "upsampling": upsampling, "depth": depth, "deep_supervision": True}
    network = revealing(network_of(architecture, dimensions, **changes))
    stride = network.stride
    side = whole(2 * network.context + 4 * stride, stride)
    # A strip shows how far it sees as well as a square does. Each of its copies asks for another pixel of the stride.
    strip = torch.rand(stride, 2, *[stride] * (int(dimensions[0]) - 1), side, dtype=torch.float64)
    strip.requires_grad_()
    answer = network(strip).sum(tuple(range(1, strip.ndim - 1)))
    asked = [side // 2 + copy for copy in range(stride)]
    sum(answer[copy, pixel] for copy, pixel in enumerate(asked)).backward()
    seen = [torch.nonzero(one.abs().sum(tuple(range(one.ndim - 1)))).flatten() for one in strip.grad]
    reach = max(
        max(pixel - int(found.min()), int(found.max()) - pixel) for pixel, found in zip(asked, seen, strict=True)
    )
    assert reach <= network.context
    assert reach >= 0.7 * network.context


@ARCHITECTURES
@pytest.mark.parametrize("changes", [{}, {"kernel": "5", "upsampling": "nearest", "deep_supervision": True}])
def test_tiled_equals_untiled(architecture: str, changes: dict) -> None:
    settings = dataclasses.replace(SMALL, architecture=architecture, depth=1, **changes)
    outputs = ("cell", "border", "distance")
    card = ModelCard("test", "objects", ("cell",), 2, False, Plan(network=settings), PostprocessingSettings(), outputs)
    torch.manual_seed(0)
    network = new_network(card)
    network(pictures("2-D", 32))
    image = pictures("2-D", 210, count=1)[0, :, :34].numpy()
    whole, tiled = (
        answered(Model(card, network.eval()), image, InferenceSettings(tile=tile, device="cpu")) for tile in (256, 64)
    )
    assert np.abs(whole - tiled).max() < 1e-4
    assert np.ptp(whole) > 0.1, "an answer that is the same everywhere would prove nothing"


def answered(model: Model, image: np.ndarray, settings: InferenceSettings) -> np.ndarray:
    out = np.full((len(model.card.outputs), *image.shape[1:]), np.nan, np.float32)
    assert len(list(predict(model, image, settings, out, lambda: False))) > (1 if settings.tile > 200 else 3)
    return out


def revealing(network: Network) -> Network:
    """The network with positive weights, ready to predict, so that no influence is lost on its way."""
    for value in network.parameters():
        if value.ndim > 1:
            torch.nn.init.uniform_(value, 0.01, 0.1)
    return network.double().eval()


def whole(side: int, stride: int) -> int:
    return -(-side // stride) * stride


@ARCHITECTURES
@DIMENSIONS
def test_learns_one_small_picture_by_heart(architecture: str, dimensions: str) -> None:
    network = network_of(architecture, dimensions, depth=1)
    shown = pictures(dimensions, 8 if dimensions == "3-D" else 16, count=1)
    truth = torch.zeros(1, 3, *shown.shape[2:])
    truth[..., 2:6, 1:7] = 1
    shown = shown + truth[:, :2]
    optimiser = torch.optim.Adam(network.parameters(), lr=0.02)
    losses = []
    for _ in range(25):
        loss = functional.binary_cross_entropy_with_logits(network(shown), truth)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.4 * losses[0]


@ARCHITECTURES
@pytest.mark.parametrize("norm", ["batch", "none"])
def test_signals_neither_fade_nor_explode_through_fresh_weights(architecture: str, norm: str) -> None:
    torch.manual_seed(0)
    network = make_network(1, 4, NetworkSettings(architecture=architecture, norm=norm))
    spread = float(network(torch.randn(1, 1, 64, 64)).detach().std())
    assert 0.1 < spread < 30


@pytest.mark.parametrize("activation", sorted(ACTIVATIONS))
def test_the_activation_is_the_one_that_was_named(activation: str) -> None:
    named = type(ACTIVATIONS[activation]())
    for architecture in CATALOGUE:
        layers = {type(layer) for layer in network_of(architecture, activation=activation).modules()}
        assert layers & {torch.nn.ReLU, torch.nn.LeakyReLU, torch.nn.ELU, torch.nn.GELU, torch.nn.SiLU} == {named}


@ARCHITECTURES
def test_dropout_rises_every_second_level_and_never_leaves_out_all(architecture: str) -> None:
    def shares(**changes: object) -> list[list[float]]:
        down = network_of(architecture, depth=4, **changes).down
        return [[layer.p for layer in block.modules() if isinstance(layer, torch.nn.Dropout2d)] for block in down]

    assert shares(dropout=0.1) == [[0.1]] * 5
    assert shares(dropout=0.1, dropout_rises=True) == [[0.1], [0.1], [0.2], [0.2], [pytest.approx(0.3)]]
    assert shares(dropout=0.5, dropout_rises=True)[-1] == [0.8]
    assert shares() == [[]] * 5


@ARCHITECTURES
def test_what_can_be_frozen_is_the_way_down(architecture: str) -> None:
    network = network_of(architecture)
    frozen = {id(value) for value in network.encoder()}
    names = {name.split(".")[0] for name, value in network.named_parameters() if id(value) in frozen}
    assert names == {"down"}
    assert len(frozen) == sum(name.startswith("down.") for name, _ in network.named_parameters())


def test_the_classic_network_is_the_one_of_the_courses_to_the_last_weight() -> None:
    classic = PRESETS["classic"].make().network
    assert weights(make_network(3, 1, classic)) == 1_941_105
    # Border and distance beside the cells: two more planes of 16 weights and a bias.
    assert weights(make_network(3, 3, classic)) == 1_941_105 + 2 * 17


def weights(network: Network) -> int:
    return sum(value.numel() for value in network.parameters())
