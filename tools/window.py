"""The window with the sample project: what `make run` opens. Runs in the environment that bootstrap.py makes."""

from __future__ import annotations

import napari

PLUGIN, PANEL = "napari-unet-loop", "U-Net"


def main() -> None:
    """Open napari with the panel and, in it, the practice project; ends when the window is closed."""
    viewer = napari.Viewer()
    _, panel = viewer.window.add_plugin_dock_widget(PLUGIN, PANEL)
    panel.header.open_sample()
    napari.run()


if __name__ == "__main__":
    main()
