"""The steps of the journey, in the order of the work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication

from napari_unet.core.data.pairing import pair_folder
from napari_unet.core.data.read import read_mask
from napari_unet.core.data.synthesis import sample_data_folder
from napari_unet.core.errors import UnetError
from napari_unet.core.metrics import evaluate, summarise
from napari_unet.core.settings import NetworkSettings, TrainingSettings
from napari_unet.journey.hands import Hands
from napari_unet.journey.places import across, emptiest, largest
from napari_unet.widgets.new_project import NewProject
from napari_unet.widgets.pairs import PairsDialog

if TYPE_CHECKING:
    from napari import Viewer

    from napari_unet.session.job import ModelRow
    from napari_unet.widgets.dock import UnetDock

LONG, SHORT = 900.0, 30.0
"""Seconds the journey waits for a training, and for anything else, before it gives up."""

PAINTED = 3
"""So many nuclei are painted by hand."""

WITHOUT_MASK = 2
"""So many of the sample pictures are added without their masks: there is something left to do."""

BRUSH = 9
THRESHOLDS = (35, 60, 50)
"""Where the threshold's slider is moved to, in hundredths."""


@dataclass(frozen=True)
class Plan:
    """Where the journey leaves everything, and what the window trains with."""

    out: Path
    training: TrainingSettings
    network: NetworkSettings


