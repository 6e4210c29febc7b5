"""OME-Zarr folders as other programs write them, made with the package zarr itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import zarr

OLD, NEW = "0.4", "0.5"
VERSIONS = (OLD, NEW)

KINDS = {"t": "time", "c": "channel", "z": "space", "y": "space", "x": "space"}


def axes_of(names: str, units: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "type": KINDS[name], **({"unit": units[name]} if name in units else {})} for name in names]


def ome_zarr(
    path: Path,
    array: np.ndarray,
    names: str,
    version: str = NEW,
    about: dict[str, Any] | None = None,
    **more: Any,
) -> Path:
    """A picture of two sizes; `about` goes into its multiscales, `more` to its arrays."""
    root = zarr.create_group(path, zarr_format=2 if version == OLD else 3)
    halves = tuple(slice(None, None, 2) if name in "yx" else slice(None) for name in names)
    more = {"chunks": tuple(min(side, 16) for side in array.shape), **more}
    for name, level in (("0", array), ("1", array[halves])):
        root.create_array(name, shape=level.shape, dtype=level.dtype, **more)[...] = level
    sizes = {
        "axes": axes_of(names, {}),
        "datasets": [
            {"path": str(level), "coordinateTransformations": [{"type": "scale", "scale": scaled(names, 2**level)}]}
            for level in (0, 1)
        ],
        **(about or {}),
    }
    tell(root, sizes, version)
    return path


def scaled(names: str, step: float) -> list[float]:
    return [step if name in "yx" else 1.0 for name in names]


def tell(group: Any, sizes: dict[str, Any], version: str, **more: Any) -> None:
    """Write what a group is."""
    if version == OLD:
        group.attrs.update({"multiscales": [{"version": version, **sizes}], **more})
    else:
        group.attrs.update({"ome": {"version": version, "multiscales": [sizes], **more}})


def change(file: Path, how: Callable[[dict[str, Any]], object]) -> None:
    """Change a JSON file of a Zarr."""
    told = json.loads(file.read_text())
    how(told)
    file.write_text(json.dumps(told))


def noise(shape: Sequence[int], dtype: type = np.uint16) -> np.ndarray:
    return np.random.default_rng(0).integers(1, 200, shape).astype(dtype)


def write_labels(path: Path, version: str) -> None:
    """Labels in a picture's folder: every fifth number."""
    about = zarr.open_group(path, mode="r+").create_group("labels")
    told = {"labels": ["cells"]}
    about.attrs.update(told if version == OLD else {"ome": {"version": version, **told}})
    image = zarr.open_array(path / "0", mode="r")[...]
    ome_zarr(path / "labels" / "cells", (image % 5).astype(np.uint8), "yx", version)
