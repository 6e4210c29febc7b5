"""`python -m napari_unet.window [--sample] [PROJECT | PICTURE...]`: napari with the U-Net dock, and what to open in it.

The same as `napari -w napari-unet-loop "U-Net"`, which cannot open a project.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from napari_unet.core.data.listing import is_picture, may_hold_several, parts_of
from napari_unet.core.data.project_card import FILE
from napari_unet.core.errors import UnetError

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

    _keep_from_saying_that_qt_is_old()
    viewer = napari.Viewer()
    dock = add_dock(viewer)
    if arguments.sample:
        dock.header.open_sample()
    open_paths(viewer, dock, arguments.paths)
    napari.run()


def _keep_from_saying_that_qt_is_old() -> None:
    """Before the first window: napari puts a yellow notice about PyQt5 over the picture at every start.

    A person can do nothing about it there; the doctor says what it means. Of this program only: whoever starts napari
    otherwise is told as before.
    """
    from napari._qt import qt_main_window

    if hasattr(qt_main_window, "SHOW_QT_WARNING"):  # a napari without PyQt5 has nothing to say
        qt_main_window.SHOW_QT_WARNING = False


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
    from napari_unet.widgets.layers.opening import picture_layers  # brings napari

    pictures = [path for path in paths if path not in projects]
    ours = [path for path in pictures if may_hold_several(path) and is_picture(path)]
    try:
        for data, about, kind in (layer for path in ours for part in parts_of(path) for layer in picture_layers(part)):
            getattr(viewer, f"add_{kind}")(data, **about)
    except UnetError as error:
        dock.steps["pictures"].fail(error)
    if others := [str(path) for path in pictures if path not in ours]:
        viewer.open(others)


if __name__ == "__main__":
    main()
