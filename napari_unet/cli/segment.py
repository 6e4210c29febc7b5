"""`napari-unet segment`: run a model over pictures and write what it finds in each."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from napari_unet.cli.batch import Batch, Row, key_of, spread_file
from napari_unet.cli.flags import given
from napari_unet.cli.folders import pictures_by_name
from napari_unet.cli.progress import Progress
from napari_unet.core.data.read import file_stem
from napari_unet.core.errors import ModelError, StorageError, UnetError
from napari_unet.core.export.refusing import refuse_own
from napari_unet.core.export.writing import check_large, colliding, collision, gather, targets
from napari_unet.core.model.header import read_card
from napari_unet.core.settings import BlockSettings, ExportSettings, InferenceSettings
from napari_unet.core.settings.formats import chosen

if TYPE_CHECKING:
    from napari_unet.cli.segmenting import How, Outcome

INTERRUPTED = 130

REPLACE = "Choose another folder with --out, or replace it with --overwrite."
ELSEWHERE = "Choose another folder with --uncertainty."


def run(arguments: Namespace) -> int:
    """Segment every picture; print where everything is. A picture that cannot be used does not stop the others."""
    card = read_card(arguments.model)
    others = [read_card(model).kind for model in arguments.also]
    if any(kind != card.kind for kind in others):
        raise ModelError(
            f"{arguments.model} finds {card.kind}; not all models given with --also do.",
            "Models that answer together must find the same.",
        )
    models, out = [arguments.model, *arguments.also], arguments.out
    inference, export = given(arguments, InferenceSettings()), given(arguments, ExportSettings())
    clean_up, cutting = given(arguments, card.postprocessing), given(arguments, BlockSettings())
    if arguments.cluster:
        cutting = replace(cutting, in_blocks="always")
    if cutting.in_blocks == "always":
        check_large(chosen(export.formats))
    pictures = named_pictures(pictures_by_name(arguments.pictures), out, export)
    if arguments.uncertainty is not None:
        keep_apart(pictures, arguments.uncertainty, targets(pictures, out, export))
    clashes = {name: collision(name, other) for name, other in colliding(pictures, export).items()}
    key = key_of(models, inference, clean_up, export, arguments.axes)
    classed = bool(card.object_classes)
    batch = Batch(pictures, out, key, export, arguments.uncertainty, classed=classed)
    batch.check(REPLACE)
    # Only now, when everything a person can have mistaken is checked: torch takes seconds to come up.
    from napari_unet.cli.segmenting import Done, How, segment
    from napari_unet.cli.several import segment_several

    how = How(
        inference,
        clean_up,
        export,
        out,
        arguments.uncertainty,
        arguments.axes,
        cutting,
        arguments.cluster,
        tuple(models),
    )
    fit = {name: picture for name, picture in pictures.items() if name not in clashes}
    with Progress() as progress:
        if arguments.jobs > 1:
            outcome = segment_several(models, fit, how, progress, batch, arguments.jobs)
        else:
            outcome = segment(models, fit, how, progress, batch)
    for name, error in clashes.items():
        outcome.done.append(Done(Row(name, warnings=(error.sentence,), state="failed"), (), error))
    return _finished(outcome, batch, pictures, how)


def named_pictures(pictures: Mapping[str, Path], folder: Path, export: ExportSettings) -> dict[str, Path]:
    """The pictures by what their files' names begin with.

    Raises StorageError when a file would take the place of a picture, which nothing may overwrite.
    """
    named = {file_stem(picture): picture for picture in pictures.values()}
    refuse_own(targets(named, folder, export), named.values(), "Choose another folder with --out.")
    return named


def keep_apart(pictures: Mapping[str, Path], spread: Path, masks: Sequence[Path]) -> None:
    """Raises StorageError when how far models disagree would take the place of a picture, or that of a mask."""
    files = [spread_file(name, spread) for name in pictures]
    refuse_own(files, pictures.values(), ELSEWHERE)
    if lost := {file.resolve() for file in files} & {mask.resolve() for mask in masks}:
        what = f"{min(lost)} cannot be both a mask and how far the models disagree."
        raise StorageError(what, "Each needs a file of its own.", ELSEWHERE)


def _finished(outcome: Outcome, batch: Batch, pictures: Mapping[str, Path], how: How) -> int:
    """Put together what is for all pictures, write the table and the recipe, and say once more what went wrong.

    Returns the exit code of the first failure, or 0.
    """
    errors: list[UnetError] = []
    if len(pictures) > 1:
        written = {one.row.name for one in outcome.done if one.files}
        together = gather([name for name in pictures if name in written], batch.folder, how.export or ExportSettings())
        errors += together.errors
        for file in together.files:
            print(file)
    try:
        batch.write_table(one.row for one in outcome.done)
        _keep_recipe(outcome, pictures, how)
    except StorageError as error:
        errors.append(error)
    if outcome.failed:
        good = len(outcome.done) - len(outcome.failed)
        print(f"{good} of {len(pictures)} pictures were segmented. Not segmented:", file=sys.stderr)
        for one in outcome.failed:
            assert one.error is not None
            print(f"  {pictures[one.row.name]}: {one.error.sentence}", file=sys.stderr)
        return next(one.error.exit_code for one in outcome.failed if one.error is not None)
    for wrong in errors:
        print(wrong.sentence, file=sys.stderr)
    if outcome.stopped:
        return INTERRUPTED
    return errors[0].exit_code if errors else 0


def _keep_recipe(outcome: Outcome, pictures: Mapping[str, Path], how: How) -> None:
    """Write down how the masks were made; see `napari-unet run`. Raises StorageError."""
    from napari_unet.core.recipe import MaskRecipe, Segmented, place_of, weights_hash
    from napari_unet.core.recipe.materials import seen_from
    from napari_unet.core.training.circumstances import versions

    folder = how.out
    rows = [one.row for one in outcome.done if one.row.state.startswith("done")]
    if not rows:
        return
    MaskRecipe(
        models=tuple((place_of(model, folder), weights_hash(model)) for model in how.models),
        inference=how.inference,
        clean_up=how.postprocessing,
        pictures=tuple(
            Segmented(
                row.name, seen_from(folder, pictures[row.name]), how.axes, row.pixels, row.mask, row.block, row.halo
            )
            for row in rows
        ),
        versions=versions(),
    ).write(folder)
