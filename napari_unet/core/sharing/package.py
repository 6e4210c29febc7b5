"""A model as a BioImage.IO package: one .zip that other programs run without this one, and that comes back whole."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from napari_unet.core.errors import ModelError
from napari_unet.core.model.card import WEIGHTS
from napari_unet.core.model.checkpoint import Model, save_model
from napari_unet.core.settings import SharingSettings
from napari_unet.core.sharing.chain import check_sayable
from napari_unet.core.sharing.describing import (
    COVER,
    DESCRIPTION,
    INPUT,
    OUTPUT,
    PAGE,
    TORCHSCRIPT,
    description_of,
)
from napari_unet.core.sharing.needing import needed
from napari_unet.core.sharing.page import draw_cover, page_of
from napari_unet.core.sharing.shape import channel_names, identifiers
from napari_unet.core.sharing.specimen import specimen_of
from napari_unet.core.sharing.torchscript import traced

EXTRA = "bioimageio"
SAYS = 3
"""Of what a check finds wrong, so much is told."""


def write_package(model: Model, home: Path, file: Path, settings: SharingSettings, authors: Sequence[str]) -> None:
    """Write the package and have it checked by BioImage.IO's own library before anybody gets it.

    Parameters
    ----------
    home : the model's folder, for its curve.

    Raises
    ------
    SettingsError : the extra `bioimageio` is not installed.
    ModelError : the model prepares pictures in a way that BioImage.IO has no words for.
    """
    check = needed("bioimageio.spec", EXTRA, "A BioImage.IO package")
    check_sayable(model.card)
    files = _files(model, home, settings.tiles)
    description = description_of(model, files, settings, authors)
    files[DESCRIPTION] = yaml.safe_dump(description, sort_keys=False, allow_unicode=True).encode()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            packing = zipfile.ZIP_STORED if name in (TORCHSCRIPT, WEIGHTS, COVER) else zipfile.ZIP_DEFLATED
            archive.writestr(name, data, packing)
    _check(check, file)


def _files(model: Model, home: Path, tiles: bool) -> dict[str, bytes]:
    """Every file of the package but its description, by its name."""
    specimen = specimen_of(model, tiles)
    with TemporaryDirectory(prefix="napari-unet-") as place:
        folder = Path(place)
        traced(model, specimen, folder / TORCHSCRIPT)
        draw_cover(specimen, folder / COVER)
        save_model(model, folder)
        files = {name: (folder / name).read_bytes() for name in (TORCHSCRIPT, COVER, WEIGHTS)}
    page = page_of(model.card, home, identifiers(model.card.outputs), channel_names(model.card))
    arrays = {INPUT: _npy(specimen.picture), OUTPUT: _npy(specimen.probability)}
    return {**files, **arrays, PAGE: page.encode("utf-8", "replace")}


def _npy(array: NDArray[np.float32]) -> bytes:
    """An array with a first axis for the batch, as a .npy."""
    file = io.BytesIO()
    np.save(file, array[np.newaxis], allow_pickle=False)
    return file.getvalue()


def _check(library: Any, file: Path) -> None:
    """Raises ModelError when BioImage.IO's library would not take the package. It asks nobody: we name no address."""
    read = library.load_description(file, format_version="latest")
    if isinstance(read, library.InvalidDescr):
        wrong = "; ".join(f"{'.'.join(map(str, one.loc))}: {one.msg}" for one in read.validation_summary.errors[:SAYS])
        raise ModelError(
            f"The package is not valid by the library of BioImage.IO ({wrong or read.validation_summary.status}).",
            "It was not written.",
            "Try another version of the library, and report this if it stays.",
        )
