"""`napari-unet run`: repeat a training from its recipe, or make masks again from theirs."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.cli.folders import pictures_by_name
from napari_unet.cli.progress import Progress
from napari_unet.cli.segment import named_pictures
from napari_unet.cli.train import INTERRUPTED, refuse_overwriting
from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.data.folder_name import folder_name
from napari_unet.core.data.picture import Picture
from napari_unet.core.errors import SettingsError, StorageError
from napari_unet.core.explaining import write_description
from napari_unet.core.export import export_labels
from napari_unet.core.export.refusing import refuse_overwriting as refuse_files
from napari_unet.core.recipe import mask_recipe_at, read_mask_recipe, read_recipe, script_of
from napari_unet.core.settings import ExportSettings, InferenceSettings

MASKS = "masks"
SAME = {True: "identical", False: "another mask"}
REPLACING = ExportSettings(overwrite=True)


def run(arguments: Namespace) -> int:
    """Do again what a recipe tells of, and print whether the same came out."""
    file = mask_recipe_at(arguments.recipe)
    return _train(arguments) if file is None else _masks(arguments, file)


def _train(arguments: Namespace) -> int:
    """Train again, segment, and print where the model is and whether it is the same."""
    if arguments.script:
        raise SettingsError("A training has no script.", "What does are masks.", "Leave out --script.")
    read_recipe(arguments.recipe)
    first = arguments.recipe if arguments.recipe.is_dir() else arguments.recipe.parent
    out = arguments.out or first.resolve().with_name(f"{first.resolve().name}-again")
    if out.resolve() == first.resolve():
        raise StorageError(f"{out} holds the recipe's own model.", do="Choose another folder with --out.")
    refuse_overwriting(out, arguments.overwrite)
    pictures = pictures_by_name(arguments.segment) if arguments.segment else {}
    pictures = named_pictures(pictures, out / MASKS, REPLACING)
    # Only now, when everything a person can have mistaken is checked: torch takes seconds to come up.
    from napari_unet.cli.interrupt import asked_to_stop
    from napari_unet.cli.learning import tell
    from napari_unet.core.recipe import Repeated, repeat

    outcome = None
    with Progress() as progress, asked_to_stop() as stop:
        for report in repeat(arguments.recipe, out, stop):
            if isinstance(report, Repeated):
                outcome = report
            else:
                tell(report, progress)
        if outcome is None or stop():
            return INTERRUPTED
        write_description(out)
        _write(outcome.labels, out / MASKS)
        _segment(out, pictures, progress)
    print(out)
    print(outcome.sentence)
    return 0


def _masks(arguments: Namespace, file: Path) -> int:
    """Make the masks again, or write the script that does; print where they are, and whether they are the same."""
    if arguments.segment:
        raise SettingsError("The recipe of masks names its pictures.", do="Segment others with napari-unet segment.")
    if arguments.script:
        text = script_of(read_mask_recipe(file), file, arguments.script)
        refuse_files([arguments.script], arguments.overwrite)
        with atomic_path(arguments.script) as temporary:
            temporary.write_text(text, encoding="utf-8")
        print(arguments.script)
        return 0
    from napari_unet.cli.cores import use_every_core
    from napari_unet.core.recipe import Remade, Repeated, remake
    from napari_unet.core.stopping import never

    use_every_core()  # as those who made the masks: on other numbers of threads networks round otherwise

    first = file.resolve().parent
    out = arguments.out or first.with_name(f"{first.name}-again")
    sentence = ""
    with Progress() as progress:
        for report in remake(file, out, ExportSettings(overwrite=arguments.overwrite), never):
            if isinstance(report, Remade):
                progress.say(f"{report.name} · {SAME[report.same]}")
                for written in report.files:
                    print(written, flush=True)
            elif isinstance(report, Repeated):
                sentence = report.sentence
            else:
                progress.show(f"{report.stage} {report.done} of {report.total}")
    print(sentence)
    return 0


def _write(labels: Mapping[str, NDArray[np.unsignedinteger]], folder: Path) -> None:
    for name, found in labels.items():
        file = folder / f"{folder_name(name, MASKS)}.tif"  # a recipe may come from anybody, and a name lead elsewhere
        export_labels(found, Picture(name, found[np.newaxis]), file, REPLACING)


def _segment(model: Path, pictures: Mapping[str, Path], progress: Progress) -> None:
    """Segment what was asked for, with the clean-up on the model's card."""
    if not pictures:
        return
    from napari_unet.cli.segmenting import How, segment
    from napari_unet.core.model.header import read_card

    how = How(InferenceSettings(), read_card(model).postprocessing, REPLACING, model / MASKS)
    segment([model], pictures, how, progress)
