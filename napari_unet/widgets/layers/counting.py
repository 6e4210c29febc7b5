"""What is in a labels array, in numbers a person can check against the picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.picture import Picture


def objects_line(labels: NDArray[np.integer], picture: Picture) -> str:
    """How many objects and how large, as in "128 cells, median 412 px (34 µm²)"."""
    sizes = np.bincount(labels.ravel())[1:]
    sizes = sizes[sizes > 0]
    if sizes.size == 0:
        return "No cell found. Lower the threshold or the smallest size."
    median = float(np.median(sizes))
    return f"{sizes.size} cell{'s' if sizes.size != 1 else ''}, median {median:.0f} px{_area(median, picture)}"


def regions_line(labels: NDArray[np.integer], class_names: tuple[str, ...]) -> str:
    """The share of each class, as in "nucleus 12 %, cytoplasm 40 %"."""
    counts = np.bincount(labels.ravel(), minlength=len(class_names) + 1)[1:]
    shares = (f"{name} {100 * count / labels.size:.0f} %" for name, count in zip(class_names, counts, strict=False))
    return ", ".join(shares)


def _area(pixels: float, picture: Picture) -> str:
    if picture.unit == "pixel":
        return ""
    return f" ({pixels * float(np.prod(picture.pixel_size)):.3g} {picture.unit}²)"
