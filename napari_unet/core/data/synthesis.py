"""Sample data that belongs to nobody: made-up pictures of nuclei with exact masks, to try the program with."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray

from napari_unet.core.data.atomic import atomic_folder, atomic_path
from napari_unet.core.data.recipes import RECIPES, Recipe

SEED = 2026
"""The seed of the sample data that comes with the program."""

PIXEL_SIZE = 0.325
"""Side of a pixel in µm: a camera of 6.5 µm pixels behind a 20x lens."""

PICTURES = "images"
MASKS = "masks"
SOURCES = "SOURCES.md"


def make_sample_data(folder: Path, seed: int) -> None:
    """Make every sample picture and its mask in `folder`: images/, masks/ of equal names, and SOURCES.md.

    The same seed gives the same pixels. Pictures are uint8 or uint16 TIFF, masks uint16, zlib, with the pixel size as
    ImageJ reads it. Raises StorageError when the folder cannot be written.
    """
    for recipe in RECIPES:
        picture, mask = synthesise(recipe, seed)
        _write(folder / PICTURES / f"{recipe.name}.tif", picture)
        _write(folder / MASKS / f"{recipe.name}.tif", mask)
    with atomic_path(folder / SOURCES) as path:
        path.write_text(_sources(seed), encoding="utf-8")


def synthesise(recipe: Recipe, seed: int) -> tuple[NDArray[np.uint8] | NDArray[np.uint16], NDArray[np.uint16]]:
    """One picture (Y, X) and its mask (Y, X): exact, its nuclei numbered 1, 2, ... in reading order."""
    # SciPy takes a while to import, for which a window that only opens the files need not wait.
    from napari_unet.core.data.microscope import expose
    from napari_unet.core.data.nuclei import grow

    rng = np.random.default_rng([seed, zlib.crc32(recipe.name.encode())])
    scene = grow(recipe.shape, recipe.culture, rng)
    return expose(scene, recipe.microscope, rng), scene.labels


def sample_data_folder() -> Path:
    """Where the sample data is: in the checkout the program runs from, else made once in the person's cache.

    Raises StorageError when the cache cannot be written.
    """
    checkout = Path(__file__).parents[3] / "sample_data"
    if (checkout / SOURCES).is_file():
        return checkout
    cache = platformdirs.user_cache_path("napari-unet") / f"sample_data_{SEED}"
    if not cache.is_dir():
        with atomic_folder(cache) as folder:
            make_sample_data(folder, SEED)
    return cache


def _write(path: Path, array: NDArray[np.unsignedinteger]) -> None:
    import tifffile  # 0.2 s that a window which only opens need not wait for

    per_micron = (1 / PIXEL_SIZE, 1 / PIXEL_SIZE)
    details = {"unit": "um", "axes": "YX"}
    with atomic_path(path) as temporary:
        tifffile.imwrite(
            temporary,
            array,
            imagej=True,
            compression="zlib",
            predictor=True,
            resolution=per_micron,
            metadata=details,
        )


def _sources(seed: int) -> str:
    rows = "\n".join(
        f"| {recipe.name}.tif | {recipe.shape[1]} x {recipe.shape[0]} | {recipe.microscope.bits} bit |"
        for recipe in RECIPES
    )
    return f"""# Where these pictures come from

Nobody's cells: every picture here is computed by `napari_unet.core.data.synthesis` (seed {seed}), and may be used for
anything (CC0). The masks are exact, because the nuclei were drawn from them.

Irregular nuclei grow beside each other, with chromatin, nucleoli and now and then a mitosis; some lie out of focus.
They are seen through a widefield microscope: blur with a wide halo, haze of cells above and below, uneven light, crumbs
of stain, photon noise, read noise and the camera's offset. Pixel size {PIXEL_SIZE} µm.

| picture | size | depth |
| --- | --- | --- |
{rows}

`images/NAME.tif` is the picture, `masks/NAME.tif` its mask: 0 is background, 1, 2, ... are nuclei. To make them again:
`python -c "from pathlib import Path; from napari_unet.core.data.synthesis import make_sample_data;
make_sample_data(Path('sample_data'), {seed})"`
"""
