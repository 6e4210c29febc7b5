"""What is there already is not replaced unasked; what a person's pictures and masks came from never is."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from napari_unet.core.data.own_files import replaced
from napari_unet.core.errors import StorageError

ELSEWHERE = "Choose another folder, or say that files may be replaced."
ANOTHER = "Choose another folder, for example a new one."


def refuse_overwriting(files: Iterable[Path], overwrite: bool, do: str = ELSEWHERE) -> None:
    """Raises StorageError, which says what to do, when one of the files is there and may not be replaced."""
    there = [] if overwrite else [path for path in files if path.exists()]
    if there:
        others = f", and so {'are' if there[2:] else 'is'} {len(there) - 1} more" if there[1:] else ""
        raise StorageError(f"{there[0]} is there already{others}.", "", do)


def refuse_own(files: Iterable[Path], own: Iterable[Path], do: str = ANOTHER) -> None:
    """Raises StorageError, whatever is said of replacing, when one of the files is a person's own, see `own_files`."""
    if there := replaced(files, own):
        others = f" (and so {'are' if there[2:] else 'is'} {len(there) - 1} more)" if there[1:] else ""
        raise StorageError(
            f"{there[0]} is one of your own pictures or masks{others}.",
            "Nothing that is written ever replaces those.",
            do,
        )
