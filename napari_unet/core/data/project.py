"""The project folder: everything a person made, in files that can be read without us.

my-cells.unet/
  project.json                 kind, classes, settings
  pictures/<name>/             image.tif, annotation.tif, labels.tif (once corrected), locks.json (once
                               one of its objects was locked), annotation-classes.json and
                               labels-classes.json (once objects have classes), record.json
  journal/                     strokes since the last save
  models/<date>-<name>/        one folder per trained model
  trash/                       what was removed; never emptied by us
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.acceptance import FOLDER as ACCEPTED
from napari_unet.core.data.annotation import from_mask, to_mask
from napari_unet.core.data.atomic import storage_errors, sweep
from napari_unet.core.data.folder_name import dated, folder_name, unique_name
from napari_unet.core.data.journal import Journal
from napari_unet.core.data.lock import Lock
from napari_unet.core.data.masks import fitting_mask
from napari_unet.core.data.painted_pictures import PaintedPictures
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.pictures import JOURNAL, PICTURES
from napari_unet.core.data.place import Place
from napari_unet.core.data.project_card import COLOURS, FILE, ProjectCard
from napari_unet.core.data.record import Region, from_root
from napari_unet.core.errors import ProjectError, StorageError
from napari_unet.core.settings import Kind

MODELS, LOCK = "models", ".lock"


class Project(PaintedPictures):
    """An open project: its pictures, and what they are for. Made by `Project.create` or `Project.open`.

    Only one window writes: in any other, `read_only` is True, `notice` says why, and whatever writes raises
    StorageError with that sentence.
    """

    def __init__(self, folder: Path, card: ProjectCard) -> None:
        self._lock = Lock(folder / LOCK)
        self._card = card
        self._place = Place(folder)
        if not self._lock.holder:
            pictures = folder / PICTURES
            for part in (folder, pictures, *pictures.glob("*"), *pictures.glob(f"*/{ACCEPTED}")):
                sweep(part)
        super().__init__(folder, self._lock.holder)

    @classmethod
    def create(cls, folder: Path, kind: Kind, class_names: tuple[str, ...]) -> Self:
        """Make a new project in a folder that is new or empty.

        Raises
        ------
        ProjectError : the folder holds something already, or the class names cannot be used.
        StorageError : the folder cannot be made.
        """
        card = ProjectCard(kind, class_names)
        if (folder / FILE).exists():
            raise ProjectError(f"{folder} is a project already.", do="Open it, or choose another name.")
        with storage_errors(folder):
            if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
                raise ProjectError(f"{folder} is not empty.", "A new project needs a folder of its own.")
            (folder / PICTURES).mkdir(parents=True, exist_ok=True)
        card.write(folder)
        return cls(folder, card)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a project. One that another window writes to is opened to be looked at.

        Raises
        ------
        ProjectError : it is no project, damaged, or made by a newer version.
        """
        return cls(folder, ProjectCard.read(folder))

    def check_writable(self) -> None:
        """Raises StorageError when nothing may be written here, or here is no longer where this project is."""
        super().check_writable()
        if not self._place.is_here(self._is_this):
            raise StorageError(
                f"The project {self.name} is not in its folder any more: {self.folder} is missing, or another one.",
                "What you paint stays in the window, and is written once the folder is back.",
                "Connect its disk again, or put the folder back where it was.",
            )

    def _is_this(self) -> bool:
        """Whether the folder holds this project, by what is written in it."""
        try:
            return ProjectCard.read(self.folder).created == self._card.created
        except ProjectError:
            return False

    def close(self) -> None:
        """Let another window write to this project."""
        self._lock.release()
        self.notice = f"The project {self.name} was closed."
        self.journal = Journal(self.folder / JOURNAL, self.notice)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def name(self) -> str:
        """The folder's name without its suffix."""
        return self.folder.stem

    @property
    def kind(self) -> Kind:
        """Objects or regions."""
        return self._card.kind

    @property
    def class_names(self) -> tuple[str, ...]:
        """What is looked for; in an objects project usually one."""
        return self._card.class_names

    @property
    def card(self) -> ProjectCard:
        """What is in project.json."""
        return self._card

    @property
    def object_classes(self) -> tuple[str, ...]:
        """The classes that an object may have; empty in a project of regions, and where there is nothing to choose."""
        return self._card.told_apart if self.kind == "objects" else ()

    @property
    def noun(self) -> str:
        """What one object is called: as its class where there is only one."""
        return "object" if self.object_classes else self.class_names[0].lower()

    @property
    def class_colours(self) -> tuple[str, ...]:
        """One colour per class, as "#rrggbb"."""
        return self._card.class_colours

    def set_classes(self, names: tuple[str, ...], colours: tuple[str, ...]) -> None:
        """Rename, recolour or add classes. Raises ProjectError, StorageError."""
        if len(names) < len(self.class_names):
            raise ProjectError("A class cannot be taken away: it may have been painted.", do="Rename it instead.")
        self._write_card(class_names=names, class_colours=colours, former=self._card.renamed(names))

    def add_classes(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Have these classes of objects, too; returns those that are new. Raises StorageError.

        A project that only said what an object is called, and is given several, has those instead.
        """
        new = tuple(name for name in names if name not in self.class_names)
        if not new:
            return ()
        kept = self.class_names if self.object_classes or len(new) < 2 or len(new) < len(names) else ()
        every = (*kept, *new)
        colours = [COLOURS[at % len(COLOURS)] for at in range(len(every))]
        colours[: len(kept)] = self.class_colours[: len(kept)]
        self._write_card(class_names=every, class_colours=tuple(colours))
        return new

    def settings(self, group: str) -> dict[str, Any]:
        """The saved values of a group of settings; empty when none were saved."""
        return dict(self._card.settings.get(group, {}))

    def save_settings(self, group: str, values: Mapping[str, Any]) -> None:
        """Keep the values of a group of settings. Raises StorageError."""
        self._write_card(settings={**self._card.settings, group: dict(values)})

    def add(self, picture: Picture, mask: NDArray[np.integer] | None, mask_source: str) -> str:
        """Add a picture, with the mask a person has for it as its complete annotation, or without one.

        Parameters
        ----------
        mask : ([Z,] Y, X) unsigned integers, 0 = background; or None.
        mask_source : where the mask came from, for a person to read; empty without one.

        Returns
        -------
        name : the picture's name here.

        Raises
        ------
        PictureError : the picture has values that are no numbers to learn from.
        MaskError : the mask does not fit the picture or the project.
        StorageError : the disk is full, or the project may not be written.
        """
        if mask is None:
            return self.take_in(picture, None, (), complete=False)
        fitting = fitting_mask(mask, picture.spatial_shape, picture.name, self.kind, self.class_names, picture.axes)
        box = tuple((0, side) for side in mask.shape)
        origin = (Region(box=box, how="hand", source=from_root(mask_source)),)
        return self.take_in(picture, from_mask(fitting), origin, complete=True)

    def add_partly(self, picture: Picture, annotation: NDArray[np.integer], source: str) -> str:
        """Add a picture that is painted in part: what is unlabelled stays so.

        Parameters
        ----------
        annotation : ([Z,] Y, X) unsigned integers; see `core.data.annotation`.
        source : where the annotation came from, for a person to read.

        Returns the picture's name here. Raises what `add` does.
        """
        fitting_mask(to_mask(annotation), picture.spatial_shape, picture.name, self.kind, self.class_names)
        box = tuple((0, side) for side in annotation.shape)
        origin = (Region(box=box, how="hand", source=from_root(source)),)
        return self.take_in(picture, annotation, origin, complete=False)

    def models(self) -> tuple[Path, ...]:
        """The folders of the models with weights, oldest first. One that is still training may be among them."""
        folders = sorted(path.parent for path in (self.folder / MODELS).glob("*/*.safetensors"))
        return tuple(dict.fromkeys(folders))

    def new_model_folder(self, name: str) -> Path:
        """A folder for a new model, not made yet: models/<date>-<name>; it sorts behind all others."""
        models = self.folder / MODELS
        taken = [path.name for path in models.iterdir()] if models.exists() else []
        return models / unique_name(dated(folder_name(name, "model"), taken), taken)

    def _write_card(self, **changes: Any) -> None:
        self.check_writable()
        card = dataclasses.replace(self._card, **changes)
        card.write(self.folder)
        self._card = card
