"""The stops of the tour: what each says, what it points at, and how it is known that a person has done it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QWidget

from napari_unet.core.data.annotation import BACKGROUND, FIRST

if TYPE_CHECKING:
    from napari_unet.widgets.panel import Panel
    from napari_unet.widgets.sessions import Bench


@dataclass(frozen=True)
class Stop:
    """One stop. `step` is the section it is in, `at` the widget it points at.

    `done` tells from what is open now whether a person has done what it says; None where only a signal tells. `without`
    is said instead of `words` while it is not `ready`: somebody has skipped what it needs.
    """

    title: str
    words: str
    step: str
    at: Callable[[Panel], QWidget]
    done: Callable[[Bench], bool] | None = None
    ready: Callable[[Bench], bool] = lambda _bench: True
    without: str = ""


def is_painted(bench: Bench) -> bool:
    """Whether there is a stroke for a cell and one for the background on the picture on show."""
    layer = bench.canvas.numbers("annotation")
    return layer is not None and bool((layer.data == BACKGROUND).any() and (layer.data >= FIRST).any())


def is_answered(bench: Bench) -> bool:
    """Whether labels are on show."""
    layer = bench.canvas.numbers("labels")
    return layer is not None and bool(layer.data.any())


def can_export(bench: Bench) -> bool:
    """Whether there is anything to write."""
    return any(row.predicted or row.state != "unlabelled" for row in bench.pictures)


def is_accepted(bench: Bench) -> bool:
    """Whether anything of the picture on show was taken as truth."""
    project, name = bench.session.project, bench.session.current
    return project is not None and name is not None and bool(project.record(name).origin)


STOPS = (
    Stop(
        "Paint",
        "Press Nucleus 1 (key W) and draw a short stroke inside a bright nucleus. Then press Background (Q) and draw "
        "one where it is dark.",
        "annotate",
        lambda panel: panel.steps["annotate"].tools,
        is_painted,
    ),
    Stop(
        "See the answer",
        "Tick Live. In a few seconds every nucleus that is found has a colour of its own, and the answer follows each "
        "further stroke.",
        "train",
        lambda panel: panel.steps["train"].live,
        is_answered,
    ),
    Stop(
        "Correct and accept",
        "Where it is wrong, paint: a missed nucleus, a piece of background. When it is right, press Accept: the "
        "picture is then truth that a model can learn from. Take back undoes it.",
        "segment",
        lambda panel: panel.steps["segment"].accepting,
        is_accepted,
        is_answered,
        "There is nothing to accept yet, as nothing was found. Go Back, tick Live, and wait a few seconds.",
    ),
    Stop(
        "Export",
        "Press Export… and choose a folder. It gets a mask with a number for each nucleus, for Fiji, QuPath or Python.",
        "export",
        lambda panel: panel.steps["export"].primary,
        ready=can_export,
        without="There is nothing to write yet. Go Back, and paint a nucleus.",
    ),
)

TICKED = " ✓ Done: press Next."

OFFER = "New here? Four stops on a sample picture show the whole work, in about two minutes."
BUSY = "The tour opens a project of its own. Start it when the running job has ended."
END = (
    "That was the whole round. With pictures of your own: New project…, then Add pictures. When strokes hardly change "
    "the answer any more, train a model on what you accepted."
)
