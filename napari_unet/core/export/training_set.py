"""The training set as plain folders, for other programs and to be imported again; see `core.data.plain_folders`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import BACKGROUND, FIRST, to_mask
from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.data.class_table import SUFFIX, named, table_file, write_table
from napari_unet.core.data.masks import WHITE
from napari_unet.core.data.own_files import own_files
from napari_unet.core.data.plain_folders import ANNOTATIONS, IMAGES, MASKS, NOTE, PARTLY
from napari_unet.core.data.project import Project
from napari_unet.core.data.write_tiff import write_labels, write_picture
from napari_unet.core.export.labels import narrowed
from napari_unet.core.export.refusing import refuse_overwriting, refuse_own
from napari_unet.core.settings import ExportSettings, Kind
from napari_unet.core.wording import counted

MEANINGS = "training-set.txt"
"""The file that says what the numbers mean."""

MEANING = """\
The training set of {name} ({kind}), written by napari-unet.

{images}/ and {masks}/ hold the pictures that are painted completely: equal names belong together. In a mask
0 is background; {numbers}.
{classes}
{partly}/ holds pictures that are painted in part. Its {annotations}/ are no masks: in them 0 is unlabelled (nobody has
said what is there), 1 is background, and the numbers above are one higher. Do not learn from their 0 as background.

Add this folder to a project of napari-unet to have the same training set again.
"""

Written = tuple[Path, ...]
"""The files of one picture: its pixels, what was painted on it, and the classes of its objects if they have any. There
are none of a picture with nothing painted.
"""


def export_set(project: Project, folder: Path, settings: ExportSettings) -> Iterator[Written]:
    """Write every picture that something is painted on, one after the other as they are asked for.

    Parameters
    ----------
    folder : made when missing.
    settings : `overwrite` decides whether files of the same names are replaced.

    Raises
    ------
    StorageError : before anything is written, files of these names are there already, or are those that the project's
        own pictures and masks came from; later, the disk is full.
    PictureError, MaskError : a picture or what was painted on it is damaged.
    """
    files = set_files(project, folder)
    refuse_own(files, own_files(project))
    refuse_overwriting(files, settings.overwrite)
    write_meaning(project, folder)
    for name in project.names():
        yield export_picture(project, name, folder, settings)


def export_picture(project: Project, name: str, folder: Path, settings: ExportSettings) -> Written:
    """Write one picture and its mask; or its annotation, where only a part of it is painted: see `export_set`."""
    complete, annotation = project.record(name).complete, project.known(name)
    if not complete and not annotation.any():
        _remove(files_of([name], folder))  # of an export when something was painted
        return ()
    image, painted, classes = _files(folder, name, complete)
    picture = project.picture(name)
    write_picture(image, picture)
    mask = to_mask(annotation)
    numbers = _plain(mask, project.kind) if complete else annotation
    write_labels(painted, narrowed(numbers), picture, settings.compress, note="" if complete else NOTE)
    _remove(_files(folder, name, not complete))  # of an export before more of it was painted
    table = named(project.classes(name, "annotation"), project.object_classes) if project.object_classes else {}
    if not table:
        _remove([classes])
        return image, painted
    if complete:
        table = {number - BACKGROUND: title for number, title in table.items()}
    if complete and numbers is not mask:  # an only object, with another number
        table = {int(numbers.max()): table[number] for number in [int(mask.max())] if number in table}
    write_table(classes, numbers, table, FIRST - complete)
    return image, painted, classes


def _remove(stale: Iterable[Path]) -> None:
    """Remove files of an earlier export, and folders that hold nothing any more."""
    for file in stale:
        with suppress(OSError):
            file.unlink(missing_ok=True)
        for emptied in (file.parent, file.parent.parent):
            if emptied.name in (IMAGES, MASKS, ANNOTATIONS, PARTLY):
                with suppress(OSError):
                    emptied.rmdir()


def files_of(names: Iterable[str], folder: Path) -> list[Path]:
    """The files that an export of these pictures may write or replace."""
    return [path for name in names for complete in (True, False) for path in _files(folder, name, complete)]


def set_files(project: Project, folder: Path) -> list[Path]:
    """The files that an export of the whole set may write or replace."""
    return [*files_of(project.names(), folder), folder / MEANINGS]


def written_words(written: Sequence[Path], pictures: int, folder: Path) -> str:
    """What was written, as sentences: "Wrote 5 pictures with masks and 2 that are painted in part to ...".

    Parameters
    ----------
    written : the files of all pictures.
    pictures : how many pictures the project has.
    """
    counts = Counter(path.parent.name for path in written if not path.name.endswith(SUFFIX))
    complete, partly = counts[MASKS], counts[ANNOTATIONS]
    parts = [f"{counted(complete, 'picture')} with {'masks' if complete != 1 else 'its mask'}"] if complete else []
    parts += (
        [f"{counted(partly, 'picture')} painted in part (in {PARTLY}, with what is unlabelled marked)"]
        if partly
        else []
    )
    bare = pictures - complete - partly
    wrote = f"Wrote {' and '.join(parts)} to {folder}." if parts else "Nothing was written: nothing is painted yet."
    left = (
        f" {counted(bare, 'picture')} with nothing painted {'were' if bare != 1 else 'was'} left out." if bare else ""
    )
    return wrote + left


def write_meaning(project: Project, folder: Path) -> None:
    """Say in the folder what its numbers mean. Raises StorageError."""
    folders = {"images": IMAGES, "masks": MASKS, "partly": PARTLY, "annotations": ANNOTATIONS}
    text = MEANING.format(
        name=project.name, kind=project.kind, numbers=_numbers(project), classes=_classes(project), **folders
    )
    with atomic_path(folder / MEANINGS) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="replace")


def _numbers(project: Project) -> str:
    if project.kind == "objects":
        return f"1, 2, 3, ...: one number for each {project.noun}"
    return ", ".join(f"{number}: {name}" for number, name in enumerate(project.class_names, 1))


def _classes(project: Project) -> str:
    if not project.object_classes:
        return ""
    return (
        f"\nNAME{SUFFIX} beside a mask says which class each of its objects has: {', '.join(project.object_classes)}.\n"
    )


def _files(folder: Path, name: str, complete: bool) -> Written:
    home, painted = (folder, MASKS) if complete else (folder / PARTLY, ANNOTATIONS)
    mask = home / painted / f"{name}.tif"
    return home / IMAGES / f"{name}.tif", mask, table_file(mask)


def _plain(mask: NDArray[np.integer], kind: Kind) -> NDArray[np.integer]:
    """The mask, with another number for an only object that lies in several pieces.

    A mask of 0 and 1, or 0 and 255, is read as black and white, here and elsewhere: each piece would be an object.
    """
    top = int(mask.max(initial=0))
    if kind == "regions" or top not in (1, WHITE) or not np.all((mask == 0) | (mask == top)):
        return mask
    from scipy import ndimage  # 0.2 s that a window which only opens need not wait for

    pieces = ndimage.label(mask, structure=np.ones((3,) * mask.ndim))[1]
    return (mask > 0).astype(np.uint8) * np.uint8(2 if pieces > 1 else 1)
