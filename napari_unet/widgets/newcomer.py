"""What is kept of a newcomer: whether the tour was taken or put away, and the projects that tours were taken on."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import platformdirs

from napari_unet.core.data.atomic import write_json
from napari_unet.core.data.json_file import read_json
from napari_unet.core.errors import StorageError
from napari_unet.widgets import recent

NAME = "first-steps"
"""What the project of a tour is called."""

PICTURE = "colonies"
"""The sample picture that tours are taken on: alike nuclei side by side, so that two strokes tell a lot."""


def file() -> Path:
    """Where it is kept."""
    return Path(platformdirs.user_state_path("napari-unet")) / "tour.json"


def tour_seen() -> bool:
    """Whether the tour was taken or put away, so that nobody need be told of it."""
    try:
        kept = read_json(file())
    except (OSError, ValueError):
        return False
    return isinstance(kept, dict) and kept.get("seen") is True


def remember_tour() -> None:
    """Keep that the tour was seen. What cannot be written is not worth a word: it is offered once more."""
    if tour_seen():
        return
    try:
        file().parent.mkdir(parents=True, exist_ok=True)
        write_json(file(), {"seen": True})
    except (OSError, StorageError):
        return


def tour_folder() -> Path:
    """A folder for the project of a tour, which is not there yet: each tour begins with an unpainted picture."""
    place = recent.practice_folder().parent
    names = (f"{NAME}.unet" if number == 1 else f"{NAME}-{number}.unet" for number in count(1))
    return next(place / name for name in names if not (place / name).exists())


def tour_picture() -> Path:
    """The sample picture, without its mask. Raises StorageError when it must be made first and cannot be written."""
    from napari_unet.core.data import synthesis  # only here: drawing pictures needs much else

    return synthesis.sample_data_folder() / synthesis.PICTURES / f"{PICTURE}.tif"


def is_tours(folder: Path) -> bool:
    """Whether a tour was taken on this project."""
    return folder.parent == recent.practice_folder().parent and folder.name.startswith(NAME)
