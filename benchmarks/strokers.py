"""The learners that few strokes are given to: ours, what others do, and a starting model that does not learn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.annotator import FOREGROUND, Image, Mask, Strokes
from napari_unet.core.cores import available_cores
from napari_unet.core.settings import Kind
from napari_unet.core.strokes import Learner

HALF = 0.5


class Forest:
    """A random forest on multi-scale filters: what ilastik, Labkit and APOC do."""

    def __init__(self) -> None:
        self._features: dict[int, NDArray[np.floating]] = {}
        self._painted: dict[int, tuple[NDArray[np.floating], NDArray[np.integer]]] = {}

    def start(self, image: Image) -> None:
        """It knows nothing before the first stroke."""

    def update(self, image: Image, strokes: Strokes) -> None:
        from sklearn.ensemble import RandomForestClassifier

        self._painted[id(image)] = self._seen(image)[strokes > 0], strokes[strokes > 0]
        features, values = (np.concatenate(parts) for parts in zip(*self._painted.values(), strict=True))
        forest = RandomForestClassifier(100, n_jobs=available_cores(), random_state=0)
        self._forest = forest.fit(features, values)

    def find(self, image: Image) -> Mask:
        features = self._seen(image)
        told = self._forest.predict_proba(features.reshape(-1, features.shape[-1]))
        place = list(self._forest.classes_).index(FOREGROUND)
        return np.asarray(told[:, place].reshape(features.shape[:2]) > HALF)

    def _seen(self, image: Image) -> NDArray[np.floating]:
        from skimage.feature import multiscale_basic_features

        if id(image) not in self._features:
            channels = -1 if image.ndim > 2 else None
            self._features[id(image)] = multiscale_basic_features(
                image, sigma_min=0.7, sigma_max=10, channel_axis=channels
            )
        return self._features[id(image)]


class Ours:
    """The learner of the package; with `wait`, its background stage goes on for so many seconds after each stroke."""

    def __init__(self, start: str | None, wait: float = 0.0, kind: Kind = "objects") -> None:
        self._learner, self._wait = Learner(kind, start), wait

    def start(self, image: Image) -> Mask | None:
        return self.find(image) if self._learner.start else None

    def update(self, image: Image, strokes: Strokes) -> None:
        self._learner.update(image, strokes)
        if self._wait:
            self._learner.wait(self._wait)

    def find(self, image: Image) -> Mask:
        told = self._learner.predict(image).probability
        return (told[1] if told.ndim > 2 else told) > HALF
