"""The benchmarks run, say what they skip, and compare things that are equal."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from benchmarks.__main__ import main
from benchmarks.datasets import Missing, dataset
from benchmarks.glance import followed, positions, shown
from benchmarks.live_cleanup import probability_like
from benchmarks.outcome import Outcome, Row, table
from benchmarks.plain_cleanup import plain_objects
from benchmarks.registry import BENCHMARKS, load
from benchmarks.timing import median_ms
from napari_unet.core.data.synthesis import sample_data_folder
from napari_unet.core.postprocessing import postprocess
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.session import glancing

FILES = {"small_cells.tif": ("train", "round"), "mouse_spots.tif": ("val", "spotted")}


@pytest.fixture(params=["folder", "zip"])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder that holds a set of two pictures called nuclei, unpacked or zipped."""
    root = tmp_path / "data" / "nuclei"
    for part in ("images", "masks"):
        (root / part).mkdir(parents=True)
        for name in FILES:
            shutil.copy(sample_data_folder() / part / name, root / part / name)
    lines = ["file,split,category", *(f"{name},{split},{kind}" for name, (split, kind) in FILES.items())]
    (root / "manifest.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if request.param == "zip":
        with ZipFile(root.with_suffix(".zip"), "w") as packed:
            for path in sorted(root.rglob("*.*")):
                packed.write(path, path.relative_to(root.parent))
        shutil.rmtree(root)
    return root.parent


def test_a_set_is_read_zipped_or_unpacked(data: Path, tmp_path: Path) -> None:
    entries = dataset(data, "nuclei").unpack("val", tmp_path / "val")

    assert [(entry.file, entry.category) for entry in entries] == [("mouse_spots.tif", "spotted")]
    for part in ("images", "masks"):
        copied = (tmp_path / "val" / part / "mouse_spots.tif").read_bytes()
        assert copied == (sample_data_folder() / part / "mouse_spots.tif").read_bytes()


def test_of_a_set_one_category_can_be_taken(data: Path) -> None:
    whole = dataset(data, "nuclei")
    of_one = replace(whole, category="spotted")
    assert len(whole.entries("train")) == len(whole.entries("val")) == len(of_one.entries("val")) == 1
    assert of_one.entries("train") == []


def test_a_set_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"neither cells/manifest\.csv nor cells\.zip"):
        dataset(tmp_path, "cells")


def test_without_data_a_benchmark_is_skipped_loudly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["objects", "--data", str(tmp_path), "--json", str(tmp_path / "out.json")])

    written = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert code == 0
    assert "SKIPPED objects" in capsys.readouterr().err
    assert written["rows"] == []
    assert "dsb2018" in written["skipped"]


@pytest.mark.parametrize("data", ["zip"], indirect=True)
def test_nuclei_from_nothing_are_scored_overall_and_by_category(data: Path, tmp_path: Path) -> None:
    small = "--epochs 1 --steps 2 --width 8 --depth 2 --patch 64"
    words = ["--data", str(data), "--set", "nuclei", "--train-flags", small, "--json", str(tmp_path / "out.json")]

    main(["objects", *words])

    rows = {
        row["name"]: row["value"] for row in json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["rows"]
    }
    assert rows["ap50, spotted (1)"] == rows["ap50, all (1)"]
    assert rows["training"] > 0


@pytest.mark.gui
def test_the_window_is_watched_at_rest_and_while_training(tmp_path: Path) -> None:
    main(["responsiveness", "--seconds", "0.5", "--json", str(tmp_path / "out.json")])

    rows = {row["name"]: row for row in json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["rows"]}
    watched = rows["gap while training, window left alone, median"]
    assert 1 < watched["value"] < 1000
    assert 1 < watched["other"] < 1000


def test_tools_are_timed_on_many_objects_and_on_few(tmp_path: Path) -> None:
    main(["desk", "--no-window", "--repeats", "1", "--json", str(tmp_path / "out.json")])

    rows = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["rows"]
    assert [row["name"].split(",")[0] for row in rows] == [
        "delete",
        "merge",
        "split",
        "locate under the mouse",
        "relabel",
    ]
    assert all(row["value"] > 0 and row["other"] > 0 for row in rows)


def test_ours_and_the_plain_calls_give_the_same_cells() -> None:
    probability = probability_like(320)
    settings = PostprocessingSettings(smooth=1.0, opening=1)

    ours, plain = postprocess(probability, "objects", settings), plain_objects(probability, settings)

    assert ours.max() > 20
    assert np.mean(ours != plain) < 1e-3


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_says_what_it_measures(name: str) -> None:
    assert len((load(name).__doc__ or "").splitlines()[0]) > 20


@pytest.mark.parametrize(("less", "ratio"), [(True, 4.0), (False, 0.25)])
def test_a_ratio_above_one_means_better(less: bool, ratio: float) -> None:
    assert Row("it", 5.0, other=20.0, less=less).ratio == ratio


def test_a_missed_limit_is_shown() -> None:
    rows = (Row("slow", 61.0, limit=60.0), Row("quick", 59.0, limit=60.0), Row("poor", 0.5, "", limit=0.7, less=False))

    lines = table(Outcome("live", rows)).splitlines()

    assert [line.count("MISSED") for line in lines[2:5]] == [1, 0, 1]
    assert [row.within for row in rows] == [False, True, False]


def test_a_median_does_not_count_the_first_call() -> None:
    calls: list[int] = []

    median_ms(lambda: calls.append(1), repeats=3)

    assert len(calls) == 4


def test_a_large_picture_is_timed_beside_the_bare_network(tmp_path: Path) -> None:
    words = ["--side", "300", "--model", str(_tiny_model(tmp_path)), "--turns", "1", "--tile", "128", "--device", "cpu"]

    main(["throughput", *words, "--json", str(tmp_path / "out.json")])

    rows = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["rows"]
    share = next(row for row in rows if row["name"].startswith("share"))
    assert share["limit"] == 0.85
    assert 0 < share["value"] < 5


def _tiny_model(folder: Path) -> Path:
    """A model that knows nothing."""
    from napari_unet.core.model.checkpoint import save_model
    from tests.core.large.scenes import made_model

    save_model(made_model(), folder / "model")
    return folder / "model"


def test_what_is_seen_is_timed_and_so_is_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glancing, "ENOUGH", 128 * 128)
    with shown(probability_like(256)) as session:
        first, whole = followed(session, (0, 0, 100, 0, 100), positions(2, threshold=0.4))
    assert 0 < first < whole
