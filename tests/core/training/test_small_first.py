"""Small patches first: many quick looks, and the surroundings later; each epoch covers the same area all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from napari_unet.core.data.annotation import from_mask
from napari_unet.core.data.sample import FixedSet, Sample
from napari_unet.core.training import Estimated, Stepped, train
from napari_unet.core.training.fitting_memory import Size
from napari_unet.core.training.patches.sampler import Batch, Sampler
from tests.core.training.scenes import discs, picture_of, task_of

SIDE = 192


def wide(seed: int) -> Sample:
    mask = discs(seed, SIDE)
    return Sample(f"wide{seed}", picture_of(mask, seed), from_mask(mask), complete=True)


@pytest.fixture
def sides(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sides of the patches that are drawn."""
    seen: list[int] = []
    made = Sampler.made

    def watched(self: Sampler, number: int, batch: int) -> Batch:
        seen.append(self.patch)
        return made(self, number, batch)

    monkeypatch.setattr(Sampler, "made", watched)
    return seen


def test_patches_are_small_until_their_share_of_the_learning_is_done(tmp_path: Path, sides: list[int]) -> None:
    task = task_of(tmp_path, patch=SIDE, batch=1, epochs=4, steps=2, small_first=0.5)
    reports = list(train(FixedSet((wide(0),)), task))
    # Half the side is a quarter of the area: four times as many steps for the same share of an epoch.
    assert sides == [96] * 16 + [192] * 4
    epochs = [report.epoch for report in reports if isinstance(report, Stepped)]
    assert [epochs.count(epoch) for epoch in (1, 2, 3, 4)] == [8, 8, 2, 2]
    last = [report for report in reports if isinstance(report, Stepped)][-1]
    assert last.step == last.steps == 20
    assert all(report.memory > 0 for report in reports if isinstance(report, Estimated))


def test_after_many_steps_patches_grow_however_long_the_training_is(tmp_path: Path, sides: list[int]) -> None:
    task = task_of(tmp_path, patch=SIDE, batch=1, epochs=2, steps=2, small_first=0.8, small_steps=3)
    list(train(FixedSet((wide(0),)), task))
    assert sides[:3] == [96] * 3
    assert set(sides[3:]) == {192}


def test_without_it_all_patches_are_as_set(tmp_path: Path, sides: list[int]) -> None:
    list(train(FixedSet((wide(0),)), task_of(tmp_path, patch=SIDE, batch=1, epochs=1, steps=2, small_first=0.0)))
    assert sides == [192, 192]


def test_no_patches_are_begun_with_that_show_too_little() -> None:
    assert Size(6, 224).first(16) == 112
    assert Size(6, 160).first(16) == 160
    assert Size(6, 200).first(16) == 112
