"""What every walk through the window is made of: steps that say what came of them, each with a picture."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_unet.core.errors import UnetError
from napari_unet.core.settings import NetworkSettings, TrainingSettings
from napari_unet.journey.hands import Hands
from napari_unet.journey.mistakes import BRUSH, Fix
from napari_unet.widgets.new_project import NewProject

if TYPE_CHECKING:
    from napari import Viewer

    from napari_unet.session.job import ModelRow
    from napari_unet.widgets.dock import UnetDock

LONG, SHORT = 900.0, 30.0
"""Seconds a walk waits for a training, and for anything else, before it gives up."""


@dataclass(frozen=True)
class Plan:
    """Where a walk leaves everything, and what the window trains with."""

    out: Path
    training: TrainingSettings
    network: NetworkSettings


class Walk(ABC):
    """One walk through the window. Each step does its part and says what came of it."""

    def __init__(self, viewer: Viewer, dock: UnetDock, plan: Plan) -> None:
        self.dock, self.plan, self.hands = dock, plan, Hands(viewer)
        self.viewer, self.session, self.canvas = viewer, dock.bench.session, dock.bench.canvas
        self.failures: list[UnetError] = []
        self.session.failed.connect(self._on_failed)

    @property
    @abstractmethod
    def steps(self) -> tuple[Callable[[], str], ...]:
        """The steps in their order."""

    def walk(self) -> Iterator[str]:
        """Take every step, save a picture of the window after each, and say what happened."""
        for number, step in enumerate(self.steps, 1):
            said = step()
            self.hands.picture(self.plan.out / "window" / f"{number:02}_{step.__name__}.png")
            yield said

    def make_project(self) -> str:
        """Make a project."""
        wanted = NewProject(self.plan.out / "nuclei.unet", "objects", ("nucleus",))
        self.dock.header.make(wanted)
        self._until(lambda: self.session.project is not None, SHORT, "the project")
        return f"Made the project {wanted.folder}"

    def _train(self) -> str:
        before = {one.name for one in self.session.models}
        self.hands.click(self.dock.steps["train"].primary)
        fresh: list[ModelRow] = []

        def is_over() -> bool:
            fresh[:] = [one for one in self.session.models if one.name not in before]
            return self.session.job is None and bool(fresh)

        self._until(is_over, LONG, "the model")
        return came_of(fresh[-1], self.session.active_model)  # a better start may have come into the project after it

    def _layer(self, role: str) -> Any:
        layer = self.canvas.numbers(role)  # type: ignore[arg-type]
        assert layer is not None, f"no {role} layer is open"
        return layer

    def _use(self, fix: Fix) -> None:
        """Take the tool of the desk and use it; what is redrawn is clicked on, then painted."""
        layer = self._layer("labels")
        if self.dock.bench.hand.tool != fix.tool:
            self.hands.click(self.dock.steps["segment"].desk.tools.buttons[fix.tool])
        first, *others = fix.path
        if not others or fix.tool == "redraw":
            self.hands.touch(layer, first)
        if others:
            layer.brush_size = BRUSH
            self.hands.stroke(layer, others if fix.tool == "redraw" else fix.path)

    def _until(self, condition: Callable[[], Any], seconds: float, what: str) -> None:
        self.hands.wait(lambda: self.failures or condition(), seconds, what)
        if self.failures:
            raise self.failures[0]

    def _on_failed(self, section: str, error: UnetError) -> None:
        self.failures.append(error)


def came_of(new: ModelRow, active: ModelRow | None) -> str:
    """The new model, and which one is in use when that is an earlier one."""
    told = f"{new.title}, {new.line}"
    if active is None or active.name == new.name:
        return told
    return f"{told}; {active.title} is better and stays active, {active.line}"
