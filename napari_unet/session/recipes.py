"""The recipe of exported masks: what made them, so that `napari-unet run` makes them again."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from napari_unet.core.data import Project
from napari_unet.core.data.pictures import PICTURES
from napari_unet.core.settings import InferenceSettings, PostprocessingSettings
from napari_unet.session import asked
from napari_unet.session.predicting import Question

if TYPE_CHECKING:
    from napari_unet.core.recipe import Segmented

PACKAGES = ("torch", "numpy", "scipy", "scikit-image")


@dataclass(frozen=True)
class Making:
    """How the masks of a project's pictures are made now: what is asked of each, and how the answer is cleaned up."""

    project: Project
    question: Question
    clean_up: PostprocessingSettings

    def keep(self, folder: Path, masks: Mapping[str, str]) -> None:
        """Write the recipe beside exported masks; none where a person had a hand in all of them.

        Raises ModelError for a model that is gone, StorageError.
        """
        # Only now: it takes 0.2 s, which a window that only opens need not wait for.
        from napari_unet.core.recipe import MaskRecipe, place_of, weights_hash

        again = [name for name in masks if self._is_repeatable(name)]
        if not again:
            return
        models = (self.question.model, *self.question.also)
        MaskRecipe(
            models=tuple((place_of(model, folder), weights_hash(model)) for model in models),
            inference=InferenceSettings.from_json(self.question.inference),
            clean_up=self.clean_up,
            pictures=tuple(self._picture(name, folder, masks[name]) for name in again),
            order=self.question.order,
            by_hand=tuple(name for name in masks if name not in again),
            versions=versions(),
        ).write(folder)

    def _is_repeatable(self, name: str) -> bool:
        """Whether a picture's labels come from this very question alone: nobody painted or accepted anything there."""
        project = self.project
        touched = project.has(name, "labels") or bool(project.record(name).known_planes())
        return not touched and asked.answers(project, name, self.question)

    def _picture(self, name: str, folder: Path, mask: str) -> Segmented:
        from napari_unet.core.recipe import Segmented
        from napari_unet.core.recipe.materials import seen_from

        place = seen_from(folder, self.project.folder / PICTURES / name)
        return Segmented(name, place, pixels=self.project.record(name).sha256, mask=mask)


def versions() -> dict[str, str]:
    """Of what computes; torch is asked by name, as nothing here loads it."""
    told = {"python": platform.python_version()}
    for name in PACKAGES:
        with suppress(PackageNotFoundError):
            told[name] = version(name)
    return told
