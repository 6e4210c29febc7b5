"""The steered network is taught from sittings that are what they are said to be."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from benchmarks.annotator import BACKGROUND, FOREGROUND, corrected, first
from benchmarks.starting_models.__main__ import main
from benchmarks.starting_models.shapes import make
from benchmarks.starting_models.steering import scenes
from benchmarks.starting_models.steering.examples import SILENT, STRANGE, example
from benchmarks.starting_models.steering.pieces import LEAST, MOST, SIDE, Chance, Piece, Pieces
from benchmarks.starting_models.steering.rehearsing import rehearse
from benchmarks.starting_models.steering.sheets import Sheet
from benchmarks.starting_models.steering.sitting import lesson_of
from benchmarks.starting_models.steering.teaching import drawn, loaded, shown_more
from napari_unet.core.model import load_model
from napari_unet.core.model.shipped import STEERED, shipped_model
from napari_unet.core.strokes import Learner
from napari_unet.core.strokes import learner as learning
from napari_unet.core.strokes.lesson import Lesson
from napari_unet.core.strokes.steered import CHANNELS, FOLDED
from napari_unet.core.strokes.trust import UNKNOWN

START = 7
"""Which plane of an example the start is; see `Steering.planes`."""

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


@pytest.mark.parametrize("start", [None, "cells", "membranes"])
def test_a_rehearsed_moment_is_answered_as_the_learner_answers_where_that_start_fits(
    start: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "fitting", lambda *_: start)
    shape = make("cells", 4, 3)
    image, truth = shape.image[:, :SIDE, :SIDE], shape.mask[:SIDE, :SIDE] > 0
    sheet = Sheet(Piece(image[0] if len(image) == 1 else np.moveaxis(image, 0, -1), truth), np.random.default_rng(0))
    sheet.begun, sheet.strokes = start, first(truth)
    network, learner = load_model(shipped_model(STEERED)).network, Learner()
    for _ in range(2):
        rehearsed = sheet.moment(lesson_of([sheet])).answer(network)
        learner.update(np.moveaxis(image, 0, -1) if len(image) == 3 else image, sheet.strokes)
        answered = learner.predict(np.moveaxis(image, 0, -1) if len(image) == 3 else image).probability
        bare = sheet.strokes == 0  # what is painted is held as painted
        np.testing.assert_allclose(rehearsed[bare], answered[bare], atol=1e-3)
        sheet.strokes = corrected(sheet.strokes, rehearsed > 0.5, truth)


def test_a_start_that_strokes_have_silenced_says_nothing_any_more() -> None:
    shape = make("nuclei", 1, 1)
    sheet = Sheet(Piece(shape.image[0][:SIDE, :SIDE], shape.mask[:SIDE, :SIDE] == 0), np.random.default_rng(0))
    sheet.begun, sheet.strokes, lesson = "nuclei", first(sheet.truth), Lesson()
    assert np.ptp(sheet.start(lesson)) > 0
    for _ in range(6):
        sheet.strokes = corrected(sheet.strokes, sheet.start(lesson) > 0.5, sheet.truth)
        lesson = lesson_of([sheet], lesson.sides)
    assert lesson.sides.unheard == {"nuclei"}
    now = sheet.moment(lesson)
    assert (now.start == UNKNOWN).all()
    assert (now.anchored == UNKNOWN).all()
    assert now.start_trust == UNKNOWN


@pytest.mark.parametrize("source", [scenes.slender, scenes.lit])
def test_what_no_start_knows_is_rehearsed_too(
    source: Callable[[Path, Chance], Iterator[Pieces]], monkeypatch: pytest.MonkeyPatch
) -> None:
    sorts = set[str]()
    monkeypatch.setattr(scenes, "real", scenes.made_up)  # the real sets need not be here
    monkeypatch.setattr(scenes, "make", lambda sort, *numbers: sorts.add(sort) or make(sort, *numbers))
    for pieces in islice(source(Path(), np.random.default_rng(0)), 6):
        assert len(pieces) > 1
        assert {piece.image.shape[:2] for piece in pieces} == {piece.truth.shape for piece in pieces} == {(SIDE, SIDE)}
        assert all(LEAST < piece.truth.mean() < MOST for piece in pieces)
        if source is scenes.lit:
            images = [piece.image.reshape(SIDE, SIDE, -1).mean(-1) for piece in pieces]
            inside, beside = (
                np.mean([image[piece.truth == there].mean() for image, piece in zip(images, pieces, strict=True)])
                for there in (True, False)
            )
            assert inside != pytest.approx(beside, rel=0.01), "what is found is brighter, or darker"
    assert (sorts == {"slender"}) == (source is scenes.slender)


def test_a_network_that_is_shown_more_planes_answers_as_before_until_it_learns() -> None:
    start = load_model(shipped_model(STEERED))
    more = start.card.channels + FOLDED**2
    network = shown_more(start, replace(start.card, channels=more)).eval()
    planes = torch.rand(1, start.card.channels, 64, 64)
    with torch.inference_mode():
        wider = network(torch.cat([planes, torch.rand(1, FOLDED**2, 64, 64)], dim=1))
        torch.testing.assert_close(wider, start.network(planes), atol=1e-4, rtol=1e-4)
    with pytest.raises(ValueError, match="planes"):
        shown_more(start, replace(start.card, channels=1))


def test_real_moments_are_drawn_twice_and_bare_ones_once_more(folder: Path, tmp_path: Path) -> None:
    (one,) = folder.glob("*.npz")
    for source in ("real", "slender"):
        shutil.copy(one, tmp_path / f"{source}-0-0.npz")
    both = loaded(tmp_path)
    count, bare = len(both["s"]) // 2, ~both["s"].any((1, 2))
    assert both["real"].tolist() == [True] * count + [False] * count
    assert both["strange"].tolist() == [False] * count + [True] * count
    assert np.bincount(drawn(both)).tolist() == (1 + bare + both["real"]).tolist()


def test_most_examples_of_what_no_start_knows_are_shown_none(folder: Path, tmp_path: Path) -> None:
    (one,) = folder.glob("*.npz")
    shares = dict[str, float]()
    for source in ("real", "slender"):
        (tmp_path / source).mkdir()
        shutil.copy(one, tmp_path / source / f"{source}-0-0.npz")
        shards, rng = loaded(tmp_path / source), np.random.default_rng(0)
        known = int(np.argmax([np.ptp(start) for start in shards["c"]]))
        starts = [example(shards, known, rng)[0][START] for _ in range(60)]
        shares[source] = float(np.mean([np.ptp(plane) == 0 for plane in starts]))
    assert shares["real"] == pytest.approx(SILENT, abs=0.15)
    assert shares["slender"] == pytest.approx(STRANGE, abs=0.15)


def test_sittings_of_an_unknown_source_are_not_learned_from(folder: Path, tmp_path: Path) -> None:
    (one,) = folder.glob("*.npz")
    shutil.copy(one, tmp_path / "other-0-0.npz")
    with pytest.raises(ValueError, match="no source that is known"):
        loaded(tmp_path)


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
