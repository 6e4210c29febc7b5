"""`napari-unet export`: what was found in a project's pictures in any format, or its training set as plain folders;
or what was found in parts of a large picture, back into the mask of that.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

from napari_unet.cli.flags import given, named
from napari_unet.cli.folders import named as named_few
from napari_unet.cli.progress import Progress
from napari_unet.core.data.project import Project
from napari_unet.core.errors import UnetError
from napari_unet.core.export import export_set
from napari_unet.core.export.training_set import written_words
from napari_unet.core.labelled import export_labelled
from napari_unet.core.parts import write_parts_back
from napari_unet.core.settings import ExportSettings
from napari_unet.core.wording import counted


def run(arguments: Namespace) -> int:
    """Write every picture; say how much that was, and what was left out."""
    settings = given(arguments, ExportSettings())
    with Project.open(arguments.project) as project, Progress() as progress:
        if arguments.into is not None:
            return _back(project, arguments.into, settings, progress)
        if "formats" in named(arguments, ExportSettings()):
            return _labels(project, arguments.out, settings, progress)
        return _training_set(project, arguments.out, settings, progress)


def _labels(project: Project, out: Path, settings: ExportSettings, progress: Progress) -> int:
    """The labels as they stand. One picture that cannot be written does not stop the others."""
    files, errors = 0, list[UnetError]()
    total = len(project.names())
    for number, written in enumerate(export_labelled(project, out, settings), 1):
        for file in written.files:
            print(file, flush=True)
        if written.note and written.files:
            progress.say(written.note)
        for error in written.errors:
            progress.say(error.sentence)
        files, errors = files + len(written.files), [*errors, *written.errors]
        progress.show(f"Writing picture {min(number, total)} of {total}")
    progress.say(f"Wrote {counted(files, 'file')} to {out}.")
    if errors:
        print(f"{counted(len(errors), 'time')} something could not be written; see above.", file=sys.stderr)
    return errors[0].exit_code if errors else 0


def _back(project: Project, mask: Path, settings: ExportSettings, progress: Progress) -> int:
    """The labels of parts, as they stand, into the mask of the whole."""
    progress.say(f"Writing into {mask}.")
    file, names = write_parts_back(project, mask, settings)
    print(file)
    progress.say(f"Wrote {counted(len(names), 'part')} back: {named_few(names)}.")
    return 0


def _training_set(project: Project, out: Path, settings: ExportSettings, progress: Progress) -> int:
    files: list[Path] = []
    total = len(project.names())
    for number, paths in enumerate(export_set(project, out, settings), 1):
        files += paths
        progress.show(f"Writing picture {number} of {total}")
    print(written_words(files, total, out))
    return 0
