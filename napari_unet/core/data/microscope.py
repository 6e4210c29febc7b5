"""A widefield fluorescence microscope and its camera: what becomes of light on its way into a file."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.data.nuclei import Plane, Scene
from napari_unet.core.data.recipes import Microscope


def expose(scene: Scene, microscope: Microscope, rng: np.random.Generator) -> NDArray[np.uint8] | NDArray[np.uint16]:
    """The picture (Y, X) of a scene, uint8 or uint16."""
    light = scene.sharp + _specks(scene.sharp.shape, microscope, rng)
    light = _through_the_lens(light + scene.blurry, microscope.blur)
    light += microscope.haze * _out_of_focus(scene, rng) + microscope.glow
    light *= _illumination(light.shape, microscope, rng)
    electrons = rng.poisson(np.clip(light, 0, None) * microscope.photons)
    counts = electrons + rng.normal(0, microscope.read_noise, light.shape) + rng.normal(0, 0.5, light.shape[1])
    return _digitised(counts, microscope)


def _specks(shape: tuple[int, ...], microscope: Microscope, rng: np.random.Generator) -> Plane:
    """Crumbs of dead cells and stain: a few bright points that stick together, belonging to no nucleus."""
    plane = np.zeros(shape)
    for _ in range(microscope.specks):
        middle = rng.uniform(0, shape)
        for _ in range(rng.integers(1, 7)):
            row, column = (middle + rng.normal(0, 1.6, 2)).astype(int)
            if 0 <= row < shape[0] and 0 <= column < shape[1]:
                plane[row, column] += rng.uniform(1.5, 6)
    blurred: Plane = ndimage.gaussian_filter(plane, rng.uniform(0.5, 1.0))
    return blurred


def _through_the_lens(light: Plane, blur: float) -> Plane:
    """The image of a point is a narrow disc in a wide, faint halo."""
    sharp, halo = ndimage.gaussian_filter(light, blur), ndimage.gaussian_filter(light, 9 * blur)
    image: Plane = 0.86 * sharp + 0.14 * halo
    return image


def _out_of_focus(scene: Scene, rng: np.random.Generator) -> Plane:
    """Cells above and below, seen as clouds: the scene's own light, shifted and far out of focus."""
    shift = rng.integers(-60, 60, 2)
    elsewhere = np.roll(scene.sharp[::-1], shift, axis=(0, 1))
    cloud: Plane = ndimage.gaussian_filter(scene.sharp, 30) + ndimage.gaussian_filter(elsewhere, 14)
    return cloud


def _illumination(shape: tuple[int, ...], microscope: Microscope, rng: np.random.Generator) -> Plane:
    """Brightest somewhere near the middle (1), falling off to the corners."""
    middle = np.array(shape) * rng.uniform(0.35, 0.65, 2)
    rows, columns = np.indices(shape)
    far = ((rows - middle[0]) ** 2 + (columns - middle[1]) ** 2) / (np.array(shape) ** 2).sum()
    lamp: Plane = np.exp(-far / far.max() * -np.log(1 - microscope.vignette))
    return lamp


def _digitised(counts: Plane, microscope: Microscope) -> NDArray[np.uint8] | NDArray[np.uint16]:
    if microscope.bits == 8:
        top = np.percentile(counts, 99.95)
        return np.clip(np.rint(6 + counts * 236 / top), 0, 255).astype(np.uint8)
    return np.clip(np.rint(counts + microscope.offset), 0, 65535).astype(np.uint16)
