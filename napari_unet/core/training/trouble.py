"""What may be wrong with the labels or the learning, as sentences: before, while and after a model learns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from napari_unet.core.data.sample import Sample
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.settings import Kind, Plan
from napari_unet.core.training.division import Division
from napari_unet.core.training.report import EpochDone, Noticed


def before(samples: Sequence[Sample], division: Division, kind: Kind, class_names: tuple[str, ...]) -> list[Noticed]:
    """What is to be known before learning begins."""
    return []


class Watch:
    """Looks on while a model learns, and says once each when nothing is learned, or when it learns by heart."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    def after(self, report: EpochDone, learned_loss: float) -> list[Noticed]:
        """What is to be said after an epoch; `learned_loss` is the mean loss of its steps."""
        return []


def contradicted(model: Model, samples: Sequence[Sample], stop: Callable[[], bool]) -> list[Noticed]:
    """The pictures whose labels a learned model clearly disagrees with, far more than with those of the others."""
    return []
