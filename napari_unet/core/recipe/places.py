"""Where models of a recipe lie: as seen from the recipe's folder, or, of those that came along, by name."""

from __future__ import annotations

from pathlib import Path

from napari_unet.core.model.shipped import shipped, shipped_model
from napari_unet.core.recipe.materials import check_near, seen_from


def place_of(model: Path, folder: Path) -> str:
    """Where a model is, seen from a recipe's folder; one that came along goes by its name, on whatever computer."""
    came = {shipped_model(name).resolve(): name for name in shipped()}
    return came.get(model.resolve()) or seen_from(folder, model)


def model_at(base: Path, place: str) -> Path:
    """The folder of a model that a recipe in the folder `base` names so. Raises PictureError for one far away."""
    check_near(place, "the model")
    return shipped_model(place) if place in shipped() else base / place
