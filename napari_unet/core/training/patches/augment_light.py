"""Random light: other contrast, brightness, colours, gamma, blur, noise, negatives, missing channels, blanked squares.

Only pictures change, never what is known of them. Under a blanked square too: the network is to tell from the
surroundings what lies there, as it will have to where a picture is blurred, burnt out or dirty.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from napari_unet.core.settings import AugmentationSettings

SQUARE = (1 / 8, 1 / 3)
"""Side of a blanked square, as a share of the patch's (DeVries and Taylor 2017, https://arxiv.org/abs/1708.04552)."""

GROWING = ("brightness", "contrast", "colour", "gamma", "noise", "blur")
"""Settings that begin at half their strength."""

RGB = 3
"""Channels of a colour picture."""

JOINING = ("invert", "channel_drop", "cutout")
"""Settings that begin at nothing: what they do is no small change."""

PALER = 2.0
"""Colours of full strength are exp(2) times as pale, or as deep, at most."""

SHARP = 0.25
"""A blur of a smaller standard deviation than this, in pixels, would change nothing."""


@dataclass(frozen=True)
class Light:
    """How one patch is changed.

    Parameters
    ----------
    gamma, gain, offset : of the brightness scale, `gain` (C,) per channel.
    blur, noise : standard deviations, in pixels and in the picture's contrast.
    dropped : the channel that is blanked; -1 is none.
    square : top, left and side of the square that is blanked; a side of 0 is none.
    colours : (3, 3) float32, by which the colours of each pixel are multiplied; None is no change.
    """

    gamma: float
    gain: NDArray[np.float32]
    offset: float
    blur: float
    negative: bool
    noise: float
    dropped: int
    square: tuple[int, int, int]
    colours: NDArray[np.float32] | None = None


def eased(settings: AugmentationSettings, step: int) -> AugmentationSettings:
    """The settings as they hold at a step, counted from 0: easy pictures first.

    A short training never sees what only confuses it; a long one ends with all that makes it sturdy. The idea: a
    curriculum (Bengio et al. 2009, https://doi.org/10.1145/1553374.1553380).
    """
    if step >= settings.eased:
        return settings
    done = step / settings.eased
    grown = {name: getattr(settings, name) * (1 + done) / 2 for name in GROWING}
    return replace(settings, **grown, **{name: getattr(settings, name) * done for name in JOINING})


def draw_light(
    settings: AugmentationSettings, channels: int, patch: int, random: np.random.Generator, *, rgb: bool = False
) -> Light:
    """A light at random, for a patch of so many channels. Weak blur and noise are more frequent than strong ones.

    `rgb` says that three channels are red, green and blue, and not three dyes.
    """
    # Each channel of a colour picture also changes a little on its own: no two stains are alike.
    own = random.uniform(-1, 1, channels) * (settings.contrast / 2 if channels > 1 else 0)
    side = round(patch * random.uniform(*SQUARE)) if random.random() < settings.cutout else 0
    top, left = random.integers(0, patch - side + 1, 2).tolist()
    drops = random.random() < settings.channel_drop and channels > 1
    return Light(
        gamma=math.exp(random.uniform(-1.5, 1.5) * settings.gamma),
        gain=np.exp(own + random.uniform(-1, 1) * settings.contrast).astype(np.float32),
        offset=random.uniform(-0.5, 0.5) * settings.brightness,
        blur=settings.blur * random.random() ** 2,
        negative=bool(random.random() < settings.invert),
        noise=settings.noise * random.random() ** 2,
        dropped=int(random.integers(channels)) if drops else -1,
        square=(top, left, side),
        colours=_draw_colours(settings.colour, random) if settings.colour and rgb and channels == RGB else None,
    )


