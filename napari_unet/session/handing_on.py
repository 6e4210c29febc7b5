"""Handing on: masks, or the whole training set, as files for other programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from napari_unet.core.data.own_files import own_files, picture_files
from napari_unet.core.data.part import place_words
from napari_unet.core.data.record import TOGETHER
from napari_unet.core.errors import ModelError, ProjectError
from napari_unet.core.export.refusing import refuse_overwriting, refuse_own
from napari_unet.core.export.training_set import set_files, write_meaning
from napari_unet.core.export.writing_back import mask_at
from napari_unet.core.parts import OF_WHOLE, place_of
from napari_unet.core.settings import ExportSettings
from napari_unet.session.exporting import (
    BackTask,
    Exporter,
    ExportTask,
    Keep,
    Made,
    SetTask,
    Task,
    export_task,
    files_written,
)
from napari_unet.session.opened import told
from napari_unet.session.recipes import Making
from napari_unet.session.taking import Taking


class HandingOn(Taking):
    """The last step of the work."""

    def __init__(self) -> None:
        super().__init__()
        self._exporter = Exporter()
        self.exported_to = Path()

    @told("export")
    def would_overwrite(self, names: Sequence[str] | None, folder: Path) -> list[Path]:
        """The files that an export into `folder` would replace. None where there can be none, which is told.

        A person's own pictures and masks lie there, or no project is open.
        """
        self._save()
        return self._replaceable(files_written(self._tasks(names), folder, self._export))

    def _replaceable(self, files: Sequence[Path]) -> list[Path]:
        """Those that are there. Raises StorageError where some of them are a person's own, which nothing replaces."""
        refuse_own(files, own_files(self.need_project()))
        return [path for path in files if path.exists()]

    @told("export")
    def export(self, names: Sequence[str] | None, folder: Path, overwrite: bool) -> None:
        """Write the labels into `folder` in the chosen formats, in the background; `said` tells when it is done."""
        self._save()
        self._write(self._tasks(names), folder, overwrite, self._recipe())

    def _tasks(self, names: Sequence[str] | None) -> list[ExportTask]:
        """What there is to write of these pictures, or of all."""
        project, titles = self.need_project(), {row.name: row.title for row in self.models}
        chosen = project.names() if names is None else list(names)
        made = {name: Made(self._clean_up, self._asked_of(name, titles)) for name in chosen}
        return [export_task(project, self.need_desk(), name, made[name]) for name in chosen]

    def _recipe(self) -> Keep | None:
        """What writes down how these masks were made; None where no model has."""
        model = self.active_model
        if model is None:
            return None
        try:
            question = self._question(model)
        except ModelError:  # a model that is gone stops no export
            return None
        return Making(self.need_project(), question, self._clean_up).keep

    @property
    def part_on_show(self) -> str:
        """Where in a larger picture the one on show lies, in words; empty where it is no part of one."""
        name = self.current
        window = None if name is None else place_of(self.need_project(), name)
        return "" if window is None else place_words(window)

    @told("export")
    def write_back(self, mask: Path) -> None:
        """Write the labels of the part on show back into the mask of the whole, in the background."""
        project, name = self.need_project(), self._need_current()
        refuse_own([mask_at(Path(mask))], picture_files(project), OF_WHOLE)
        self._save()
        found = export_task(project, self.need_desk(), name, Made(self._clean_up)).found
        self._write([BackTask(name, project, found, Path(mask))], Path(mask).parent, overwrite=True)

    def _asked_of(self, name: str, titles: Mapping[str, str]) -> str:
        """The model that answered for a picture, as the window calls it; another may be active by now."""
        return TOGETHER.join(titles.get(one, one) for one in self._origin(name).split(TOGETHER))

    @told("export")
    def set_would_overwrite(self, folder: Path) -> list[Path]:
        """The files that writing the training set into `folder` would replace; None as for `would_overwrite`."""
        return self._replaceable(set_files(self.need_project(), folder))

    @told("export")
    def export_set(self, folder: Path, overwrite: bool) -> None:
        """Write the training set as plain folders, in the background; `said` tells what was written when it is done."""
        project = self.need_project()
        self._save()
        if not any(project.record(name).complete or project.has(name, "annotation") for name in project.names()):
            needed = "A training set is pictures with what is painted on them."
            raise ProjectError("There is no training set yet.", needed, "Paint some cells first, or add masks.")
        files = set_files(project, Path(folder))
        refuse_own(files, own_files(project))
        refuse_overwriting(files, overwrite)
        self._write([SetTask(name, project) for name in project.names()], folder, overwrite)
        write_meaning(project, Path(folder))

    def _save(self) -> None:
        self.needed.emit()
        self.need_desk().save()

    def _write(self, tasks: Sequence[Task], folder: Path, overwrite: bool, keep: Keep | None = None) -> None:
        self._exporter.start(tasks, Path(folder), replace(self._export, overwrite=overwrite), keep)
        self.exported_to = Path(folder)

    @property
    def _export(self) -> ExportSettings:
        settings = self.settings("export")
        assert isinstance(settings, ExportSettings)
        return settings
