"""A window in which somebody paints without end, for a test that kills it: `python painting_window.py PROJECT OUT`.

After every stroke, what is on the screen is written to OUT/<number>.npy.
"""

from __future__ import annotations

import sys
from pathlib import Path

import napari
import numpy as np

from napari_unet.journey.hands import Hands
from napari_unet.window import add_dock


def main() -> None:
    viewer = napari.Viewer()
    dock = add_dock(viewer)
    dock.header.open_folder(Path(sys.argv[1]))
    hands = Hands(viewer)
    annotation = viewer.layers["annotation"]
    viewer.layers.selection.active = annotation
    annotation.mode, annotation.brush_size = "paint", 7
    hands.settle(1)
    for number in range(1000):
        annotation.selected_label = 2 + number
        row = 10 + 12 * (number % 15)
        hands.stroke(annotation, [(row, 20), (row, 60), (row + 5, 150)])
        if number % 5 == 4:
            annotation.undo()
        part = Path(sys.argv[2]) / f"{number:04}.part.npy"
        np.save(part, annotation.data)
        part.rename(part.with_name(f"{number:04}.npy"))


if __name__ == "__main__":
    main()
