"""Counting and translating run by run says the same as pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_unet.core.data.runs import firsts, mapped, overlaps, sizes


@pytest.fixture(params=["picture", "stack", "part", "one pixel", "signed", "nothing"])
def labels(request: pytest.FixtureRequest) -> NDArray[np.integer]:
    random = np.random.default_rng(0)
    blocks = np.kron(random.integers(0, 9, (6, 7)), np.ones((5, 4), int)).astype(np.uint16)
    kinds = {
        "picture": blocks,
        "stack": np.stack([blocks, blocks[::-1]]),
        "part": blocks[3:20, 2:11],
        "one pixel": np.full((1, 1), 3, np.uint8),
        "signed": blocks.astype(np.int32),
        "nothing": np.zeros((0, 4), np.uint16),
    }
    return kinds[request.param]


def test_sizes_are_those_of_a_count_of_pixels(labels: NDArray[np.integer]) -> None:
    np.testing.assert_array_equal(sizes(labels), np.bincount(labels.ravel()))


def test_a_table_is_looked_up_for_every_pixel(labels: NDArray[np.integer]) -> None:
    table = np.arange(20, dtype=np.uint8)[::-1]
    found = mapped(labels, table)
    np.testing.assert_array_equal(found, table[labels])
    assert found.dtype == table.dtype


def test_the_first_pixel_of_each_number_is_found(labels: NDArray[np.integer]) -> None:
    flat = labels.ravel().tolist()
    assert firsts(labels, 12).tolist() == [flat.index(n) if n in flat else len(flat) for n in range(13)]


def test_overlaps_are_those_of_a_count_of_pixels(labels: NDArray[np.integer]) -> None:
    other = np.roll(labels, 1, -1) if labels.size else labels
    told = {(int(a), int(b)): int(n) for a, b, n in zip(*overlaps(labels, other), strict=True)}
    counted: dict[tuple[int, int], int] = {}
    for pair in zip(labels.ravel().tolist(), other.ravel().tolist(), strict=True):
        counted[pair] = counted.get(pair, 0) + 1
    assert told == counted
