"""Beginning with the weights of another model, wherever they fit, and saying in words what did not.

Weights fit where both networks have a layer of the same name and shape. Layers on the way up are counted from full
size, so that networks of different depth share what they have in common.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from torch import Tensor, nn

from napari_unet.core.model.card import OBJECT_PLANES
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.model.network import Network

COLOURS = 3

HEADS = ("head", "coarse", "shallower")
"""The layers that answer: the network's own, and those of deep supervision."""

UPWARDS = ("up", "enlarge", "gates", "coarse")
"""Parts whose layers are numbered from the deepest level."""

WORDS = {
    "first": ("the first layer", "{} first layers"),
    "down": ("1 layer of the way down", "{} layers of the way down"),
    "up": ("1 layer of the way up", "{} layers of the way up"),
    "gates": ("1 attention gate", "{} attention gates"),
    "norms": ("1 normalisation layer", "{} normalisation layers"),
    "head": ("the answer layer", "{} answer layers"),
    "teaching": ("1 answer of deep supervision", "{} answers of deep supervision"),
}
"""What the parts of a network are called, one and many."""

PART = {"enlarge": "up", "coarse": "teaching", "shallower": "teaching"}
"""Where a layer is counted whose first name is no word of its own."""


@dataclass(frozen=True)
class Taken:
    """What a network has from another model.

    `taken` of its `layers` are the other's (normalisation is not counted: it goes with the layer before it). `left`
    says in words which begin anew, such as "the answer layer"; `names` are their exact names in the weights file.
    `unused` are the other model's that have no place here.
    """

    taken: int
    left: tuple[str, ...]
    layers: int = 0
    names: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


def take_over(network: Network, start: Model, same_head: bool, outputs: tuple[str, ...] = ()) -> Taken:
    """Fill `network` with the weights of `start` wherever they fit.

    Of a model for grey pictures, a network for colour takes the first layer too: each colour counts a third. Of a model
    for colour, one for grey pictures does: what it had for three equal colours, it has for one.

    Parameters
    ----------
    network : changed in place; what is not taken stays as it is.
    same_head : whether the output planes mean the same. If not, the answer layers are left.
    outputs : the names of the network's output planes. Where `start` has others, or more or less of them, each plane
        is taken from the one of the same name; nothing stands for the same planes.
    """
    answers = _answers(outputs, start.card.outputs) if same_head else None
    offered = {_place(start.network, name): value for name, value in start.network.state_dict().items()}
    left: list[str] = []
    names: list[str] = []
    used: set[str] = set()
    layers, follows = 0, False
    for name, layer in layers_of(network):
        norm = is_norm(layer)
        refused = (norm and not follows) or (not same_head and name.split(".")[0] in HEADS)
        fits = {} if refused else _fitting(network, name, layer, offered, start.card.colour)
        if answers is not None and not refused and name.split(".")[0] in HEADS:
            fits = _by_plane(network, name, layer, offered, answers)
        layer.load_state_dict(fits, strict=False)
        names += [f"{name}.{part}" for part in layer.state_dict() if part not in fits]
        used |= {_place(network, f"{name}.{part}") for part in fits}
        # A normalisation without its layer would bring another one's mean and spread.
        left += [name] if not fits and (follows or not norm) else []
        layers, follows = layers + (not norm), bool(fits) if not norm else follows
    words = in_words(network, left)
    if answers is not None and (anew := [outputs[own] for own in range(len(outputs)) if own not in answers]):
        words = (*words, f"what it says of {' and '.join(anew)}")
    unused = tuple(name for name in start.network.state_dict() if _place(start.network, name) not in used)
    new = sum(not is_norm(network.get_submodule(name)) for name in left)
    return Taken(layers - new, words, layers, tuple(names), unused)


