"""A window in which somebody works on a stack, by mouse: `python stack_window.py STACK OUT`.

OUT then holds a project, a mask, what was to be seen on the way (seen.json), and a picture of every step.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import napari
import numpy as np

from napari_unet.core.data.read import read_picture
from napari_unet.core.settings import NetworkSettings, TrainingSettings
from napari_unet.journey.steps import LONG, SHORT, Plan, Walk
from napari_unet.window import add_dock

PLANES = (1, 3)
"""What is painted on. Each has a cell at the same place: see the test that makes the stack."""

CELL, NOTHING = [(24.0, 18.0), (24.0, 24.0), (24.0, 30.0)], [(50.0, 8.0), (60.0, 14.0), (70.0, 8.0)]
CORRECTED = 2


class Stacked(Walk):
    """From a stack to its mask."""

    def __init__(self, viewer: Any, dock: Any, plan: Plan, stack: Path) -> None:
        super().__init__(viewer, dock, plan)
        self.stack, self.seen = stack, dict[str, Any]()
        viewer.window.resize(1366, 768)

    @property
    def steps(self) -> tuple[Callable[[], str], ...]:
        begin = (self.make_project, self.add, self.paint, self.train, self.segment)
        return (*begin, self.correct, self.accept_plane, self.export, self.accept_all)

    @property
    def name(self) -> str:
        assert self.session.current is not None
        return self.session.current

    def add(self) -> str:
        self.dock.steps["pictures"].add_paths([self.stack])
        self._until(lambda: self.session.current, SHORT, "the stack")
        layer = self._layer("annotation")
        self.seen |= {"scale": list(map(float, layer.scale)), "axes": list(layer.axis_labels)}
        self.seen["sliders"] = int(self.viewer.dims.ndim - 2)
        return "Added a stack"

    def paint(self) -> str:
        annotate = self.dock.steps["annotate"]
        self.hands.type(annotate.brush_box, 5)
        for plane, tool in zip(PLANES, ("cell", "new"), strict=True):
            self.viewer.dims.set_current_step(0, plane)
            self.hands.settle()
            for button, places in ((tool, CELL), ("background", NOTHING)):
                self.hands.click(annotate.tools.buttons[button])
                self.hands.stroke(self._layer("annotation"), places)
        self.canvas.flush()
        journal = self.session.need_project().journal.path(self.name, "annotation")
        self.seen["in the journal"] = journal.stat().st_size
        self.hands.click(annotate.plane)
        self.seen["complete planes"] = list(self.session.need_project().record(self.name).complete_planes)
        return "Painted on two planes"

    def train(self) -> str:
        self.session.set_settings("training", self.plan.training)
        self.session.set_settings("network", self.plan.network)
        self.session.set_start("none")
        return self._train()

    def segment(self) -> str:
        section = self.dock.steps["segment"]
        self.session.set_settings("postprocessing", section.form.group(threshold=0.35, smallest=4))
        self.hands.click(section.one)
        self._until(lambda: self.session.job is None and self.session.labels(self.name) is not None, LONG, "labels")
        self.seen["probability"] = list(self.session.probability(self.name).shape)
        return f"Segmented: {section.found.text()}"

    def correct(self) -> str:
        self.viewer.dims.set_current_step(0, CORRECTED)
        layer = self._layer("labels")
        self.viewer.layers.selection.active = layer
        layer.mode, layer.brush_size = "paint", 5
        layer.selected_label = int(layer.data.max()) + 1
        self.seen["painted"] = layer.selected_label
        before = np.array(layer.data)
        self.hands.stroke(layer, CELL)
        self.canvas.flush()
        changed = np.flatnonzero((before != layer.data).any((1, 2)))
        self.seen["planes changed"] = changed.tolist()
        return "Corrected a plane"

    def accept_plane(self) -> str:
        accepting = self.dock.steps["segment"].accepting
        self.hands.click(accepting.plane)
        record = self.session.need_project().record(self.name)
        self.seen["accepted planes"] = list(record.complete_planes)
        self.hands.click(accepting.back)
        taken_back = self.session.need_project().record(self.name)
        self.seen["after taking back"] = list(taken_back.complete_planes)
        return "Accepted a plane, and took that back"

    def accept_all(self) -> str:
        self.hands.click(self.dock.steps["segment"].accepting.accept)
        self.seen["complete"] = self.session.complete(self.name)
        np.save(self.plan.out / "annotation.npy", self.session.annotation(self.name))
        self.seen["torch"] = "torch" in sys.modules
        (self.plan.out / "seen.json").write_text(json.dumps(self.seen))
        return "Accepted all planes"

    def export(self) -> str:
        np.save(self.plan.out / "labels.npy", self._layer("labels").data)
        np.save(self.plan.out / "painted.npy", self.session.annotation(self.name))
        self.dock.steps["export"].write(self.plan.out / "masks")
        file = self.plan.out / "masks" / f"{self.name}.tif"
        self._until(lambda: file.exists() and self.session.job is None, LONG, "the mask")
        return f"Wrote {read_picture(file).axes}"


def main() -> None:
    stack, out = map(Path, sys.argv[1:])
    training = TrainingSettings(epochs=2, steps=6, batch=2, patch=64)
    viewer = napari.Viewer()
    try:
        plan = Plan(out, training, NetworkSettings(depth=2, width=8))
        for said in Stacked(viewer, add_dock(viewer), plan, stack).walk():
            print(said, flush=True)
    finally:
        viewer.close()


if __name__ == "__main__":
    main()
