"""The doctor in the window: asked in a process of its own, told in cards, copied as a report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QProcess
from qtpy.QtWidgets import QApplication

from napari_unet.core.doctor import Finding
from napari_unet.widgets.doctor import Doctor, FindingCard
from napari_unet.widgets.look import look_of
from napari_unet.widgets.sections import StatusSection
from napari_unet.widgets.sessions import Bench


@pytest.fixture
def doctor(qtbot: QtBot, tmp_path: Path) -> Iterator[Doctor]:
    dialog = Doctor(look_of("dark"), tmp_path / "cells.unet")
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    dialog.close()


def test_it_is_asked_from_the_panel_and_gives_a_report_to_copy(qtbot: QtBot, bench: Bench) -> None:
    status = StatusSection(bench)
    qtbot.addWidget(status)
    status.doctor.click()
    (doctor,) = status.findChildren(Doctor)
    assert not doctor.copy.isEnabled()
    qtbot.waitUntil(doctor.copy.isEnabled)
    doctor.copy.click()
    report = QApplication.clipboard().text()
    assert report.startswith(doctor.summary.text())
    assert "ready after" in report
    assert str(Path.home()) not in report or str(Path.home()) == "/"
    doctor.close()


def test_closed_while_it_looks_it_leaves_nothing_running(doctor: Doctor) -> None:
    assert doctor.process.state() != QProcess.ProcessState.NotRunning
    doctor.close()
    assert doctor.process.state() == QProcess.ProcessState.NotRunning


def test_a_line_that_mends_is_copied_alone(qtbot: QtBot) -> None:
    card = FindingCard(Finding("key", "trouble", "Something is wrong.", "It is slow.", "Type:", "pip install better"))
    qtbot.addWidget(card)
    card.copy.click()
    assert QApplication.clipboard().text() == "pip install better"
    assert card.copy.text() == "Copied"
