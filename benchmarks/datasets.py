"""Real annotated pictures, from a folder that holds sets zipped (NAME.zip) or unpacked (NAME/).

A set holds images/FILE, masks/FILE of equal names and manifest.csv with at least the columns file, split and category.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from zipfile import Path as InZip

import numpy as np
import tifffile
from numpy.typing import NDArray

MANIFEST = "manifest.csv"

Item = TypeVar("Item")


class Missing(Exception):
    """The data a benchmark needs is not on this machine."""


@dataclass(frozen=True)
class Entry:
    """One picture with its mask. `split` is train or val; `classes` names the classes of regions, none for objects."""

    file: str
    split: str
    category: str
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """A set of pictures with masks, wherever it lies; with a category, only those that are of it."""

    name: str
    root: Path | InZip
    category: str | None = None

    def entries(self, split: str) -> list[Entry]:
        """The pictures of a split, in the order of the manifest."""
        text = (self.root / MANIFEST).read_text(encoding="utf-8")
        rows = csv.DictReader(io.StringIO(text))
        entries = [Entry(row["file"], row["split"], row["category"], _classes(row)) for row in rows]
        return [one for one in entries if one.split == split and self.category in (None, one.category)]

    def pixels(self, part: str, file: str) -> NDArray[np.generic]:
        """The pixels of a picture (`part` is "images") or of its mask ("masks")."""
        return np.asarray(tifffile.imread(io.BytesIO((self.root / part / file).read_bytes())))

    def unpack(self, split: str, folder: Path, most: int = 0) -> list[Entry]:
        """Copy a split into `folder`/images and `folder`/masks, and say what is there.

        Of more than `most` pictures (0: no limit), so many are taken, evenly spread over the categories.
        """
        entries = self.entries(split)
        if 0 < most < len(entries):
            entries = evenly(by_category(entries), most)
        for part in ("images", "masks"):
            (folder / part).mkdir(parents=True, exist_ok=True)
            for entry in entries:
                (folder / part / entry.file).write_bytes((self.root / part / entry.file).read_bytes())
        return entries


def by_category(entries: Sequence[Entry]) -> list[Entry]:
    """The pictures of each category one after the other."""
    return sorted(entries, key=lambda entry: entry.category)


def evenly(items: Sequence[Item], most: int) -> list[Item]:
    """At most `most` of some things in order, each from the middle of an equal share of them."""
    count = min(most, len(items))
    return [items[int((place + 0.5) * len(items) / count)] for place in range(count)]


def dataset(folder: Path | None, name: str) -> Dataset:
    """The set called `name` in `folder`. Raises Missing."""
    if folder is None:
        raise Missing(f"it needs the set {name}; give its folder with --data DIR")
    if (folder / name / MANIFEST).is_file():
        return Dataset(name, folder / name)
    packed = folder / f"{name}.zip"
    if packed.is_file():
        return Dataset(name, InZip(packed, f"{name}/"))
    raise Missing(f"there is neither {name}/{MANIFEST} nor {name}.zip in {folder}")


def _classes(row: dict[str, str]) -> tuple[str, ...]:
    """The names of the classes 1, 2, ... in "0=background;1=axon;2=myelin"; none where every object has a number."""
    if row.get("kind") != "semantic":
        return ()
    pairs = [item.split("=", 1) for item in row["classes"].split(";")]
    return tuple(name for number, name in pairs if number != "0")
