"""`python -m napari_unet.window [--sample] [PROJECT | PICTURE...]`: napari with the U-Net dock, and what to open in it.

The same as `napari -w napari-unet-loop "U-Net"`, which cannot open a project.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from napari_unet.core.data.project_card import FILE

if TYPE_CHECKING:
    from napari import Viewer

    from napari_unet.widgets.dock import UnetDock

PLUGIN, DOCK = "napari-unet-loop", "U-Net"


def main(words: Sequence[str] | None = None) -> None:
    """Open the window and stay until it is closed."""
    parser = argparse.ArgumentParser(prog="napari-unet")
    parser.add_argument("--sample", action="store_true", help="open the practice project")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PROJECT | PICTURE")
    arguments = parser.parse_args(words)
    import napari

    viewer = napari.Viewer()
    dock = add_dock(viewer)
    if arguments.sample:
        dock.header.open_sample()
    open_paths(viewer, dock, arguments.paths)
    napari.run()


def add_dock(viewer: Viewer) -> UnetDock:
    """Dock the panel where the plugin menu would dock it."""
    _, widget = viewer.window.add_plugin_dock_widget(PLUGIN, DOCK)
    dock: UnetDock = widget
    return dock


def open_paths(viewer: Viewer, dock: UnetDock, paths: Sequence[Path]) -> None:
    """Open the last project folder among the paths; everything else as napari layers, ready to be added to it."""
    projects = [path for path in paths if (path / FILE).exists()]
    for project in projects[-1:]:
        dock.header.open_folder(project)
    pictures = [str(path) for path in paths if path not in projects]
    if pictures:
        viewer.open(pictures)


if __name__ == "__main__":
    main()
