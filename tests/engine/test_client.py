"""The engine with a worker process of its own, whose jobs are quick fakes."""

from __future__ import annotations

import os
import signal
import sys
import time

import psutil
import pytest

from napari_unet.core.errors import TrainingError
from napari_unet.engine.client import Engine
from napari_unet.engine.messages import Died, Done, Failed, Ready, Reported, Tiled
from tests.engine.conftest import Listener, predict, train
from tests.patience import SOON


def worker() -> psutil.Process:
    """The one worker process of this test."""
    (process,) = [child for child in psutil.Process().children() if "fake_worker.py" in _command(child)]
    return process


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # it has just gone
        return ""


def kill(process: psutil.Process) -> None:
    os.kill(process.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)


def test_starting_twice_starts_one_worker(engine: Engine, listener: Listener) -> None:
    engine.start()
    engine.start()
    assert isinstance(listener.ready(), Ready)
    worker()


def test_a_job_tells_every_step_and_ends_once(engine: Engine, listener: Listener) -> None:
    job = engine.submit(train("quick"))
    assert listener.end(job) == Done(job)
    steps = [event.report.step for event in listener.heard if isinstance(event, Reported)]
    assert steps == list(range(1, 11))
    assert listener.quiet(0.1) == []


def test_jobs_run_one_after_the_other_in_their_order(engine: Engine, listener: Listener) -> None:
    first, second = engine.submit(train("quick")), engine.submit(predict("model"))
    listener.end(second)
    order = [event.job for event in listener.heard if isinstance(event, (Reported, Tiled, Done))]
    assert order == [first] * 11 + [second] * 3


def test_stop_ends_a_running_job_soon(engine: Engine, listener: Listener) -> None:
    job = engine.submit(train("endless"))
    listener.until(lambda event: isinstance(event, Reported))
    asked = time.monotonic()
    engine.stop(job)
    assert listener.end(job) == Done(job, stopped=True)
    assert time.monotonic() - asked < SOON


def test_stop_cancels_a_waiting_job_and_spares_the_running_one(engine: Engine, listener: Listener) -> None:
    running, waiting = engine.submit(train("endless")), engine.submit(predict("model"))
    engine.stop(waiting)
    listener.until(lambda event: isinstance(event, Reported))
    engine.stop(running)
    assert listener.end(waiting) == Done(waiting, stopped=True)
    assert not [event for event in listener.heard if isinstance(event, Tiled)]


def test_an_error_keeps_its_kind_and_the_worker_goes_on(engine: Engine, listener: Listener) -> None:
    event = listener.end(engine.submit(train("nothing painted")))
    assert isinstance(event, Failed)
    assert type(event.error) is TrainingError
    assert event.error.sentence == "No picture has a stroke. Training needs one. Paint a cell."
    job = engine.submit(predict("model"))
    assert listener.end(job) == Done(job)


@pytest.mark.parametrize(
    ("model", "words"), [("out of memory", "memory of the computer is full"), ("bug", "ZeroDivisionError")]
)
def test_an_unforeseen_error_is_a_sentence_with_details(
    engine: Engine, listener: Listener, model: str, words: str
) -> None:
    event = listener.end(engine.submit(predict(model)))
    assert isinstance(event, Failed)
    assert words in event.what
    assert "fake_worker.py" in event.details


def test_a_killed_worker_is_told_once_and_the_next_job_works(engine: Engine, listener: Listener) -> None:
    job, waiting = engine.submit(train("endless")), engine.submit(predict("model"))
    listener.until(lambda event: isinstance(event, Reported))
    kill(worker())
    event = listener.end(job)
    assert isinstance(event, Died)
    assert event.jobs == (job, waiting)
    assert "ended by itself" in event.what
    assert not [event for event in listener.quiet(0.3) if isinstance(event, Died)]
    again = engine.submit(predict("model"))
    assert listener.end(again) == Done(again)


def test_a_crash_shows_the_last_words_in_its_details(engine: Engine, listener: Listener) -> None:
    event = listener.end(engine.submit(predict("crash")))
    assert isinstance(event, Died)
    assert "exit code 9" in event.what
    assert "the last words" in event.details


def test_a_job_submitted_to_a_dying_worker_is_not_lost_in_silence(engine: Engine, listener: Listener) -> None:
    engine.start()
    listener.ready()
    kill(worker())
    job = engine.submit(predict("model"))
    listener.end(job)


def test_a_worker_that_cannot_start_says_so_with_its_reason() -> None:
    engine = Engine((sys.executable, "-c", "raise SystemExit('torch is missing')"))
    listener = Listener(engine)
    event = listener.end(engine.submit(predict("model")))
    assert isinstance(event, Died)
    assert "could not start" in event.what
    assert "torch is missing" in event.details
    engine.close()


def test_a_worker_program_that_does_not_exist_is_a_death_too() -> None:
    engine = Engine(("/nowhere/python",))
    job = engine.submit(predict("model"))
    (event,) = engine.events()
    assert isinstance(event, Died)
    assert event.jobs == (job,)
    assert "/nowhere/python" in event.what


def test_closing_leaves_no_process_and_says_nothing(engine: Engine, listener: Listener) -> None:
    engine.submit(train("endless"))
    listener.until(lambda event: isinstance(event, Reported))
    process = worker()
    begun = time.monotonic()
    engine.close()
    assert time.monotonic() - begun < SOON
    assert not process.is_running()
    assert not [event for event in engine.events() if isinstance(event, Died)]


def test_closing_ends_a_worker_that_does_not_listen(engine: Engine, listener: Listener) -> None:
    engine.submit(predict("deaf"))
    listener.until(lambda event: isinstance(event, Tiled))
    process = worker()
    begun = time.monotonic()
    engine.close()
    assert time.monotonic() - begun < SOON
    assert not process.is_running()


def test_a_closed_engine_can_be_used_again(engine: Engine, listener: Listener) -> None:
    engine.start()
    engine.close()
    job = engine.submit(predict("model"))
    assert listener.end(job) == Done(job)


@pytest.mark.skipif(sys.platform == "win32", reason="stops a process by signal")
def test_no_call_waits_for_a_worker_that_is_stuck(engine: Engine, listener: Listener) -> None:
    engine.start()
    listener.ready()
    stuck = worker()
    stuck.suspend()
    begun = time.monotonic()
    for _ in range(2000):  # far more than a pipe holds
        engine.submit(predict("model" * 20))
    engine.events()
    assert time.monotonic() - begun < SOON
    stuck.resume()
