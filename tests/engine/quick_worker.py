"""A worker with the real live jobs and a learner that only knows brightness: no torch, so that it starts at once.

Its trainings and predictions are those of the fake worker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from napari_unet.core import strokes
from napari_unet.core.errors import ModelError, PictureError
from napari_unet.core.strokes.places import Place
from napari_unet.core.strokes.sides import Sides


class BrightnessLearner:
    """Tells what is as bright as what was painted. Its starts know nothing, but have names."""

    sides, silent = Sides(), None

    def __init__(self, kind: str, start: str | None, on: str) -> None:
        if start == "missing":
            raise ModelError("No starting model is called 'missing'.")
        self.start = "cells" if start == "auto" else start
        self.has_start, self._kind = self.start is not None, kind
        self._known: dict[bytes, tuple[list[float], list[float]]] = {}

    def take(self, image: NDArray[np.generic], annotation: NDArray[np.integer], classes: Mapping[int, int]) -> None:
        if np.ptp(image) == 0:
            raise PictureError("The picture has the same value everywhere.")
        painted = [image[0][annotation == 1].tolist(), image[0][annotation > 1].tolist()]
        self._known[np.asarray(image).tobytes()] = painted[0], painted[1]

    def learn(self, settled: bool = True) -> None:
        pass

    def wait(self, seconds: float, stop: Callable[[], bool]) -> bool:
        return False

    def planes(self, image: NDArray[np.generic], window: tuple[slice, ...] | None = None) -> NDArray[np.float32]:
        if np.ptp(image) == 0:
            raise PictureError("The picture has the same value everywhere.")
        return self._whole(image)[(slice(None), *(window or ()))]

    def _whole(self, image: NDArray[np.generic]) -> NDArray[np.float32]:
        dark, bright = (np.concatenate([known[which] for known in self._known.values()] or [[]]) for which in (0, 1))
        if not dark.size or not bright.size:
            return np.full((1 if self._kind == "objects" else 2, *image.shape[1:]), 0.4, np.float32)
        cell = (image[0] > (dark.mean() + bright.mean()) / 2).astype(np.float32)
        return cell[None] if self._kind == "objects" else np.stack([1 - cell, cell])

    def next_places(self, pictures: Mapping[str, NDArray[np.generic]], count: int) -> tuple[Place, ...]:
        gain = 0.01 if len(self._known) > 1 else 0.5
        painted = {name: any(self._known.get(np.asarray(image).tobytes(), ())) for name, image in pictures.items()}
        return tuple(Place(name, (30, 40), gain / 2 if known else gain) for name, known in painted.items())[:count]


if __name__ == "__main__":
    strokes.Learner = BrightnessLearner  # before the live jobs take it from its door
    import fake_worker  # lies beside this script

    from napari_unet.engine.live import live, preview_starts, suggest
    from napari_unet.engine.live_messages import Live, PreviewStarts, Suggest
    from napari_unet.engine.messages import Predict, Ready, Train
    from napari_unet.engine.worker import serve

    JOBS = {
        Live: live,
        PreviewStarts: preview_starts,
        Suggest: suggest,
        Train: fake_worker.train,
        Predict: fake_worker.predict,
    }
    serve(lambda: (Ready("a fake, 1 core", 1, 0.0), JOBS))
