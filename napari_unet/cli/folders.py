"""What lies in the folders a person names on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from napari_unet.core.data.read import PICTURE_SUFFIXES, file_stem
from napari_unet.core.errors import MaskError, PictureError, UnetError

NAMED = 5
"""How many names a sentence lists before it says "and 7 more"."""


def masks_by_name(folder: Path) -> dict[str, Path]:
    """The masks in a folder by their name without suffix, in order. Raises MaskError for an empty folder."""
    return _by_name(_files(folder, MaskError, "mask"), MaskError)


def pictures_by_name(paths: Iterable[Path]) -> dict[str, Path]:
    """Pictures, and those in folders, by their name without suffix.

    Raises PictureError for a path that is not there, a folder without pictures, and two pictures of one name: their
    masks would be one file.
    """
    found: list[Path] = []
    for path in paths:
        found += [path] if path.is_file() else _files(path, PictureError, "picture")
    return _by_name(found, PictureError)


def named(names: Sequence[str]) -> str:
    """A few of many names, for a sentence."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _files(folder: Path, kind: type[UnetError], what: str) -> list[Path]:
    if not folder.exists():
        raise kind(f"{folder} does not exist.", f"A folder of {what}s is needed here.", "Check the spelling.")
    if not folder.is_dir():
        raise kind(f"{folder} is a file.", f"A folder of {what}s is needed here.")
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    usable = [path for path in files if path.suffix.lower() in PICTURE_SUFFIXES]
    if not usable:
        holds = f"holds {len(files)} files, but no {what}" if files else "is empty"
        raise kind(f"The folder {folder} {holds}.", f"A {what} is a file that ends in {_list(PICTURE_SUFFIXES)}.")
    return usable


def _by_name(paths: list[Path], kind: type[UnetError]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in paths:
        other = found.setdefault(file_stem(path), path)
        if other is not path:
            raise kind(
                f"{other} and {path} have the same name.", "Every name may be there once.", "Rename one of them."
            )
    return found


def _list(suffixes: Iterable[str]) -> str:
    *most, last = sorted(suffixes)
    return f"{', '.join(most)} or {last}"
