"""The computer sleeps, or the worker is held: nothing is lost, and it goes on where it was."""

from __future__ import annotations

import signal
import sys
import time

import pytest

from napari_unet.engine.client import Engine
from napari_unet.engine.messages import Done, Reported
from tests.engine.conftest import Listener, train
from tests.engine.test_client import worker
from tests.patience import SOON

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that holds a process")


def test_a_worker_that_slept_goes_on_and_ends_its_job_once(engine: Engine, listener: Listener) -> None:
    job = engine.submit(train("endless"))
    listener.until(lambda event: isinstance(event, Reported))
    sleeper = worker()
    sleeper.send_signal(signal.SIGSTOP)
    time.sleep(0.2)
    engine.events()
    begun = time.monotonic()
    engine.stop(job)
    second = engine.submit(train("quick"))
    assert listener.quiet(1.0) == [], "who sleeps says nothing, and nobody takes it for dead"
    assert time.monotonic() - begun < 3, "nobody waits for it"
    sleeper.send_signal(signal.SIGCONT)
    assert listener.end(job, SOON) == Done(job, stopped=True)
    assert listener.end(second, SOON) == Done(second)
    assert worker().pid == sleeper.pid


def test_a_worker_that_sleeps_does_not_hold_the_window_open(engine: Engine, listener: Listener) -> None:
    engine.submit(train("endless"))
    listener.until(lambda event: isinstance(event, Reported))
    sleeper = worker()
    sleeper.send_signal(signal.SIGSTOP)
    begun = time.monotonic()
    engine.close()
    assert time.monotonic() - begun < 2 + SOON
    assert not sleeper.is_running()
