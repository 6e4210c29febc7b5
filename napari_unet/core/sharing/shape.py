"""Axes, channels and sizes of a model, as others must know them."""

from __future__ import annotations

import keyword

from napari_unet.core.data.channels import choice
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.network import Network

FURTHEST = 160
"""Pixels around a tile that are computed and thrown away, at most. A deep network sees further, but hardly anything."""

LEAST = 64
"""Pixels of the side of a plane at least."""

PLANE = 2
"""Axes of a plane."""

COLOURS = ("red", "green", "blue")


def axes_of(network: Network) -> str:
    """The axes of space, such as "zyx"."""
    return "zyx"[-len(network.strides) :]


def halos(network: Network, tiles: bool) -> tuple[int, ...]:
    """How much of a tile's answer is to be thrown away on each side, along ([Z,] Y, X), in whole strides.

    As far as the network sees. In volumes, where no memory reaches that far, a pixel of the deepest level. Nothing
    unless `tiles` are wanted: programs also go on with a whole picture by as much, and measure other levels then.
    """
    strides = network.strides
    if not tiles:
        return (0,) * len(strides)
    if len(strides) > PLANE:
        return strides
    return tuple(_up(min(network.context, FURTHEST), stride) for stride in strides)


def smallest(network: Network, tiles: bool) -> tuple[int, ...]:
    """The smallest tile that is worth it, along ([Z,] Y, X): something of it must be left without its halo."""
    least = LEAST if len(network.strides) == PLANE else 1
    sides = zip(halos(network, tiles), network.strides, strict=True)
    return tuple(max(2 * halo + stride, 2 * stride, _up(least, stride)) for halo, stride in sides)


def _up(side: int, stride: int) -> int:
    return -(-side // stride) * stride


def channel_names(card: ModelCard) -> tuple[str, ...]:
    """The channels of a picture."""
    if card.colour:
        return COLOURS
    chosen = choice(card.plan.preprocessing.channels)
    if len(chosen) == card.channels and not any(word.isdecimal() for word in chosen):
        return tuple(identifiers(chosen))
    return tuple(f"channel_{number}" for number in range(1, card.channels + 1))


def identifiers(names: tuple[str, ...]) -> list[str]:
    """Names as a program's variables have them, each once: "dead cell" is dead_cell."""
    found: list[str] = []
    for number, name in enumerate(names, 1):
        plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name).strip("_").lower()
        plain = plain if plain[:1].isalpha() else f"plane_{plain or number}"
        plain = f"{plain}_" if keyword.iskeyword(plain) else plain
        found.append(plain if plain not in found else f"{plain}_{number}")
    return found
