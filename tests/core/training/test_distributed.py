"""Two processes learn one model: equal weights, one folder, one voice, and nobody waits for ever."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import torch
from torch import nn

from napari_unet.core.data.sample import Sample
from napari_unet.core.model import load_model
from napari_unet.core.training.distributed import Ranks
from napari_unet.core.training.learner import Learner
from napari_unet.core.training.starting import begin
from tests.core.training.scenes import scene, task_of
from tests.patience import LONGEST

CHILD = """
import json, os, sys, torch
from pathlib import Path
torch.set_num_threads(1)
from napari_unet.core.data.sample import FixedSet
from napari_unet.core.training import EpochDone, Finished, Stepped, train, learner
from tests.core.training.scenes import scene, task_of
out, rank, mode = Path(sys.argv[1]), int(os.environ["RANK"]), sys.argv[2]
alive, drawn, told, steps = [], [], [], 0
class Watched(learner.Learner):
    def __init__(self, *values):
        super().__init__(*values)
        alive.append(self)
        honest = self.sampler.draw
        self.sampler.draw = lambda batch: (drawn.append(float((b := honest(batch)).pictures.mean())), b)[1]
from napari_unet.core.training import loop
loop.Learner = Watched
values = {"epochs": 3, "steps": 12, "rate": 0.02} if mode == "epochs" else {"epochs": 1000, "steps": 2}
if mode == "stop":
    values["minutes"] = 1.0  # by the clock, too, both must learn at the same rate
stop = lambda: mode == "stop" and rank == 0 and steps >= 5
samples = FixedSet((scene(0, validation=False), scene(2, validation=False), scene(1, validation=True)))
for report in train(samples, task_of(out, stop=stop, **values)):
    steps += isinstance(report, Stepped)
    told.append([type(report).__name__, getattr(report, "loss", 0.0), getattr(report, "stopped", "")])
weights = sum(float(value.detach().double().abs().sum()) for value in alive[0].optimising.network.parameters())
here = out.parent / f"rank{rank}.json"
here.write_text(json.dumps({"told": told, "weights": weights, "drawn": drawn[:5], "models": out.exists()}))
"""


def together(tmp_path: Path, mode: str) -> list[dict[str, list[list[object]]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shared = {**os.environ, "PYTHONPATH": ".", "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    command = [sys.executable, "-c", CHILD, str(tmp_path / "model"), mode]
    children = [subprocess.Popen(command, env={**shared, "RANK": str(rank)}) for rank in range(2)]
    try:
        assert [child.wait(timeout=LONGEST) for child in children] == [0, 0]
    finally:
        for child in children:
            child.kill()
            child.wait()
    return [json.loads((tmp_path / f"rank{rank}.json").read_text()) for rank in range(2)]


def test_two_processes_learn_one_model(tmp_path: Path) -> None:
    first, second = together(tmp_path, "epochs")
    assert first["weights"] == second["weights"]
    assert not set(first["drawn"]) & set(second["drawn"])
    assert [kind for kind, *_ in second["told"]] == ["Finished"]
    assert first["told"][-1][0] == "Finished"
    losses = [loss for kind, loss, _ in first["told"] if kind == "Stepped"]
    assert len(losses) == 36
    assert sum(losses[-6:]) < 0.8 * sum(losses[:6])
    assert load_model(tmp_path / "model").card.epochs_done > 0
    assert len((tmp_path / "model" / "metrics.jsonl").read_text().splitlines()) == 3


def test_when_the_first_is_asked_to_stop_all_end(tmp_path: Path) -> None:
    first, second = together(tmp_path, "stop")
    assert first["told"][-1][2] == "asked"
    assert first["weights"] == second["weights"]


def wide(seed: int) -> Sample:
    one = scene(seed)
    return scene(seed, image=np.tile(one.image, 3), annotation=np.tile(one.annotation, 3))


class Second(Ranks):
    """The second of two processes; the first one says what is in `WORDS`, in its turn."""

    WORDS: ClassVar[list[float]] = []

    def together(self, network: nn.Module, device: torch.device) -> nn.Module:
        return network

    def shared(self, number: float, device: torch.device) -> float:
        return self.WORDS.pop(0)


@pytest.mark.parametrize("first_is_early", [True, False])
def test_patches_grow_when_the_first_says_so_whatever_the_own_clock_says(tmp_path: Path, first_is_early: bool) -> None:
    samples = wide(0), wide(1)
    task = task_of(tmp_path, patch=192, batch=1, minutes=1.0, small_first=0.5)
    learner = Learner(begin(task, samples, Second(1, 2)), time.monotonic())
    passed = 40 if first_is_early else 0  # of 51 seconds for learning
    learner.schedule._begun, learner.schedule._learning_since = (time.monotonic() - passed,) * 2
    Second.WORDS[:] = [float(first_is_early), 1e-3]
    learner.step(1)
    assert learner.sampler.patch == (96 if first_is_early else 192)
    assert Second.WORDS == []
