"""How large a pixel is: the units files use, and which of their claims to believe."""

from __future__ import annotations

import re
from typing import Protocol

PIXEL = "pixel"
"""The unit of a picture whose pixel size is not known."""

MICRON = "µm"

MICRONS_IN = {"Å": 1e-4, "nm": 1e-3, MICRON: 1.0, "mm": 1e3, "cm": 1e4, "inch": 25400.0, "m": 1e6}
"""The units of length we know, each in µm."""

SPELLINGS = {
    "": PIXEL,
    "pixels": PIXEL,
    "px": PIXEL,
    "um": MICRON,
    "μm": MICRON,  # Greek mu; ours is the micro sign
    "micron": MICRON,
    "microns": MICRON,
    "micrometer": MICRON,
    "micrometre": MICRON,
    "angstrom": "Å",
    "ångström": "Å",
    "nanometer": "nm",
    "nanometre": "nm",
    "millimeter": "mm",
    "millimetre": "mm",
    "centimeter": "cm",
    "centimetre": "cm",
    "meter": "m",
    "metre": "m",
    "in": "inch",
    "inches": "inch",
}


ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
"""A letter beyond ASCII, as ImageJ's descriptions spell it."""

MOST_PER_UNIT = 2**32 - 1
"""The highest resolution that the tags of a TIFF can hold. What claims to be finer was measured by nobody."""


class Scaled(Protocol):
    """Whatever knows its axes, its pixel size and the unit of it."""

    @property
    def axes(self) -> str:
        """A letter for each axis, such as CZYX."""

    @property
    def pixel_size(self) -> tuple[float, ...]:
        """Size of a pixel along ([T,] [Z,] Y, X): see `Picture`."""

    @property
    def unit(self) -> str:
        """The unit of it."""


def known_unit(word: str) -> str:
    """The unit as we write it; a word we do not know stays as it is."""
    word = ESCAPED.sub(lambda found: chr(int(found[1], 16)), word.strip().strip("\x00"))
    return SPELLINGS.get(word.lower(), word)


def escaped(unit: str) -> str:
    """The unit in ASCII, as ImageJ's descriptions want it: Å becomes a backslash and u00c5."""
    return "".join(letter if letter.isascii() else f"\\u{ord(letter):04x}" for letter in unit)


def is_sensible(microns: float) -> bool:
    """Whether a pixel of this size came from a microscope, and not from a printer's 72 or 300 dots per inch."""
    return 1e-4 <= microns <= 20.0


def microns(scaled: Scaled) -> float:
    """The side of a pixel within a plane, in µm; 0 when it is not known."""
    return float(scaled.pixel_size[-1]) * MICRONS_IN.get(scaled.unit, 0.0)


def voxel_depth(scaled: Scaled) -> float:
    """How many times as deep as wide a voxel is; 1 where that is not known, or nothing has depth."""
    if "Z" not in scaled.axes or scaled.unit == PIXEL:
        return 1.0
    return float(scaled.pixel_size[-3] / scaled.pixel_size[-1])


def per_centimetre(scaled: Scaled) -> tuple[float, float] | None:
    """Pixels per cm along (X, Y), as the tags of a TIFF want them; None when the unit is no length."""
    microns = MICRONS_IN.get(scaled.unit)
    if microns is None:
        return None
    y, x = scaled.pixel_size[-2:]
    return storable((1e4 / (x * microns), 1e4 / (y * microns)))


def storable(resolution: tuple[float, float]) -> tuple[float, float] | None:
    """The resolution, if the tags of a TIFF can hold it."""
    return resolution if max(resolution) <= MOST_PER_UNIT else None
