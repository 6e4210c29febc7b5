"""What is in a labels array, in numbers a person can check against the picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.picture import Picture
from napari_unet.core.data.runs import sizes
from napari_unet.core.metrics import Changes
from napari_unet.core.wording import counted

if TYPE_CHECKING:
    from napari_unet.session import Session


def found_line(session: Session, name: str, labels: NDArray[np.integer]) -> str:
    """What was found in a picture, what the last setting changed of it, and how much of it is locked."""
    project = session.project
    assert project is not None
    if project.kind == "regions":
        return regions_line(labels, tuple(project.class_names))
    line = objects_line(labels, session.picture(name), project.noun, session.changes(name))
    counts = session.class_counts(name, "labels")
    classes = f" · {classes_words(counts)}" if any(counts) else ""
    return line + classes + locked_line(len(session.locked(name)))


def classes_words(counts: Mapping[str, int]) -> str:
    """How many objects of each class, as in "alive 90, dead 30, no class 8"."""
    return ", ".join(f"{title or 'no class'} {count}" for title, count in counts.items())


def objects_line(labels: NDArray[np.integer], picture: Picture, noun: str, changed: Changes | None) -> str:
    """How many objects and how large, as in "128 cells (+4, -11 against before), median 412 px (34 µm²)".

    `noun` is what one is called; `changed`, what the last setting of the clean-up did.
    """
    frames = labels if "T" in picture.axes else [labels]  # what is followed is as large as it is at a time point
    areas = [sizes(frame)[1:] for frame in frames]
    count = len({number for area in areas for number in np.flatnonzero(area).tolist()})
    if count == 0:
        return f"No {noun} found. Lower the threshold or the smallest size."
    every = np.concatenate(areas)
    median = float(np.median(every[every > 0]))
    size = f"median {median:.0f} {pixels_word(picture)}{_area(median, picture)}"
    return f"{counted(count, noun)}{_changed(changed)}, {size}"


def locked_line(count: int) -> str:
    """How many objects are locked, to stand behind the line about all of them; empty when none is."""
    return f" · {count} locked" if count else ""


def regions_line(labels: NDArray[np.integer], class_names: tuple[str, ...]) -> str:
    """The share of each class, as in "nucleus 12 %, cytoplasm 40 %"."""
    counts = np.bincount(labels.ravel(), minlength=len(class_names) + 1)[1:]
    shares = (f"{name} {100 * count / labels.size:.0f} %" for name, count in zip(class_names, counts, strict=False))
    return ", ".join(shares)


def _changed(changed: Changes | None) -> str:
    """How many appeared, vanished and have another outline; empty where that is not known."""
    if changed is None:
        return ""
    parts = (f"+{changed.appeared}", changed.appeared), (f"-{changed.vanished}", changed.vanished)
    told = [words for words, count in (*parts, (f"{changed.reshaped} reshaped", changed.reshaped)) if count]
    return f" ({', '.join(told)} against before)" if told else " (as before)"


def pixels_word(picture: Picture) -> str:
    """What the size of an object is counted in: through focal planes it has voxels."""
    return "voxels" if "Z" in picture.axes else "px"


def _area(pixels: float, picture: Picture) -> str:
    """The same in the picture's unit: an area, of a stack of focal planes a volume."""
    if picture.unit == "pixel":
        return ""
    sides, power = (3, "³") if "Z" in picture.axes else (2, "²")
    return f" ({pixels * float(np.prod(picture.pixel_size[-sides:])):.3g} {picture.unit}{power})"
