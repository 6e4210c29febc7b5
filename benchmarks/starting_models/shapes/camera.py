"""From light to the numbers in a file: uneven light, blur, noise, and what compression leaves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from benchmarks.starting_models.shapes.fields import Chance, Plane, smooth

BLOCK = 8
Image = NDArray[np.uint8] | NDArray[np.uint16]


def grey(light: Plane, rng: Chance) -> Image:
    """A grey picture (1, Y, X) of 8 or 12 bits."""
    low, high = np.percentile(light, (0.2, 99.8))
    scaled = rng.uniform(0.03, 0.25) + rng.uniform(0.3, 0.75) * (light - low) / max(float(high - low), 1e-6)
    return _stored(_noisy(_uneven(scaled, rng)[np.newaxis], rng), rng)


def stained(objects: Plane, around: Plane, rng: Chance) -> Image:
    """A section in white light (3, Y, X) of 8 bits: two stains that swallow colours.

    Beer-Lambert; the stains lie around haematoxylin and eosin, or anywhere.
    """
    usual = np.array([[0.65, 0.70, 0.29], [0.12, 0.85, 0.35]])
    free = rng.dirichlet(np.ones(3), 2) * 1.6
    first, second = np.where(rng.random() < 0.6, usual * np.exp(rng.normal(0, 0.2, (2, 3))), free)
    density = first[:, None, None] * _positive(objects) + second[:, None, None] * _positive(around)
    seen = rng.uniform(0.85, 1) * np.exp(-rng.uniform(0.7, 1.8) * density)
    return _stored(_noisy(_uneven(seen, rng), rng), None)


def _positive(plane: Plane) -> Plane:
    return np.clip(plane, 0, 3)


def _uneven(image: Plane, rng: Chance) -> Plane:
    """Light that is not the same everywhere, in every third picture."""
    if rng.random() > 0.35:
        return image
    coarse = smooth((32, 32), rng.uniform(7, 12), rng)
    hills = ndimage.zoom(coarse, np.array(image.shape[-2:]) / 32, order=1, mode="nearest", grid_mode=True)
    return image * np.clip(1 + rng.uniform(0.05, 0.22) * hills, 0.3, 2)


def _noisy(image: Plane, rng: Chance) -> Plane:
    """Blur, then noise of photons and of the camera, and compression."""
    blur = rng.choice([0, rng.uniform(0.4, 1.2), rng.uniform(1, 2.2)], p=[0.35, 0.45, 0.2])
    image = np.clip(ndimage.gaussian_filter(image, (0, blur, blur)), 0, None)
    if rng.random() < 0.5:
        photons = 10 ** rng.uniform(1.5, 3.5)
        image = rng.poisson(image * photons) / photons
    image = image + rng.choice([0.003, rng.uniform(0, 0.08)]) * rng.normal(size=image.shape)
    return np.stack([_compressed(plane, rng.uniform(0.01, 0.05)) for plane in image]) if rng.random() < 0.2 else image


def _compressed(plane: Plane, step: float) -> Plane:
    """As JPEG leaves it: in blocks, fine waves rounded more coarsely than long ones."""
    rows, columns = (side // BLOCK for side in plane.shape)
    blocks = fft.dctn(plane.reshape(rows, BLOCK, columns, BLOCK), axes=(1, 3), norm="ortho")
    waves = np.arange(BLOCK)
    steps = step * (1 + waves[:, None, None] + waves)
    return fft.idctn(np.round(blocks / steps) * steps, axes=(1, 3), norm="ortho").reshape(plane.shape)


def _stored(image: Plane, rng: Chance | None) -> Image:
    """As 8 bits, or, by chance, as a camera's 12 bits above its offset."""
    if rng is not None and rng.random() < 0.3:
        return np.round(np.clip(image, 0, 1) * 3900 + 100).astype(np.uint16)
    return np.round(np.clip(image, 0, 1) * 255).astype(np.uint8)
