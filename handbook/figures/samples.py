"""The pictures of the recipes: `python -m handbook.figures.samples --data FOLDER_OF_SETS [--axons MODEL]`.

They show what the models that come along see in real pictures nobody trained on, before anything is painted.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

import napari_unet as nu
from benchmarks.datasets import Dataset, dataset
from handbook.figures import FOLDER
from handbook.figures.strips import Tile, enlarged, save, strip
from napari_unet.core.export.drawing import drawn, shown
from napari_unet.core.model.shipped import shipped_model

RECIPES = FOLDER / "recipes"
SIDE = 380


def main() -> None:
    """Make all of them."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the sets, zipped or unpacked")
    parser.add_argument("--axons", type=Path, help="a model trained as the recipe for axons and myelin says")
    options = parser.parse_args()
    flat(dataset(options.data, "dsb2018"), "fluo_520x696", shipped_model("nuclei"), "nuclei_fluorescence.png")
    flat(dataset(options.data, "phc_t98g"), "", shipped_model("cells"), "phase_contrast.png")
    if options.axons:
        flat(dataset(options.data, "em_axon_sem"), "", options.axons, "axons.png")
    stack(dataset(options.data, "nuclei3d"), "nuclei_3d.png")


def flat(from_set: Dataset, category: str, model: Path, name: str) -> None:
    """The first picture of a category that was not learned from, and what a model finds in it."""
    entry = next(one for one in from_set.entries("val") if category in ("", one.category))
    picture = _picture(from_set, entry.file, "")
    labels = nu.postprocess(nu.predict(model, picture), nu.load_model(model))
    plain = shown(picture)
    tiles = [_cut(plain), _cut(drawn(plain, labels))]
    save(strip(tiles, ("picture", "found")), RECIPES / name)


def stack(from_set: Dataset, name: str) -> None:
    """A stack's middle plane, and a cut through its planes, with what a 2-D model finds, joined."""
    picture = _picture(from_set, from_set.entries("train")[0].file, "ZYX")
    model = nu.load_model(shipped_model("cells"))
    labels = nu.postprocess(nu.predict(model, picture), model, join=0.25, smallest=60)
    volume = picture.image[0]
    across, along = np.s_[len(volume) // 2], np.s_[:, volume.shape[1] // 2]
    tiles = []
    for place in (across, along):
        plain = shown(nu.Picture(picture.name, np.asarray(volume[place])[None]))
        tiles += [enlarged(plain, 3), enlarged(drawn(plain, labels[place]), 3)]
    save(strip(tiles, ("a plane", "found", "across the planes", "joined")), RECIPES / name)


def _picture(from_set: Dataset, file: str, axes: str) -> nu.Picture:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file
        path.write_bytes((from_set.root / "images" / file).read_bytes())
        picture = nu.read_picture(path, axes)
        return nu.Picture(picture.name, np.array(picture.image), axes=picture.axes)


def _cut(tile: Tile) -> Tile:
    """The middle of it."""
    top, left = (max(0, (side - SIDE) // 2) for side in tile.shape[:2])
    return tile[top : top + SIDE, left : left + SIDE]


if __name__ == "__main__":
    main()
