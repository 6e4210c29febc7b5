"""A worker with jobs of its own and no torch: the real process and protocol, for tests that need them fast.

What a job does is told by names: a training's by its `name`, a prediction's by its `model`.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

from napari_unet.core.errors import TrainingError
from napari_unet.core.training.report import Stepped
from napari_unet.engine.messages import Predict, Ready, Reported, Tiled, Train
from napari_unet.engine.worker import Asked, serve


def train(command: Train, asked: Asked) -> Iterator[Reported]:
    """Ten quick steps, or what the model's name says."""
    if command.name == "nothing painted":
        raise TrainingError("No picture has a stroke.", "Training needs one.", "Paint a cell.")
    endless = command.name == "endless"
    print("a library prints to stdout")
    os.write(1, b"and so does C code\n")
    step = 0
    while not asked() and (endless or step < 10):
        step += 1
        time.sleep(0.01)
        yield Reported(command.job, Stepped(step, 10, 1, 0.5, 100, 1.0))


def predict(command: Predict, asked: Asked) -> Iterator[Tiled]:
    """Two tiles, or the failure that the model's name asks for."""
    yield Tiled(command.job, 1, 2)
    if command.model == "out of memory":
        raise MemoryError
    if command.model == "bug":
        raise ZeroDivisionError("division by zero")
    if command.model == "crash":
        print("the last words", file=sys.stderr)
        os._exit(9)
    if command.model == "deaf":
        time.sleep(60)
    yield Tiled(command.job, 2, 2)


if __name__ == "__main__":
    serve(lambda: (Ready("a fake, 1 core", 1, 0.0), {Train: train, Predict: predict}))
