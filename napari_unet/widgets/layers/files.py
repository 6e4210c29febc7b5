"""The files that a layer of the person's own was opened from, whichever reader did so.

napari tells one of them. Opened as a stack, a layer has several: each is named in the dask array that it reads.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from napari.layers import Image, Labels

from napari_unet.core.data.listing import pictures_in
from napari_unet.core.data.read import TIFF_SUFFIXES, sayable
from napari_unet.core.data.read_tiff import files_beside
from napari_unet.core.data.zarr_folder import is_zarr
from napari_unet.core.errors import PictureError
from napari_unet.widgets.layers.pixels import finest

MOST = 2**16
"""Pieces of a lazy array; one of more is not read from a file each."""


def source_of(layer: Image | Labels) -> str:
    """The file that a layer was opened from; empty where there is none."""
    return "" if layer.source.path is None else sayable(str(layer.source.path))


def files_of(*layers: Image | Labels) -> tuple[str, ...]:
    """All files that these layers were opened from, as far as they are known, beside `source_of` each."""
    told = {os.path.abspath(source_of(layer)) for layer in layers}
    found = dict.fromkeys(sayable(os.path.abspath(file)) for layer in layers for file in _found(layer))
    return tuple(file for file in found if file not in told)


def _found(layer: Image | Labels) -> Iterator[str | Path]:
    graph = getattr(finest(layer), "__dask_graph__", None)
    if graph is not None and getattr(finest(layer), "npartitions", MOST + 1) <= MOST:  # xarray's has none
        words = {word for task in dict(graph() or {}).values() for word in _words(task)}
        yield from sorted(word for word in words if os.path.isfile(word))
    path = Path(layer.source.path or "")
    with suppress(PictureError, OSError):  # whoever brought the layer could read it
        if layer.source.path and path.is_dir() and not is_zarr(path):
            yield from pictures_in(path)
        elif path.suffix.lower() in TIFF_SUFFIXES and path.is_file():
            yield from files_beside(path)


def _words(task: Any) -> Iterator[str]:
    """All words that a task of dask is called with; names of files are among them."""
    if isinstance(task, (str, os.PathLike)):
        yield os.fspath(task)
    elif isinstance(task, (tuple, list)):
        for one in task:
            yield from _words(one)
    elif isinstance(args := getattr(task, "args", None), (tuple, list)):
        yield from _words((*args, *(getattr(task, "kwargs", None) or {}).values()))
