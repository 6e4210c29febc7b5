"""`python -m napari_unet.journey --out DIR`: walk through the window and leave its pictures and masks in DIR.

With `--correct PICTURE MASK`, walk through correcting instead (see `repair`).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from napari_unet.core.errors import UnetError
from napari_unet.core.settings import NetworkSettings, TrainingSettings
from napari_unet.journey.pages import CORRECTING, TUTORIAL, store, store_one
from napari_unet.journey.repair import Repair, Wrong
from napari_unet.journey.steps import Plan, Walk
from napari_unet.journey.walk import Journey
from napari_unet.window import add_dock

if TYPE_CHECKING:
    from napari import Viewer

    from napari_unet.widgets.dock import UnetDock

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
    parser.add_argument("--docs", type=Path, metavar="FOLDER", help="also store the pictures of the documentation here")
    parser.add_argument("--correct", nargs=2, type=Path, metavar=("PICTURE", "MASK"), help="walk through correcting it")
    arguments = parser.parse_args()
    # A folder of its own for every walk: nothing of an earlier one is overwritten.
    out = arguments.out.resolve() / f"journey-{datetime.now():%Y-%m-%d-%H%M%S}"
    try:
        plan = Plan(out, replace(TRAINING, epochs=arguments.epochs), NETWORK)
        repair(plan, Wrong(*arguments.correct)) if arguments.correct else walk(plan)
    except (UnetError, TimeoutError) as error:
        print(error, file=sys.stderr)
        return getattr(error, "exit_code", 1)
    if arguments.screenshot and not arguments.correct:
        (best,) = (out / "window").glob(f"*_{SHOWN}.png")
        store_one(best, arguments.screenshot)
    if arguments.docs:
        store(out / "window", CORRECTING if arguments.correct else TUTORIAL, arguments.docs)
    print(f"Pictures of every step are in {out / 'window'}, all else beside them.")
    return 0


def walk(plan: Plan) -> None:
    """Walk from pictures to masks."""
    _walk(lambda viewer, dock: Journey(viewer, dock, plan))


def repair(plan: Plan, wrong: Wrong) -> None:
    """Walk through correcting a picture."""
    _walk(lambda viewer, dock: Repair(viewer, dock, plan, wrong))


def _walk(begin: Callable[[Viewer, UnetDock], Walk]) -> None:
    """Open the window, walk, close it."""
    import napari

    viewer = napari.Viewer()
    viewer.window.resize(*SIZE)
    try:
        for said in begin(viewer, add_dock(viewer)).walk():
            print(said, flush=True)
    finally:
        viewer.close()


if __name__ == "__main__":
    sys.exit(main())
