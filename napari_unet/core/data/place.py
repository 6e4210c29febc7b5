"""Where a folder is: a disk may be pulled out, and another folder may take the name of one that is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


class Place:
    """The place of a folder, remembered by what the operating system knows it by."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known = _numbers(folder)

    def is_here(self, same: Callable[[], bool]) -> bool:
        """Whether the folder is there and still the one that was opened. Costs one look at its date.

        On some network drives a folder changes its number: then `same` decides, which looks into it.
        """
        found = _numbers(self._folder)
        if found is None or found == self._known:
            return found is not None
        if same():
            self._known = found
        return found == self._known


def _numbers(folder: Path) -> tuple[int, int] | None:
    """Disk and number of a folder; None when it is not there."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
