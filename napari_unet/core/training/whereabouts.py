"""Where a model's folder is, or will be made: a disk may be pulled out, or a project moved, while a model learns."""

from __future__ import annotations

from pathlib import Path

from napari_unet.core.errors import StorageError


class Whereabouts:
    """Looks before each write whether the folder is still there: writing makes what is missing, and would make it where
    nobody looks for it, and where it is in the way of the project when that comes back.

    Parameters
    ----------
    out : the model's folder; before something is written, where it will be: the folder around it, or the next one up.
    """

    def __init__(self, out: Path) -> None:
        self._out, self._made = out, False
        around = out.absolute().parents
        self._around = next((folder for folder in around if folder.is_dir()), around[-1])  # of a drive that is none

    def check(self) -> None:
        """Raises StorageError when the folder is not there any more."""
        self._made = self._made or self._out.is_dir()
        needed = self._out if self._made else self._around
        if needed.is_dir():
            return
        raise StorageError(
            f"The model cannot be kept: the folder {needed} is not there any more.",
            "Nothing is written to where it was.",
            "Put it back (a disk that was pulled out, a project that was moved). Then the training can be gone on "
            "with, after its last whole epoch.",
        )
