"""The steps of the journey, in the order of the work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication

from napari_unet.core.data.pairing import pair_folder
from napari_unet.core.data.read import read_mask
from napari_unet.core.data.synthesis import sample_data_folder
from napari_unet.core.metrics import evaluate, summarise
from napari_unet.journey.mistakes import Mistakes
from napari_unet.journey.places import across, emptiest, largest
from napari_unet.journey.steps import LONG, SHORT, Plan, Walk
from napari_unet.widgets.pairs import PairsDialog

if TYPE_CHECKING:
    from napari import Viewer

    from napari_unet.widgets.dock import UnetDock

PAINTED = 3
"""So many nuclei are painted by hand."""

WITHOUT_MASK = 2
"""So many of the sample pictures are added without their masks: there is something left to do."""

BRUSH = 9
TOOLS, EACH = ("delete", "split", "merge"), 3
"""Tools of the desk with which labels are mended, and how often each at most."""

THRESHOLDS = (35, 60, 50)
"""Where the threshold's slider is moved to, in hundredths."""


class Journey(Walk):
    """From pictures to masks."""

    def __init__(self, viewer: Viewer, dock: UnetDock, plan: Plan) -> None:
        super().__init__(viewer, dock, plan)
        self.pairs = pair_folder(sample_data_folder())
        self.unmasked = [pair.picture.stem for pair in self.pairs[:WITHOUT_MASK]]
        self.truth = {pair.picture.stem: read_mask(pair.mask) for pair in self.pairs if pair.mask is not None}

    @property
    def steps(self) -> tuple[Callable[[], str], ...]:
        """The steps in their order."""
        begin = (self.make_project, self.add_pictures, self.paint, self.train, self.segment, self.tune)
        return (*begin, self.correct, self.accept, self.train_on, self.segment_all, self.export)

    def add_pictures(self) -> str:
        """Add a folder: look at the pairs and take most of them; add the other pictures without their masks."""
        pictures = self.dock.steps["pictures"]
        pictures.add_paths([sample_data_folder()])
        self._until(_asked, SHORT, "what the folder holds")
        (dialog,) = _asked()
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
        """Mend the worst with the tools of the desk, as somebody would who sees what is wrong."""
        name, section = self.unmasked[0], self.dock.steps["segment"]
        self.hands.click(section.correct)
        self._until(section.desk.isVisible, SHORT, "the desk")
        mended = [tool for tool in TOOLS for _ in range(EACH) if self._mend(tool, self.truth[name])]
        if not mended:  # what a poor model sees is one big blob, which no tool makes better
            self._stroke(largest(self.truth[name], 1)[0])
        self.hands.reveal(section.desk)
        self.canvas.flush()
        return f"Corrected {name}: {', '.join(mended) or 'painted one nucleus'}"

    def accept(self) -> str:
        """Take the corrected labels into the training set."""
        self.hands.click(self.dock.steps["segment"].accepting.accept)
        name = self.unmasked[0]
        self._until(lambda: self.session.complete(name), SHORT, "the accepted picture")
        self.hands.reveal(self.dock.steps["segment"].message)
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

    def _mend(self, tool: str, truth: NDArray[np.integer]) -> bool:
        """Use a tool where it helps most; whether there was such a place."""
        fix = Mistakes(np.array(self._layer("labels").data), truth).fix(tool)
        if fix is not None:
            self._use(fix)
        return fix is not None

    def _stroke(self, number: int) -> None:
        """Paint across a nucleus with napari's brush on the labels, as a new one."""
        layer, truth = self._layer("labels"), self.truth[self.unmasked[0]]
        self.viewer.layers.selection.active = layer
        layer.mode, layer.brush_size = "paint", BRUSH
        layer.selected_label = int(layer.data.max()) + 1
        self.hands.stroke(layer, across(truth, number, BRUSH))


def _asked() -> list[PairsDialog]:
    """The question which of the pictures in a folder are to be added, once it is on show."""
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, PairsDialog) and one.isVisible()]
