"""What the probability of a picture answers: who was asked, and what exactly; a line each in a file beside it."""

from __future__ import annotations

from contextlib import suppress

from napari_unet.core.data import Project
from napari_unet.core.data.atomic import storage_errors
from napari_unet.core.errors import ProjectError
from napari_unet.session.files import asked_file
from napari_unet.session.predicting import Question


def note(project: Project, name: str, whom: str, question: Question | None) -> None:
    """Write down who gave the picture's probability, and to which question, if it was one. Raises StorageError."""
    key = ""
    if question is not None:
        with suppress(ProjectError):  # a damaged record is told elsewhere
            key = question.key(project.record(name))
    with storage_errors(file := asked_file(project, name)):
        file.write_text(f"{whom}\n{key}".strip(), encoding="utf-8")


def whom(project: Project, name: str) -> str:
    """Who gave it: the names of models' folders, or strokes; empty where that is not known."""
    return _read(project, name).partition("\n")[0]


def answers(project: Project, name: str, question: Question) -> bool:
    """Whether it is the answer to this very question."""
    with suppress(ProjectError):  # a damaged record is told when the picture's turn comes
        return _read(project, name).partition("\n")[2] == question.key(project.record(name))
    return False


def _read(project: Project, name: str) -> str:
    try:
        return asked_file(project, name).read_text(encoding="utf-8")
    except OSError:  # of a version that did not write it down
        return ""