class Journey:
    """One walk through the window. Each step does its part and says what came of it."""

    def __init__(self, viewer: Viewer, dock: UnetDock, plan: Plan) -> None:
        self.dock, self.plan, self.hands = dock, plan, Hands(viewer)
        self.viewer, self.session, self.canvas = viewer, dock.bench.session, dock.bench.canvas
        self.failures: list[UnetError] = []
        self.session.failed.connect(self._on_failed)
        self.pairs = pair_folder(sample_data_folder())
        self.unmasked = [pair.picture.stem for pair in self.pairs[:WITHOUT_MASK]]
        self.truth = {pair.picture.stem: read_mask(pair.mask) for pair in self.pairs if pair.mask is not None}

    @property
    def steps(self) -> tuple[Callable[[], str], ...]:
        """The steps in their order."""
        begin = (self.make_project, self.add_pictures, self.paint, self.train, self.segment, self.tune)
        return (*begin, self.correct, self.accept, self.train_on, self.segment_all, self.export)

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

    def add_pictures(self) -> str:
        """Add a folder: look at the pairs and take most of them; add the other pictures without their masks."""
        pictures = self.dock.steps["pictures"]
        pictures.add_paths([sample_data_folder()])
        dialog = next(one for one in QApplication.topLevelWidgets() if isinstance(one, PairsDialog) and one.isVisible())
        for row in range(WITHOUT_MASK):
            dialog.table.item(row, 0).setCheckState(Qt.CheckState.Unchecked)
        self.hands.click(dialog.add)
        pictures.add_paths([pair.picture for pair in self.pairs[:WITHOUT_MASK]])
        self._until(lambda: len(self.session.pictures) == len(self.pairs), SHORT, "the pictures")
        return f"Added {len(self.pairs)} pictures, {len(self.pairs) - WITHOUT_MASK} with their masks"

    def paint(self) -> str:
        """Open a picture without a mask; paint some nuclei, each a colour of its own, and some background."""
        name = self.unmasked[0]
        self.hands.choose(self.dock.steps["pictures"].list, name)
        self._until(lambda: self.session.current == name, SHORT, "the picture")
        annotate, truth = self.dock.steps["annotate"], self.truth[name]
        self.hands.type(annotate.brush_box, BRUSH)
        for tool, number in zip(("cell", *("new",) * PAINTED), largest(truth, PAINTED), strict=False):
            self.hands.click(annotate.tools.buttons[tool])
            self.hands.stroke(self._layer("annotation"), across(truth, number, BRUSH))
        self.hands.click(annotate.tools.buttons["background"])
        self.hands.stroke(self._layer("annotation"), emptiest(truth))
        self.canvas.flush()
        painted = len(np.unique(self.session.annotation(name))) - 2
        return f"Painted {painted} nuclei and some background in {name}"

    def train(self) -> str:
        """Train a model from nothing on everything annotated."""
        self.session.set_settings("training", self.plan.training)
        self.session.set_settings("network", self.plan.network)
        self.session.set_start("none")
        return f"Trained: {self._train()}"

    def segment(self) -> str:
        """Segment the picture that was painted on."""
        self.hands.click(self.dock.steps["segment"].one)
        name = self.unmasked[0]
        self._until(lambda: self.session.job is None and self.session.labels(name) is not None, LONG, "the labels")
        return f"Segmented {name}: {self.dock.steps['segment'].found.text()}"

    def tune(self) -> str:
        """Drag the threshold; the labels follow without the network."""
        editor = self.dock.steps["segment"].form.editors["threshold"]
        self.hands.reveal(editor)
        seen: list[str] = []
        self.session.labels_changed.connect(seen.append)
        for position in THRESHOLDS:
            seen.clear()
            editor.slider.setValue(position)
            self._until(lambda: seen, SHORT, "the labels at another threshold")
        self.session.labels_changed.disconnect(seen.append)
        return f"Moved the threshold {len(THRESHOLDS)} times: {self.dock.steps['segment'].found.text()}"

    def correct(self) -> str:
        """Give a nucleus the shape it should have, with napari's brush on the labels."""
        name = self.unmasked[0]
        layer, truth = self._layer("labels"), self.truth[name]
        number = largest(truth, 1)[0]
        self.viewer.layers.selection.active = layer
        layer.mode, layer.brush_size = "paint", BRUSH
        layer.selected_label = int(layer.data.max()) + 1  # seen in any case, even where a poor model has one big blob
        self.hands.stroke(layer, across(truth, number, BRUSH))
        self.canvas.flush()
        return f"Corrected one nucleus in {name}"

    def accept(self) -> str:
        """Take the corrected labels into the training set."""
        self.hands.click(self.dock.steps["segment"].accept)
        name = self.unmasked[0]
        self._until(lambda: self.session.complete(name), SHORT, "the accepted picture")
        return f"Accepted {name}"

    def train_on(self) -> str:
        """Train the model further, on the accepted picture, too."""
        self.session.set_settings("training", replace(self.plan.training, epochs=1))
        return f"Trained on: {self._train()}"

    def segment_all(self) -> str:
        """Segment every picture of the project."""
        self.hands.click(self.dock.steps["segment"].all)
        self._until(lambda: self.session.job is None, LONG, "all pictures")
        self._until(lambda: all(row.predicted for row in self.session.pictures), SHORT, "all pictures")
        return f"Segmented all {len(self.session.pictures)} pictures"

    def export(self) -> str:
        """Write all masks as TIFF; compare one that was never painted on with the truth."""
        masks = self.plan.out / "masks"
        export = self.dock.steps["export"]
        self.hands.reveal(export.primary)
        export.scope.setCurrentIndex(export.scope.findData("all"))
        export.write(masks)
        files = [masks / f"{name}.tif" for name in self.truth]
        self._until(lambda: all(file.exists() for file in files) and self.session.job is None, LONG, "the masks")
        unseen = self.unmasked[1]
        scores = summarise([evaluate(read_mask(masks / f"{unseen}.tif"), self.truth[unseen], "objects", ())])
        against = f"AP@0.5 {scores.ap50:.2f}, Dice {scores.dice:.2f} against the truth"
        return f"Wrote {len(files)} masks to {masks}; {unseen}, which it never learned from: {against}"

    def _train(self) -> str:
        before = {one.name for one in self.session.models}
        self.hands.click(self.dock.steps["train"].primary)
        fresh: list[ModelRow] = []

        def is_over() -> bool:
            fresh[:] = [one for one in self.session.models if one.name not in before]
            return self.session.job is None and bool(fresh)

        self._until(is_over, LONG, "the model")
        return _came_of(fresh[0], self.session.active_model)

    def _layer(self, role: str) -> Any:
        layer = self.canvas.numbers(role)  # type: ignore[arg-type]
        assert layer is not None, f"no {role} layer is open"
        return layer

    def _until(self, condition: Callable[[], Any], seconds: float, what: str) -> None:
        self.hands.wait(lambda: self.failures or condition(), seconds, what)
        if self.failures:
            raise self.failures[0]

    def _on_failed(self, section: str, error: UnetError) -> None:
        self.failures.append(error)


def _came_of(new: ModelRow, active: ModelRow | None) -> str:
    """The new model, and which one is in use when that is an earlier one."""
    told = f"{new.title}, {new.line}"
    if active is None or active.name == new.name:
        return told
    return f"{told}; {active.title} is better and stays active, {active.line}"
