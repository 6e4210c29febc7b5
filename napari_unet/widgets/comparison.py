"""Labels beside the annotation of a complete picture: a tick, and what the colours mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from napari_unet.widgets.layers.colours import VERDICTS

if TYPE_CHECKING:
    from napari_unet.session import Session

HELP = "A layer that shows where the labels agree with what is painted, what they missed and what they made up."
NOT_YET = f"{HELP}\nFor this, the picture must be segmented, and everything in it painted: “Everything unpainted …”."


class Comparison(QWidget):
    """A tick, and the legend under it while the layer shows."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("body")
        self._session = session
        self.tick = QCheckBox("Compare with the annotation")
        self.tick.toggled.connect(lambda wanted: session.want("comparison", wanted))
        self.legend = QLabel(wordWrap=True)
        self.legend.setText(" &nbsp; ".join(_entry(colour, words) for colour, words in VERDICTS.values()))
        self.legend.setAccessibleName("; ".join(words for _colour, words in VERDICTS.values()))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.tick)
        layout.addWidget(self.legend)

    def refresh(self) -> None:
        """Draw whether it can be compared, and is."""
        wanted, can = self._session.wants("comparison"), self._session.can_compare()
        self.tick.setEnabled(can)
        self.tick.setToolTip(HELP if can else NOT_YET)
        self.tick.blockSignals(True)
        self.tick.setChecked(wanted)
        self.tick.blockSignals(False)
        self.legend.setVisible(wanted and can)


def _entry(colour: str, words: str) -> str:
    return f'<span style="color:{colour}">■</span> {words}'
