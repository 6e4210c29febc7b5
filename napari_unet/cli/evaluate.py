"""`napari-unet evaluate`: compare masks with the truth."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.cli.counterparts import counterparts
from napari_unet.cli.progress import Progress
from napari_unet.cli.samples import numbered as region_names
from napari_unet.cli.samples import object_classes
from napari_unet.cli.scores import table, write_scores
from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.data.class_table import numbered, table_beside
from napari_unet.core.data.masks import without_white
from napari_unet.core.data.read import read_mask_and_axes
from napari_unet.core.errors import MaskError, StorageError
from napari_unet.core.metrics import Scores, classed, confusion, evaluate, summarise
from napari_unet.core.settings import Kind

CONFUSION = ((0, 0, 0), (255, 255, 255), (0, 114, 178), (230, 159, 0))
"""Nothing, hit, miss, false alarm; told apart by every eye (Okabe and Ito 2008)."""


def run(arguments: Namespace) -> int:
    """Print the scores as a table, and write them to a file when asked to."""
    with Progress() as progress:
        both = counterparts(arguments.labels, arguments.truth)
        for sentence in both.left_out:
            progress.say(sentence)
        folders = Folders(both.found, both.true, arguments.axes)
        if arguments.confusion is not None:
            folders.keep_apart(arguments.confusion)
        pictures = compared(folders, arguments.kind, arguments.classes, progress)
    summary = summarise(list(pictures.values()))
    print(table(summary, pictures))
    if arguments.json is not None:
        write_scores(arguments.json, summary, pictures)
    if arguments.confusion is not None:
        draw_confusion(folders, arguments.kind, arguments.confusion)
    return 0


@dataclass(frozen=True)
class Folders:
    """Two folders of masks by their names, the ones to judge and the true ones; `axes` as in `read_mask`."""

    found: dict[str, Path]
    true: dict[str, Path]
    axes: str

    def masks(self, name: str, kind: Kind) -> tuple[NDArray[np.integer], NDArray[np.integer]]:
        """The mask of that name, and the true one. Raises MaskError."""
        found, axes = read_mask_and_axes(self.found[name], axes=self.axes)
        true, others = read_mask_and_axes(self.true[name], found.shape, self.axes)
        return without_white(found, kind, axes or others), without_white(true, kind, axes or others)

    def keep_apart(self, drawings: Path) -> None:
        """Raises StorageError when drawings, which have the names of masks, would come to lie among these."""
        homes = {file.resolve().parent for file in (*self.found.values(), *self.true.values())}
        if drawings.resolve() in homes:
            raise StorageError(
                f"The drawings would lie among the masks in {drawings} and could take the place of one.",
                "They have the names of the masks.",
                "Choose another folder with --confusion.",
            )


def compared(folders: Folders, kind: Kind, class_names: Sequence[str], progress: Progress) -> dict[str, Scores]:
    """The scores of every mask against the one of its name.

    Raises MaskError for a mask that cannot be read, and masks of different sizes.
    """
    if kind == "regions" and not class_names:
        class_names = region_names(max(int(folders.masks(name, kind)[1].max(initial=0)) for name in folders.true))
    tables = {name: (table_beside(path), table_beside(folders.true[name])) for name, path in folders.found.items()}
    classes = object_classes(class_names, [table for pair in tables.values() for table in pair])
    scores = {}
    for number, name in enumerate(folders.found, 1):
        progress.show(f"Comparing picture {number} of {len(folders.found)}: {name}")
        try:
            judged, correct = folders.masks(name, kind)
            scores[name] = evaluate(judged, correct, kind, class_names)
            if kind == "objects" and classes:
                of_found, of_true = (numbered(table, classes) for table in tables[name])
                counts = classed(judged, correct, of_found, of_true, classes)
                scores[name] = replace(scores[name], object_classes=counts)
        except MaskError as error:
            raise MaskError(f"{name}: {error.what}", error.needed, error.do) from error
    return scores


def draw_confusion(folders: Folders, kind: Kind, out: Path) -> None:
    """Draw hits, misses and false alarms of every picture; the pixels' numbers are those of `metrics.confusion`.

    The planes of a stack stand below each other.
    """
    from PIL import Image  # only this draws

    for name in folders.found:
        verdict = confusion(*folders.masks(name, kind), kind)
        picture = Image.fromarray(verdict.reshape(-1, verdict.shape[-1]))
        picture.putpalette([value for colour in CONFUSION for value in colour])
        with atomic_path(out / f"{name}.png") as temporary:
            picture.save(temporary)
