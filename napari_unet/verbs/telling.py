"""What a model is, and whether its training can be repeated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from napari_unet.core import explaining, recipe
from napari_unet.core.data.project import Project
from napari_unet.core.errors import TrainingError
from napari_unet.core.model.header import read_card
from napari_unet.core.settings import ExportSettings
from napari_unet.core.stopping import never

if TYPE_CHECKING:
    from napari_unet.core.recipe import Repeated


def explain(model: Path | str) -> str:
    """The page of a model, as Markdown: its data, settings, curve, scores, versions, and a paragraph for a paper.

    Raises ModelError when there is none.
    """
    folder = Path(model)
    return explaining.describe(read_card(folder), explaining.read_curve(folder))


def write_recipe(project: Project | Path | str, model: Path | str) -> Path:
    """Write the recipe of a model that was trained in a project's folder; returns its file.

    What was painted is copied beside it, so that the run can be repeated after more was painted.

    Raises
    ------
    ModelError : there is no model.
    StorageError : the recipe cannot be written.
    """
    folder = project.folder if isinstance(project, Project) else Path(project)
    return recipe.keep_project_recipe(folder, Path(model))


def run_recipe(path: Path | str, out: Path | str, watch: Callable[[object], object] | None = None) -> Repeated:
    """Do again what a recipe tells of, into the folder `out`, and say whether the same came out.

    A recipe.json, or a model's folder, trains again. The segmented.json beside masks, or their folder, makes those
    again, as TIFF.

    Returns
    -------
    repeated : whether the weights are identical, whether each mask is, the masks, and a sentence.

    Raises
    ------
    ModelError : there is no recipe, or the model it went on from has changed.
    PictureError, MaskError : a picture or mask is missing, or has changed.
    """
    masks = recipe.mask_recipe_at(Path(path))
    again = recipe.remake(masks, Path(out), ExportSettings(), never) if masks else None
    outcome = None
    for report in again or recipe.repeat(Path(path), Path(out), never):
        outcome = report if isinstance(report, recipe.Repeated) else outcome
        if watch:
            watch(report)
    if outcome is None:
        raise TrainingError("The training was broken off.")
    if not masks:
        explaining.write_description(Path(out))
    return outcome
