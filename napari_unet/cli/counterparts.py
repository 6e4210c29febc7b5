"""Which masks of two folders belong together, where other things lie beside them that a batch wrote."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from napari_unet.cli.folders import mask_files, named
from napari_unet.core.data.read import file_stem
from napari_unet.core.errors import MaskError
from napari_unet.core.settings import FORMATS, Format
from napari_unet.core.settings.formats import MASKS, format_of

RANKS = {name: rank for rank, name in enumerate(FORMATS)}
"""Of one mask in several formats, the one that comes first here is read."""


@dataclass(frozen=True)
class Counterparts:
    """Two folders' masks by their names, and sentences about what was left out of them."""

    found: dict[str, Path]
    true: dict[str, Path]
    left_out: tuple[str, ...]


def counterparts(labels: Path, truth: Path) -> Counterparts:
    """The masks of two folders, each with the one of its name in the other.

    What ends like a picture that we make of masks (an overlay, outlines) is none, unless the other folder has a mask of
    that very name. Of a mask that is there in several formats, one is taken; Cellpose's goes by its picture's name.

    Raises
    ------
    MaskError : a folder is not there, holds no mask, or two of one name; a mask has no counterpart.
    """
    files = {folder: mask_files(folder) for folder in (labels, truth)}
    names = {folder: {_stem(path) for path in paths} for folder, paths in files.items()}
    found, of_found = _masks(labels, files[labels], names[truth])
    true, of_true = _masks(truth, files[truth], names[labels])
    _check_complete(found, true, truth)
    _check_complete(true, found, labels)
    return Counterparts(found, true, (*of_found, *of_true))


def _masks(folder: Path, files: Iterable[Path], others: set[str]) -> tuple[dict[str, Path], list[str]]:
    """The masks among files by their names, and what is said of the rest."""
    masks: dict[str, Path] = {}
    pictures, again = [], []
    for path in sorted(files, key=lambda path: (_rank(path), path)):
        kind, name = _by_product(path), _stem(path)
        if kind is not None and name not in others:
            if kind.group != MASKS:
                pictures.append(path.name)
                continue
            name = path.name[: -len(kind.ending)]
        other = masks.setdefault(unicodedata.normalize("NFC", name), path)
        if other is not path and _rank(other) == _rank(path):
            raise MaskError(
                f"{other} and {path} have the same name.", "Every name may be there once.", "Rename one of them."
            )
        again += [path.name] if other is not path else []
    if not masks:
        raise MaskError(f"{folder} holds no mask, only pictures made of masks, such as {pictures[0]}.")
    told = [f"Left out of {folder}, as it is no mask: {named(pictures)}"] if pictures else []
    told += [f"Left out of {folder}, as the mask is there in another format: {named(again)}"] if again else []
    return dict(sorted(masks.items())), told


def _by_product(path: Path) -> Format | None:
    """The format whose files end like this one, where that is more than a suffix."""
    kind = format_of(path.name)
    return kind if kind and kind.ending.startswith("_") and path.name.lower().endswith(kind.ending) else None


def _rank(path: Path) -> int:
    kind = format_of(path.name)
    return RANKS[kind.name] if kind else len(RANKS)


def _stem(path: Path) -> str:
    return unicodedata.normalize("NFC", file_stem(path))


def _check_complete(these: dict[str, Path], those: dict[str, Path], folder: Path) -> None:
    missing = [path.name for name, path in these.items() if name not in those]
    if missing:
        raise MaskError(
            f"{folder} holds no mask for {named(missing)}.",
            "Both folders must hold a mask of the same name for every picture.",
            "Add what is missing, or take its counterpart out.",
        )
