"""`napari-unet segment`: run a model over pictures and write a mask for each."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

from napari_unet.cli.flags import given
from napari_unet.cli.folders import pictures_by_name
from napari_unet.cli.progress import Progress
from napari_unet.core.data.read import file_stem
from napari_unet.core.errors import ModelError, StorageError, UnetError
from napari_unet.core.export.refusing import refuse_overwriting
from napari_unet.core.model.header import read_card
from napari_unet.core.settings import ExportSettings, InferenceSettings

INTERRUPTED = 130

REPLACE = "Choose another folder with --out, or replace it with --overwrite."


def run(arguments: Namespace) -> int:
    """Segment every picture; print where each mask is. A picture that cannot be used does not stop the others."""
    card = read_card(arguments.model)
    others = [read_card(model).kind for model in arguments.also]
    if any(kind != card.kind for kind in others):
        raise ModelError(
            f"{arguments.model} finds {card.kind}; not all models given with --also do.",
            "Models that answer together must find the same.",
        )
    targets = mask_files(pictures_by_name(arguments.pictures), arguments.out)
    export = given(arguments, ExportSettings())
    refuse_overwriting(targets.values(), export.overwrite, REPLACE)
    # Only now, when everything a person can have mistaken is checked: torch takes seconds to come up.
    from napari_unet.cli.segmenting import How, segment

    settings = given(arguments, InferenceSettings()), given(arguments, card.postprocessing), export
    how = How(*settings, arguments.uncertainty, arguments.axes)
    with Progress() as progress:
        outcome = segment([arguments.model, *arguments.also], targets, how, progress)
    return _told(outcome.failed, len(outcome.written), len(targets)) or (INTERRUPTED if outcome.stopped else 0)


def mask_files(pictures: Mapping[str, Path], folder: Path) -> dict[Path, Path]:
    """Where the mask of each picture goes.

    Raises StorageError when that is the picture itself, which nothing may overwrite.
    """
    targets = {picture: folder / f"{file_stem(picture)}.tif" for picture in pictures.values()}
    for picture, target in targets.items():
        if target.exists() and target.samefile(picture):
            raise StorageError(
                f"The mask of {picture} would overwrite the picture itself.", do="Choose another folder with --out."
            )
    return targets


def _told(failed: Mapping[Path, UnetError], written: int, asked: int) -> int:
    """Say once more, at the end, what could not be segmented. Returns the exit code of the first failure, or 0."""
    if not failed:
        return 0
    print(f"{written} of {asked} pictures were segmented. Not segmented:", file=sys.stderr)
    for picture, error in failed.items():
        print(f"  {picture}: {error.sentence}", file=sys.stderr)
    return next(iter(failed.values())).exit_code