def in_words(network: Network, left: Iterable[str]) -> tuple[str, ...]:
    """Layers by their names, counted by where they are, such as "3 layers of the way up"."""
    first = next(name for name, _ in layers_of(network))
    parts: dict[str, set[str]] = {part: set() for part in WORDS}
    for name in left:
        part = name.split(".")[0]
        if name == first:
            parts["first"].add(name)
        elif is_norm(network.get_submodule(name)):
            parts["norms"].add(name)
        elif part == "gates":
            parts[part].add(name.rsplit(".", 1)[0])
        else:
            parts[PART.get(part, part)].add(name)
    return tuple(WORDS[part][len(found) > 1].format(len(found)) for part, found in parts.items() if found)


def is_norm(layer: nn.Module) -> bool:
    """Whether a layer with weights is a normalisation: it has one per channel."""
    return isinstance(layer.weight, Tensor) and layer.weight.ndim == 1


def layers_of(network: Network) -> Iterator[tuple[str, nn.Module]]:
    """Every layer that has weights, in the order in which a picture passes each part."""
    for name, layer in network.named_modules():
        if next(layer.parameters(recurse=False), None) is not None:
            yield name, layer


def _fitting(
    network: Network, name: str, layer: nn.Module, offered: Mapping[str, Tensor], coloured: bool
) -> dict[str, Tensor]:
    """What is offered for a layer, by the names it has there; nothing unless its weights are among it."""
    fits = {}
    for part, own in layer.state_dict().items():
        theirs = offered.get(_place(network, f"{name}.{part}"))
        fitted = None if theirs is None else _fitted(theirs, own, coloured)
        if fitted is not None:
            fits[part] = fitted
    return fits if "weight" in fits else {}


def _answers(own: tuple[str, ...], theirs: tuple[str, ...]) -> dict[int, int] | None:
    """For each plane of our answer which of theirs it is, by name; None where they are the same ones.

    A class of objects may be called "cell", as the first plane of all is: classes are only compared with classes.
    """
    if not own or own == theirs or set(own).isdisjoint(theirs):
        return None
    alone = len(OBJECT_PLANES) if own[: len(OBJECT_PLANES)] == theirs[: len(OBJECT_PLANES)] == OBJECT_PLANES else 0
    named = {name: number for number, name in enumerate(theirs) if number >= alone}
    classes = {number: named[name] for number, name in enumerate(own) if number >= alone and name in named}
    return {**dict(zip(range(alone), range(alone), strict=True)), **classes}


def _by_plane(
    network: Network, name: str, layer: nn.Module, offered: Mapping[str, Tensor], answers: Mapping[int, int]
) -> dict[str, Tensor]:
    """What is offered for an answer layer, plane by plane; the planes that nobody has taught begin anew."""
    fits = {}
    for part, own in layer.state_dict().items():
        theirs = offered.get(_place(network, f"{name}.{part}"))
        if theirs is not None and theirs.shape[1:] == own.shape[1:]:
            mixed = own.clone()
            mixed[list(answers)] = theirs[list(answers.values())]
            fits[part] = mixed
    return fits if "weight" in fits else {}


def _fitted(theirs: Tensor, own: Tensor, coloured: bool) -> Tensor | None:
    """Their weights if they fit; those for grey do for colour, and those for colour (`coloured`) for grey."""
    if theirs.shape == own.shape:
        return theirs
    if own.ndim < 2 or (theirs.shape[0], *theirs.shape[2:]) != (own.shape[0], *own.shape[2:]):
        return None
    if theirs.shape[1] == 1 and own.shape[1] == COLOURS:
        return theirs.expand_as(own) / COLOURS
    return theirs.sum(1, keepdim=True) if coloured and theirs.shape[1] == COLOURS and own.shape[1] == 1 else None


def _place(network: Network, name: str) -> str:
    """The name of a weight, on the way up by its level instead of its number from below."""
    part, _, rest = name.partition(".")
    number, _, rest = rest.partition(".")
    if part not in UPWARDS or not number.isdigit():
        return name
    return f"{part}.level {network.settings.depth - 1 - int(number)}.{rest}"
