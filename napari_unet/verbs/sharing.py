"""Models for other programs, and models of other programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from napari_unet.core import sharing
from napari_unet.core.settings import Value
from napari_unet.core.sharing.words import usual_for
from napari_unet.verbs.given import check_known, given

if TYPE_CHECKING:
    from napari_unet.core.sharing import Brought


def export_model(model: Path | str, path: Path | str, authors: Sequence[str] | str = (), **settings: Value) -> Path:
    """Write a model for other programs, after it was tried: see docs/models.md.

    Parameters
    ----------
    model : its folder.
    path : NAME.zip for a BioImage.IO package, NAME.onnx, or NAME.pt for TorchScript.
    authors : names of those who are to be named in a package.
    settings : any setting of `SharingSettings`, by its name, such as `licence="MIT"`. The format (`target`) is the one
        that the file's name ends like.

    Raises
    ------
    ModelError : there is no model, or BioImage.IO has no words for how it prepares pictures.
    SettingsError : the name ends like no format, or the extra `bioimageio` or `onnx` is not installed.
    StorageError : the file is there already (`overwrite=True` replaces it), or the disk is full.
    """
    file = Path(path)
    usual = usual_for(file)
    check_known(settings, usual)
    named = (authors,) if isinstance(authors, str) else authors
    sharing.export_model(Path(model), file, given(usual, settings), named)
    return file


def import_model(package: Path | str, out: Path | str, overwrite: bool = False) -> Brought:
    """Take in the model of a BioImage.IO package as a folder: our own comes back whole, another one to start from.

    `nu.train(..., start=brought.folder)` goes on from it.

    Returns
    -------
    brought : the `folder`, the `card`, whether it is `whole`, and a `sentence` on what was taken and what begins anew.

    Raises
    ------
    ModelError : the package is damaged or made to harm, or its model is no U-Net that can be had here.
    StorageError : `out` holds a model already (`overwrite=True` replaces it), or the disk is full.
    """
    return sharing.import_model(Path(package), Path(out), overwrite)
