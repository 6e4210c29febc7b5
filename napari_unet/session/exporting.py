"""Exporting in the background: clean-up and writing of many pictures must not hold the window."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from napari_unet.core.data import Project
from napari_unet.core.data.own_files import own_files
from napari_unet.core.errors import StorageError, UnetError
from napari_unet.core.export import Found, Written, gather, write_found
from napari_unet.core.export.refusing import refuse_overwriting, refuse_own
from napari_unet.core.export.training_set import export_picture, files_of, written_words
from napari_unet.core.export.writing import colliding, collision, gathered, targets
from napari_unet.core.export.writing_back import Part, write_back
from napari_unet.core.labelled import found_in, has_labels
from napari_unet.core.parts import need_place
from napari_unet.core.recipe import mask_hash
from napari_unet.core.settings import ExportSettings, PostprocessingSettings
from napari_unet.core.settings.formats import MASKS, chosen
from napari_unet.core.wording import counted
from napari_unet.session.desk import Desk
from napari_unet.session.job import Job, Pace
from napari_unet.session.surprise import unforeseen

MOST_NOTES = 3
"""So many pictures are told of one by one; of the others, how many there are."""


@dataclass(frozen=True)
class Made:
    """How labels came about: the clean-up, and the model (for a person to read; empty when there is none)."""

    clean_up: PostprocessingSettings = PostprocessingSettings()  # noqa: RUF009  (it is frozen)
    model: str = ""


@dataclass(frozen=True)
class ExportTask:
    """One picture to export: what was found in it, and what is to be said of that, is made or read in its turn."""

    name: str
    project: Project
    found: Callable[[], tuple[Found, str]]

    def files(self, folder: Path, settings: ExportSettings) -> list[Path]:
        """The files that `write` makes or replaces; none of a picture without labels."""
        return self.possible(folder, settings) if has_labels(self.project, self.name) else []

    def possible(self, folder: Path, settings: ExportSettings) -> list[Path]:
        """The same, should the picture have labels when it is its turn: it may get some meanwhile."""
        return targets([self.name], folder, settings, classed=bool(self.project.object_classes))

    def write(self, folder: Path, settings: ExportSettings) -> Written:
        """Write what was found in every format that is wished. Raises UnetError when there is nothing to write."""
        found, note = self.found()
        return replace(write_found(found, self.name, folder, settings), note=note, mask=mask_hash(found.labels))


@dataclass(frozen=True)
class SetTask:
    """One picture of the training set to write, with its mask or with what is painted of it."""

    name: str
    project: Project

    def files(self, folder: Path, settings: ExportSettings) -> list[Path]:
        """The files that `write` makes or replaces."""
        return files_of([self.name], folder)

    def write(self, folder: Path, settings: ExportSettings) -> Written:
        """Write both. Raises UnetError."""
        return Written(export_picture(self.project, self.name, folder, settings), ())


@dataclass(frozen=True)
class BackTask:
    """A part whose labels go back into the mask of the whole."""

    name: str
    project: Project
    found: Callable[[], tuple[Found, str]]
    mask: Path

    def files(self, folder: Path, settings: ExportSettings) -> list[Path]:
        """None: that the mask is changed is what was asked for."""
        return []

    def write(self, folder: Path, settings: ExportSettings) -> Written:
        """Write it. Raises UnetError."""
        window = need_place(self.project, self.name)
        part = Part(self.name, self.found()[0].labels, window)
        return Written((write_back([part], self.mask, self.project.kind, settings),), ())


Task = ExportTask | SetTask | BackTask

Keep = Callable[[Path, Mapping[str, str]], object]
"""Writes the recipe into a folder, from the hashes of the masks by the names of their pictures. Raises UnetError."""


@dataclass(frozen=True)
class Exported:
    """What came of an export: the files written, and what went wrong with others.

    `tasks` is what was asked for, `done` how many of them had their turn before it was stopped, `formats` in which
    formats, `notes` what is to be said of some pictures.
    """

    folder: Path
    written: tuple[Path, ...]
    errors: tuple[UnetError, ...]
    tasks: tuple[Task, ...]
    done: int
    formats: str = ""
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What was written; empty when nothing was."""
        left = len(self.tasks) - self.done
        stopped = f"Stopped: {counted(left, 'picture')} had no turn." if left else ""
        if self.tasks and isinstance(self.tasks[0], SetTask):
            wrote = written_words(self.written, self.done - len(self.errors), self.folder) if self.done else ""
            return f"{wrote} {stopped}".strip()
        count, what = len(self.written), "file" if self.formats else "mask"
        kinds = chosen(self.formats)
        if len(kinds) == 1 and kinds[0].group == MASKS:
            what = "mask"
        wrote = f"Wrote {counted(count, what)} to {self.folder}." if count else ""
        more = len(self.notes) - MOST_NOTES
        others = f"So are {counted(more, 'more stack')}, each in its own way." if more > 0 else ""
        return " ".join(part for part in (wrote, stopped, *self.notes[:MOST_NOTES], others) if part)

    @property
    def left_out(self) -> str:
        """What could not be written, to stand behind what was; empty where all was."""
        more = len(self.errors) - 1
        others = f" {more} more could not be written either." if more > 0 else ""
        return f"Left out: {self.errors[0].sentence}{others}" if self.errors else ""


