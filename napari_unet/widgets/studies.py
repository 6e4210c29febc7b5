"""What helps to find good settings: examples, cross-validation, the search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from qtpy.QtWidgets import QComboBox, QVBoxLayout, QWidget

from napari_unet.widgets.editors import calm
from napari_unet.widgets.examples import Examples, show_examples
from napari_unet.widgets.job_bar import beside_bar
from napari_unet.widgets.parts import link, row
from napari_unet.widgets.search import SearchDialog, show_search

if TYPE_CHECKING:
    from napari_unet.widgets.sessions import Bench

FOLDS = (3, 5)


class Studies(QWidget):
    """A few quiet links under "more"."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.setObjectName("body")
        self._bench, self._session = bench, bench.session
        self.shown: Examples | None = None
        self.examples = link(
            "Show me 16 examples", "Random pieces of your pictures, changed as in training.", self._examples
        )
        self.making = beside_bar("examples", self._session, "Make none; nothing is shown then.")
        self.cross = link(
            "Cross-validate",
            "Train several models so that every complete picture is measured by one that never saw it.\n"
            "Says how good these settings are; takes as many times as long as there are parts.",
            self._cross,
        )
        self.folds = calm(QComboBox())
        self.folds.setAccessibleName("Parts of the cross-validation")
        self.folds.setToolTip("In how many parts the pictures are divided; so many models are trained.")
        for count in FOLDS:
            self.folds.addItem(f"in {count} parts", count)
        self.search = link(
            "Find better settings…", "Try many settings for a short time each, and take the best.", self._search
        )
        self.page: SearchDialog | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(4)
        layout.addLayout(row(self.examples, None))
        layout.addWidget(self.making)
        layout.addLayout(row(self.cross, self.folds, None))
        layout.addLayout(row(self.search, None))

    def refresh(self, *, ready: bool) -> None:
        """Draw what can be done now."""
        may = ready and not self._session.read_only
        making = self._session.beside.job("examples")
        self.making.set_job(making)
        self.examples.setEnabled(may and making is None)
        for widget in (self.cross, self.folds):
            widget.setEnabled(may)
        self.search.setEnabled(self._session.project is not None and not self._session.read_only)

    def show_examples(self, examples: NDArray[np.floating[Any]]) -> None:
        """Show examples that were made."""
        self.shown = show_examples(self, examples)

    def _examples(self) -> None:
        self._bench.canvas.flush()
        self._session.make_examples()

    def _search(self) -> None:
        if self.page is None:
            self.page = show_search(self._bench, self)
            self.page.destroyed.connect(self._forget_page)
        self.page.raise_()

    def _forget_page(self) -> None:
        self.page = None

    def _cross(self) -> None:
        self._bench.canvas.flush()
        self._session.cross_validate(self.folds.currentData())
