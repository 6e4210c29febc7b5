"""Pictures to paint strokes on, and what is to be found in them: of seven sets, cut to a size that a person works on,
or made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.annotator import BACKGROUND, FOREGROUND, Image, Mask, Strokes, first, stroke_in
from benchmarks.datasets import Dataset, by_category, dataset, evenly
from benchmarks.textured import textures
from benchmarks.thin import filaments, spots

SETS = (
    "dsb2018",
    "phc_t98g",
    "phc_nist_colony",
    "em_membrane_isbi2012",
    "em_axon_sem",
    "wbc_smear1",
    "nuclei3d",
)

MADE = {"textures": textures, "spots": spots, "filaments": filaments}
"""The sets that are made up; see `textured` and `thin`."""


@dataclass(frozen=True)
class Shot:
    """A picture (Y, X) or (Y, X, colours), and where its foreground is, (Y, X)."""

    name: str
    image: Image
    truth: Mask


def shots(folder: Path | None, name: str, split: str, most: int, side: int) -> list[Shot]:
    """At most `most` pictures of a set, evenly spread over its categories, none larger than `side`.

    Larger ones are cut: the first to its middle; of sets with too few pictures, further parts are taken. A volume gives
    planes. A set without the split lends its other one. Raises Missing.
    """
    if name in MADE:
        return [Shot(f"{name} {number}", *made) for number, made in enumerate(MADE[name](most))]
    pictures = dataset(folder, name)
    entries = pictures.entries(split) or pictures.entries("train")
    chosen = evenly(by_category(entries), most)
    parts = -(-most // len(chosen))
    cut = [shot for entry in chosen for shot in _parts(pictures, entry.file, parts, side)]
    return [shot for shot in cut if shot.truth.any() and not shot.truth.all()][:most]


def _parts(pictures: Dataset, file: str, count: int, side: int) -> list[Shot]:
    image, mask = (pictures.pixels(part, file) for part in ("images", "masks"))
    if mask.ndim > 2:
        places = [round((number + 1) * len(mask) / (count + 1)) for number in range(count)]
        return [_middle(f"{file} plane {z}", image[z], mask[z], side) for z in places]
    if count == 1:
        return [_middle(file, image, mask, side)]
    corners = [
        (0, 0),
        (mask.shape[0] - side, mask.shape[1] - side),
        (0, mask.shape[1] - side),
        (mask.shape[0] - side, 0),
    ]
    inside = dict.fromkeys((max(0, top), max(0, left)) for top, left in corners)  # of a small picture they are all one
    return [_cut(f"{file} at {corner}", image, mask, corner, side) for corner in list(inside)[:count]]


def _middle(name: str, image: Image, mask: NDArray[np.integer], side: int) -> Shot:
    return _cut(name, image, mask, ((mask.shape[0] - side) // 2, (mask.shape[1] - side) // 2), side)


def _cut(name: str, image: Image, mask: NDArray[np.integer], corner: tuple[int, int], side: int) -> Shot:
    window = tuple(slice(max(0, start), max(0, start) + side) for start in corner)
    return Shot(name, np.ascontiguousarray(image[window]), mask[window] > 0)


def inverse(shot: Shot) -> Shot:
    """The same picture, of which all that was background is wanted."""
    return Shot(f"{shot.name}, inverse", shot.image, ~shot.truth)


def orientations(shot: Shot) -> Iterator[Shot]:
    """The same picture in all eight orientations: each provokes other strokes, so a set of few pictures tells more."""
    for number in range(8):
        image, truth = (_turned(part, number) for part in (shot.image, shot.truth))
        yield Shot(f"{shot.name}, orientation {number}", image, truth)


def _turned(plane: NDArray[Any], number: int) -> NDArray[Any]:
    """Turned by a multiple of a right angle, and from the fifth on mirrored before."""
    return np.ascontiguousarray(np.rot90(plane[:, ::-1] if number >= 4 else plane, number % 4))


def spread_strokes(truth: Mask) -> Strokes:
    """Strokes that depend on nothing but the truth: the first ones, and one more of each in what is left."""
    strokes = first(truth)
    for region, value in ((truth, FOREGROUND), (~truth, BACKGROUND)):
        strokes[stroke_in(region & (strokes == 0))] = value
    return strokes
