"""Made-up starting models: right, half right, about something else, or silent, so that none is trusted blindly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.starting_models.steering.scenes import Chance
from napari_unet.core.strokes.steered import UNKNOWN

SILENT, ASTRAY = 0.45, 0.15
"""How often nothing is known, and how often something else is found."""

Plane = NDArray[np.float32]


def pretended(truth: NDArray[np.bool_], rng: Chance) -> Plane:
    """What a starting model might say about a picture with this truth, (Y, X) float32, 0..1."""
    chosen = rng.random()
    if chosen < SILENT:
        return np.full(truth.shape, np.float32(UNKNOWN))
    found = _astray(truth, rng) if chosen < SILENT + ASTRAY else _mistaken(truth, rng)
    blurred = ndimage.gaussian_filter(found, rng.uniform(0.5, 2.5))
    sure, wavering = rng.uniform(2, 8), rng.uniform(0, 1.2)
    logits = sure * (2 * blurred - 1) + wavering * _field(truth.shape, rng.uniform(1, 6), rng)
    return (1 / (1 + np.exp(-logits))).astype(np.float32)


def _astray(truth: NDArray[np.bool_], rng: Chance) -> Plane:
    """The opposite, something that has nothing to do with it, or the same everywhere."""
    chosen = rng.random()
    if chosen < 0.4:
        return 1 - truth.astype(np.float32)
    if chosen < 0.7:
        field = _field(truth.shape, rng.uniform(2, 12), rng)
        return (field > np.quantile(field, rng.uniform(0.4, 0.95))).astype(np.float32)
    return np.full(truth.shape, np.float32(rng.uniform(0.02, 0.98)))


def _mistaken(truth: NDArray[np.bool_], rng: Chance) -> Plane:
    """The truth with pieces missing, others added, and edges moved."""
    soft = ndimage.gaussian_filter(truth.astype(np.float32), rng.uniform(0.5, 3)) + rng.normal(0, 0.15)
    return (soft + rng.uniform(0, 0.5) * _field(truth.shape, rng.uniform(3, 14), rng) > 0.5).astype(np.float32)


def _field(shape: tuple[int, ...], size: float, rng: Chance) -> Plane:
    """Smooth noise of variance 1."""
    field = ndimage.gaussian_filter(rng.standard_normal(shape), size)
    return (field / field.std()).astype(np.float32)
