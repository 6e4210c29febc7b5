"""Whatever was accepted, painted and taken back, in any order: what one model gave goes as if it had never been."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some

from napari_unet.core.data.acceptance import Acceptance, taken_out

SIDE = 6
HAND = 100
"""A person paints numbers from here on, each once, so that they are told apart from what was accepted."""


@dataclass(frozen=True)
class Write:
    """One thing that was done: these pixels became these values, by a model or by hand."""

    who: str
    where: np.ndarray
    values: np.ndarray
    whole: bool = False


def replayed(writes: list[Write]) -> tuple[np.ndarray, bool]:
    """The annotation, and whether it is complete, after these and nothing else."""
    annotation = np.zeros((SIDE, SIDE), np.uint16)
    for write in writes:
        annotation[write.where] = write.values[write.where]
    return annotation, any(write.whole for write in writes)


class Picture:
    """An annotation with its Accepts, as a project keeps them, beside all that was ever done."""

    def __init__(self) -> None:
        self.annotation, self.complete = np.zeros((SIDE, SIDE), np.uint16), False
        self.row: list[tuple[str, Acceptance]] = []
        self.writes: list[Write] = []

    def accept(self, who: str, box: tuple[slice, slice], values: np.ndarray, whole: bool) -> None:
        where = np.zeros((SIDE, SIDE), bool)
        where[box] = whole or (values[box] % 5 != 0)  # some pixels of a part are left out
        before = self.annotation[box].copy()
        after = np.where(where[box], values[box] + 1, before)
        one = Acceptance(box, before, after, where[box], whole and not self.complete, whole)
        self.row.append((who, one))
        self.writes.append(Write(who, where, values + 1, whole))
        self.annotation, self.complete = one.done(self.annotation), self.complete or whole

    def paint(self, box: tuple[slice, slice], number: int) -> None:
        where = np.zeros((SIDE, SIDE), bool)
        where[box] = True
        self.writes.append(Write("hand", where, np.full((SIDE, SIDE), number)))
        self.annotation[box] = number

    def take_back(self, who: str) -> None:
        gone = {place for place, (whose, _) in enumerate(self.row) if whose == who}
        out = taken_out([one for _, one in self.row], gone, self.annotation, self.complete)
        kept = [
            (whose, out.changed.get(place, one)) for place, (whose, one) in enumerate(self.row) if place not in gone
        ]
        self.annotation, self.complete, self.row = out.annotation, out.complete, kept
        self.writes = [write for write in self.writes if write.who != who]


sides = some.tuples(some.integers(0, SIDE - 1), some.integers(1, SIDE)).map(
    lambda pair: slice(min(pair), max(pair) + 1)
)
boxes = some.tuples(sides, sides)
values = some.integers(0, 2**32).map(lambda seed: np.random.default_rng(seed).integers(0, 5, (SIDE, SIDE)))
actions = some.one_of(
    some.tuples(some.just("accept"), some.sampled_from("MNO"), boxes, values, some.booleans()),
    some.tuples(some.just("paint"), boxes),
    some.tuples(some.just("take back"), some.sampled_from("MNO")),
)


@given(some.lists(actions, max_size=12))
@settings(max_examples=150, deadline=None)
def test_what_a_model_gave_goes_as_if_it_had_never_been(done: list[tuple[object, ...]]) -> None:
    picture = Picture()
    for number, (action, *how) in enumerate(done):
        if action == "accept":
            who, box, numbers, whole = how
            everywhere = (slice(0, SIDE), slice(0, SIDE))
            picture.accept(who, everywhere if whole else box, numbers, whole)  # type: ignore[arg-type]
        elif action == "paint":
            picture.paint(how[0], HAND + number)  # type: ignore[arg-type]
        else:
            picture.take_back(how[0])  # type: ignore[arg-type]
        expected, complete = replayed(picture.writes)
        np.testing.assert_array_equal(picture.annotation, expected)
        assert picture.complete == complete
    for who in "MNO":
        picture.take_back(who)
    np.testing.assert_array_equal(picture.annotation, replayed(picture.writes)[0])
    assert not picture.row


def test_a_file_holds_all_of_it(tmp_path: Path) -> None:
    box = slice(1, 3), slice(0, 2)
    one = Acceptance(
        box, np.zeros((2, 2), np.uint16), np.full((2, 2), 70000, np.uint32), np.eye(2, dtype=bool), True, True
    )
    read = Acceptance.read(tmp_path, one.write(tmp_path))
    for name in ("before", "after", "written"):
        np.testing.assert_array_equal(getattr(read, name), getattr(one, name))
    assert (read.box, read.completed, read.whole) == (box, True, True)


def test_a_file_of_before_parts_counts_as_a_whole_rectangle(tmp_path: Path) -> None:
    (tmp_path / "accepted").mkdir()
    before, after = np.zeros((2, 2), np.uint16), np.ones((2, 2), np.uint16)
    np.savez(tmp_path / "accepted" / "old.npz", box=[(1, 3), (0, 2)], before=before, after=after, completed=True)
    read = Acceptance.read(tmp_path, "old.npz")
    assert read.written.all()
    assert read.whole
    assert read.box == (slice(1, 3), slice(0, 2))


def test_a_plane_stays_complete_only_by_an_accept_that_says_all_of_it() -> None:
    box = (slice(0, 1), slice(0, SIDE), slice(0, SIDE))
    bare, everything = np.zeros((1, SIDE, SIDE), np.uint16), np.ones((1, SIDE, SIDE), bool)
    net = np.eye(SIDE, dtype=bool)[np.newaxis]  # its box is as large as the plane
    plane = Acceptance(box, bare, bare + 1, everything, planes=(0,))
    one = Acceptance(box, bare + 1, np.where(net, 3, 1).astype(np.uint16), net)
    annotation = one.done(plane.done(np.zeros((2, SIDE, SIDE), np.uint16)))
    assert taken_out([plane, one], {0}, annotation, False).planes == {0}
    assert taken_out([plane, replace(one, written=everything)], {0}, annotation, False).planes == set()
