"""What the soak says of measurements: a leak is one, noise, busy hours and caches that fill once are none."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import psutil

from benchmarks.outcome import Row
from benchmarks.soak import GROWTH, more, rows
from benchmarks.soaked_window import kinds_of_files, kinds_of_objects

LEAK, OPEN, FILLED = "window, memory, goes on rising", "window, files, goes on rising", 90


def looks(leak: float = 0.0, files: float = 0.0, cache: float = 0.0) -> list[dict[str, Any]]:
    """Ten minutes of looks, noisy: so many MiB and files a minute that are never given back, and a late cache."""
    chance = np.random.default_rng(0)
    found = []
    for number in range(120):
        minutes, kept = number / 12, number > FILLED
        mapped = int(files * minutes) + 4 * kept * (cache > 0)
        found.append(
            {
                "seconds": 60 * minutes,
                "gap, p99": chance.uniform(10, 40),
                "gap": 90.0,
                "window memory": 500
                + 300 * (1 - np.exp(-minutes))
                + leak * minutes
                + cache * kept
                + chance.normal(0, 8),
                "worker memory": 900 + chance.normal(0, 60),
                "window files": 14 + mapped + chance.integers(0, 2),
                "window kinds": {"socket:[#]": 9, "probability-#.npy": 1 + mapped},
                "worker files": 6,
                "window threads": 13,
                "worker threads": 4,
            }
        )
    return found


def said(found: list[dict[str, Any]]) -> dict[str, Row]:
    return {row.name: row for row in rows(found, {"rounds": 9})}


def missed(found: list[dict[str, Any]]) -> list[str]:
    return [name for name, row in said(found).items() if not row.within]


def test_what_only_varies_is_flat() -> None:
    assert missed(looks()) == []


def test_a_leak_is_told() -> None:
    assert missed(looks(leak=20)) == [LEAK]
    assert said(looks(leak=20))[LEAK].value > GROWTH["memory"]


def test_a_cache_that_fills_once_late_is_no_leak() -> None:
    assert missed(looks(cache=100)) == []
    assert said(looks(cache=100))["window, memory, rise"].value > GROWTH["memory"], "it is told, all the same"


def test_files_that_stay_open_are_told_with_their_names() -> None:
    found = looks(files=1)
    assert missed(found) == [OPEN]
    row = said(found)["window, files called probability-#.npy"]
    assert row.other is not None
    assert row.value > row.other + 2
    assert "window, files called socket:[#]" not in said(found)


def test_too_short_a_run_says_nothing() -> None:
    assert missed(looks(leak=200)[:40]) == ["looks that count", LEAK]
    assert missed(looks()[:5]) == ["looks that count"]


def test_an_error_that_the_person_was_told_is_none_too_few() -> None:
    assert not {row.name: row for row in rows(looks(), {"failed: no": 1})}["errors told to the person"].within


def test_more_objects_of_a_kind_are_told() -> None:
    (row,) = more([{"napari.Labels": 4, "dict": 9000}, {"napari.Labels": 300, "dict": 9020}])
    assert (row.name, row.value, row.other) == ("window, objects: napari.Labels", 300, 4)


class Kept: ...


def test_files_and_objects_of_this_process_are_seen_by_their_kinds(tmp_path) -> None:
    kept, before = [Kept() for _ in range(7)], kinds_of_files(psutil.Process())
    with (tmp_path / "probability-0123abcd.npy").open("w"):
        now = kinds_of_files(psutil.Process())
    assert kinds_of_objects()[f"{Kept.__module__}.Kept"] == len(kept)
    if os.path.isdir("/proc/self/fd"):
        assert now.get("probability-#.npy", 0) == before.get("probability-#.npy", 0) + 1
