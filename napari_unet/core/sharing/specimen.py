"""A made-up picture to test a model with: nobody's data leaves the computer for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.inference import output_planes, predict
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.settings import InferenceSettings
from napari_unet.core.sharing.chain import unscaled
from napari_unet.core.sharing.shape import smallest
from napari_unet.core.stopping import never

SEED = 2026
WIDE = 20.0
"""How wide what is to be seen is, in pixels, where the model does not say it."""

SHARE, DARK, BRIGHT, NOISE = 0.3, 300.0, 2000.0, 40.0
"""How much of the picture is object, and brightness as a camera of 12 bits counts it."""

ONCE = InferenceSettings(turns=1, scales=1, tile=8192, device="cpu")
"""A single look at the whole picture: what other programs do."""


@dataclass(frozen=True)
class Specimen:
    """A picture (C, [Z,] Y, X) float32, as acquired, and the model's probability (K, [Z,] Y, X) float32 of it."""

    picture: NDArray[np.float32]
    probability: NDArray[np.float32]


def specimen_of(model: Model, tiles: bool) -> Specimen:
    """A picture of about the smallest size that others may show the model, and what it answers here.

    One step longer along X than along Y, so that whoever confuses them notices.
    """
    *sides, last = smallest(model.network, tiles)
    picture = blobs((model.card.channels, *sides, last + model.network.strides[-1]), model.card.object_width or WIDE)
    return Specimen(picture, answer_of(model, picture))


def answer_of(model: Model, picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """The probability (K, [Z,] Y, X) of a picture (C, [Z,] Y, X) that has the size the network sees already."""
    seen = Model(unscaled(model.card), model.network)
    out = np.zeros((output_planes(model.card), *picture.shape[1:]), np.float32)
    for _ in predict(seen, picture, ONCE, out, never):
        pass
    return out


def blobs(shape: tuple[int, ...], wide: float) -> NDArray[np.float32]:
    """Bright blobs about `wide` pixels wide on a dark ground, with noise; whole numbers. Every channel has its own."""
    rng = np.random.default_rng(SEED)
    deep = [min(wide, side / 2) / 4 for side in shape[1:]]
    rough = np.stack([ndimage.gaussian_filter(rng.normal(size=shape[1:]), deep) for _ in range(shape[0])])
    cut = np.quantile(rough, 1 - SHARE)
    soft = 1 / (1 + np.exp(-12 * (rough - cut) / max(float(rough.std()), 1e-9)))
    light = DARK + (BRIGHT - DARK) * soft + rng.normal(0, NOISE, shape)
    return np.asarray(light.clip(0, 4095).round(), np.float32)