def _draw_colours(strength: float, random: np.random.Generator) -> NDArray[np.float32]:
    """What turns the hue by at most half a circle times the strength, and makes colours paler or deeper; grey stays.

    Stains differ from laboratory to laboratory: a network that was shown other colours finds its way in them (Tellez et
    al. 2019, https://doi.org/10.1016/j.media.2019.101544). A turn about the axis of greys (Rodrigues' formula).
    """
    angle = random.uniform(-1, 1) * strength * math.pi
    deep = math.exp(random.uniform(-1, 1) * strength * PALER)
    grey = np.full((RGB, RGB), 1 / RGB)
    across = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / math.sqrt(RGB)
    turn = math.cos(angle) * (np.eye(RGB) - grey) + math.sin(angle) * across
    colours: NDArray[np.float32] = (deep * turn + grey).astype(np.float32)
    return colours


def recolour(pictures: Tensor, lights: Sequence[Light], generator: torch.Generator) -> Tensor:
    """Normalised patches (B, C, P, P) in their lights; the noise is drawn from `generator`, of the same device."""
    pictures = _blurred(pictures, [light.blur for light in lights])
    pictures = _stained(pictures, lights)
    pictures = _relit(pictures, lights)
    negative = _column([float(light.negative) for light in lights], pictures)
    if any(light.negative for light in lights):
        pictures = torch.lerp(pictures, 1 - pictures, negative)
    if any(light.noise for light in lights):
        noise = torch.randn(pictures.shape, generator=generator, device=pictures.device)
        pictures = torch.addcmul(pictures, noise, _column([light.noise for light in lights], pictures))
    return _blanked(pictures, lights)


def _stained(pictures: Tensor, lights: Sequence[Light]) -> Tensor:
    if all(light.colours is None for light in lights):
        return pictures
    same = np.eye(pictures.shape[1], dtype=np.float32)
    colours = np.stack([same if light.colours is None else light.colours for light in lights])
    return torch.einsum("bij,bj...->bi...", torch.from_numpy(colours).to(pictures.device), pictures)


def _relit(pictures: Tensor, lights: Sequence[Light]) -> Tensor:
    # What is darker than 0 has no power of a fraction.
    if any(light.gamma != 1 for light in lights):
        bent = pictures.clamp(min=0).pow_(_column([light.gamma for light in lights], pictures))
        dark = pictures.clamp(max=0)
    else:
        bent, dark = pictures.clamp(min=0), pictures.clamp(max=0)
    if any((light.gain != 1).any() for light in lights):
        bent = bent * torch.from_numpy(np.stack([light.gain for light in lights])).to(bent.device)[..., None, None]
    return bent + (dark + _column([light.offset for light in lights], pictures))


def _blurred(pictures: Tensor, sigmas: Sequence[float]) -> Tensor:
    """Each patch blurred by a Gauss curve of its own, mirrored beyond its edges."""
    radius = min(math.ceil(3 * max(sigmas)), pictures.shape[-1] - 1)
    if max(sigmas) < SHARP:
        return pictures
    line = torch.arange(-radius, radius + 1, dtype=torch.float32)
    # The narrowest curve is 1 in its middle and 0 beside it: that patch stays as it is.
    curves = torch.exp(-(line**2) / (2 * torch.tensor(sigmas).clamp(min=0.05)[:, None] ** 2))
    curves = (curves / curves.sum(1, keepdim=True)).to(pictures.device).repeat_interleave(pictures.shape[1], 0)
    rows = functional.pad(pictures, [radius] * 4, mode="reflect").flatten(0, 1)[None]
    across = functional.conv2d(rows, curves[:, None, None], groups=len(curves))
    return functional.conv2d(across, curves[:, None, :, None], groups=len(curves))[0].view_as(pictures)


def _blanked(pictures: Tensor, lights: Sequence[Light]) -> Tensor:
    """Without a channel (dark, as one that was not taken), and without a square (of the patch's mean)."""
    for picture, light in zip(pictures, lights, strict=True):
        if light.dropped >= 0:
            picture[light.dropped] = 0
        top, left, side = light.square
        if side:
            picture[:, top : top + side, left : left + side] = picture.mean((1, 2), keepdim=True)
    return pictures


def _column(values: Sequence[float], like: Tensor) -> Tensor:
    return torch.tensor(values, dtype=torch.float32).to(like.device)[:, None, None, None]
