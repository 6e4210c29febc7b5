"""The search for better settings: what is varied, how long, what was found, and taking it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from psygnal import SignalInstance
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from napari_unet.core.settings import Option, Plan, SearchSettings
from napari_unet.widgets.dialog import Dialog
from napari_unet.widgets.form import Form
from napari_unet.widgets.look import tag
from napari_unet.widgets.parts import button
from napari_unet.widgets.tries import TriesPlot, TriesTable
from napari_unet.widgets.wording import time_left

if TYPE_CHECKING:
    from napari_unet.widgets.sessions import Bench

VARIED: tuple[tuple[str, str, bool], ...] = (
    ("rate", "0.0003..0.01", True),
    ("width", "8,16,32", True),
    ("depth", "3,4,5", True),
    ("architecture", "unet,residual,attention", False),
    ("patch", "128,192,256", False),
    ("normalisation", "percentile,z-score", False),
    ("scale", "1.0..2.0", False),
    ("brightness", "0.1..0.6", False),
    ("elastic", "0..8", False),
    ("dropout", "0..0.3", False),
    ("optimiser", "muon,adamw", False),
)
"""Settings worth varying: the name, what is tried, and whether it is at first."""

LINE = 170
"""Width of what is tried of a setting, in pixels."""

HOW = "Values as A,B,C; for numbers also LOW..HIGH."


class Variation:
    """One setting that may be varied: a tick, and what is tried."""

    def __init__(self, item: Option, words: str, wanted: bool) -> None:
        self._name = item.name
        self.tick = QCheckBox(item.label)
        self.tick.setChecked(wanted)
        self.tick.setToolTip(item.help)
        self.line = QLineEdit(words)
        self.line.setToolTip(f"{item.help}\n{HOW}")
        self.line.setAccessibleName(f"What is tried of {item.label}")
        self.line.setEnabled(wanted)
        self.line.setMinimumWidth(LINE)
        self.line.setCursorPosition(0)
        self.tick.toggled.connect(self.line.setEnabled)

    def words(self) -> str:
        """The setting as the search reads it; empty when it is not varied."""
        return f"{self._name}={self.line.text().strip()}" if self.tick.isChecked() else ""


class SearchDialog(Dialog):
    """Stays open beside the window while the search runs; closing it does not end the search."""

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench, self._session = bench, bench.session
        self.setWindowTitle("Find better settings")
        self.resize(880, 600)
        self.variations = {name: Variation(_option(name), words, wanted) for name, words, wanted in VARIED}
        self.form = Form(SearchSettings)
        self.form.set_value(self._session.settings("search"))
        self.form.changed.connect(self._edited)
        self._why = ""
        self.problem = QLabel(wordWrap=True)
        tag(self.problem, tone="bad")
        self.go = button("Search", "Try these settings, one plan after the other.", self._search)
        self.on = button("Go on", "Go on with the search that was stopped, with as many tries as above.", self._on)
        self.stop = button("Stop", "End soon; what was tried is kept, and can be gone on with.", self._session.stop)
        self.use = button("Use these settings", "Give the best settings found to this project.", self._use)
        self.doing = QLabel(wordWrap=True)
        tag(self.doing, tone="quiet")
        self.table = TriesTable()
        self.plot = TriesPlot(bench.look)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.setSpacing(16)
        layout.addLayout(self._left())
        layout.addLayout(self._right(), 1)
        for line in self.variations.values():
            line.tick.toggled.connect(self._check)
            line.line.textChanged.connect(self._check)
        for signal in (self._session.search_changed, self._session.job_changed, self._session.project_changed):
            self._listen(signal)
        self._check()

    def space(self) -> tuple[str, ...]:
        """What is varied, as the search reads it."""
        return tuple(words for line in self.variations.values() if (words := line.words()))

    def refresh(self, *_: object) -> None:
        """Draw how far the search is, and what can be done."""
        session = self._session
        job, free = session.job, session.project is not None and not session.read_only and session.job is None
        searching = job is not None and job.kind == "search"
        self.problem.setText(self._why)
        self.problem.setVisible(bool(self._why) and not searching)
        self.go.setEnabled(free and not self._why)
        self.on.setVisible(session.can_search_on())
        self.on.setEnabled(free)
        self.stop.setEnabled(searching)
        self.use.setEnabled(free and session.can_use_best())
        tag(self.go, now="true" if free and not session.tries else "false")
        tag(self.use, now="true" if self.use.isEnabled() else "false")
        self.doing.setText(
            f"{job.text}{time_left(job.seconds_left)}" if job is not None and searching else self._next()
        )
        self.table.set_tries(session.tries)
        self.plot.set_curves(session.try_curves, self.table.best())

    def _next(self) -> str:
        """What to do while nothing was tried yet."""
        if self._session.project is None:
            return "Open a project first."
        return "" if self._session.tries else "Nothing was tried yet: tick what may differ, then press Search."

    def _left(self) -> QVBoxLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        for row, line in enumerate(self.variations.values()):
            grid.addWidget(line.tick, row, 0)
            grid.addWidget(line.line, row, 1)
        lead = QLabel(f"Which settings may differ from yours? {HOW}", wordWrap=True)
        tag(lead, tone="quiet")
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(lead)
        left.addLayout(grid)
        left.addWidget(self.form)
        left.addWidget(self.problem)
        buttons = QHBoxLayout()
        for one in (self.go, self.on, self.stop):
            buttons.addWidget(one)
        buttons.addStretch(1)
        left.addLayout(buttons)
        left.addWidget(self.doing)
        left.addStretch(1)
        return left

    def _right(self) -> QVBoxLayout:
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.table, 3)
        right.addWidget(self.plot, 2)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self.use)
        right.addLayout(line)
        return right

    def _listen(self, signal: SignalInstance) -> None:
        signal.connect(self.refresh)
        self.destroyed.connect(partial(signal.disconnect, self.refresh, missing_ok=True))

    def _edited(self) -> None:
        self._session.set_settings("search", self.form.value())
        self._check()

    def _check(self, *_: object) -> None:
        """Say why this cannot be searched, before anybody waits for it."""
        settings = self.form.value()
        assert isinstance(settings, SearchSettings)
        self._why = self._session.why_no_space(self.space(), settings)
        self.refresh()

    def _search(self) -> None:
        self._bench.canvas.flush()
        self._session.set_settings("search", self.form.value())
        self._session.search(self.space())

    def _on(self) -> None:
        self._bench.canvas.flush()
        self._session.search_on()

    def _use(self) -> None:
        self._session.use_best()
        self.doing.setText("This project has these settings now.")


def _option(name: str) -> Any:
    return next(item for group in Plan.GROUPS.values() for item in group.options() if item.name == name)


def show_search(bench: Bench, parent: QWidget) -> SearchDialog:
    """Show the page beside `parent`."""
    dialog = SearchDialog(bench, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
    return dialog
