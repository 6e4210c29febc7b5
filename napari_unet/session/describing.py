"""What an object of the labels is, in a line: size, class, brightness, and where it came from."""

from __future__ import annotations

import numpy as np

from napari_unet.core.data import Region
from napari_unet.core.data.annotation import FIRST
from napari_unet.core.data.record import TOGETHER
from napari_unet.session.classing import Classing

Place = tuple[int, ...]

HOW = {
    "hand": "brought along",
    "corrected": "corrected and accepted",
    "accepted": "accepted as it was",
    "rejected": "said to be none",
}
"""How an object came into the training set, in the words of the window."""


class Describing(Classing):
    """The line is asked for with every move of the mouse: what stands in files is looked up once."""

    def __init__(self) -> None:
        super().__init__()
        self._titles: dict[str, str] | None = None  # of models, by their folders' names
        self._answering: dict[str, str] = {}  # for each picture, what answered
        for signal in (self.model_changed, self.current_changed, self.probability_changed):
            signal.connect(self._look_up_anew)

    def object_line(self, place: Place) -> str:
        """What lies at a place of the labels on show, in a line; empty on background and outside."""
        name = self.current
        labels = None if name is None else self.need_desk().labels(name)
        if name is None or labels is None or len(place) != labels.ndim:
            return ""
        if not all(0 <= at < side for at, side in zip(place, labels.shape, strict=True)) or not labels[place]:
            return ""
        number, picture = int(labels[place]), self.need_desk().picture(name)
        time = place[:1] if "T" in picture.axes else ()  # what is followed is told as it is here
        inside = labels[time] == number
        means = " / ".join(f"{float(channel[time][inside].mean()):.4g}" for channel in picture.image)
        counted_in = "voxels" if "Z" in picture.axes else "px"
        size = f"{int(inside.sum()):,} {counted_in}"
        truth = self.need_desk().annotation(name)[time][inside]
        standing = self._standing(name, number, truth, place)
        return f"{self._which(name, number)} · {size} · mean {means} · {standing}"

    def _standing(self, name: str, number: int, truth: np.ndarray, place: Place) -> str:
        """What is decided about an object of the labels: locked, in the annotation as it is, or how it came about."""
        if number in self.locked(name):
            return "locked"
        if truth[0] >= FIRST and bool((truth == truth[0]).all()):
            return self._accepted(name, place)
        whom = self._answered(name)
        if self.need_desk().corrected(name):
            return f"corrected, of {whom}" if whom else "corrected"
        return f"as {whom} found it" if whom else "as found"

    def _accepted(self, name: str, place: Place) -> str:
        """How what is annotated at a place came there: by the last part around it that was accepted or brought in."""
        origin = reversed(self.need_project().record(name).origin)
        region = next((one for one in origin if one.how != "rejected" and _holds(one, place)), None)
        if region is None:
            return "accepted"
        return HOW[region.how] + (f", of {self._called(region.model)}" if region.model else "")

    def _answered(self, name: str) -> str:
        """What answered for a picture, as the window calls it; empty where that is not known."""
        if name not in self._answering:
            self._answering[name] = self._called(self._origin(name))
        return self._answering[name]

    def _called(self, models: str) -> str:
        """What the window calls a model, or several whose answers were averaged."""
        if self._titles is None:
            self._titles = {row.name: row.title for row in self.models}
        return TOGETHER.join(self._titles.get(one, one) for one in models.split(TOGETHER))

    def _which(self, name: str, number: int) -> str:
        """What an object is, as in "cell 12", "object 12 (dividing)", or the class of regions."""
        project = self.need_project()
        if project.kind == "regions":
            return project.class_names[number - 1] if number <= len(project.class_names) else f"number {number}"
        title = self.class_title(name, "labels", number) or ("no class" if self.object_classes else "")
        return f"{project.noun if title else project.class_names[0]} {number}" + (f" ({title})" if title else "")

    def _look_up_anew(self, *_: object) -> None:
        self._titles = None
        self._answering.clear()


def _holds(region: Region, place: Place) -> bool:
    """Whether a place lies in the part that was taken at once."""
    return all(low <= at < high for (low, high), at in zip(region.box, place, strict=False))
