"""What a setting of the clean-up changed is told after its labels."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from napari_unet.core.data import Picture
from napari_unet.core.metrics import Changes
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.session import Session, tuning
from napari_unet.session.files import fresh_file
from napari_unet.widgets.layers.counting import found_line
from tests.session.conftest import Wait, correct, discs, give_probability


@pytest.fixture
def tuned(session: Session, wait: Wait) -> Session:
    """A picture with a square of 0.55 around one of 0.95, cleaned up."""
    session.add_picture(discs("a", 0)[0], None)
    give_probability(session, "a")
    wait(lambda: session.labels("a") is not None and not session.busy)
    return session


def move(session: Session, wait: Wait, **values: object) -> None:
    session.set_settings("postprocessing", dataclasses.replace(session.settings("postprocessing"), **values))
    wait(lambda: not session.busy)


def test_nothing_is_told_before_a_setting_was_moved(tuned: Session) -> None:
    assert tuned.changes("a") is None


def test_a_moved_setting_is_compared_with_before_it_was_moved(tuned: Session, wait: Wait) -> None:
    told: list[str] = []
    tuned.changes_counted.connect(told.append)
    move(tuned, wait, threshold=0.7)
    assert tuned.changes("a") == Changes(appeared=1, vanished=1, reshaped=0), "a small one instead of a large one"
    assert told == ["a"]
    move(tuned, wait, threshold=0.75)
    assert tuned.changes("a") == Changes(1, 1, 0), "the same slider still moves: it is told from where it began"
    move(tuned, wait, smallest=2000)
    assert tuned.changes("a") == Changes(0, 1, 0), "another one begins anew"


def test_a_slider_that_has_rested_begins_anew(tuned: Session, wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "REST", 0.0)
    move(tuned, wait, threshold=0.7)
    move(tuned, wait, threshold=0.75)
    assert tuned.changes("a") == Changes(0, 0, 0)


def test_corrections_and_new_answers_are_no_changes_of_a_setting(tuned: Session, wait: Wait) -> None:
    move(tuned, wait, threshold=0.7)
    give_probability(tuned, "a")
    wait(lambda: not tuned.busy)
    assert tuned.changes("a") is None
    move(tuned, wait, threshold=0.5)
    correct(tuned, "a", (slice(2, 5), slice(2, 5)), 9)
    assert tuned.changes("a") is None


@pytest.mark.parametrize("end", ["accept", "discard"])
def test_after_corrections_nothing_is_told_of_a_setting_moved_before(tuned: Session, wait: Wait, end: str) -> None:
    move(tuned, wait, threshold=0.7)
    correct(tuned, "a", (slice(2, 5), slice(2, 5)), 9)
    if end == "accept":
        tuned.accept("a", None)
    else:
        tuned.discard_corrections()
    wait(lambda: not tuned.busy)
    assert not tuned.need_desk().corrected("a")
    assert tuned.changes("a") is None


def cone(shape: tuple[int, int], row: float, column: float, radius: float) -> np.ndarray:
    """How deep inside a disc each pixel lies, 1 in its middle."""
    y, x = np.indices(shape)
    return np.clip(1 - np.hypot(y - row, x - column) / radius, 0, 1)


def all_kinds() -> np.ndarray:
    """Two that touch, one with a hole, a speck, one cut by the edge, a bar, a ragged one, and a faint one."""
    depth = np.maximum(cone((96, 96), 18, 18, 12), cone((96, 96), 18, 36, 12))
    depth = np.maximum(depth, cone((96, 96), 18, 70, 14))
    for box in (np.s_[50:54, 10:14], np.s_[60:75, 0:10], np.s_[60:64, 20:54], np.s_[70:92, 20:42], np.s_[66:90, 60:84]):
        depth[box] = 1
    depth[74:88, 24:42] = 0  # what is left of it has the shape of a C
    cell = 0.95 * (depth > 0)
    cell[cone((96, 96), 18, 70, 3) > 0] = 0
    cell[66:90, 60:84] = 0.4
    return np.stack([cell, np.zeros_like(cell), depth])


def planes() -> np.ndarray:
    """The same disc on four planes."""
    depth = np.stack([cone((40, 40), 20, 20, 10)] * 4)
    return np.stack([0.95 * (depth > 0), np.zeros_like(depth), depth])


def two_balls() -> np.ndarray:
    """One above the other, and touching."""
    z, y, x = np.indices((25, 24, 24))
    cell = 0.95 * np.any([(z - at) ** 2 + (y - 12) ** 2 + (x - 12) ** 2 <= 36 for at in (7, 17)], axis=0)
    return np.stack([cell, np.zeros_like(cell), cell])


MOVED: dict[str, tuple[Callable[[], np.ndarray], str, dict[str, Any], Any]] = {
    "smooth": (all_kinds, "CYX", {}, 3.0),
    "threshold": (all_kinds, "CYX", {}, 0.3),
    "opening": (all_kinds, "CYX", {}, 2),
    "closing": (all_kinds, "CYX", {}, 3),
    "fill_holes": (all_kinds, "CYX", {}, False),
    "split": (all_kinds, "CYX", {}, 0.0),
    "smallest": (all_kinds, "CYX", {}, 50),
    "largest": (all_kinds, "CYX", {}, 300),
    "keep_cut": (all_kinds, "CYX", {}, False),
    "longest": (all_kinds, "CYX", {}, 4.0),
    "solidity": (all_kinds, "CYX", {}, 0.8),
    "join": (planes, "CZYX", {}, 0.0),
    "follow": (planes, "CTYX", {}, 0.3),
    "volume": (planes, "CZYX", {"join": 0.0}, True),
    "voxel_depth": (two_balls, "CZYX", {"volume": True}, 0.05),
}
"""For each setting: what a network says, the axes of its picture, settings before, and where it is moved."""


@pytest.mark.parametrize("setting", [item.name for item in PostprocessingSettings.options()])
def test_each_setting_is_live_and_tells_how_many_objects_it_changes(session: Session, wait: Wait, setting: str) -> None:
    made, axes, before, value = MOVED[setting]
    told = made().astype(np.float32)
    image = np.arange(told[0].size, dtype=np.float32).reshape(1, *told.shape[1:])
    session.add_picture(Picture("a", image, axes=axes), None)
    file = fresh_file(session.need_project(), "a")
    file.parent.mkdir(parents=True, exist_ok=True)
    np.save(file, told)
    session.predicted("a")
    session.labels("a")
    wait(lambda: not session.busy)
    if before:
        move(session, wait, **before)
    was = session.labels("a")
    move(session, wait, **{setting: value})
    now = session.labels("a")
    assert was is not None
    assert now is not None
    assert not np.array_equal(was > 0, now > 0) or len(np.unique(was)) != len(np.unique(now))
    changes = session.changes("a")
    assert changes is not None
    assert changes.appeared + changes.vanished + changes.reshaped > 0
    assert len(np.unique(now)) - len(np.unique(was)) == changes.appeared - changes.vanished
    assert "against before" in found_line(session, "a", now)
