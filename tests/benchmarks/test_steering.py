"""The steered network is taught from sittings that are what they are said to be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.annotator import BACKGROUND, FOREGROUND
from benchmarks.starting_models.__main__ import main
from benchmarks.starting_models.steering.examples import example
from benchmarks.starting_models.steering.rehearsing import rehearse
from benchmarks.starting_models.steering.scenes import SIDE
from benchmarks.starting_models.steering.teaching import loaded
from napari_unet.core.model import load_model
from napari_unet.core.model.shipped import STEERED, shipped_model
from napari_unet.core.strokes.steered import CHANNELS, FOLDED
from napari_unet.core.strokes.trust import UNKNOWN

Shards = dict[str, NDArray[np.generic]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sittings")
    rehearse(Path(), folder, "made-up", 4.0, 0, shipped_model(STEERED))
    return folder


@pytest.fixture(scope="module")
def shards(folder: Path) -> Shards:
    return loaded(folder)


def test_a_sitting_holds_strokes_that_are_true_and_all_that_was_known(shards: Shards) -> None:
    count = len(shards["x"])
    assert count > 4
    assert {shards[key].shape for key in "sgpact"} == {(count, SIDE, SIDE)}
    assert shards["n"].shape == (count, 5)
    trusts, alike, doubt = shards["n"][:, :3], shards["n"][:, 3], shards["n"][:, 4]
    assert 0 < trusts.min() <= trusts.max() < 1
    assert -1 <= alike.min() <= alike.max() <= 1
    assert 0 <= doubt.min() <= doubt.max() <= 1
    assert shards["t"][shards["s"] == FOREGROUND].all()
    assert not shards["t"][shards["s"] == BACKGROUND].any()


def test_the_forest_knows_what_was_painted(shards: Shards) -> None:
    for forest in "gp":
        assert (shards[forest][shards["s"] == FOREGROUND] > 127).mean() > 0.95
        assert (shards[forest][shards["s"] == BACKGROUND] < 128).mean() > 0.95


def test_an_example_is_turned_and_lit_but_stays_true(shards: Shards) -> None:
    rng = np.random.default_rng(0)
    for place in range(len(shards["x"])):
        planes, truth = example(shards, place, rng)
        assert planes.shape == (CHANNELS, SIDE, SIDE)
        assert planes.dtype == truth.dtype == np.float32
        assert np.isfinite(planes).all()
        assert -1 <= planes[3:].min() <= planes[3:].max() <= 1
        assert truth[planes[3] > 0].all()
        assert not truth[planes[4] > 0].any()


def test_where_there_is_no_start_the_plain_guide_is_shown_as_in_the_window(shards: Shards) -> None:
    nobody = np.full_like(shards["c"], round(255 * UNKNOWN))
    numbers = np.array(shards["n"])
    numbers[:, 1], numbers[:, 3:] = UNKNOWN, 0
    alone, rng, seen = {**shards, "c": nobody, "a": nobody, "n": numbers}, np.random.default_rng(0), 0
    for place in range(len(nobody)):
        planes, _ = example(alone, place, rng)
        guide, plain = (np.asarray(shards[key][place], np.float64) / 255 for key in "gp")
        expected = 2 * (guide + (1 - numbers[place, 2]) ** 2 * (plain - guide)) - 1
        if np.ptp(planes[5]) > 0:  # now and then only one class is painted: there is no forest then
            np.testing.assert_allclose(np.sort(planes[5], None), np.sort(expected, None), atol=0.01)
            seen += 1
        assert not planes[6:8].any()
    assert seen > 2


def test_teaching_ends_in_a_model_that_can_be_packed(folder: Path, tmp_path: Path) -> None:
    out, packed = tmp_path / "model", tmp_path / "packed"
    assert main(["steer", str(folder), "--out", str(out), "--minutes", "0.05"]) == 0
    assert main(["pack", str(out), "--to", str(packed)]) == 0
    card = load_model(packed).card
    assert card.channels == CHANNELS * FOLDED**2
    assert card.steps_done > 0


def test_without_sittings_there_is_nothing_to_teach(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["steer", str(tmp_path), "--out", str(tmp_path / "model"), "--minutes", "1"]) == 1
    assert "no rehearsed sittings" in capsys.readouterr().err
