"""The formats in which found objects are written, once: form, flags, menus and pages are generated from here.

How each is written is a file of its own in `core/export`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath


@dataclass(frozen=True)
class Format:
    """A format.

    Parameters
    ----------
    name : its word on the command line and in settings.
    group : what it is, as menus and pages sort them.
    title : what a person chooses.
    help : in a sentence, who reads it and what is in it.
    ending : what is put behind a picture's name.
    gathered : the file for all pictures together; empty when there is none.
    """

    name: str
    group: str
    title: str
    help: str
    ending: str
    gathered: str = ""


MASKS, OBJECTS, NUMBERS, PICTURES = "Masks", "Outlines", "Measurements", "To look at"

FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format(
            "tiff",
            MASKS,
            "TIFF for Fiji",
            "A mask with pixel size and unit, as ImageJ writes it; with more than 65,535 objects as OME-TIFF.",
            ".tif",
        ),
        Format(
            "ome-tiff",
            MASKS,
            "OME-TIFF",
            "A mask with axes, pixel size and unit in OME's words, for QuPath, OMERO and Bio-Formats.",
            ".ome.tif",
        ),
        Format("png", MASKS, "PNG", "A flat mask of up to 65,535 objects, for everything that reads pictures.", ".png"),
        Format(
            "cellpose",
            MASKS,
            "Cellpose masks",
            "A mask under the name by which Cellpose finds it beside the picture (File > Load masks).",
            "_cp_masks.tif",
        ),
        Format(
            "ome-zarr",
            MASKS,
            "OME-Zarr",
            "The picture, with the mask as its labels, in pieces of several sizes; needs the package zarr.",
            ".ome.zarr",
        ),
        Format(
            "imagej-rois", OBJECTS, "ImageJ ROIs", "One selection an object, for the ROI Manager of Fiji.", "_rois.zip"
        ),
        Format("geojson", OBJECTS, "QuPath GeoJSON", "One polygon an object; drop the file on QuPath.", ".geojson"),
        Format(
            "coco",
            OBJECTS,
            "COCO JSON",
            "Polygons, and run lengths of objects with holes, as detectors learn from them.",
            "_coco.json",
            "coco.json",
        ),
        Format("outlines", OBJECTS, "Outline picture", "White outlines on black, as a PNG.", "_outlines.png"),
        Format(
            "csv",
            NUMBERS,
            "Measurements",
            "A table: area, shape, brightness and neighbours of every object, in pixels and in the picture's unit.",
            "_measurements.csv",
            "measurements.csv",
        ),
        Format(
            "overlay",
            PICTURES,
            "Overlay",
            "The picture with every object outlined in colour, as a PNG.",
            "_overlay.png",
        ),
        Format(
            "report",
            PICTURES,
            "Report",
            "A page for any browser: picture, overlay, counts, histogram, settings and model.",
            "_report.html",
            "report.html",
        ),
    )
}
"""Every format by its name, in the order in which they are offered."""


def format_of(file_name: str) -> Format | None:
    """The format that a file's name ends like, or of which it has the suffix at least; None where there is none."""
    lower = file_name.lower().replace(".tiff", ".tif")
    fitting = [one for one in FORMATS.values() if lower.endswith(one.ending)]
    alike = [one for one in FORMATS.values() if PurePath(one.ending).suffix == PurePath(lower).suffix != ""]
    return max(fitting, key=lambda one: len(one.ending), default=alike[0] if alike else None)


def chosen(names: str) -> tuple[Format, ...]:
    """The formats that a setting names, in our order."""
    return tuple(FORMATS[name] for name in FORMATS if name in names.split(","))
