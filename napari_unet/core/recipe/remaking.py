"""Making masks again from their recipe, and saying whether they are the same."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from napari_unet.core import inference
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.record import pixel_hash
from napari_unet.core.errors import ModelError, PictureError
from napari_unet.core.export import Found, Written, check_large, write_found
from napari_unet.core.export.refusing import refuse_overwriting, refuse_own
from napari_unet.core.export.writing import targets
from napari_unet.core.large import BlockDone, open_windows
from napari_unet.core.model import Model, load_model
from napari_unet.core.model.classes import arranged
from napari_unet.core.postprocessing import object_classes, postprocess
from napari_unet.core.recipe.again_in_blocks import Place, written_in_blocks
from napari_unet.core.recipe.hashing import mask_hash, weights_hash
from napari_unet.core.recipe.masks import MaskRecipe, Segmented, mask_recipe_at, read_mask_recipe
from napari_unet.core.recipe.materials import file_at, is_far, picture_at
from napari_unet.core.recipe.places import model_at
from napari_unet.core.recipe.repeating import Repeated
from napari_unet.core.settings import ExportSettings
from napari_unet.core.settings.formats import chosen
from napari_unet.core.training.circumstances import versions
from napari_unet.core.wording import counted, listed


@dataclass(frozen=True)
class Remade:
    """A picture was segmented again: its files, and whether the mask is the same."""

    name: str
    files: tuple[Path, ...]
    same: bool


def remake(
    path: Path, out: Path, settings: ExportSettings, stop: Callable[[], bool]
) -> Generator[BlockDone | Remade | Repeated]:
    """Make the masks of the recipe at `path` (a file, or its folder) again, into the folder `out`.

    Yields what became of each picture (and how far it is, where that is taken block by block, as it was) and, at the
    end, Repeated. On a processor, with the same versions, masks are identical, number for number.

    Raises
    ------
    ModelError : there is no such recipe, or a model is missing or another.
    PictureError : a picture is missing, or has changed since.
    StorageError : files are there already (the pictures are never replaced), or cannot be written.
    """
    file = mask_recipe_at(path)
    if file is None:
        raise ModelError(f"There is no recipe of masks at {path}.", "Such a recipe lies beside masks.")
    recipe = read_mask_recipe(file)
    models = [_model(file.parent, place, weights) for place, weights in recipe.models]
    known = [one for one in recipe.pictures if one.mask]  # others may be larger than memory
    if any(one.cutting for one in known):
        check_large(chosen(settings.formats))
    files = targets([one.name for one in known], out, settings)
    refuse_own(files, [file.parent / one.picture for one in known if not is_far(one.picture)])
    refuse_overwriting(files, settings.overwrite)
    same: dict[str, bool] = {}
    for one in known:
        picture = _picture(file.parent, one)
        if one.cutting:
            written = yield from written_in_blocks(recipe, models, (one, picture), (out, settings), stop)
        else:
            written = _written(recipe, models, (one, picture), (out, settings), stop)
        if written is None:
            return
        if written.errors:
            raise written.errors[0]
        same[one.name] = written.mask == one.mask
        yield Remade(one.name, written.files, same[one.name])
    yield Repeated(str(out), True, same, _sentence(recipe, same))


def _written(
    recipe: MaskRecipe, models: Sequence[Model], of: tuple[Segmented, Picture], to: Place, stop: Callable[[], bool]
) -> Written | None:
    """What a picture that is taken in one go comes to; None when asked to stop."""
    (one, picture), (out, settings) = of, to
    found = found_again(recipe, models, picture, stop)
    if found is None:
        return None
    return replace(write_found(found, one.name, out, settings), mask=mask_hash(found.labels))


def found_again(
    recipe: MaskRecipe, models: Sequence[Model], picture: Picture, stop: Callable[[], bool]
) -> Found | None:
    """What the models find in a picture with the settings of a recipe; None when asked to stop."""
    card, shape = models[0].card, picture.spatial_shape
    answer = np.zeros((inference.output_planes(card), *shape), np.float32)
    for _ in inference.predict_together(models, picture, recipe.inference, answer, None, stop):
        pass
    if stop():
        return None
    if recipe.order:
        told, answer = answer, np.zeros((len(recipe.order), *shape), np.float32)
        arranged(told, recipe.order, answer)
    labels = postprocess(answer, card.kind, recipe.clean_up, picture.axes[1:])
    names = (card.object_classes or (card.noun,)) if card.kind == "objects" else card.class_names
    classes = object_classes(answer, labels) if card.object_classes and not recipe.order else {}
    title = " with ".join(model.card.name for model in models)
    return Found(picture, labels, card.kind, names, title, recipe.clean_up.to_json(), classes)


def _model(base: Path, place: str, weights: str) -> Model:
    folder = model_at(base, place)
    if weights_hash(folder) != weights:
        raise ModelError(
            f"The model {folder} has changed: its weights are not those that made the masks.",
            "Masks can be made again only by what made them.",
            "Put back the model as it was.",
        )
    return load_model(folder)


def _picture(base: Path, one: Segmented) -> Picture:
    file = file_at(base, one.picture, one.name)
    picture = open_windows(file, one.axes) if one.cutting else picture_at(file, one.axes)
    if one.pixels and pixel_hash(picture) != one.pixels:
        raise PictureError(
            f"{one.name} has changed since it was segmented: its pixels are others.",
            "Masks can be made again only of what they were made of.",
            f"Put back the file as it was ({base / one.picture}).",
        )
    return picture


def _sentence(recipe: MaskRecipe, same: dict[str, bool]) -> str:
    others = [name for name, one in same.items() if not one]
    parts = [f"{counted(len(same) - len(others), 'mask').capitalize()} of {len(same)} came out identical."]
    if others:
        parts.append(f"Others came out for {listed(others)}. {_why(recipe)}")
    if large := [one.name for one in recipe.pictures if not one.mask]:
        parts.append(f"Not made again, as an earlier version took them block by block: {listed(large)}.")
    if recipe.by_hand:
        parts.append(f"Not made again, as a person had a hand in them: {listed(recipe.by_hand)}.")
    return " ".join(parts)


def _why(recipe: MaskRecipe) -> str:
    """What may have made the difference."""
    now = versions()
    news = [
        f"{name} is {now.get(name, 'missing')} instead of {version}"
        for name, version in recipe.versions.items()
        if now.get(name) != version
    ]
    return f"Possible reasons: {listed(news or ['another processor or graphics card'])}."
