"""Exporting in the background: clean-up and writing of many pictures must not hold the window."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import Project
from napari_unet.core.data.annotation import to_mask
from napari_unet.core.errors import StorageError, UnetError
from napari_unet.core.export import export_labels
from napari_unet.core.export.refusing import refuse_overwriting
from napari_unet.core.export.training_set import export_picture, files_of, written_words
from napari_unet.core.postprocessing import postprocess
from napari_unet.core.settings import ExportSettings, PostprocessingSettings
from napari_unet.core.wording import counted
from napari_unet.session.desk import Desk
from napari_unet.session.job import Job
from napari_unet.session.probabilities import read_probability
from napari_unet.session.surprise import unforeseen

Labels = NDArray[np.integer]


@dataclass(frozen=True)
class ExportTask:
    """One picture to export: its labels are computed or read when its turn comes."""

    name: str
    project: Project
    labels: Callable[[], Labels]

    def files(self, folder: Path) -> list[Path]:
        """The files that `write` makes or replaces."""
        return targets([self.name], folder)

    def write(self, folder: Path, settings: ExportSettings) -> tuple[Path, ...]:
        """Write the mask. Raises UnetError."""
        target = self.files(folder)[0]
        return (export_labels(self.labels(), self.project.picture(self.name), target, settings),)


@dataclass(frozen=True)
class SetTask:
    """One picture of the training set to write, with its mask or with what is painted of it."""

    name: str
    project: Project

    def files(self, folder: Path) -> list[Path]:
        """The files that `write` makes or replaces."""
        return files_of([self.name], folder)

    def write(self, folder: Path, settings: ExportSettings) -> tuple[Path, ...]:
        """Write both. Raises UnetError."""
        return export_picture(self.project, self.name, folder, settings)


Task = ExportTask | SetTask


@dataclass(frozen=True)
class Exported:
    """What came of an export: the files written, and what went wrong with others.

    `tasks` is what was asked for, `done` how many of them had their turn before it was stopped.
    """

    folder: Path
    written: tuple[Path, ...]
    errors: tuple[UnetError, ...]
    tasks: tuple[Task, ...]
    done: int

    @property
    def sentence(self) -> str:
        """What was written; empty when nothing was."""
        if self.tasks and isinstance(self.tasks[0], SetTask):
            wrote = written_words(self.written, self.done - len(self.errors), self.folder) if self.done else ""
            left = len(self.tasks) - self.done
            stopped = f"Stopped: {counted(left, 'picture')} had no turn." if left else ""
            return f"{wrote} {stopped}".strip()
        count = len(self.written)
        return f"Wrote {counted(count, 'mask')} to {self.folder}." if count else ""


class Exporter:
    """Writes files in a thread; `progress` and `result` are read from the window's side."""

    def __init__(self) -> None:
        self.progress: tuple[int, int] | None = None
        self._result: Exported | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._what = "mask"

    def start(self, tasks: Sequence[Task], folder: Path, settings: ExportSettings) -> None:
        """Begin. Raises StorageError when the last export is still writing, or, before any work, when files of these
        names are there and `settings.overwrite` is off.
        """
        if self.progress is not None:
            raise StorageError("The last export is still being written.", "", "Wait until it is done.")
        refuse_overwriting((path for task in tasks for path in task.files(folder)), settings.overwrite)
        self._stop.clear()
        self._what = "picture" if any(isinstance(task, SetTask) for task in tasks) else "mask"
        self.progress = (0, len(tasks))
        self._thread = threading.Thread(
            target=self._write, args=(tasks, folder, settings), name="napari-unet export", daemon=True
        )
        self._thread.start()

    @property
    def job(self) -> Job | None:
        """How far the export is, or None."""
        if self.progress is None:
            return None
        done, total = self.progress
        return Job("export", f"Writing {self._what} {min(done + 1, total)} of {total}", done / max(total, 1))

    def stop(self) -> None:
        """End after the picture being written now."""
        self._stop.set()

    def result(self) -> Exported | None:
        """What came of the export, once, when it has ended."""
        result, self._result = self._result, None
        if result is not None:
            self.progress = None
        return result

    def close(self) -> None:
        """Stop and wait for the picture being written now."""
        self.stop()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def _write(self, tasks: Sequence[Task], folder: Path, settings: ExportSettings) -> None:
        written: list[Path] = []
        errors: list[UnetError] = []
        done = 0
        for task in tasks:
            if self._stop.is_set():
                break
            done += 1
            try:
                written += task.write(folder, settings)
            except UnetError as error:
                errors.append(error)
            except Exception as error:  # noqa: BLE001  (the others are still to be written, and the end to be told)
                errors.append(unforeseen(f"The mask of {task.name} could not be written", error))
            self.progress = (done, len(tasks))
        self._result = Exported(folder, tuple(written), tuple(errors), tuple(tasks), done)


def targets(names: Iterable[str], folder: Path) -> list[Path]:
    """The file of each picture's mask."""
    return [folder / f"{name}.tif" for name in names]


def export_task(project: Project, desk: Desk, name: str, settings: PostprocessingSettings) -> ExportTask:
    """Export the labels as shown: corrected ones as the person left them, others cleaned up with `settings`.

    Without labels or probability, a complete annotation is exported: it is the truth. Raises nothing now; a picture
    with nothing to export is told when its turn comes.
    """
    shown = desk.corrections_on_show(name)

    def labels() -> Labels:
        # Read when its turn comes: a thousand pictures are neither in memory nor open at once.
        corrected = project.labels(name) if shown is None else shown
        if corrected is not None:
            return corrected
        probability = read_probability(project, name)
        if probability is not None:
            return postprocess(probability, project.kind, settings, project.record(name).axes[1:])
        return _annotated(project, name)

    return ExportTask(name, project, labels)


def _annotated(project: Project, name: str) -> Labels:
    annotation = project.annotation(name)
    if not annotation.any():
        raise UnetError(f"{name} has no labels to export.", "", "Segment it first.")
    return to_mask(annotation)
