"""Everything to repeat a training, or to make masks again, in one file; and doing so. The door is lazy: only that needs
torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_unet.core.doors import behind_door

if TYPE_CHECKING:
    from napari_unet.core.recipe.hashing import mask_hash, weights_hash
    from napari_unet.core.recipe.keeping import keep_project_recipe, keep_recipe
    from napari_unet.core.recipe.masks import MaskRecipe, Segmented, mask_recipe_at, read_mask_recipe
    from napari_unet.core.recipe.materials import Material, load_sample, of_files
    from napari_unet.core.recipe.places import place_of
    from napari_unet.core.recipe.recipe import RECIPE, Recipe, read_recipe
    from napari_unet.core.recipe.remaking import Remade, remake
    from napari_unet.core.recipe.repeating import Repeated, repeat
    from napari_unet.core.recipe.script import script_of

__all__ = [
    "MaskRecipe",
    "Material",
    "RECIPE",
    "Recipe",
    "Remade",
    "Repeated",
    "Segmented",
    "keep_project_recipe",
    "keep_recipe",
    "load_sample",
    "mask_hash",
    "mask_recipe_at",
    "of_files",
    "place_of",
    "read_mask_recipe",
    "read_recipe",
    "remake",
    "repeat",
    "script_of",
    "weights_hash",
]

_HOMES = {
    "MaskRecipe": "masks",
    "Material": "materials",
    "RECIPE": "recipe",
    "Recipe": "recipe",
    "Remade": "remaking",
    "Repeated": "repeating",
    "Segmented": "masks",
    "keep_project_recipe": "keeping",
    "keep_recipe": "keeping",
    "load_sample": "materials",
    "mask_hash": "hashing",
    "mask_recipe_at": "masks",
    "of_files": "materials",
    "place_of": "places",
    "read_mask_recipe": "masks",
    "read_recipe": "recipe",
    "remake": "remaking",
    "repeat": "repeating",
    "script_of": "script",
    "weights_hash": "hashing",
}


def __getattr__(name: str) -> Any:
    return behind_door(__name__, _HOMES, name)
