"""What every test relies on: a screen decided before Qt loads, settings of its own, chance repeated, nothing left over.

Tests with a real window are marked `gui`. They need an X server or a screen; where there is none they are skipped
with a loud reason, and the run fails for it unless NAPARI_UNET_NO_SCREEN=1 says that this is meant.
"""

from __future__ import annotations

import gc
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from pytestqt.qtbot import QtBot

if TYPE_CHECKING:
    from tests.workers import KeptEngine

HAS_SCREEN = sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or shutil.which("Xvfb"))
NO_SCREEN_MEANT = os.environ.get("NAPARI_UNET_NO_SCREEN") == "1" and os.environ.get("CI", "") in ("", "false")
WHY_SKIPPED = "needs a real window: install Xvfb (`make venv` says how)"
DEFERRED_DELETE = 52  # QEvent.DeferredDelete: what deleteLater leaves for an event loop that tests do not have
LATEST = 600_000
"""Milliseconds until what a test waits for in a window must be so; as `patience.LONGEST`, which a copy of this file
alone, as `test_guards` makes it, could not import."""
WORKER = "napari_unet.engine.worker"
KEPT = "--kept"
"""Told to a worker that outlives a test on purpose: see tests/workers.py."""

# Before Qt or napari is imported: without a screen Qt's own plugin would end the whole run, and the person's napari
# settings and list of recent projects are none of ours.
if not HAS_SCREEN:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["NAPARI_CONFIG"] = str(Path(tempfile.mkdtemp(prefix="napari-unet-tests-")) / "settings.yaml")
for kind in ("STATE", "DATA"):
    os.environ[f"XDG_{kind}_HOME"] = str(Path(os.environ["NAPARI_CONFIG"]).parent / kind.lower())
