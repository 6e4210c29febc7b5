"""Making the mask of a picture that was taken block by block again, in as little memory as it took."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from napari_unet.core.data.picture import Picture
from napari_unet.core.export import Found, Written, write_large
from napari_unet.core.export.writing import target
from napari_unet.core.large import BlockDone, Filed, Job, Wishes, own_hands, segment_to_files
from napari_unet.core.model import Model
from napari_unet.core.recipe.hashing import mask_hash
from napari_unet.core.recipe.masks import MaskRecipe, Segmented
from napari_unet.core.settings import ExportSettings
from napari_unet.core.settings.formats import chosen

Place = tuple[Path, ExportSettings]
"""The folder that masks go to, and how they are written."""


def written_in_blocks(
    recipe: MaskRecipe, models: Sequence[Model], of: tuple[Segmented, Picture], to: Place, stop: Callable[[], bool]
) -> Generator[BlockDone, None, Written | None]:
    """Yields how far it is; returns what was written, with the hash of the mask, or None when asked to stop.

    Parameters
    ----------
    of : the picture in the recipe, which says how it was cut, and the very picture, read a window at a time.

    Raises
    ------
    ModelError, PictureError, StorageError, DeviceError : see `large.segment_to_files`.
    """
    (one, picture), (out, settings) = of, to
    assert one.cutting, "it was taken block by block"
    wishes = Wishes(recipe.inference, recipe.clean_up, one.cutting)
    files = {target(one.name, kind, out): kind for kind in chosen(settings.formats)}

    def write(found: Found) -> Written:
        return replace(write_large(found, files, settings), mask=mask_hash(found.labels))

    filed: Filed | None = None
    work = segment_to_files(Job(models, picture, wishes, stop), out / one.name, write, own_hands(wishes))
    with closing(work) as reports:  # whatever ends it, nothing stays behind
        for report in reports:
            if isinstance(report, BlockDone):
                yield report
            else:
                filed = report
    return filed.written if filed else None
