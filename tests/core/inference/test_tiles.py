"""Tiles: they cover everything, agree with the network's stride, and trust nobody near a cut."""

from __future__ import annotations

import tracemalloc
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_unet.core.inference.tiles import FAINT, count_tiles, cut, padded_shape, tiles


@settings(max_examples=60, deadline=None)
@given(side=st.integers(1, 40), size=st.integers(1, 200), overlap=st.integers(1, 120), power=st.integers(0, 4))
def test_strips_cover_every_pixel_once_and_keep_to_the_stride(side: int, size: int, overlap: int, power: int) -> None:
    stride = 2**power
    length = side * stride
    total = np.zeros(length)
    strips = cut(length, size, overlap, stride)
    for strip in strips:
        assert strip.start % stride == 0
        assert strip.stop % stride == 0
        total[strip.start : strip.stop] += strip.weight
    np.testing.assert_allclose(total, 1, rtol=1e-5)
    assert all(after.start - before.stop <= -overlap for before, after in pairwise(strips))


def test_pixels_near_a_cut_count_for_nothing_and_the_pictures_edge_is_no_cut() -> None:
    first, *_, last = cut(1024, 256, 100, 16)
    assert first.weight[0] == 1
    assert first.weight[-1] < 2 * FAINT
    assert last.weight[-1] == 1
    assert last.weight[0] < 2 * FAINT


def test_tiles_are_of_one_size_and_as_many_as_counted() -> None:
    made = list(tiles((320, 200), 128, 40, 8))
    assert len(made) == count_tiles((320, 200), 128, 40, 8)
    assert {tile.weight.shape for tile in made} == {(128, 128)}


def test_a_picture_smaller_than_a_tile_is_one_tile() -> None:
    (tile,) = tiles(padded_shape((50, 70), 16), 512, 160, 16)
    assert tile.weight.shape == (64, 80)
    assert (tile.weight == 1).all()


def test_the_tiles_of_a_picture_larger_than_memory_are_small() -> None:
    tracemalloc.start()
    made = list(tiles((20_000, 20_000), 1024, 74, 4))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(made) == 484
    assert held < 2**20, "of their weights alone, each of a megapixel, there would be 2 GB"
