"""Time and memory are told before they are spent."""

from __future__ import annotations

import dataclasses
import gc
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from napari_unet.core.data.sample import FixedSet
from napari_unet.core.model import UNet
from napari_unet.core.settings import NetworkSettings, Plan, TrainingSettings
from napari_unet.core.training import EpochDone, Stepped, train
from napari_unet.core.training.estimating import Probe, current_memory, estimate, measured, peak_memory
from tests.core.training.scenes import SMALL, scene, task_of

CPU = torch.device("cpu")
PLAN = Plan(TrainingSettings(precision="float32"), network=SMALL)
ROOT = Path(__file__).parents[3]

REAL = """
import json, sys, tempfile, torch
from pathlib import Path
torch.set_num_threads(1)
from napari_unet.core.data.sample import FixedSet
from napari_unet.core.model import UNet
from napari_unet.core.settings import NetworkSettings, Plan
from napari_unet.core.training import EpochDone, train
from napari_unet.core.training.estimating import estimate, peak_memory
from tests.core.training.scenes import scene, discs, picture_of, task_of
import dataclasses
cpu = torch.device("cpu")
task = task_of(Path(tempfile.mkdtemp()), patch=64, batch=24, epochs=2, steps=2, precision="float32")
task = dataclasses.replace(task, plan=dataclasses.replace(task.plan, network=NetworkSettings(width=16, depth=2)))
network = UNet(1, 3, task.plan.network)
before = estimate(network, task.plan, (24, 64), 4, cpu)
peaks = [peak_memory(cpu) for report in train(FixedSet((scene(0), scene(1))), task) if isinstance(report, EpochDone)]
print(json.dumps([before.memory, *peaks]))
"""


@pytest.fixture(autouse=True)
def brief_estimate() -> None:
    """Here estimates take as long as they do for a person."""


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Threads that wait for each other spend time of their own."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def network() -> UNet:
    torch.manual_seed(0)
    return UNet(1, 3, SMALL)


def test_memory_is_right_before_the_start_and_after_the_first_epoch() -> None:
    done = subprocess.run([sys.executable, "-c", REAL], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    before, first, last = json.loads(done.stdout)
    assert before == pytest.approx(last, rel=0.3)
    assert first == pytest.approx(last, rel=0.3)


TRIES = 3
"""Neighbours of a shared processor slow one half of a training down and not the other, seldom three times in a row."""


@pytest.mark.usefixtures("one_thread")
def test_after_the_first_epoch_the_time_that_is_left_is_known(tmp_path: Path) -> None:
    """In this thread's own time, which neither other programs nor other threads lengthen; a shared core does."""
    for _ in train(FixedSet((scene(0), scene(1))), task_of(tmp_path, epochs=1, steps=2)):
        pass  # what is loaded at the first measuring is loaded
    found = []
    for number in range(TRIES):
        told, left = told_and_left(tmp_path / str(number))
        found.append(told / left)
        if found[-1] == pytest.approx(1, rel=0.3):
            return
    pytest.fail(f"after the first epoch it told {found} times what was left")


def told_and_left(out: Path) -> tuple[float, float]:
    """Seconds that are told after the first of three epochs, and those that the others then took."""
    at, ends = [time.thread_time()], []
    for report in train(FixedSet((scene(0), scene(1))), task_of(out, epochs=3, steps=30)):
        at += [time.thread_time()] if isinstance(report, Stepped) else []
        ends += [time.thread_time()] if isinstance(report, EpochDone) else []
    steps = (at[30] - at[5]) / 25
    told = measured(steps, 60, 2 * (ends[0] - at[30]), peak_memory(CPU))
    assert told.measured
    return told.seconds, ends[2] - ends[0]


def test_the_estimate_grows_with_steps_batch_and_patch() -> None:
    plan = PLAN
    once = estimate(network(), plan, (2, 64), 10, CPU)
    more = estimate(network(), plan, (2, 64), 1000, CPU)
    larger = estimate(network(), plan, (64, 256), 10, CPU)
    assert more.seconds > 20 * once.seconds
    assert larger.memory > 4 * 2**20 + once.memory
    assert not once.measured


def test_a_time_limit_is_never_exceeded_by_the_estimate() -> None:
    limited = dataclasses.replace(PLAN, training=TrainingSettings(minutes=1.0))
    assert estimate(network(), limited, (6, 224), 10**9, CPU).seconds == 60


def test_estimating_is_quick_and_leaves_the_network_as_it_is() -> None:
    wide = UNet(1, 3, NetworkSettings(width=16, depth=3))
    before = {name: value.clone() for name, value in wide.state_dict().items()}
    begun = time.thread_time()
    estimate(wide, PLAN, (6, 224), 1000, CPU)
    assert time.thread_time() - begun < 1.5
    assert all(torch.equal(before[name], value) for name, value in wide.state_dict().items())
    assert all(value.grad is None for value in wide.parameters())


def test_what_is_kept_for_the_way_back_is_counted_in_pixels() -> None:
    """Of two convolutions and a rectifier: the picture, and the rectifier's output, which the second shares."""

    class Two(torch.nn.Module):
        channels, outputs, stride = 1, 3, 1

        def __init__(self) -> None:
            super().__init__()
            self.both = torch.nn.Sequential(
                torch.nn.Conv2d(1, 5, 3, padding=1), torch.nn.ReLU(), torch.nn.Conv2d(5, 3, 3, padding=1)
            )

        def forward(self, picture: torch.Tensor) -> torch.Tensor:
            answer: torch.Tensor = self.both(picture)
            return answer

    kept, largest = Probe(Two(), torch.float32, CPU).kept()
    assert kept == 4 * (1 + 5)
    assert largest == 4 * 5


def test_nothing_of_what_was_tried_stays_in_memory() -> None:
    """A worker estimates before every training: what each kept was more than a model, and for good."""

    def tensors() -> int:
        gc.collect()
        return sum(type(one) in (torch.Tensor, torch.nn.Parameter) for one in gc.get_objects())

    network = UNet(1, 3, NetworkSettings(depth=2, width=8))
    before = tensors()
    for _ in range(3):
        Probe(network, torch.float32, CPU).kept()
    assert tensors() == before


def test_memory_in_use_is_told_in_bytes() -> None:
    block = torch.ones(30_000_000)
    assert peak_memory(CPU) >= block.nbytes
    assert current_memory(CPU) == 0 or current_memory(CPU) >= block.nbytes
