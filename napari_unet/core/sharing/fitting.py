"""A U-Net of another program as one of ours: what fits is taken, the rest is named.

Other programs call their layers otherwise, and have other parts between them. What is compared is the shape of their
convolutions, in the order in which they are stored, which is that of the way of a picture everywhere: the k-th of ours
with some shape takes the k-th of theirs, where both have as many of it. A normalisation goes with the convolution
before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from napari_unet.core.errors import ModelError, SettingsError
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import new_network
from napari_unet.core.model.network import Network
from napari_unet.core.model.transfer import HEADS, Taken, in_words, is_norm, layers_of
from napari_unet.core.settings import NetworkSettings

KERNELS = {4: "2-D", 5: "3-D"}
"""Axes of a convolution's weights, and of the pictures it is for."""

COUNTS = "num_batches_tracked"


@dataclass(frozen=True)
class Theirs:
    """A layer of the other network: its name, and its tensors by theirs ("weight", "bias", "running_mean", ...)."""

    name: str
    parts: dict[str, Tensor]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the weights."""
        return tuple(self.parts["weight"].shape)

    @property
    def is_convolution(self) -> bool:
        """Whether its weights have sides."""
        return len(self.shape) in KERNELS


def grouped(tensors: Mapping[str, Tensor]) -> list[Theirs]:
    """The layers with weights, in the order in which they are stored."""
    layers: dict[str, dict[str, Tensor]] = defaultdict(dict)
    for name, tensor in tensors.items():
        home, _, part = name.rpartition(".")
        layers[home][part] = tensor
    return [Theirs(name, parts) for name, parts in layers.items() if "weight" in parts]


def shape_of(layers: Iterable[Theirs], name: str) -> tuple[int, NetworkSettings]:
    """How many channels the other network looks at, and the settings of the U-Net of ours that is most like it.

    Raises
    ------
    ModelError : it is no U-Net, or one that cannot be had here.
    """
    layers = list(layers)
    seeing = [one for one in layers if one.is_convolution and _sees(one.shape)]
    if not seeing:
        raise _no_unet(name, "it has no convolutions that are as deep as wide")
    first = seeing[0].shape
    widest = max(one.shape[0] for one in seeing if len(one.shape) == len(first))
    depth = max(0, (widest // first[0]).bit_length() - 1)
    try:
        settings = NetworkSettings(
            dimensions=KERNELS[len(first)],
            depth=depth,
            width=first[0],
            kernel=str(first[-1]),
            norm=_norm(layers),
            upsampling="transposed" if any(_enlarges(one) for one in layers) else "bilinear",
        )
    except SettingsError as error:
        raise _no_unet(name, error.sentence.rstrip(".")) from error
    _check_size(layers, settings, name)
    return first[1], settings


def _sees(shape: tuple[int, ...]) -> bool:
    """Whether a kernel is as deep as wide, and looks beyond its pixel."""
    return min(shape) > 0 and shape[-1] > 2 and len(set(shape[2:])) == 1


def _check_size(layers: list[Theirs], settings: NetworkSettings, name: str) -> None:
    """Raises ModelError for a few layers that promise a network far larger than they are: it would fill the memory."""
    sides = int(settings.kernel) ** (2 if settings.dimensions == "2-D" else 3)
    needed, there = (
        sides * (settings.width * 2**settings.depth) ** 2,
        sum(one.parts["weight"].numel() for one in layers),
    )
    if needed > 2 * there + 2**20:
        raise _no_unet(name, "it has far fewer weights than a network of its width")


def _norm(layers: list[Theirs]) -> str:
    norms = [one for one in layers if len(one.shape) == 1]
    if any("running_mean" in one.parts for one in norms):
        return "batch"
    return "group" if norms else "none"


def _enlarges(layer: Theirs) -> bool:
    """Whether it is a kernel of side 2 that halves the channels: the learned way up."""
    shape = layer.shape
    return layer.is_convolution and set(shape[2:]) == {2} and shape[0] == 2 * shape[1]


def _no_unet(name: str, why: str) -> ModelError:
    return ModelError(
        f"{name} cannot be made a U-Net of this program: {why}.",
        "Its first convolution has the width, its widest a power of two times as much, within what can be set here.",
        "Start from another model.",
    )


def fitted(card: ModelCard, layers: list[Theirs]) -> tuple[Network, Taken]:
    """A network as the card says, with the other's weights wherever they fit.

    Raises
    ------
    ModelError : nothing fits.
    """
    with torch.random.fork_rng(devices=[]):  # what begins anew begins alike each time
        torch.manual_seed(0)
        network = new_network(card)
    pairs, norms = _pairs(network, layers), _followers(layers)
    own = list(layers_of(network))
    left, used, before = list[str](), set[str](), ""
    for name, layer in own:
        theirs = norms.get(pairs[before].name) if is_norm(layer) and before in pairs else pairs.get(name)
        if theirs is None or not _filled(layer, theirs, pairs.get(before) if is_norm(layer) else None):
            left.append(name)
        else:
            used.add(theirs.name)
        before = name
    count = sum(not is_norm(layer) for _, layer in own)
    taken = count - sum(not is_norm(network.get_submodule(name)) for name in left)
    if not taken:
        raise _no_unet(card.name, f"none of its {len(layers)} layers has the shape of one of ours")
    names = tuple(f"{name}.{part}" for name in left for part in network.get_submodule(name).state_dict())
    unused = tuple(one.name for one in layers if one.name not in used)
    return network.eval(), Taken(taken, in_words(network, left), count, names, unused)


def _pairs(network: Network, layers: list[Theirs]) -> dict[str, Theirs]:
    """Which of theirs each convolution of ours takes, by our names; those that answer take none."""
    wanted: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for name, layer in layers_of(network):
        if not is_norm(layer) and name.split(".")[0] not in HEADS and isinstance(layer.weight, Tensor):
            wanted[tuple(layer.weight.shape)].append(name)
    offered: dict[tuple[int, ...], list[Theirs]] = defaultdict(list)
    for one in layers:
        if one.is_convolution:
            offered[one.shape].append(one)
    return {
        name: one
        for shape, names in wanted.items()
        if len(names) == len(offered[shape])
        for name, one in zip(names, offered[shape], strict=True)
    }


def _followers(layers: list[Theirs]) -> dict[str, Theirs]:
    """The normalisation behind each convolution, by the convolution's name."""
    return {one.name: norm for one, norm in pairwise(layers) if one.is_convolution and norm.shape == one.shape[:1]}


def _filled(layer: nn.Module, theirs: Theirs, before: Theirs | None) -> bool:
    """Take the tensors of a layer, all or none; whether they were.

    A bias of theirs before a normalisation by batches, where ours has none, is taken off the mean.
    """
    wanted = {name: own for name, own in layer.state_dict().items() if name != COUNTS}
    parts = theirs.parts
    if before is not None and "bias" in before.parts and "running_mean" in parts:
        parts = {**parts, "running_mean": parts["running_mean"] - before.parts["bias"]}
    fits = {name: parts[name] for name, own in wanted.items() if name in parts and parts[name].shape == own.shape}
    if set(fits) != set(wanted):
        return False
    layer.load_state_dict(fits, strict=False)
    return True
