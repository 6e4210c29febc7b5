"""Segmenting a picture that is larger than memory, block by block."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from math import prod
from pathlib import Path

from napari_unet.cli.batch import Row
from napari_unet.cli.segmenting import Done, How, is_of_disk, row_of
from napari_unet.core.data.lazy import open_lazily
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.read import TIFF_SUFFIXES
from napari_unet.core.data.record import pixel_hash
from napari_unet.core.data.zarr_folder import is_zarr
from napari_unet.core.errors import SettingsError, UnetError
from napari_unet.core.export import Found, Written, check_large, write_large
from napari_unet.core.export.writing import target
from napari_unet.core.large import BlockDone, Filed, Job, Wishes, in_windows, own_hands, segment_to_files, why_not
from napari_unet.core.large.filing import Hire
from napari_unet.core.model import Model
from napari_unet.core.recipe import mask_hash
from napari_unet.core.settings.blocks import goes_in_blocks
from napari_unet.core.settings.formats import chosen
from napari_unet.core.stopping import never


def large_picture(models: Sequence[Model], source: Path, how: How) -> Picture | None:
    """The picture, of which nothing is read yet, where it is to be taken in blocks; else None.

    Where nobody has asked for blocks, a picture that they cannot be used for is taken in one go, as ever.
    """
    asked = how.cutting.in_blocks == "always"
    sliced = is_zarr(source) or source.suffix.lower() in TIFF_SUFFIXES
    if how.cutting.in_blocks == "never" or not (asked or sliced):
        return None
    try:
        lazy = open_lazily(source, how.axes)
    except UnetError:
        return None  # whoever reads it whole says what is wrong with it
    if not goes_in_blocks(how.cutting, prod(lazy.spatial_shape)):
        return None
    picture = in_windows(lazy)
    possible = how.spread is None and not any(why_not(model, picture, how.postprocessing) for model in models)
    return picture if asked or possible else None


def segment_in_blocks(
    models: Sequence[Model], source: tuple[str, Path], picture: Picture, how: How, show: Callable[[str], None]
) -> Done:
    """Segment one picture block by block; `source` is its name and its file. Raises UnetError."""
    name, path = source
    began, export = time.monotonic(), how.export
    if how.spread is not None:
        raise SettingsError("How far models disagree is not computed in blocks.", do="Leave out --uncertainty.")
    if export is None:
        return Done(Row(name))
    files = {target(name, kind, how.out): kind for kind in chosen(export.formats)}
    check_large(files.values())
    wishes = Wishes(how.inference, how.postprocessing, how.cutting)

    def write(found: Found) -> Written:
        return replace(write_large(found, files, export), mask=mask_hash(found.labels))

    filed: Filed | None = None
    with (
        _hired(how, path, wishes) as hire,
        closing(segment_to_files(Job(models, picture, wishes, never), how.out / name, write, hire)) as reports,
    ):
        for report in reports:
            if isinstance(report, BlockDone):
                show(f"{report.stage} {report.done} of {report.total}")
            else:
                filed = report
    assert filed is not None, "nobody has stopped it"
    done = _done(name, picture, filed, models, time.monotonic() - began)
    show("reading the picture once more for its recipe")
    row = replace(done.row, pixels=_hash_of(picture), mask=filed.written.mask)
    return replace(done, row=replace(row, block=how.cutting.block, halo=how.cutting.halo))


def _hash_of(picture: Picture) -> str:
    """Of its pixels; empty where they cannot be read any more: what was found of them is on the disk."""
    try:
        return pixel_hash(picture)
    except (UnetError, OSError):
        return ""


@contextmanager
def _hired(how: How, source: Path, wishes: Wishes) -> Iterator[Hire]:
    """Whoever does the work: this process, or a cluster."""
    if not how.cluster:
        yield own_hands(wishes)
        return
    from napari_unet.core.large.cluster import ClusterHands, Order, connected  # an extra of most people's programs

    models = tuple(model.absolute() for model in how.models)
    order = Order(source.absolute(), how.axes, models, wishes.inference, wishes.clean_up)
    with connected(how.cluster) as client:
        yield partial(ClusterHands, client, order)


def _done(name: str, picture: Picture, filed: Filed, models: Sequence[Model], seconds: float) -> Done:
    numbers, written, card = filed.numbers, filed.written, models[0].card
    row = row_of(name, numbers.count, numbers.covered / prod(picture.spatial_shape), card, seconds)
    notes = (picture.note,) if picture.note else ()
    row = replace(row, warnings=(*notes, *row.warnings, *filed.noticed))
    if written.errors:
        sentences, first = tuple(error.sentence for error in written.errors), written.errors[0]
        return Done(replace(row, warnings=sentences, state="failed"), written.files, first, is_of_disk(first))
    return Done(row, written.files)
