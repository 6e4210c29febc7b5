"""What a model's card says of where it was made, and of what it learned from."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version

import numpy as np
import scipy
import torch
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.cores import available_cores
from napari_unet.core.data.annotation import FIRST, UNLABELLED
from napari_unet.core.data.planes import planes_of
from napari_unet.core.data.sample import Sample

GIB = 2**30


def machine() -> dict[str, str]:
    """Cores, memory, operating system, processor, and how many threads compute."""
    known = {
        "cores": str(available_cores()),
        "memory": _memory(),
        "system": f"{platform.system()} {platform.release()}",
        "processor": platform.processor() or platform.machine(),
        "threads": str(torch.get_num_threads()),
    }
    if torch.cuda.is_available():
        known["graphics"] = torch.cuda.get_device_name()
    return known


def versions() -> dict[str, str]:
    """Of what computes."""
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-image": version("scikit-image"),
    }


def object_width(samples: Sequence[Sample], pixel_size: float) -> float:
    """The median equivalent diameter of the objects that are labelled whole; 0 when there are none.

    The equivalent diameter is that of the circle of the same size; in stacks, plane by plane. It is in pixels of
    `pixel_size` (µm), the one that the network sees; in the pictures' own where either is not known (0).
    """
    sizes = [size for sample in samples for plane in planes_of(sample) for size in _sizes(plane, pixel_size)]
    return round(float(np.median(sizes)), 2) if sizes else 0.0


def _sizes(sample: Sample, pixel_size: float) -> NDArray[np.float64]:
    zoom = sample.pixel_size / pixel_size if sample.pixel_size and pixel_size else 1.0
    annotation = sample.annotation
    objects = np.where(annotation >= FIRST, annotation, 0)
    numbers, counts = np.unique(objects, return_counts=True)
    # Of an object that borders on what nobody labelled, it is not known where it ends.
    unknown = np.zeros_like(numbers) if sample.complete else np.unique(objects[_beside(annotation == UNLABELLED)])
    whole = counts[(numbers > 0) & ~np.isin(numbers, unknown)].astype(np.float64)
    return zoom * np.asarray(np.sqrt(4 * whole / np.pi))


def _beside(where: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(ndimage.binary_dilation(where))


def _memory() -> str:
    """In GiB, of the whole machine; nothing where it is not known."""
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # Windows has no such call
        return ""
    return f"{size / GIB:.1f} GiB"
