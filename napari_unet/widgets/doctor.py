"""What the doctor says of this computer: each finding with the line that mends it, and a report to send along."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from qtpy.QtCore import QProcess, Qt
from qtpy.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QFrame,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from napari_unet.core.doctor import Diagnosis, Finding
from napari_unet.widgets.dialog import Dialog
from napari_unet.widgets.fold import Fold
from napari_unet.widgets.look import Look, tag
from napari_unet.widgets.parts import button, row, words
from napari_unet.widgets.style import stylesheet

TONES = {"trouble": "bad", "hint": "notice", "fine": "good"}
LOOKING = "Looking at this computer: about ten seconds."


class Doctor(Dialog):
    """Asks `napari-unet doctor` in a process of its own, so that nothing it tries can harm the window."""

    def __init__(self, look: Look, project: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Doctor")
        self.resize(760, 560)
        self.setStyleSheet(stylesheet(look))
        self._project = project
        self._diagnosis: Diagnosis | None = None
        self.process = QProcess(self)
        self.process.finished.connect(self._finished)
        self.summary = words(LOOKING, tone="title")
        self.busy = QProgressBar(textVisible=False, maximum=0)
        self.findings = QWidget()
        self.findings.setObjectName("body")
        self.rows = QVBoxLayout(self.findings)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(8)
        self._lay_out()
        self.look_again()

    def _lay_out(self) -> None:
        area = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        area.setWidget(self.findings)
        buttons = QDialogButtonBox()
        self.copy = buttons.addButton("Copy report", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.setToolTip("Copy everything as text, to send along with a question. Your name is not in it.")
        self.copy.clicked.connect(self._copy)
        self.again = buttons.addButton("Look again", QDialogButtonBox.ButtonRole.ActionRole)
        self.again.clicked.connect(self.look_again)
        buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.setSpacing(10)
        for widget, stretch in ((self.summary, 0), (self.busy, 0), (area, 1), (buttons, 0)):
            layout.addWidget(widget, stretch)

    def look_again(self) -> None:
        """Look at this computer now."""
        self._show_busy(True)
        self.summary.setText(LOOKING)
        self.copy.setText("Copy report")
        project = ["--project", str(self._project)] if self._project else []
        self.process.start(sys.executable, ["-P", "-m", "napari_unet.cli", "doctor", "--json", *project])

    def done(self, result: int) -> None:
        """Closed: whatever still looks is no longer needed."""
        if self.process.state() != QProcess.ProcessState.NotRunning:
            self.process.finished.disconnect(self._finished)
            self.process.kill()
            self.process.waitForFinished(1000)
        super().done(result)

    def _finished(self) -> None:
        self._show_busy(False)
        said = bytes(self.process.readAllStandardOutput().data()).decode("utf-8", "replace")
        try:
            self._diagnosis = Diagnosis.from_json(json.loads(said))
        except (ValueError, KeyError, TypeError):
            error = bytes(self.process.readAllStandardError().data()).decode("utf-8", "replace")
            self.summary.setText("The doctor itself could not start.")
            self._draw([Finding("doctor", "trouble", error.strip()[-600:], line="napari-unet doctor")], "")
            return
        self.summary.setText(self._diagnosis.summary)
        facts = "\n".join(f"{name}: {value}" for name, value in self._diagnosis.facts)
        self._draw(list(self._diagnosis.findings), facts)

    def _draw(self, findings: list[Finding], facts: str) -> None:
        while (item := self.rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for finding in findings:
            self.rows.addWidget(FindingCard(finding))
        if facts:
            self.rows.addWidget(_details(facts))
        self.rows.addStretch(1)

    def _show_busy(self, busy: bool) -> None:
        self.busy.setVisible(busy)
        self.findings.setEnabled(not busy)
        self.again.setEnabled(not busy)
        self.copy.setEnabled(not busy)

    def _copy(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard is not None and self._diagnosis is not None:
            clipboard.setText(self._diagnosis.text)
            self.copy.setText("Copied")


class FindingCard(QFrame):
    """One finding: a sentence, what to do, and the line to type with a button that copies it."""

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        tag(self, tone=TONES[finding.level])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 7, 8, 7)
        layout.setSpacing(5)
        layout.addWidget(_readable(finding.what, ""))
        for part in (finding.means, finding.do):
            if part:
                layout.addWidget(_readable(part, "quiet"))
        if finding.line:
            self.line = QLineEdit(finding.line, readOnly=True)
            self.line.setToolTip(finding.line)
            self.line.setCursorPosition(0)
            self.line.setAccessibleName("What to type into a terminal")
            self.copy = button("Copy", "Copy this line, to paste it into a terminal.", self._copy)
            layout.addLayout(row(self.line, self.copy))

    def _copy(self) -> None:
        clipboard = QApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self.line.text())
            self.copy.setText("Copied")


def see_doctor(parent: QWidget, look: Look, project: Path | None) -> Doctor:
    """Have this computer looked at, beside `parent`."""
    dialog = Doctor(look, project, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
    return dialog


def _readable(sentence: str, tone: str) -> QLabel:
    label = words(sentence, tone=tone)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _details(facts: str) -> Fold:
    fold = Fold("What it looked at", small=True, opened=False)
    text = QPlainTextEdit(facts, readOnly=True)
    text.setMinimumHeight(170)
    fold.inside.addWidget(text)
    return fold
