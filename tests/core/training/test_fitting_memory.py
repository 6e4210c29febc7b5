"""When memory runs out, learning goes on with less at once, and says with how much less."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from napari_unet.core.data.sample import FixedSet
from napari_unet.core.errors import TrainingError
from napari_unet.core.model import load_model
from napari_unet.core.training import EpochDone, Finished, Noticed, Report, Stepped, train
from napari_unet.core.training.fitting_memory import Size, smallest_patch
from napari_unet.core.training.optimising import Optimising
from napari_unet.core.training.patches.sampler import Batch
from tests.core.training.scenes import scene, task_of

PAIR = FixedSet((scene(0), scene(1)))

Learn = Callable[[Optimising, Batch, float], float]


def failing(monkeypatch: pytest.MonkeyPatch, *at: int, error: type[Exception] = RuntimeError) -> list[tuple[int, ...]]:
    """Memory runs out at these steps, after the gradients are there; returns the shapes of what was learned from."""
    shapes: list[tuple[int, ...]] = []
    honest: Learn = Optimising.learn

    def learn(self: Optimising, batch: Batch, rate: float) -> float:
        shapes.append(tuple(batch.pictures.shape))
        if len(shapes) in at:
            raise error("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")
        return honest(self, batch, rate)

    monkeypatch.setattr(Optimising, "learn", learn)
    return shapes


def told(reports: list[Report]) -> list[str]:
    return [report.sentence for report in reports if isinstance(report, Noticed) and report.kind == "memory"]


@pytest.mark.parametrize("error", [RuntimeError, MemoryError, torch.OutOfMemoryError])
def test_when_memory_runs_out_twice_it_says_so_twice_and_finishes(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shapes = failing(monkeypatch, 3, 5, error=error)
    reports = list(train(PAIR, task_of(tmp_path, batch=4, steps=3, epochs=1)))
    assert shapes[1:5] == [(4, 1, 48, 48), (4, 1, 48, 48), (2, 1, 48, 48), (2, 1, 48, 48)]
    assert shapes[5] == (1, 1, 48, 48)
    sentences = told(reports)
    assert len(sentences) == 2
    assert "2 patches per step instead of 4" in sentences[0]
    assert "1 patches per step instead of 2" in sentences[1]
    assert isinstance(reports[-1], Finished)
    card = load_model(tmp_path).card
    assert (card.plan.training.batch, card.plan.training.patch) == (1, 48)
    assert set(sentences) <= set(card.noticed)


def test_an_epoch_covers_the_same_area_with_less_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    failing(monkeypatch, 4)
    reports = list(train(PAIR, task_of(tmp_path, batch=4, steps=6, epochs=2)))
    steps = [report for report in reports if isinstance(report, Stepped)]
    assert [sum(report.epoch == epoch for report in steps) for epoch in (1, 2)] == [3 + 6, 12]
    assert steps[-1].steps == len(steps)
    assert sum(isinstance(report, EpochDone) for report in reports) == 2


def test_with_one_patch_left_patches_become_smaller(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shapes = failing(monkeypatch, 2)
    reports = list(train(PAIR, task_of(tmp_path, batch=1, patch=64, steps=2, epochs=1)))
    assert [shape[-1] for shape in shapes[:3]] == [64, 64, 32]
    assert "patches of 32 px instead of 64" in told(reports)[0]
    assert load_model(tmp_path).card.plan.training.patch == 32


def test_when_nothing_can_become_smaller_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    failing(monkeypatch, *range(1, 20))
    with pytest.raises(TrainingError, match=r"not enough memory.*1 patches of 32 px.*narrower"):
        list(train(PAIR, task_of(tmp_path, batch=4, patch=64)))


def test_another_error_is_not_taken_for_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def learn(*_: object) -> float:
        raise RuntimeError("shapes do not fit")

    monkeypatch.setattr(Optimising, "learn", learn)
    with pytest.raises(RuntimeError, match="shapes do not fit"):
        list(train(PAIR, task_of(tmp_path)))


def test_sides_stay_multiples_of_the_stride_and_twice_as_large() -> None:
    assert Size(1, 96).smaller(16) == Size(1, 48)
    assert Size(1, 48).smaller(16) == Size(1, smallest_patch())
    assert Size(1, 128).smaller(64) is None
    assert Size(1, 32).smaller(4) is None
    assert Size(7, 32).smaller(4) == Size(3, 32)


LIMITED = """
import resource, sys, torch
from pathlib import Path
torch.set_num_threads(1)
from napari_unet.core.data.sample import FixedSet
from napari_unet.core.training import train
from tests.core.training.scenes import scene, task_of
samples = FixedSet((scene(0, validation=False), scene(1, validation=True)))
list(train(samples, task_of(Path(sys.argv[1]) / "warm", epochs=1, steps=1)))
used = 1024 * int(next(row for row in open("/proc/self/status") if row.startswith("VmData")).split()[1])
resource.setrlimit(resource.RLIMIT_DATA, (used + 60 * 2**20, resource.RLIM_INFINITY))
task = task_of(Path(sys.argv[1]) / "out", epochs=1, steps=1, batch=256, patch=64, precision="float32")
for report in train(samples, task):
    print(type(report).__name__, flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory so")
def test_under_a_real_limit_it_finds_what_fits(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path)],
        capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": "."}, timeout=240,
    )  # fmt: skip
    assert done.stdout.endswith("Finished\n"), done.stderr[-2000:]
    card = load_model(tmp_path / "out").card
    assert card.plan.training.batch < 256
    assert any("patches per step instead of 256" in sentence for sentence in card.noticed)
