"""Projects opened lately, and where projects are offered to be made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import platformdirs

from napari_unet.core.data.atomic import write_json
from napari_unet.core.data.json_file import read_json
from napari_unet.core.errors import StorageError

KEPT = 8


def file() -> Path:
    """Where the list is kept."""
    return Path(platformdirs.user_state_path("napari-unet")) / "recent.json"


def folders() -> list[Path]:
    """Project folders opened lately that still exist, the last one first."""
    try:
        kept = read_json(file())
    except (OSError, ValueError):
        return []
    if not isinstance(kept, list):
        return []
    return [Path(folder) for folder in kept if isinstance(folder, str) and _is_folder(folder)]


def titles(known: Sequence[Path]) -> list[str]:
    """What each of these projects is called; those of one name with as much of their place as tells them apart."""
    return [_title(folder, [one for one in known if one.name == folder.name]) for folder in known]


def _title(folder: Path, alike: Sequence[Path]) -> str:
    if len(alike) == 1:
        return folder.name
    for deep in range(1, len(folder.parent.parts)):
        if len({one.parent.parts[-deep:] for one in alike}) == len(alike):
            return f"{folder.name} in {Path(*folder.parent.parts[-deep:])}"
    return str(folder)


def _is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):  # no disk can have such a name
        return False


def remember(folder: Path) -> None:
    """Put a project folder at the head of the list. A list that cannot be written is not worth a word."""
    before, folder = folders(), folder.absolute()
    after = [folder, *(other for other in before if other != folder)][:KEPT]
    if after == before:
        return
    try:
        file().parent.mkdir(parents=True, exist_ok=True)
        write_json(file(), [str(one) for one in after])
    except (OSError, StorageError):
        return


def home() -> Path:
    """The folder that new projects are offered in: beside the last one, else the person's documents."""
    known = [folder.parent for folder in folders() if folder.parent != practice_folder().parent]
    places = [*known, Path(platformdirs.user_documents_path()), Path.home()]
    return next((place for place in places if place.is_dir()), Path.home())


def practice_folder() -> Path:
    """Where the practice project lives."""
    return Path(platformdirs.user_data_path("napari-unet")) / "practice.unet"
