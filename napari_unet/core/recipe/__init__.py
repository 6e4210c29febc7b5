"""Everything to repeat a training, in one file; and repeating it. The door is lazy: only repeating needs torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_unet.core.doors import behind_door

if TYPE_CHECKING:
    from napari_unet.core.recipe.hashing import mask_hash, weights_hash
    from napari_unet.core.recipe.keeping import keep_project_recipe, keep_recipe
    from napari_unet.core.recipe.materials import Material, load_sample, of_files
    from napari_unet.core.recipe.recipe import RECIPE, Recipe, read_recipe
    from napari_unet.core.recipe.repeating import Repeated, repeat

__all__ = [
    "Material",
    "RECIPE",
    "Recipe",
    "Repeated",
    "keep_project_recipe",
    "keep_recipe",
    "load_sample",
    "mask_hash",
    "of_files",
    "read_recipe",
    "repeat",
    "weights_hash",
]

_HOMES = {
    "Material": "materials",
    "RECIPE": "recipe",
    "Recipe": "recipe",
    "Repeated": "repeating",
    "keep_project_recipe": "keeping",
    "keep_recipe": "keeping",
    "load_sample": "materials",
    "mask_hash": "hashing",
    "of_files": "materials",
    "read_recipe": "recipe",
    "repeat": "repeating",
    "weights_hash": "hashing",
}


def __getattr__(name: str) -> Any:
    return behind_door(__name__, _HOMES, name)