class Exporter:
    """Writes files in a thread; `progress` and `result` are read from the window's side."""

    def __init__(self) -> None:
        self.progress: tuple[int, int] | None = None
        self._pace, self._left = Pace(), 0.0  # seconds that the rest takes, as of the last picture that was written
        self._result: Exported | None = None
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, tasks: Sequence[Task], folder: Path, settings: ExportSettings, keep: Keep | None = None) -> None:
        """Begin; in the end, `keep` writes the recipe.

        Raises StorageError when the last export is still writing, or, before any work, when files of these names are
        there and `settings.overwrite` is off, or are those that the project's own pictures and masks came from.
        """
        if self.progress is not None:
            raise StorageError("The last export is still being written.", "", "Wait until it is done.")
        there = files_written(tasks, folder, settings)
        later = [path for task in tasks if isinstance(task, ExportTask) for path in task.possible(folder, settings)]
        own = own_files(tasks[0].project) if tasks else []
        for files in (there, later):
            refuse_own(files, own)
        refuse_overwriting(there, settings.overwrite)
        self._stop.clear()
        self._pace, self._left = Pace(), 0.0
        self.progress = (0, len(tasks))
        self._thread = threading.Thread(
            target=self._write, args=(tasks, folder, settings, keep), name="napari-unet export", daemon=True
        )
        self._thread.start()

    @property
    def job(self) -> Job | None:
        """How far the export is, or None."""
        if self.progress is None:
            return None
        done, total = self.progress
        text = f"Writing picture {min(done + 1, total)} of {total}"
        return Job("export", text, done / max(total, 1), self._left)

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

    def _write(self, tasks: Sequence[Task], folder: Path, settings: ExportSettings, keep: Keep | None) -> None:
        written: list[Path] = []
        errors: list[UnetError] = []
        notes: list[str] = []
        masks: dict[str, str] = {}
        done, good, clashes = 0, list[str](), colliding(_found(tasks), settings)
        for task in tasks:
            if self._stop.is_set():
                break
            done += 1
            if other := clashes.get(task.name):
                errors.append(collision(task.name, other))
                continue
            told = _attempt(task.name, partial(task.write, folder, settings))
            written += told.files
            errors += told.errors
            good += [task.name] if told.files else []
            masks |= {task.name: told.mask} if told.files and told.mask else {}
            notes += [told.note] if told.note and told.files else []
            self._left = self._pace.left(done / len(tasks))
            self.progress = (done, len(tasks))
        if _together(tasks, folder, settings):
            told = _attempt("all pictures", partial(gather, good, folder, settings))
            written += told.files
            errors += told.errors
        if keep is not None and masks:
            errors += _attempt("the recipe", partial(_kept, keep, folder, masks)).errors
        formats = settings.formats if _found(tasks) else ""
        self._result = Exported(folder, tuple(written), tuple(errors), tuple(tasks), done, formats, tuple(notes))


def _attempt(name: str, write: Callable[[], Written]) -> Written:
    """Write; whatever goes wrong, the others are still to be written, and the end to be told."""
    try:
        return write()
    except UnetError as error:
        return Written((), (error,))
    except MemoryError:
        return Written((), (UnetError(f"There was not enough memory to write {name}.", "", "Close other programs."),))
    except Exception as error:  # noqa: BLE001
        return Written((), (unforeseen(f"{name} could not be written", error),))


def _kept(keep: Keep, folder: Path, masks: Mapping[str, str]) -> Written:
    keep(folder, masks)
    return Written((), ())


def files_written(tasks: Sequence[Task], folder: Path, settings: ExportSettings) -> list[Path]:
    """The files that these tasks make or replace, with those for all pictures together."""
    return [*(path for task in tasks for path in task.files(folder, settings)), *_together(tasks, folder, settings)]


def _found(tasks: Sequence[Task]) -> list[str]:
    """The pictures of which labels are written."""
    return [task.name for task in tasks if isinstance(task, ExportTask)]


def _together(tasks: Sequence[Task], folder: Path, settings: ExportSettings) -> list[Path]:
    """The files for all pictures together; a picture alone has none."""
    return gathered(folder, settings) if _found(tasks)[1:] else []


def export_task(project: Project, desk: Desk, name: str, made: Made) -> ExportTask:
    """Export corrections as shown, and else as `core.labelled` says.

    Raises nothing now: a picture with nothing to export is told when its turn comes.
    """
    shown = desk.corrections_on_show(name)
    given = dict(desk.classes(name, "labels")) if shown is not None else {}

    def found() -> tuple[Found, str]:
        # Read when its turn comes: a thousand pictures are neither in memory nor open at once.
        return found_in(project, name, made.clean_up, made.model, None if shown is None else (shown, given))

    return ExportTask(name, project, found)
