"""`python -m napari_unet.journey --out DIR`: walk through the window and leave its pictures and masks in DIR."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from napari_unet.core.errors import UnetError
from napari_unet.core.settings import NetworkSettings, TrainingSettings
from napari_unet.journey.walk import Journey, Plan
from napari_unet.window import add_dock

USUAL = TrainingSettings(epochs=8, batch=4, patch=160)
"""Enough for a model that finds nuclei, in some minutes on two processor cores."""

SIZE = (1400, 880)


def main() -> int:
    """Walk, saying each step. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="journey", description="The whole job through the real window, by mouse.")
    parser.add_argument("--out", type=Path, default=Path("napari-unet-demo"), metavar="DIR")
    parser.add_argument("--epochs", type=int, default=USUAL.epochs, metavar="N")
    arguments = parser.parse_args()
    # A folder of its own for every walk: nothing of an earlier one is overwritten.
    out = arguments.out.resolve() / f"journey-{datetime.now():%Y-%m-%d-%H%M%S}"
    training = TrainingSettings(epochs=arguments.epochs, batch=USUAL.batch, patch=USUAL.patch)
    try:
        walk(Plan(out, training, NetworkSettings()))
    except (UnetError, TimeoutError) as error:
        print(error, file=sys.stderr)
        return getattr(error, "exit_code", 1)
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
