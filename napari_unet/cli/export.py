"""`napari-unet export`: write a project's training set as plain folders."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from napari_unet.cli.flags import given
from napari_unet.cli.progress import Progress
from napari_unet.core.data.project import Project
from napari_unet.core.export import export_set
from napari_unet.core.export.training_set import written_words
from napari_unet.core.settings import ExportSettings


def run(arguments: Namespace) -> int:
    """Write every picture with what is painted on it; say how many there were, and what was left out."""
    with Project.open(arguments.project) as project, Progress() as progress:
        files: list[Path] = []
        total = len(project.names())
        for number, paths in enumerate(export_set(project, arguments.out, given(arguments, ExportSettings())), 1):
            files += paths
            progress.show(f"Writing picture {number} of {total}")
    print(written_words(files, total, arguments.out))
    return 0
