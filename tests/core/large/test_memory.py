"""Little memory: so many bytes a pixel of a window, and no more for a larger picture."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from napari_unet.core.data.lazy import open_lazily
from napari_unet.core.large.grid import shape_of
from napari_unet.core.large.objects import label_block
from napari_unet.core.large.segmenting import LargeFound, OwnHands, segment_large
from napari_unet.core.large.work import Task, Work
from napari_unet.core.postprocessing.climbing import climb
from napari_unet.core.postprocessing.peaks import Standing, standing
from napari_unet.core.settings import BlockSettings, PostprocessingSettings
from napari_unet.core.stopping import Stop, never
from tests.core.large.scenes import discs

SIDE = 768
ALLOWED = 62
"""Bytes a pixel while touching cells are parted; a window may have 4096 x 4096 of them: 1 GB."""


def peak_of(action: Callable[[], Any]) -> int:
    """The most bytes that Python and NumPy held at once, beside what was there before."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def filled_work(probability: np.ndarray, settings: PostprocessingSettings, folder: Path) -> Work:
    """All that comes before the objects, of a picture that is one block."""
    shape = probability.shape[1:]
    work = Work(Task(shape, (), (shape,), len(probability), "objects", settings, BlockSettings(block=1024), folder))
    work.looks[0][:, :, :] = probability
    work.mask.put(work.blocks[0], probability[:1] > settings.threshold)
    return work


@pytest.mark.parametrize(("planes", "wishes"), [(3, {}), (1, {}), (3, {"longest": 3.0})])
def test_a_window_takes_so_many_bytes_a_pixel(
    planes: int, wishes: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it is one clump of cells, the worst case: a model that has hardly learned says so."""
    monkeypatch.setattr("napari_unet.core.postprocessing.climbing.AT_ONCE", 2**14)  # this window is small
    monkeypatch.setattr("napari_unet.core.postprocessing.shapes.BAND", 16)
    settings = replace(PostprocessingSettings(), **wishes)
    probability = discs(np.random.default_rng(0), (SIDE, SIDE), 2000)[:planes]
    probability[0] = 1
    small = filled_work(probability[:, :64, :64], settings, tmp_path / "small")
    label_block(small, small.blocks[0])  # what is imported or made once
    work = filled_work(probability, settings, tmp_path / "work")

    peak = peak_of(lambda: label_block(work, work.blocks[0]))

    assert peak / SIDE**2 < ALLOWED


class Dots:
    """Hands that make an answer up, block by block: dots of which none lies in two blocks. They work one by one."""

    def __init__(self) -> None:
        self.each = OwnHands(lambda work, stop: iter(()), 0, several=1).each

    def answer(self, work: Work, stop: Stop) -> Iterator[tuple[int, int]]:
        for number, block in enumerate(work.blocks):
            rows, columns = np.indices(shape_of(block.core), np.float32)
            depth = np.clip(1 - np.hypot(rows % 64 - 32, columns % 64 - 32) / 12, 0, 1)
            work.looks[0].put(block, np.stack([depth > 0, depth * 0, depth]))
            yield number, len(work.blocks)


def test_a_larger_picture_takes_no_more(tmp_path: Path) -> None:
    settings, cutting = PostprocessingSettings(), BlockSettings(block=256, halo=64)

    def segment(side: int) -> int:
        folder = tmp_path / str(side)
        folder.mkdir()
        shape = (side, side)
        work = Work(Task(shape, (), (shape,), 3, "objects", settings, cutting, folder))
        *_, found = segment_large(work, Dots(), never)
        assert isinstance(found, LargeFound)
        for block in work.blocks:
            found.labels[block.core]
        return found.numbers.count

    assert segment(300) > 3  # and what is imported or made once
    small, large = (peak_of(lambda side=side: segment(side)) for side in (768, 1536))
    assert large < 1.3 * small


def test_what_was_read_of_a_plain_tiff_is_let_go_of(tmp_path: Path) -> None:
    """A map of a whole file counts as memory wherever it was looked at."""
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((300, 400), np.uint16))

    image = open_lazily(tmp_path / "a.tif").image
    one, other = image[:, :10], image[:, 10:20]

    maps = []
    for part in (one, other):
        while part is not None and not hasattr(part, "_mmap"):
            part = part.base
        maps.append(part._mmap)
    assert maps[0] is not maps[1]


@pytest.mark.parametrize("at_once", [1, 7, 64, 2**18])
def test_peaks_do_not_depend_on_how_many_pixels_are_looked_at_in_one_go(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(2)
    relief, inside = random.integers(0, 9, (40, 50)).astype(np.float32), random.random((40, 50)) < 0.8

    def found() -> Standing:
        return standing(climb(relief, inside), 2.5)

    before = found()
    monkeypatch.setattr("napari_unet.core.postprocessing.climbing.AT_ONCE", at_once)
    for was, now in zip(astuple(before), astuple(found()), strict=True):
        np.testing.assert_array_equal(now, was)
    assert len(before.kept) > 5