os.environ["NAPARI_ENSURE_PLUGIN_MAIN_THREAD"] = "1"
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["OMP_NUM_THREADS"] = "1"  # as many tests run side by side as there are cores
# Tests start this package in some two hundred programs: the first that imports a file keeps it compiled for the others.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# The same examples in every run, and as much time as a busy machine takes.
hypothesis.register_profile("repeated", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("repeated")
# No test cuts the power. To wait for a busy disk thousands of times takes minutes; programs that tests start do wait.
os.fsync = lambda _descriptor: None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot be seen. Files with windows come first: what is slow must not be begun last, by one core."""
    windows = {item.path for item in items if item.get_closest_marker("gui")}
    items.sort(key=lambda item: item.path not in windows)
    if not HAS_SCREEN:
        for item in items:
            if item.get_closest_marker("gui"):
                item.add_marker(pytest.mark.skip(reason=WHY_SKIPPED))


def pytest_collection_finish() -> None:
    """What is imported stays, so it is not searched for garbage: napari has that done each time a layer leaves."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tested."""
    if blind := _blind(terminalreporter):
        verdict = "as asked by NAPARI_UNET_NO_SCREEN" if NO_SCREEN_MEANT else "so this run fails"
        terminalreporter.section("NO SCREEN", red=True)
        terminalreporter.line(f"{blind} tests of the real window did not run, {verdict}. They {WHY_SKIPPED[:-1]}).")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run that has not seen the window has not passed."""
    reporter = session.config.pluginmanager.getplugin("terminalreporter")
    if reporter and _blind(reporter) and not NO_SCREEN_MEANT and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    shutil.rmtree(Path(os.environ["NAPARI_CONFIG"]).parent, ignore_errors=True)


def _blind(reporter: pytest.TerminalReporter) -> int:
    return sum(WHY_SKIPPED in str(report.longrepr) for report in reporter.stats.get("skipped", []))


class HoldingBot(QtBot):
    """A qtbot that is patient, and holds the widgets it is given.

    It otherwise forgets them, and a shown window that nobody holds may be collected in the middle of its painting.
    """

    def __init__(self, request: pytest.FixtureRequest) -> None:
        super().__init__(request)
        self._held: list[object] = []

    def addWidget(self, widget: Any, **how: Any) -> None:
        """Close the widget when the test ends, and hold it until then."""
        self._held.append(widget)
        super().addWidget(widget, **how)

    def waitUntil(self, callback: Callable[[], Any]) -> None:
        """Let the window live until something is so."""
        super().waitUntil(callback, timeout=LATEST)

    def waitSignal(self, signal: Any, **how: Any) -> Any:
        """Let the window live until a signal has come."""
        return super().waitSignal(signal, **{"timeout": LATEST, **how})

    def waitExposed(self, widget: Any) -> Any:
        """Let the window live until a widget is seen."""
        return super().waitExposed(widget, timeout=LATEST)


@pytest.fixture
def qtbot(request: pytest.FixtureRequest, qapp: object) -> Iterator[QtBot]:
    """Drives widgets, and holds them."""
    yield HoldingBot(request)
    _let_go_of_keys()


def _let_go_of_keys() -> None:
    """Qt takes the keys held in the last event, a click with Shift say, for held in every later test of the process."""
    from qtpy.QtCore import Qt
    from qtpy.QtTest import QTest
    from qtpy.QtWidgets import QWidget

    QTest.keyRelease(QWidget(), Qt.Key.Key_Shift, Qt.KeyboardModifier.NoModifier)


@pytest.fixture(scope="session")
def kept_engine() -> Iterator[KeptEngine]:
    """The real engine, whose worker is started by the first test that asks it for anything."""
    from tests.workers import KeptEngine

    yield from _kept(KeptEngine())


@pytest.fixture(scope="session")
def quick_engine() -> Iterator[KeptEngine]:
    """The same with a worker whose learner only knows brightness."""
    from tests.workers import QUICK, KeptEngine

    yield from _kept(KeptEngine(QUICK))


def _kept(engine: KeptEngine) -> Iterator[KeptEngine]:
    yield engine
    engine.let_go()


@pytest.fixture(autouse=True)
def chance() -> None:
    """The same chance in every run. Torch seeds itself from the settings."""
    random.seed(0)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(0)


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fail a test that leaves a window or a worker process behind, and say where to look."""
    windows, workers = _windows(), WORKERS.now()
    yield
    left = _windows() - windows
    assert not left, (
        f"This test leaves {_named(left)} open. Close what it opened (qtbot.addWidget does), and look for a reference "
        "that keeps it alive: a functools.partial(self._method) or a lambda connected to a signal."
    )
    orphans = WORKERS.now() - workers
    assert not orphans, (
        f"This test leaves the worker process {orphans} behind. Close the engine or the session it made."
    )


def _windows() -> set[object]:
    """The top-level widgets Qt knows of; none unless a test loaded Qt."""
    widgets = next((sys.modules[name] for name in ("PyQt5.QtWidgets", "PyQt6.QtWidgets") if name in sys.modules), None)
    app = widgets.QApplication.instance() if widgets else None
    if app is None:
        return set()
    app.processEvents()
    app.sendPostedEvents(None, DEFERRED_DELETE)
    return set(app.topLevelWidgets())


class Workers:
    """The worker processes of this run. To look for them takes milliseconds: it is done when there may be a new one."""

    def __init__(self) -> None:
        self._started, self._looked, self._found = 0, 0, set[int]()
        sys.addaudithook(self._hear)  # a hook stays for ever, so there is one

    def now(self) -> set[int]:
        """Their numbers; some may have ended meanwhile."""
        if self._looked != self._started:
            self._looked = self._started
            self._found = {child.pid for child in psutil.Process().children() if _is_worker(child)}
        return self._found

    def _hear(self, event: str, _details: tuple[Any, ...]) -> None:
        self._started += event == "subprocess.Popen"


WORKERS = Workers()


def _is_worker(process: psutil.Process) -> bool:
    try:
        words = process.cmdline()
        return KEPT not in words and (WORKER in words or "_worker.py" in " ".join(words))
    except psutil.Error:
        return False


def _named(widgets: set[object]) -> str:
    return ", ".join(sorted(type(widget).__name__ for widget in widgets))
