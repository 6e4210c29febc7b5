"""The models that came with the package, and how one becomes the project's own."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

from napari_unet.core.data import Project
from napari_unet.core.data.atomic import atomic_folder
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.header import read_card
from napari_unet.core.model.shipped import shipped, shipped_model
from napari_unet.core.settings import Kind


@cache
def came_along() -> tuple[str, ...]:
    """The names of the models that came with the package, looked up once: the window asks often."""
    return shipped()


def is_as_it_came(card: ModelCard) -> bool:
    """Whether it is the card of a model that came along: its scores are of other pictures than the project's."""
    return card.name in came_along() and card == _card_of(card.name)


def finds(name: str) -> Kind:
    """What a model that came along finds."""
    return _card_of(name).kind


@cache
def _card_of(name: str) -> ModelCard:
    return read_card(shipped_model(name))


def own_copy(project: Project, model: Path) -> Path:
    """A copy of a model that becomes one of the project's. Raises StorageError, and then there is none."""
    own = project.new_model_folder(model.name)
    with atomic_folder(own) as folder:
        shutil.copytree(model, folder, dirs_exist_ok=True)
    return own
