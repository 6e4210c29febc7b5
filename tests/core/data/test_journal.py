"""What was painted is on the disk, whatever happens next."""

import os
import signal
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data.journal import MARK, PREFIX, Journal
from napari_unet.core.data.record import Region
from napari_unet.core.data.steps import Classed, Locked, Said
from napari_unet.core.errors import StorageError

SHAPE = (40, 50)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal", "")


def paint(journal: Journal, array: np.ndarray, box: tuple[slice, ...], value: int) -> None:
    """Paint into `array` and journal it, as a window does."""
    array[box] = value
    journal.append("cells", "annotation", box, array[box])


def painted_array(journal: Journal) -> np.ndarray:
    array = np.zeros(SHAPE, np.uint16)
    paint(journal, array, np.s_[2:12, 3:9], 1)
    paint(journal, array, np.s_[5:20, 5:30], 300)
    paint(journal, array, np.s_[6:8, 0:50], 0)
    return array


def test_strokes_come_back_in_their_order_in_another_window(journal: Journal) -> None:
    array = painted_array(journal)
    again = Journal(journal.folder, "").replay("cells", "annotation", np.zeros(SHAPE, np.uint16), "")
    assert np.array_equal(again, array)
    assert again.dtype == np.uint16


def test_a_stroke_is_flushed_before_it_counts_as_kept(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a power cut could take what was painted long ago."""
    flushed: list[int] = []
    monkeypatch.setattr("os.fsync", lambda descriptor: flushed.append(os.fstat(descriptor).st_size))
    painted_array(journal)
    assert journal.path("cells", "annotation").stat().st_size in flushed


def test_pictures_and_layers_have_their_own_strokes(journal: Journal) -> None:
    painted_array(journal)
    assert not journal.replay("cells", "labels", np.zeros(SHAPE, np.uint16), "").any()
    assert not journal.replay("other", "annotation", np.zeros(SHAPE, np.uint16), "").any()


def test_a_number_too_large_for_the_array_widens_it(journal: Journal) -> None:
    journal.append("cells", "annotation", np.s_[0:1, 0:2], np.array([[70_000, 3]], np.uint32))
    array = journal.replay("cells", "annotation", np.zeros(SHAPE, np.uint16), "")
    assert array[0, 0] == 70_000
    assert array[0, 1] == 3


@pytest.mark.parametrize("lost", [1, 20, 60])
def test_a_torn_last_stroke_costs_itself_alone(journal: Journal, lost: int) -> None:
    array = np.zeros(SHAPE, np.uint16)
    paint(journal, array, np.s_[0:5, 0:5], 2)
    path = journal.path("cells", "annotation")
    whole = path.read_bytes()
    paint(journal, array.copy(), np.s_[10:20, 0:5], 3)
    path.write_bytes(path.read_bytes()[:-lost])
    assert path.stat().st_size > len(whole)

    later = Journal(journal.folder, "")
    assert np.array_equal(later.replay("cells", "annotation", np.zeros(SHAPE, np.uint16), ""), array)
    paint(later, array, np.s_[30:31, 0:50], 4)
    assert np.array_equal(later.replay("cells", "annotation", np.zeros(SHAPE, np.uint16), ""), array)


def test_a_damaged_stroke_in_the_middle_costs_itself_alone(journal: Journal) -> None:
    array = np.zeros(SHAPE, np.uint16)
    paint(journal, array, np.s_[0:5, 0:5], 2)
    start = journal.path("cells", "annotation").stat().st_size
    paint(journal, array.copy(), np.s_[10:20, 0:5], 3)
    paint(journal, array, np.s_[30:31, 0:50], 4)
    data = bytearray(journal.path("cells", "annotation").read_bytes())
    data[start + 40] ^= 0xFF
    journal.path("cells", "annotation").write_bytes(data)
    assert np.array_equal(journal.replay("cells", "annotation", np.zeros(SHAPE, np.uint16), ""), array)


def test_a_crash_between_saving_and_dropping_the_journal_changes_nothing(journal: Journal) -> None:
    array = painted_array(journal)
    through = journal.last("cells", "annotation")
    array[5:20, 5:30] = 7  # changed by something that is no stroke, then saved; the journal was not dropped
    saved = array.copy()
    later = Journal(journal.folder, "")
    assert np.array_equal(later.replay("cells", "annotation", saved, through), array)
    paint(later, array, np.s_[0:1, 0:1], 9)
    assert np.array_equal(later.replay("cells", "annotation", saved, through), array)


def test_a_checkpoint_drops_what_was_saved_and_nothing_newer(journal: Journal) -> None:
    array = painted_array(journal)
    through = journal.last("cells", "annotation")
    paint(journal, array, np.s_[0:1, 0:1], 9)
    journal.checkpoint("cells", "annotation", through)
    assert np.array_equal(journal.replay("cells", "annotation", np.zeros(SHAPE, np.uint16), ""), array)

    journal.checkpoint("cells", "annotation", journal.last("cells", "annotation"))
    assert not journal.path("cells", "annotation").exists()
    assert journal.last("cells", "annotation") == ""


def test_strokes_outside_the_picture_are_left_out(journal: Journal) -> None:
    journal.append("cells", "annotation", np.s_[100:102, 0:2], np.ones((2, 2), np.uint16))
    assert not journal.replay("cells", "annotation", np.zeros(SHAPE, np.uint16), "").any()


@pytest.mark.parametrize("deeper", [(), (2,)])
def test_stacks_and_films_of_stacks_are_journalled_too(journal: Journal, deeper: tuple[int, ...]) -> None:
    painted = np.full((*(1 for _ in deeper), 1, 2, 2), 5, np.uint16)
    journal.append("cells", "annotation", (*(slice(0, 1) for _ in deeper), *np.s_[1:2, 3:5, 0:2]), painted)
    again = Journal(journal.folder, "").replay("cells", "annotation", np.zeros((*deeper, 3, 6, 6), np.uint16), "")
    assert again.sum() == 20


def test_a_read_only_project_refuses_with_its_sentence(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="another window"):
        Journal(tmp_path, "This project is open in another window.").append(
            "cells", "annotation", np.s_[0:1, 0:1], np.ones((1, 1), np.uint16)
        )


def test_a_stroke_on_a_large_picture_writes_its_box_alone(journal: Journal) -> None:
    array = np.random.default_rng(0).integers(0, 300, (2048, 2048)).astype(np.uint16)
    box = np.s_[700:760, 900:960]
    journal.append("cells", "annotation", box, array[box])
    assert journal.path("cells", "annotation").stat().st_size < 2 * array[box].nbytes


def test_locks_and_origins_stand_beside_the_strokes_too_and_what_is_none_is_passed_over(journal: Journal) -> None:
    nowhere, nothing = np.s_[0:0, 0:0], np.zeros((0, 0), np.uint8)
    region = Region(((2, 8), (3, 9)), "corrected", "first", {"threshold": 0.5}, part="object", kept="a.npz", id="a.npz")
    beside = [Locked(frozenset(), frozenset({3, 70_000})), Said(region, there=True), Said(region, there=False)]
    for one in beside:
        journal.append("cells", "labels", nowhere, nothing, beside=one)
    again = Journal(journal.folder, "")
    assert again.changes("cells", "labels", np.zeros(SHAPE, np.uint16), "") == [[one] for one in beside]
    path = journal.path("cells", "labels")
    for good, bad, left in ((b"70000", b'"abc"', 2), (b'"corrected"', b"1234567    ", 1)):
        path.write_bytes(_signed_anew(path.read_bytes().replace(good, bad)))
        assert len(again.changes("cells", "labels", np.zeros(SHAPE, np.uint16), "")) == left, "made by somebody else"
        path.write_bytes(_signed_anew(path.read_bytes().replace(bad, good)))


def _signed_anew(data: bytes) -> bytes:
    """The records with checksums that are right again, as whoever makes a file to do harm would write them."""
    made, start = b"", 0
    while start < len(data):
        _, head, block, _ = PREFIX.unpack_from(data, start)
        body = data[start + PREFIX.size : start + PREFIX.size + head + block]
        made += PREFIX.pack(MARK, head, block, zlib.crc32(body)) + body
        start += PREFIX.size + head + block
    return made


PAINTER = """
import sys
import numpy as np
from pathlib import Path
from napari_unet.core.data.journal import Journal
from napari_unet.core.data.steps import Classed
journal = Journal(Path(sys.argv[1]), "")
for number in range(1, 1_000_000):
    row = number % 100
    journal.append("cells", "annotation", np.s_[row:row + 1, 0:64], np.full((1, 64), number, np.uint32))
    print(number, flush=True)
"""


def test_killed_while_painting_everything_acknowledged_is_there(tmp_path: Path) -> None:
    for repeat in range(3):
        folder = tmp_path / str(repeat)
        painter = subprocess.Popen([sys.executable, "-c", PAINTER, folder], stdout=subprocess.PIPE, text=True)
        assert painter.stdout is not None
        said = [painter.stdout.readline() for _ in range(150 + 7 * repeat)]
        painter.send_signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
        said += painter.stdout.readlines()
        painter.stdout.close()
        painter.wait()
        acknowledged = int([line for line in said if line.endswith("\n")][-1])

        array = Journal(folder, "").replay("cells", "annotation", np.zeros((100, 64), np.uint32), "")
        painted = int(array.max())
        assert painted in (acknowledged, acknowledged + 1)
        expected = np.zeros_like(array)
        for number in range(1, painted + 1):
            expected[number % 100] = number
        assert np.array_equal(array, expected)


def test_each_stroke_says_what_it_changed(journal: Journal) -> None:
    array = painted_array(journal)
    changes = Journal(journal.folder, "").changes("cells", "annotation", np.zeros(SHAPE, np.uint16), "")
    assert len(changes) == 3
    for (change,) in reversed(changes):
        assert np.array_equal(array[change.where], change.after)
        array[change.where] = change.before
    assert not array.any()


def test_what_was_saved_can_not_be_taken_back_and_what_changed_nothing_need_not(journal: Journal) -> None:
    array = painted_array(journal)
    saved = journal.last("cells", "annotation")
    paint(journal, array, np.s_[0:2, 0:2], 7)
    paint(journal, array, np.s_[0:2, 0:2], 7)
    ((change,),) = journal.changes("cells", "annotation", painted_array(Journal(journal.folder / "other", "")), saved)
    assert change.after.tolist() == [7, 7, 7, 7]


def test_a_stroke_that_was_told_in_parts_is_one_step(journal: Journal) -> None:
    array = np.zeros(SHAPE, np.uint16)
    for start, goes_on in ((0, False), (10, True), (10, True), (20, True), (30, False)):
        box = np.s_[5:9, start : start + 12]
        array[box] = 1 + start
        journal.append("cells", "annotation", box, array[box], goes_on=goes_on)
    long, short = Journal(journal.folder, "").changes("cells", "annotation", np.zeros(SHAPE, np.uint16), "")
    assert [len(part.after) for part in long] == [48, 48, 48], "the part that changed nothing is none"
    assert len(short) == 1
    for part in reversed([*long, *short]):
        assert np.array_equal(array[part.where], part.after)
        array[part.where] = part.before
    assert not array.any()


def test_what_goes_on_from_a_stroke_that_was_saved_or_damaged_joins_no_other(journal: Journal) -> None:
    array = np.zeros(SHAPE, np.uint16)
    paint(journal, array, np.s_[0:2, 0:2], 1)
    paint(journal, array, np.s_[4:6, 0:2], 2)
    saved = journal.last("cells", "annotation")
    start = journal.path("cells", "annotation").stat().st_size
    for row in (8, 12):
        array[row : row + 2, 0:2] = 2
        journal.append("cells", "annotation", np.s_[row : row + 2, 0:2], array[row : row + 2, 0:2], goes_on=True)
    assert [len(step) for step in journal.changes("cells", "annotation", np.zeros(SHAPE, np.uint16), "")] == [1, 3]
    assert [len(step) for step in journal.changes("cells", "annotation", np.zeros(SHAPE, np.uint16), saved)] == [2]
    data = bytearray(journal.path("cells", "annotation").read_bytes())
    data[start + 40] ^= 0xFF  # the first part that goes on
    journal.path("cells", "annotation").write_bytes(data)
    assert [len(step) for step in journal.changes("cells", "annotation", np.zeros(SHAPE, np.uint16), "")] == [1, 1, 1]


def test_classes_stand_beside_the_strokes_and_change_no_pixel(journal: Journal) -> None:
    array = painted_array(journal)
    nowhere, nothing = np.s_[0:0, 0:0], np.zeros((0, 0), np.uint8)
    classed = Classed({3: 0}, {3: 2})
    journal.append("cells", "annotation", nowhere, nothing, goes_on=True, beside=classed)
    journal.append("cells", "annotation", nowhere, nothing, beside=classed)
    again = Journal(journal.folder, "")
    assert np.array_equal(again.replay("cells", "annotation", np.zeros(SHAPE, np.uint16), ""), array)
    steps = again.changes("cells", "annotation", np.zeros(SHAPE, np.uint16), "")
    assert [[part == classed for part in step] for step in steps] == [[False], [False], [False, True], [True]]
