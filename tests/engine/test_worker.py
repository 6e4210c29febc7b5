"""The worker as a process: how it leaves, and what the real one brings."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from napari_unet.engine.client import Engine
from napari_unet.engine.messages import Ready, Shutdown, encode
from tests.engine.conftest import FAKE, Listener, train
from tests.patience import LONGEST, SOON

WINDOW = """
import sys, time
from napari_unet.engine.client import Engine
from tests.engine.conftest import FAKE, Listener, train
from tests.patience import SOON
engine = Engine(FAKE)
engine.submit(train("endless"))
Listener(engine).ready()
print("running", flush=True)
time.sleep(60)
"""


def start() -> subprocess.Popen[str]:
    return subprocess.Popen(FAKE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_worker_leaves_when_its_stdin_closes() -> None:
    with start() as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(LONGEST) == 0


def test_a_worker_leaves_when_told_to() -> None:
    with start() as process:
        assert process.stdin is not None
        print(encode(Shutdown()), file=process.stdin, flush=True)
        assert process.wait(LONGEST) == 0


def test_a_worker_in_the_middle_of_a_job_leaves_within_two_seconds() -> None:
    with start() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        print(encode(train("endless")), file=process.stdin, flush=True)
        while "Reported" not in process.stdout.readline():
            pass
        process.stdin.close()
        assert process.wait(SOON) == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have other ways")
def test_a_worker_lets_the_window_go_first() -> None:
    own = psutil.Process().nice()
    with start() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert "Ready" in process.stdout.readline()
        assert psutil.Process(process.pid).nice() >= min(own + 10, 19)
        assert Path(f"/proc/{process.pid}/oom_score_adj").read_text().strip() == "500"
        process.stdin.close()


def test_what_libraries_print_stays_out_of_the_protocol() -> None:
    with start() as process:
        assert process.stdin is not None
        output, _ = process.communicate(encode(train("endless")) + "\n" + encode(Shutdown()) + "\n", timeout=LONGEST)
    assert "prints to stdout" not in output
    assert "so does C code" not in output


def test_a_killed_window_leaves_no_worker_behind() -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", WINDOW], stdout=subprocess.PIPE, text=True, cwd=root) as window:
        assert window.stdout is not None
        assert window.stdout.readline() == "running\n"
        (worker,) = psutil.Process(window.pid).children()
        window.kill()
        worker.wait(SOON)
        assert not worker.is_running()


@pytest.fixture
def real() -> Engine:
    return Engine()


def test_the_real_worker_is_ready_in_time_and_leaves_a_core_to_the_window(real: Engine) -> None:
    try:
        real.start()
        ready = Listener(real).ready(60)
        assert isinstance(ready, Ready)
        assert ready.device
        assert ready.threads == max(1, len(psutil.Process().cpu_affinity()) - 1)
    finally:
        real.close()
