"""The switch that lets answers follow strokes, the line that says what they are made of, and the look at starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QCheckBox, QProgressBar, QVBoxLayout, QWidget

from napari_unet.widgets.job_bar import beside_bar
from napari_unet.widgets.parts import flat, row, words
from napari_unet.widgets.start_choice import StartChoice, show_starts

if TYPE_CHECKING:
    from napari_unet.session.pointing import SeenStart
    from napari_unet.widgets.sessions import Bench

HELP = (
    "Shows after every stroke what the program makes of it, within about a second, as labels on the picture.\n"
    "Paint where they are wrong. Nothing is saved as truth until you accept it; training goes further, and slower."
)


class LiveRow(QWidget):
    """Stands at the top of the step that trains."""

    def __init__(self, bench: Bench) -> None:
        super().__init__()
        self.setObjectName("body")
        self._bench, self._session = bench, bench.session
        self.shown: StartChoice | None = None
        self.switch = QCheckBox("Live")
        self.switch.setToolTip(HELP)
        self.switch.setAccessibleDescription(HELP)
        self.switch.clicked.connect(self._set)
        self.compare = flat(
            "Compare starts…",
            "Small pictures of what each start sees in the picture on show; a click on one chooses it.",
            self._compare,
        )
        self.asking = beside_bar("starts", self._session, "Ask no further start; nothing is shown then.")
        self.line = words()
        self.waiting = QProgressBar(textVisible=False)
        self.waiting.setRange(0, 0)  # it moves, and says nothing of how far it is
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(row(self.switch, None, self.compare))
        layout.addWidget(self.asking)
        layout.addWidget(self.line)
        layout.addWidget(self.waiting)

    def refresh(self) -> None:
        """Draw what the session holds."""
        session = self._session
        self.setVisible(session.project is not None)
        self.switch.setChecked(session.live)
        self.switch.setEnabled(not session.read_only)
        self.line.setText(session.live_line)
        self.line.setToolTip(session.live_line)
        self.line.setVisible(session.live)
        self.waiting.setVisible(session.getting_ready)
        self.waiting.setAccessibleName(session.live_line)
        comparing = session.beside.job("starts")
        self.asking.set_job(comparing)
        ready = session.current is not None and session.job is None and not session.read_only
        self.compare.setEnabled(ready and comparing is None)

    def show_starts(self, starts: tuple[SeenStart, ...]) -> None:
        """Show what each start sees."""
        self.shown = show_starts(self, starts, self._session)

    def _set(self, on: bool) -> None:
        self._bench.canvas.flush()
        self._session.set_live(on)
        self.refresh()  # it may not have been possible

    def _compare(self) -> None:
        self._session.compare_starts()
