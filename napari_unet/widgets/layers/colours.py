"""Colours of numbers on the canvas. A cell keeps its colour when it moves from labels to annotation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
from napari.utils.colormaps import CyclicLabelColormap, DirectLabelColormap
from numpy.typing import NDArray

from napari_unet.core.data.annotation import BACKGROUND, FIRST
from napari_unet.core.data.project_card import COLOURS
from napari_unet.core.data.provenance import NUMBERS
from napari_unet.core.data.record import How
from napari_unet.core.editing.locking import INSIDE, OUTLINE
from napari_unet.core.metrics import FALSE, HIT, MISS
from napari_unet.core.settings import Kind

QUIET = (84 / 255, 132 / 255, 1.0, 0.65)
"""Background in an annotation: seen on black, grey and white pictures, by colour-blind people, too; yet no louder than
a cell, for it often covers most of a picture. No class of ours looks like it.
"""

VERDICTS = {HIT: ("#56b4e9", "found"), MISS: ("#d55e00", "missed"), FALSE: ("#f0e442", "made up")}
"""What a comparison with the annotation shows: colours that colour-blind people tell apart (Okabe and Ito 2008)."""

UNKNOWN = "#9a9a9a"
"""An object without a class, where colours tell classes."""

SHADES = (1.0, 0.78, 0.9)
"""Brightness of neighbouring objects of one class."""
ORIGINS: dict[How, tuple[str, str]] = {
    "hand": ("#009e73", "by hand"),
    "corrected": ("#56b4e9", "corrected, then accepted"),
    "accepted": ("#e69f00", "accepted as it was"),
    "rejected": ("#cc79a7", "said to be none"),
}
"""What a map of origins shows, and in which colours; from the same table."""

VEIL = (1.0, 1.0, 1.0, 0.35)
"""Over locked objects."""

BEGIN, REST = 0.72, 0.84
"""The hues of objects begin here and are so much of the circle: not the blues of the background, in which they lie."""

GOLDEN = 0.618034
LAST = 2**16 - 2
"""The highest number with a colour of its own. One more, and napari shows 32-bit numbers through a float texture."""

LabelColours: TypeAlias = CyclicLabelColormap | DirectLabelColormap


def class_colour(index: int, colours: Sequence[str] = ()) -> str:
    """The colour of the class of this index (0 is the first class): the project's own, or one of ours."""
    if index < len(colours) and colours[index]:
        return colours[index]
    return COLOURS[index % len(COLOURS)]


def label_colours(kind: Kind, classes: int, colours: Sequence[str] = ()) -> LabelColours:
    """Colours of labels: 0 is see-through, 1 the first object or class."""
    if kind == "regions":
        return _direct({index + 1: class_colour(index, colours) for index in range(classes)})
    return _cyclic(_wheel())


def annotation_colours(kind: Kind, classes: int, colours: Sequence[str] = ()) -> LabelColours:
    """Colours of an annotation: 0 is see-through, 1 (background) quiet, then as in `label_colours`."""
    if kind == "regions":
        known = {index + FIRST: class_colour(index, colours) for index in range(classes)}
        return _direct({BACKGROUND: QUIET, **known})
    table = _wheel()
    return _cyclic(np.concatenate([table[:1], np.array([QUIET], np.float32), table[1:LAST]]))


def colours_by_class(role: str, classes: Mapping[int, int], colours: Sequence[str]) -> LabelColours:
    """Colours of labels or of an annotation in which an object's class is seen; neighbours differ in brightness.

    Parameters
    ----------
    classes : number of an object -> its class, from 1. Objects without one are grey.
    colours : one for each class.
    """
    table = _shades(UNKNOWN)[np.arange(LAST + 1) % len(SHADES)]
    shades = [_shades(class_colour(index, colours)) for index in range(len(colours))]
    for number, value in classes.items():
        if 0 < number <= LAST and 0 < value <= len(shades):
            table[number] = shades[value - 1][number % len(SHADES)]
    table[0] = 0.0
    if role == "annotation":
        table[BACKGROUND] = QUIET
    return _cyclic(table)


def verdict_colours() -> LabelColours:
    """Colours of a comparison of labels with the annotation."""
    return _direct({number: colour for number, (colour, _words) in VERDICTS.items()})


def origin_colours() -> LabelColours:
    """Colours of a map of where labels came from."""
    return _direct({NUMBERS[how]: colour for how, (colour, _words) in ORIGINS.items()})


def locked_colours() -> LabelColours:
    """Colours of what marks locked objects: white edges, and within a veil through which their colour is still seen."""
    return _direct({OUTLINE: "white", INSIDE: VEIL})


def object_colour(number: int) -> tuple[float, float, float, float]:
    """The colour of an object by its number in an annotation."""
    red, green, blue, alpha = (float(part) for part in _wheel()[max(number - BACKGROUND, 1)])
    return red, green, blue, alpha


def hex_of(colour: Sequence[float]) -> str:
    """A colour (red, green, blue, ...), 0..1, as "#rrggbb"."""
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour[:3])


def _shades(colour: str) -> NDArray[np.float32]:
    """(len(SHADES), 4): a colour as objects of different numbers show it."""
    rgb = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)], np.float32)
    return np.array([[*(shade * rgb), 1.0] for shade in SHADES], np.float32)


def _direct(colours: dict[int, Any]) -> DirectLabelColormap:
    table: dict[int | None, Any] = {0: "transparent", None: "transparent"}
    for number, colour in colours.items():
        table[number] = colour
    return DirectLabelColormap(color_dict=table)


def _cyclic(table: NDArray[np.float32]) -> CyclicLabelColormap:
    # A row for every number of 16 bits: with napari's usual 49 rows, every 49th cell would look like background.
    return CyclicLabelColormap(colors=table)


@lru_cache(maxsize=1)
def _wheel() -> NDArray[np.float32]:
    """(65535, 4) float32 colours, 0..1: neighbours in number are far apart in hue; row 0 is see-through."""
    numbers = np.arange(LAST + 1)
    hue = (BEGIN + REST * ((0.915 + numbers * GOLDEN) % 1.0)) % 1.0
    tier = numbers % 3
    saturation = np.choose(tier, (0.62, 0.80, 0.45))
    brightness = np.choose(tier, (1.0, 0.88, 0.98))
    # HSV to RGB (A. R. Smith 1978) for all rows at once.
    sector = (np.array([5.0, 3.0, 1.0])[None, :] + hue[:, None] * 6.0) % 6.0
    fade = np.clip(np.minimum(sector, 4.0 - sector), 0.0, 1.0)
    table = np.ones((LAST + 1, 4), np.float32)
    table[:, :3] = brightness[:, None] * (1.0 - saturation[:, None] * fade)
    table[0] = 0.0
    return table
