"""What the network said about each picture of a project: files that can be computed again."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import Project
from napari_unet.core.data.atomic import storage_errors
from napari_unet.core.data.cached import cache_folder, probability_files, read_probability
from napari_unet.engine.answers import new_answer
from napari_unet.session.files import fresh_file, fresh_spread, image_file, spread_file
from napari_unet.session.sureness import sureness

Probability = NDArray[np.float32]


class Probabilities:
    """Opened when first asked for and let go when put away. One that is damaged or deleted counts as none."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._open: dict[str, Probability] = {}
        self._sureness: dict[str, float | None] = {}
        self._files: dict[str, Path | None] = {}  # the picture list asks often, and a network disk answers slowly

    def there(self, name: str) -> bool:
        """Whether the picture has one."""
        if name not in self._files:
            self._files[name] = next(reversed(probability_files(self._project, name)), None)
        return self._files[name] is not None

    def get(self, name: str) -> Probability | None:
        """The probability, (K, [Z,] Y, X), a large one memory-mapped; None while there is none."""
        if name not in self._open and self.there(name):
            read = read_probability(self._project, name)
            if read is None:
                self._files[name] = None
            else:
                self._open[name] = read
        return self._open.get(name)

    def glance(self, name: str) -> Probability | None:
        """The same without keeping it: of a thousand pictures, one after the other, a thousand files would be open."""
        if name in self._open or not self.there(name):
            return self._open.get(name)
        return read_probability(self._project, name)

    def sureness(self, name: str) -> float | None:
        """How sure the picture's probability is of the objects in it, 0.5..1; None where it has found none."""
        if name not in self._sureness and (probability := self.get(name)) is not None:
            self._sureness[name] = sureness(probability[0])
        return self._sureness.get(name)

    def holds(self, name: str, probability: NDArray[np.floating]) -> bool:
        """Whether this very array is the picture's probability now."""
        return self._open.get(name) is probability

    def take(self, name: str) -> None:
        """Let what the worker has just written count from now on. Raises StorageError."""
        fresh = fresh_file(self._project, name)
        target = new_answer(fresh.parent)
        with storage_errors(target):
            fresh.replace(target)
            if (spread := fresh_spread(self._project, name)).exists():
                spread.replace(spread_file(target))
        self.take_file(name, target)
        with suppress(OSError):
            image_file(self._project, name).unlink(missing_ok=True)

    def take_file(self, name: str, file: Path) -> None:
        """Let this one of the picture's files count from now on; those before it go."""
        older = [path for path in probability_files(self._project, name) if path.name < file.name]
        self._open.pop(name, None)
        self._sureness.pop(name, None)
        self._files[name] = file
        for path in (*older, *map(spread_file, older)):
            with suppress(OSError):  # one that is in use goes the next time
                path.unlink(missing_ok=True)

    def spread(self, name: str) -> Probability | None:
        """How far the answers about the picture differ, (Y, X) float32, 0..1, memory-mapped; None when not asked."""
        file = self._files.get(name) if self.there(name) else None
        if file is None:
            return None
        with suppress(OSError, ValueError, EOFError):
            read: Probability = np.load(spread_file(file), mmap_mode="r")
            return read if read.shape == self._project.record(name).spatial_shape else None
        return None

    def put_away(self, name: str) -> None:
        """Let the picture's probability go from memory."""
        self._open.pop(name, None)

    def forget(self, name: str) -> None:
        """Delete what is kept of a picture that has left the project: another one may take its name."""
        self._open.pop(name, None)
        self._sureness.pop(name, None)
        self._files.pop(name, None)
        shutil.rmtree(cache_folder(self._project, name), ignore_errors=True)
