"""What a TIFF says about the size of a pixel, and how far planes are apart: ImageJ's way, OME's, and the plain tags."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from napari_unet.core.data.scale import MICRON, MICRONS_IN, PIXEL, is_sensible, known_unit

SECONDS_IN = {"s": 1.0, "ms": 1e-3, "min": 60.0, "h": 3600.0, "d": 86400.0}
"""The units of time of OME that a microscope's interval comes in."""

SECONDS_IN_IMAGEJ = SECONDS_IN | {
    **dict.fromkeys(("sec", "second", "seconds"), 1.0),
    **dict.fromkeys(("msec", "millisecond", "milliseconds"), 1e-3),
    **dict.fromkeys(("minute", "minutes"), 60.0),
    **dict.fromkeys(("hr", "hour", "hours"), 3600.0),
    **dict.fromkeys(("day", "days"), 86400.0),
}
"""As people write them into Fiji's Image > Properties."""


HEAD = 1000
"""So many letters into its description a file must have said that it is OME's."""


def pixel_size_of(tiff: Any, page: Any) -> tuple[tuple[float, float], str]:
    """Pixel size along (Y, X) and its unit, from where the file's writer puts it."""
    if tiff.is_ome:
        return _ome_size(ome_pixels(tiff))
    if tiff.is_imagej:
        unit = known_unit(str((tiff.imagej_metadata or {}).get("unit", "")))
        return _imagej_size(page, unit)
    return _tag_size(page)


def _imagej_size(page: Any, unit: str) -> tuple[tuple[float, float], str]:
    size = _reciprocal(page.resolution)
    if size is None or unit in (PIXEL, "inch"):  # ImageJ says inch for what a printer's dots per inch left behind
        return _tag_size(page) if unit != PIXEL else ((1.0, 1.0), PIXEL)
    return size, unit


def _tag_size(page: Any) -> tuple[tuple[float, float], str]:
    """From the plain tags: pixels per inch or cm, believed only when a microscope could have made them."""
    unit = {2: "inch", 3: "cm"}.get(int(page.resolutionunit))
    size = _reciprocal(page.resolution)
    if unit is None or size is None:
        return (1.0, 1.0), PIXEL
    y, x = (side * MICRONS_IN[unit] for side in size)
    return ((y, x), MICRON) if is_sensible(y) and is_sensible(x) else ((1.0, 1.0), PIXEL)


def _reciprocal(resolution: tuple[float, float]) -> tuple[float, float] | None:
    x, y = resolution
    return (1 / y, 1 / x) if x > 0 and y > 0 else None


def steps_of(tiff: Any, unit: str) -> tuple[float, float]:
    """How far focal planes are apart, in `unit`, and time points, in seconds; 0 where the file does not say."""
    if tiff.is_ome:
        return _ome_steps(ome_pixels(tiff), unit)
    return _imagej_steps(tiff.imagej_metadata or {}, unit) if tiff.is_imagej else (0.0, 0.0)


def _imagej_steps(told: dict[str, Any], unit: str) -> tuple[float, float]:
    """ImageJ leaves out what it takes for granted: planes 1 unit apart, seconds, and one unit for all axes."""
    own = known_unit(str(told.get("zunit", told.get("unit", ""))))
    spacing = told.get("spacing", 1.0 if own == unit else 0.0)
    seconds = SECONDS_IN_IMAGEJ.get(str(told.get("tunit", "sec")).strip().lower(), 0.0)
    return _factor(own, unit) * _positive(spacing), seconds * _positive(told.get("finterval"))


def _ome_steps(pixels: ElementTree.Element | None, unit: str) -> tuple[float, float]:
    told = {} if pixels is None else pixels.attrib
    own = known_unit(told.get("PhysicalSizeZUnit", MICRON))
    seconds = SECONDS_IN.get(told.get("TimeIncrementUnit", "s"), 0.0)
    return _factor(own, unit) * _positive(told.get("PhysicalSizeZ")), seconds * _positive(told.get("TimeIncrement"))


def _factor(own: str, unit: str) -> float:
    """How many of `unit` one of `own` is; 0 where a spacing says nothing, for it cannot be compared with a pixel."""
    if own == unit:
        return 1.0
    return MICRONS_IN[own] / MICRONS_IN[unit] if {own, unit} <= set(MICRONS_IN) else 0.0


def _positive(value: Any) -> float:
    """A number above 0 as it is, anything else as 0. ImageJ writes a spacing below 0 for a stack seen from behind."""
    try:
        number = abs(float(value))
    except (TypeError, ValueError):
        return 0.0
    return number if 0 < number < float("inf") else 0.0


def ome_pixels(tiff: Any) -> ElementTree.Element | None:
    """What OME says about the first picture; None where that cannot be read."""
    try:
        root = ElementTree.fromstring(tiff.ome_metadata)
    except ElementTree.ParseError:
        return None
    return root.find("{*}Image/{*}Pixels")


def ome_trouble(tiff: Any, name: str) -> str:
    """A sentence where the file tells of itself in OME's words but these are cut off or damaged; else nothing.

    Then they are no help, and nothing else says how large a pixel is or which axis is which.
    """
    text = str(tiff.pages.first.description or "")
    if "<OME" not in text[:HEAD]:
        return ""
    try:
        ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, LookupError):
        return (
            f"What {name} says of itself (OME-XML) is cut off or damaged: its pixel size, its channels' names and its "
            "axes are not known."
        )
    return ""


def _ome_size(pixels: ElementTree.Element | None) -> tuple[tuple[float, float], str]:
    if pixels is None or "PhysicalSizeX" not in pixels.attrib:
        return (1.0, 1.0), PIXEL
    x = float(pixels.attrib["PhysicalSizeX"])
    y = float(pixels.attrib.get("PhysicalSizeY", x))
    unit = known_unit(pixels.attrib.get("PhysicalSizeXUnit", MICRON))
    factor = MICRONS_IN.get(unit, 1.0) / MICRONS_IN.get(known_unit(pixels.attrib.get("PhysicalSizeYUnit", unit)), 1.0)
    return ((y / factor, x), unit) if x > 0 and y > 0 else ((1.0, 1.0), PIXEL)
