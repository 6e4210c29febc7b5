"""What lies in the folders a person names on the command line."""

from __future__ import annotations

import glob
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from napari_unet.core.data.listing import is_picture, parts_of, pictures_in
from napari_unet.core.data.pairing import pair_folder
from napari_unet.core.data.read import PICTURE_SUFFIXES, file_stem
from napari_unet.core.errors import MaskError, PictureError, UnetError

NAMED = 5
"""How many names a sentence lists before it says "and 7 more"."""


def masks_by_name(folder: Path) -> dict[str, Path]:
    """The masks in a folder by their name without suffix, in order.

    Raises MaskError for a folder that is not there or holds none, and for two masks of one name.
    """
    return _by_name(mask_files(folder), MaskError)


def mask_files(folder: Path) -> list[Path]:
    """Files in a folder that may be masks. Raises MaskError for a folder that is not there or holds none."""
    if not folder.is_dir():
        missing = "is a file" if folder.exists() else "does not exist"
        raise MaskError(f"{folder} {missing}.", "A folder of masks is needed here.", "Check the spelling.")
    masks = pictures_in(folder)
    if not masks:
        files = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
        holds = f"holds {len(files)} file{'s' if len(files) > 1 else ''}, but no mask" if files else "is empty"
        raise MaskError(f"The folder {folder} {holds}.", f"A mask is a file that ends in {_list(PICTURE_SUFFIXES)}.")
    return masks


def pictures_by_name(paths: Iterable[Path]) -> dict[str, Path]:
    """Pictures, those in folders and those that patterns name, by their name without suffix. Masks that lie beside
    pictures are none.

    Raises PictureError for a path that is not there, a folder without pictures, a pattern that nothing fits, and two
    pictures of one name: their masks would be one file.
    """
    found: list[Path] = []
    for path in (match for given in paths for match in _matches(given)):
        found += parts_of(path) if is_picture(path) or path.is_file() else [pair.picture for pair in pair_folder(path)]
    return _by_name(list(dict.fromkeys(found)), PictureError)


def _matches(path: Path) -> list[Path]:
    """What a pattern with *, ? or [ ] names: Windows does not do this for us, and a shell has limits. Else the path."""
    if path.exists() or not glob.has_magic(str(path)):
        return [path]
    matches = [Path(match) for match in sorted(glob.glob(str(path), recursive=True))]
    fitting = [match for match in matches if match.is_dir() or is_picture(match)]
    if not fitting:
        raise PictureError(f"Nothing fits {path}.", "A pattern must name pictures or folders.", "Check the spelling.")
    return fitting


def named(names: Sequence[str]) -> str:
    """A few of many names, for a sentence."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _by_name(paths: list[Path], kind: type[UnetError]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in paths:
        # A Mac spells ä as a and ¨: the same name all the same.
        other = found.setdefault(unicodedata.normalize("NFC", file_stem(path)), path)
        if other is not path:
            raise kind(
                f"{other} and {path} have the same name.", "Every name may be there once.", "Rename one of them."
            )
    return found


def _list(suffixes: Iterable[str]) -> str:
    *most, last = sorted(suffixes)
    return f"{', '.join(most)} or {last}"
