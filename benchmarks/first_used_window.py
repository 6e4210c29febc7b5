"""A newcomer in the real window, in a process of its own: `python -m benchmarks.first_used_window ...`.

Words: PICTURE MASK ROUNDS DIR FILE. Makes a project and a mask in DIR, and writes FILE: {step: {"actions", "waited",
"person", "clock"}} and {"mask": {"ap50", "dice"}}. With NAPARI_UNET_KEEP=FOLDER, pictures of the window go there, one
a step.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path

import napari
import psutil
import tifffile

from benchmarks.newcomer import Newcomer, ap
from napari_unet.core.metrics import evaluate
from napari_unet.window import add_dock

SIZE = (1400, 880)

Took = dict[str, dict[str, float]]


def use(pair: tuple[Path, Path], rounds: int, folder: Path) -> Took:
    """What each step took, and how good the mask is that was written."""
    viewer = napari.Viewer()
    try:
        viewer.window.resize(*SIZE)
        newcomer = Newcomer(viewer, add_dock(viewer), folder, pair, rounds)
        took = {"start": started(), **steps_of(newcomer)}
    finally:
        viewer.close()
    if keep := os.environ.get("NAPARI_UNET_KEEP"):
        shutil.copytree(folder / "window", keep, dirs_exist_ok=True)
    return took | {"mask": judged(newcomer)}


def started() -> dict[str, float]:
    """One command was typed; then the window was waited for."""
    seconds = time.time() - psutil.Process().create_time()
    return dict(actions=1, waited=seconds, person=seconds, clock=seconds)


def steps_of(newcomer: Newcomer) -> Took:
    """Let the newcomer work, step by step."""
    took, hands, said = {}, newcomer.counting, newcomer.walk()
    for step in newcomer.steps:
        actions, waited, person, began = hands.actions, hands.waited, hands.person, time.perf_counter()
        print(next(said), file=sys.stderr, flush=True)
        took[step.__name__] = dict(
            actions=hands.actions - actions,
            waited=hands.waited - waited,
            person=hands.person - person + hands.waited - waited,
            clock=time.perf_counter() - began,
        )
    return took


def judged(newcomer: Newcomer) -> dict[str, float]:
    """The mask as another program reads it, beside the truth."""
    mask, truth = tifffile.imread(newcomer.mask), newcomer.truth
    scores = evaluate(mask, truth, "objects", ("nucleus",), outlines=False)
    return dict(ap50=ap(mask, truth), dice=scores.foreground.dice)


if __name__ == "__main__":
    picture, mask, rounds, folder, file = sys.argv[1:]
    Path(file).write_text(json.dumps(use((Path(picture), Path(mask)), int(rounds), Path(folder))), encoding="utf-8")
