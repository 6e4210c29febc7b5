"""The recipe of masks: everything to make them again from pictures and models, as a file that lies beside them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from napari_unet.core.data.atomic import write_json
from napari_unet.core.data.json_file import is_words, read_json
from napari_unet.core.errors import ModelError, SettingsError
from napari_unet.core.model.classes import Order
from napari_unet.core.recipe.recipe import RECIPE, check_layout
from napari_unet.core.settings import BlockSettings, InferenceSettings, PostprocessingSettings

MASKS = "segmented.json"
"""The file's name. Beside it lies segmented.csv, the table of a batch."""

SCHEMA = 1


@dataclass(frozen=True)
class Segmented:
    """One picture: where it lies, as seen from the recipe, and the hashes of its pixels and of its mask.

    `picture` is a file, a Zarr folder, or a picture's folder in a project; `axes` are those of the file as a person
    named them. `block` and `halo` say how it was cut where it was taken block by block, and are 0 where it was not.
    Hashes are empty where they were not known: recipes of earlier versions had none of what was taken so.
    """

    name: str
    picture: str
    axes: str = ""
    pixels: str = ""
    mask: str = ""
    block: int = 0
    halo: int = 0

    @property
    def cutting(self) -> BlockSettings | None:
        """How it was cut; None where it was taken in one go. Raises SettingsError for impossible values."""
        return BlockSettings(in_blocks="always", block=self.block, halo=self.halo) if self.block or self.halo else None


@dataclass(frozen=True)
class MaskRecipe:
    """Which models made masks of which pictures, with which settings.

    `models` are their folders as seen from the recipe (those that came along by their names), with the hashes of their
    weights. `order` says which planes of an answer are added up in each, see `core.model.classes`; empty: as the model
    has them. `by_hand` names pictures whose masks a person painted, corrected or accepted, which nothing makes again.
    """

    models: tuple[tuple[str, str], ...]
    inference: InferenceSettings
    clean_up: PostprocessingSettings
    pictures: tuple[Segmented, ...]
    order: Order = ()
    by_hand: tuple[str, ...] = ()
    versions: dict[str, str] = field(default_factory=dict)
    schema: int = SCHEMA

    def write(self, folder: Path) -> Path:
        """Write segmented.json into a folder; returns its path. Raises StorageError.

        Masks that were made so before stay in it. Beside a recipe of masks that were made otherwise, it gets a number.
        """
        number, file = 1, folder / MASKS
        while file.exists() and self._joined(file) is None:
            number, file = number + 1, file.with_name(f"{Path(MASKS).stem}-{number + 1}.json")
        write_json(file, dataclasses.asdict(self._joined(file) or self if file.exists() else self))
        return file

    def _joined(self, file: Path) -> Self | None:
        """This recipe with the other pictures of that in a file; None where those were made otherwise."""
        try:
            there = read_mask_recipe(file)
        except ModelError:
            return None
        ours = {one.name for one in self.pictures} | set(self.by_hand)
        others = tuple(one for one in there.pictures if one.name not in ours)
        by_hand = tuple(name for name in there.by_hand if name not in ours)
        joined = dataclasses.replace(self, pictures=(*others, *self.pictures), by_hand=(*by_hand, *self.by_hand))
        same = dataclasses.replace(joined, pictures=there.pictures, by_hand=there.by_hand) == there
        return joined if same else None

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The recipe from JSON values. Raises KeyError, TypeError, ValueError or SettingsError for impossible ones."""
        parts = dict(values)
        parts["models"] = tuple((str(place), str(weights)) for place, weights in parts["models"])
        parts["inference"] = InferenceSettings.from_json(parts["inference"])
        parts["clean_up"] = PostprocessingSettings.from_json(parts["clean_up"])
        parts["pictures"] = tuple(Segmented(**one) for one in parts["pictures"])
        parts["order"] = tuple(tuple(int(plane) for plane in planes) for planes in parts["order"])
        parts["by_hand"] = tuple(parts["by_hand"])
        recipe = cls(**parts)
        recipe.check()
        return recipe

    def check(self) -> None:
        """Raises ValueError or SettingsError when a value is not of its kind."""
        words = [word for one in self.pictures for word in (one.name, one.picture, one.axes, one.pixels, one.mask)]
        if not is_words((*words, *self.by_hand, *self.versions, *self.versions.values())):
            raise ValueError("names, paths, hashes and versions must be words")
        if not self.models or len({one.name for one in self.pictures}) < len(self.pictures):
            raise ValueError("it needs a model, and every picture a name of its own")
        if any(Path(one.name).name != one.name for one in self.pictures):
            raise ValueError("the name of a picture must be none of a folder")
        cut = [one.cutting for one in self.pictures]
        if any(cut) and self.order:
            raise ValueError("block by block, an answer has its planes as the model has them")


def mask_recipe_at(path: Path) -> Path | None:
    """The file of a recipe of masks that a person means: the file itself, or the one in a folder without a model's."""
    if path.is_dir():
        return path / MASKS if (path / MASKS).is_file() and not (path / RECIPE).exists() else None
    try:
        return path if "clean_up" in read_json(path) else None
    except (OSError, ValueError, TypeError):
        return None


def read_mask_recipe(file: Path) -> MaskRecipe:
    """The recipe in a file. Raises ModelError when it is not understood."""
    try:
        values = read_json(file)
        check_layout(file, values["schema"], SCHEMA)
        return MaskRecipe.from_json(values)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SettingsError) as error:
        raise ModelError(
            f"{file} is no recipe of masks that can be understood ({error}).",
            f"Such a recipe is the {MASKS} beside masks.",
        ) from error
