"""Whether the file of a picture in a project is still the one that was added; it may be replaced by one of its size.

Its pixels are only looked at when its date or size is not that of the last time that they were found to be the same;
which is kept in cache/: forgotten, they are looked at once more.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from napari_unet.core.data.cached import cache_root
from napari_unet.core.data.entry import IMAGE
from napari_unet.core.data.pictures import PICTURES
from napari_unet.core.data.project import Project
from napari_unet.core.data.record import pixel_hash
from napari_unet.core.errors import PictureError, ProjectError, StorageError

FOUND = ".as-added"
"""Behind a picture's name in cache/: date, size and hash of its file when that was found to be as it was added."""

LARGEST = 2**30
"""Bytes; a larger file would keep a disk busy for many seconds, and is not looked into."""


@dataclass(frozen=True)
class Checked:
    """What came of a look: `wrong` where the picture is another one, else the `state` of its file, if that is new."""

    wrong: PictureError | None = None
    state: str = ""


def check(project: Project, name: str) -> Checked:
    """Whether the pixels of a picture are those that were added. Writes nothing.

    Raises PictureError when its file is damaged, ProjectError when it was removed.
    """
    file, record = project.folder / PICTURES / name / IMAGE, project.record(name)
    now = _state(file, record.sha256)
    if _size(file) > LARGEST or _known(project, name) == now:
        return Checked()
    if pixel_hash(project.picture(name)) == record.sha256:
        return Checked(state=now)
    wrong = PictureError(
        f"The file of the picture {name} was replaced since it was added: its pixels are others.",
        "What was painted belongs to the picture as it was, pixel by pixel.",
        f"Put back {file} as it was, or remove the picture here and add the new one.",
    )
    return Checked(wrong)


def remember(project: Project, name: str, checked: Checked) -> None:
    """Have the next look know what came of this one. What cannot be written is looked at once more the next time."""
    if checked.state:
        with suppress(ProjectError, StorageError, OSError):
            project.check_writable()
            cache_root(project).mkdir(exist_ok=True)
            _found(project, name).write_text(checked.state, encoding="utf-8")


def _state(file: Path, sha256: str) -> str:
    try:
        return f"{file.stat().st_mtime_ns} {_size(file)} {sha256}"
    except OSError:  # reading it says what is wrong
        return ""


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _found(project: Project, name: str) -> Path:
    return cache_root(project) / f"{name}{FOUND}"


def _known(project: Project, name: str) -> str:
    with suppress(OSError, ValueError):
        return _found(project, name).read_text(encoding="utf-8")
    return ""
