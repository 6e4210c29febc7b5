"""`python -m napari_unet.journey --out DIR`: walk through the window and leave its pictures and masks in DIR."""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from napari_unet.core.errors import UnetError
from napari_unet.core.settings import NetworkSettings, TrainingSettings
from napari_unet.journey.walk import Journey, Plan
from napari_unet.window import add_dock

TRAINING = TrainingSettings(epochs=25, batch=4, patch=128)
NETWORK = NetworkSettings(width=8)
"""Small, so that a few minutes on two processor cores are enough for a model that finds most nuclei."""

SHOWN = "tune"
"""The step whose picture of the window says best what this is."""

SIZE = (1400, 880)


def main() -> int:
    """Walk, saying each step. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="journey", description="The whole job through the real window, by mouse.")
    parser.add_argument("--out", type=Path, default=Path("napari-unet-demo"), metavar="DIR")
    parser.add_argument("--epochs", type=int, default=TRAINING.epochs, metavar="N")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="also save the window's best picture here")
    arguments = parser.parse_args()
    # A folder of its own for every walk: nothing of an earlier one is overwritten.
    out = arguments.out.resolve() / f"journey-{datetime.now():%Y-%m-%d-%H%M%S}"
    try:
        walk(Plan(out, replace(TRAINING, epochs=arguments.epochs), NETWORK))
    except (UnetError, TimeoutError) as error:
        print(error, file=sys.stderr)
        return getattr(error, "exit_code", 1)
    if arguments.screenshot:
        (best,) = (out / "window").glob(f"*_{SHOWN}.png")
        arguments.screenshot.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(best, arguments.screenshot)
    print(f"Pictures of every step are in {out / 'window'}, the masks in {out / 'masks'}.")
    return 0


def walk(plan: Plan) -> None:
    """Open the window, walk, close it."""
    import napari

    viewer = napari.Viewer()
    viewer.window.resize(*SIZE)
    try:
        for said in Journey(viewer, add_dock(viewer), plan).walk():
            print(said, flush=True)
    finally:
        viewer.close()


if __name__ == "__main__":
    sys.exit(main())
