"""A recipe: everything to repeat a training, as a file that lies beside the model."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, get_args

from napari_unet.core.data.atomic import write_json
from napari_unet.core.data.json_file import is_words, read_json
from napari_unet.core.errors import ModelError, SettingsError
from napari_unet.core.recipe.materials import Material
from napari_unet.core.settings import Kind, Plan

RECIPE = "recipe.json"
SCHEMA = 1


@dataclass(frozen=True)
class Recipe:
    """What was trained with what, and what came out.

    Paths are relative to the recipe where that is possible. `epochs` is how many were done in all and `stopped` why
    they ended, as in `Finished`. `start` is the model that was gone on from, by its name where it came along with the
    package (empty for none), and `start_weights` its hash.
    `weights` is the hash of the model's weights, and `masks` has the hash of what it makes of some of the pictures.
    `changed` names pictures that were painted on after the training had begun.
    """

    name: str
    kind: Kind
    class_names: tuple[str, ...]
    plan: Plan
    materials: tuple[Material, ...]
    weights: str
    epochs: int
    stopped: str = "done"
    masks: dict[str, str] = field(default_factory=dict)
    postprocessing: dict[str, Any] = field(default_factory=dict)
    start: str = ""
    start_weights: str = ""
    threads: int = 0
    device: str = ""
    precision: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    schema: int = SCHEMA

    def write(self, folder: Path) -> Path:
        """Write recipe.json into a folder; returns its path. Raises StorageError."""
        write_json(folder / RECIPE, dataclasses.asdict(self))
        return folder / RECIPE

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The recipe from JSON values. Raises KeyError, TypeError or SettingsError for values that make none."""
        parts = dict(values)
        parts["plan"] = Plan.from_json(parts["plan"])
        parts["materials"] = tuple(Material(**one) for one in parts["materials"])
        parts.update({name: tuple(parts[name]) for name in ("class_names", "changed")})
        recipe = cls(**parts)
        recipe.check()
        return recipe

    def check(self) -> None:
        """Raises ValueError when a value is not of its kind."""
        single = (self.name, self.kind, self.weights, self.stopped, self.start, self.start_weights, self.device)
        pairs = [word for pair in (*self.masks.items(), *self.versions.items()) for word in pair]
        if not is_words((*single, self.precision, *self.class_names, *self.changed, *pairs)):
            raise ValueError("names, hashes and versions must be words")
        if self.kind not in get_args(Kind) or type(self.epochs) is not int or type(self.threads) is not int:
            raise ValueError("its kind is objects or regions, and epochs and threads are whole numbers")
        for one in self.materials:
            if not is_words((one.name, one.picture, one.mask, one.annotation, one.pixels)):
                raise ValueError("what names a picture must be words")
        if strange := self.masks.keys() - {one.name for one in self.materials}:
            raise ValueError(f"it has the mask of {min(strange)}, which is none of its pictures")


def read_recipe(path: Path) -> Recipe:
    """The recipe in a file, or in a model's folder. Raises ModelError when there is none or it is not understood."""
    file = path / RECIPE if path.is_dir() else path
    if not file.is_file():
        raise ModelError(f"There is no recipe at {path}.", f"A recipe is the {RECIPE} in a model's folder.")
    try:
        values = read_json(file)
        check_layout(file, values["schema"], SCHEMA)
        return Recipe.from_json(values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SettingsError) as error:
        raise ModelError(
            f"{file} is no recipe that can be understood ({error}).", f"A recipe is the {RECIPE} in a model's folder."
        ) from error


def check_layout(file: Path, layout: object, known: int) -> None:
    """Raises ValueError for what is no number of a layout, ModelError for a layout of a later version."""
    if type(layout) is not int or layout < 1:
        raise ValueError(f"its layout is {layout!r}, which is no number of one")
    if layout > known:
        raise newer(file, layout, known)


def newer(file: Path, layout: int, known: int) -> ModelError:
    """The sentence for a recipe of a later version."""
    return ModelError(
        f"{file} was made by a newer version of napari-unet (its layout is {layout}).",
        f"This one knows {known}.",
        "Update napari-unet.",
    )
