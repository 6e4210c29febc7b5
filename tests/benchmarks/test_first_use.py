"""What is told of a newcomer's first use: all that was done, and whether the mask is right."""

from __future__ import annotations

from pathlib import Path

import tifffile

from benchmarks.first_use import MINE, made, rows
from napari_unet.core.data.synthesis import sample_data_folder

STEP = dict(actions=3.0, waited=1.0, person=7.5, clock=2.0)


def test_actions_and_seconds_are_added_up() -> None:
    found = {row.name: row.value for row in rows({"add": STEP, "paint": STEP, "mask": dict(ap50=1.0, dice=1.0)})}
    assert found["add, actions"] == 3
    assert found["all, actions"] == 6
    assert found["all, seconds of a person"] == 15
    assert found["all, seconds of the script"] == 4


def test_a_mask_that_is_not_right_fails() -> None:
    told = {row.name: row for row in rows({"add": STEP, "mask": dict(ap50=0.89, dice=0.95)})}
    assert not told["mask, AP at an overlap of 0.5"].within
    assert told["mask, Dice"].within


def test_the_picture_is_none_of_the_sample_pictures(tmp_path: Path) -> None:
    picture, mask = (tifffile.imread(path) for path in made(tmp_path))
    assert picture.shape == mask.shape == MINE.shape
    assert mask.max() > 20
    for path in (sample_data_folder() / "images").iterdir():
        sample = tifffile.imread(path)
        assert sample.shape != picture.shape or (sample != picture).any()
