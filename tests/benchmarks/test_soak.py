"""What the soak says of measurements: a leak is one, noise and busy hours are none."""

from __future__ import annotations

import numpy as np

from benchmarks.soak import GROWTH, rows


def looks(leak: float) -> list[dict[str, float]]:
    """Ten minutes of looks, noisy, with so many MiB a minute that the window never gives back."""
    chance = np.random.default_rng(0)
    found = []
    for number in range(120):
        minutes = number / 12
        warm = 300 * (1 - np.exp(-minutes))
        memory = {
            "window memory": 500 + warm + leak * minutes + chance.normal(0, 8),
            "worker memory": 900 + chance.normal(0, 60),
        }
        counts = {
            f"{name} {what}": 20 + chance.integers(0, 2)
            for name in ("window", "worker")
            for what in ("files", "threads")
        }
        found.append({"seconds": 60 * minutes, "gap, p99": chance.uniform(10, 40), "gap": 90.0, **memory, **counts})
    return found


def test_what_only_varies_is_flat() -> None:
    assert [row.name for row in rows(looks(0), {"rounds": 9}) if not row.within] == []


def test_a_leak_is_told() -> None:
    found = {row.name: row for row in rows(looks(20), {"rounds": 9})}
    assert not found["window, memory, growth"].within
    assert found["window, memory, growth"].value > 2 * GROWTH["memory"]
    assert found["worker, memory, growth"].within


def test_an_error_that_the_person_was_told_is_none_too_few() -> None:
    found = {row.name: row for row in rows(looks(0), {"failed: no": 1})}
    assert not found["errors told to the person"].within
