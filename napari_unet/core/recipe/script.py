"""The recipe of masks as a Python script that a person can read, change and run."""

from __future__ import annotations

import os
from pathlib import Path
from pprint import pformat

from napari_unet.core.model.shipped import shipped
from napari_unet.core.recipe.masks import MaskRecipe, Segmented
from napari_unet.core.settings import Settings

WIDTH = 100

SCRIPT = '''\
"""Makes the masks of {count} again, into the folder {out!r}. Written by napari-unet from {recipe}."""

from pathlib import Path

import numpy as np

import napari_unet as nu
from napari_unet.core.model.shipped import model_path

HERE = Path(__file__).parent
OUT = HERE / {out!r}

MODELS = {models}
"""Folders as seen from this script, or names of models that came along; their answers are averaged."""

LOOKS = {looks}
CLEAN_UP = {clean_up}
"""What is not as usual; each is explained by help(nu.InferenceSettings) and help(nu.PostprocessingSettings)."""

ORDER = {order}
"""Which planes of an answer are added up in each; empty: as the model has them."""

PICTURES = {pictures}
"""Name of the mask, file of the picture, and its axes where the file does not name them."""

models = [nu.load_model(HERE / one if (HERE / one).exists() else model_path(one)) for one in MODELS]
for name, file, axes in PICTURES:
    picture = nu.read_picture(HERE / file, axes)
    probability = nu.predict(models, picture, **LOOKS)
    if ORDER:
        probability = np.stack([probability[list(planes)].sum(0) for planes in ORDER])
    labels = nu.postprocess(probability, models[0], axes=picture.axes[1:], **CLEAN_UP)
    print(nu.export(labels, OUT / f"{{name}}.tif", picture, overwrite=True))
'''

IN_BLOCKS = '''
LARGE = {large}
"""The same of pictures that are taken block by block, and the side of a block and how far is looked beyond it."""

OUT.mkdir(exist_ok=True)
for name, file, axes, block, halo in LARGE:
    cut = {{"block": block, "halo": halo, "overwrite": True}}
    nu.segment_large(models, HERE / file, OUT / f"{{name}}.tif", axes, **cut, **LOOKS, **CLEAN_UP)
    print(OUT / f"{{name}}.tif")
'''
"""What stands behind the script where pictures were taken block by block."""

IMAGE = "image.tif"
"""A picture's file in its folder in a project."""


def script_of(recipe: MaskRecipe, file: Path, script: Path) -> str:
    """The recipe in `file` as a Python script that is to lie at `script`."""
    base, folder = file.parent, script.parent
    models = [place if place in shipped() else _from(folder, base / place) for place, _ in recipe.models]
    known = [one for one in recipe.pictures if one.mask]
    count = len(known)
    text = SCRIPT.format(
        count=f"{count} picture{'' if count == 1 else 's'}",
        out=f"{script.stem}-masks",
        recipe=file.name,
        models=pformat(models, width=WIDTH),
        looks=pformat(_unusual(recipe.inference), width=WIDTH, sort_dicts=False),
        clean_up=pformat(recipe.clean_up.to_json(), width=WIDTH, sort_dicts=False),
        order=pformat(recipe.order, width=WIDTH),
        pictures=pformat([_told(folder, base, one) for one in known if not one.cutting], width=WIDTH),
    )
    large = [(*_told(folder, base, one), one.block, one.halo) for one in known if one.cutting]
    return text + (IN_BLOCKS.format(large=pformat(large, width=WIDTH)) if large else "")


def _told(folder: Path, base: Path, one: Segmented) -> tuple[str, str, str]:
    """A picture's name, its file as seen from the script, and its axes."""
    return one.name, _from(folder, _file(base, one)), one.axes


def _unusual(settings: Settings) -> dict[str, object]:
    return {item.name: value for item in settings.options() if (value := getattr(settings, item.name)) != item.default}


def _file(base: Path, one: Segmented) -> Path:
    """The picture's file; of one in a project, that in its folder."""
    path = base / one.picture
    return path / IMAGE if (path / IMAGE).is_file() else path


def _from(folder: Path, path: Path) -> str:
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive of Windows
        return Path(os.path.abspath(path)).as_posix()
