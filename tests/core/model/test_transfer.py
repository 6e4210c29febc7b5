"""Another model's weights are taken wherever they fit, and what begins anew is said in words."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from napari_unet.core.model import Model, ModelCard, Network, Taken, take_over
from napari_unet.core.model.checkpoint import new_network
from napari_unet.core.settings import NetworkSettings, Plan, PostprocessingSettings

CARD = ModelCard(
    name="old",
    kind="objects",
    class_names=("cell",),
    channels=1,
    colour=False,
    plan=Plan(network=NetworkSettings(depth=2, width=4)),
    postprocessing=PostprocessingSettings(),
    outputs=("cell", "border", "distance"),
)


def network_of(seed: int, channels: int = 1, outputs: int = 3, **settings: object) -> Network:
    torch.manual_seed(seed)
    plan = Plan(network=dataclasses.replace(CARD.plan.network, **settings))
    names = tuple(f"plane {number}" for number in range(outputs))
    return new_network(dataclasses.replace(CARD, channels=channels, outputs=names, plan=plan))


def start(**settings: object) -> Model:
    """A model that has seen something: also its means and spreads are its own."""
    network = network_of(0, **settings)
    with torch.no_grad():
        network(torch.rand(2, network.channels, 16, 16))
    return Model(CARD, network.eval())


def taken_by(network: Network, model: Model) -> Taken:
    return take_over(network, model, same_head=True)


@pytest.mark.parametrize("architecture", ["unet", "residual", "attention", "nested", "dense", "plain"])
def test_all_of_an_equal_network_is_taken_and_the_answer_is_the_same(architecture: str) -> None:
    model, network = start(architecture=architecture), network_of(1, architecture=architecture)
    taken = taken_by(network, model)
    shown = torch.rand(1, 1, 16, 16)
    assert (taken.left, taken.names, taken.unused) == ((), (), ())
    assert taken.taken == taken.layers > 0
    assert torch.equal(network.eval()(shown), model.network(shown))


def test_what_is_taken_is_a_copy() -> None:
    model, network = start(), network_of(1)
    before = model.network.state_dict()["head.weight"].clone()
    taken_by(network, model)
    with torch.no_grad():
        network.get_parameter("head.weight").zero_()
    assert torch.equal(model.network.state_dict()["head.weight"], before)


def test_another_question_leaves_the_answer_layer() -> None:
    network = network_of(1)
    own = network.state_dict()["head.weight"].clone()
    taken = take_over(network, start(), same_head=False)
    assert taken.left == ("the answer layer",)
    assert set(taken.names) == set(taken.unused) == {"head.weight", "head.bias"}
    assert torch.equal(network.state_dict()["head.weight"], own)


def test_another_number_of_planes_leaves_the_answer_layer() -> None:
    assert taken_by(network_of(1, outputs=2), start()).left == ("the answer layer",)


def test_a_network_for_colour_begins_as_one_for_grey() -> None:
    model, network = start(), network_of(1, channels=3)
    assert taken_by(network, model).left == ()
    grey = torch.rand(1, 1, 16, 16)
    torch.testing.assert_close(network.eval()(grey.expand(-1, 3, -1, -1)), model.network(grey))


def test_a_network_for_grey_begins_as_one_for_colour_that_sees_grey() -> None:
    seen = network_of(0, channels=3)
    with torch.no_grad():
        seen(torch.rand(2, 3, 16, 16))
    coloured = Model(dataclasses.replace(CARD, channels=3, colour=True), seen.eval())
    network, grey = network_of(1), torch.rand(1, 1, 16, 16)
    assert taken_by(network, coloured).left == ()
    torch.testing.assert_close(network.eval()(grey), coloured.network(grey.expand(-1, 3, -1, -1)))


def test_of_three_channels_that_are_no_colours_grey_takes_no_first_layer() -> None:
    fluorescent = Model(dataclasses.replace(CARD, channels=3), network_of(0, channels=3).eval())
    assert taken_by(network_of(1), fluorescent).left == ("the first layer",)


@pytest.mark.parametrize("architecture", ["unet", "dense"])
def test_other_channels_leave_the_first_layer_and_its_mean_and_spread(architecture: str) -> None:
    network = network_of(1, channels=5, architecture=architecture)
    taken = taken_by(network, start(architecture=architecture))
    assert taken.left == ("the first layer",)
    assert {name.rsplit(".", 1)[1] for name in taken.names} >= {"weight", "running_mean"}
    first = next(iter(network.state_dict())).removesuffix("0.weight")
    assert {name.rsplit(".", 2)[0] + "." for name in taken.names} == {first}


def test_a_u_net_teaches_one_with_attention_all_but_its_gates_and_answers_nearly_alike() -> None:
    model, network = start(), network_of(1, architecture="attention")
    taken = taken_by(network, model)
    assert taken.left == ("2 attention gates",)
    assert taken.unused == ()
    shown = torch.rand(1, 1, 16, 16)
    other, known = network.eval()(shown), model.network(shown)
    assert float(torch.corrcoef(torch.stack([other.flatten(), known.flatten()]))[0, 1].detach()) > 0.98


def test_a_nested_network_takes_the_way_down() -> None:
    taken = taken_by(network_of(1, architecture="nested"), start())
    # 3 blocks with an enlarging and two convolutions each.
    assert taken.left == ("9 layers of the way up",)
    assert taken.unused
    assert all(name.startswith(("up.", "enlarge.")) for name in taken.unused)


def test_a_deeper_network_takes_the_levels_that_both_have() -> None:
    model, network = start(), network_of(1, depth=3)
    taken = taken_by(network, model)
    assert taken.left == ("2 layers of the way down", "3 layers of the way up")
    assert taken.unused == ()
    # The finest level on the way up is the last in both.
    assert torch.equal(network.state_dict()["up.2.0.weight"], model.network.state_dict()["up.1.0.weight"])


def test_a_shallower_network_says_what_it_has_no_place_for() -> None:
    taken = taken_by(network_of(1, depth=1), start())
    assert taken.left == ()
    assert {name.split(".")[0] for name in taken.unused} == {"down", "up", "enlarge"}


@pytest.mark.parametrize("settings", [{"width": 8}, {"dimensions": "3-D"}])
def test_where_nothing_fits_nothing_is_taken_and_all_is_named(settings: dict) -> None:
    network = network_of(1, **settings)
    own = {name: value.clone() for name, value in network.state_dict().items()}
    taken = taken_by(network, start())
    assert taken.taken == 0
    assert taken.left[0] == "the first layer"
    assert taken.left[-1] == "the answer layer"
    assert set(taken.names) == set(own)
    assert all(torch.equal(value, own[name]) for name, value in network.state_dict().items())


def test_deep_supervision_begins_its_own_answers_anew() -> None:
    taken = taken_by(network_of(1, depth=3, deep_supervision=True), start(depth=3))
    assert taken.left == ("2 answers of deep supervision",)


def test_normalisation_that_the_start_did_not_have_begins_anew() -> None:
    taken = taken_by(network_of(1), start(norm="none"))
    assert taken.left == ("10 normalisation layers",)
    assert taken.taken == taken.layers
