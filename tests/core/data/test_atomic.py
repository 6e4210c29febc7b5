"""A file is there whole or not there."""

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from napari_unet.core.data.atomic import FORGOTTEN, atomic_path, atomic_tree, sweep, write_json
from napari_unet.core.errors import StorageError
from tests.patience import LONGEST
from tests.storage import untouched_since


def test_the_file_appears_whole_under_its_name(tmp_path: Path) -> None:
    target = tmp_path / "new folder" / "a.json"
    with atomic_path(target) as temporary:
        temporary.write_text("first half, ")
        assert not target.exists()
        assert temporary.parent == target.parent
        assert temporary.suffix == ".json"
    assert target.read_text() == "first half, "
    assert os.listdir(target.parent) == ["a.json"]


def test_a_file_is_flushed_before_it_takes_the_place_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a power cut could leave neither."""
    flushed: list[int] = []
    monkeypatch.setattr("os.fsync", lambda descriptor: flushed.append(os.fstat(descriptor).st_ino))
    (tmp_path / "a.txt").write_text("old")
    with atomic_path(tmp_path / "a.txt") as temporary:
        temporary.write_text("new")
        assert temporary.stat().st_ino not in flushed
    assert (tmp_path / "a.txt").stat().st_ino in flushed


def test_a_failure_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(TypeError), atomic_path(target) as temporary:
        temporary.write_text(b"not text")
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_folder_that_a_thread_still_writes_into_is_gone_in_the_end(tmp_path: Path) -> None:
    """Libraries write on threads of their own: the first of them has failed, the others do not know it yet."""
    began = Event()

    def go_on(folder: Path) -> None:
        end = time.monotonic() + 0.15
        while time.monotonic() < end:
            with suppress(OSError):  # it may go away while it is made
                (folder / "piece").mkdir(parents=True, exist_ok=True)
                began.set()

    writers = []

    def fail() -> None:
        with atomic_tree(tmp_path / "masks") as folder:
            writers.append(Thread(target=go_on, args=(folder,)))
            writers[0].start()
            assert began.wait(LONGEST)
            raise ValueError("full")

    with pytest.raises(ValueError, match="full"):
        fail()
    writers[0].join()
    assert list(tmp_path.iterdir()) == []


def test_json_is_readable_by_a_person(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"unit": "µm", "sizes": [1, 2]})
    text = (tmp_path / "a.json").read_text(encoding="utf-8")
    assert "µm" in text
    assert text.count("\n") > 3
    assert json.loads(text) == {"unit": "µm", "sizes": [1, 2]}


def test_a_file_where_a_folder_is_needed_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StorageError, match=r"a\.json could not be written"):
        write_json(tmp_path / "taken" / "a.json", {})


KILL = """
import os, signal, sys
from pathlib import Path
from napari_unet.core.data.atomic import atomic_tree
honest, count = Path.rename, [0]
def rename(self, target):
    count[0] += 1
    if count[0] > int(sys.argv[2]):
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    return honest(self, target)
Path.rename = rename
with atomic_tree(Path(sys.argv[1])) as folder:
    (folder / "a.txt").write_text("new")
"""


@pytest.mark.parametrize("renames", [0, 1, 2])
def test_killed_while_a_folder_is_replaced_the_old_or_the_new_one_is_there_after_the_next_sweep(
    renames: int, tmp_path: Path
) -> None:
    target = tmp_path / ("labels of a name that is longer than what is shown of it" + "." + "x" * 20)
    target.mkdir()
    (target / "a.txt").write_text("old")
    killed = subprocess.run([sys.executable, "-c", KILL, target, str(renames)], check=False)
    assert (killed.returncode == 0) == (renames == 2)
    sweep(tmp_path, FORGOTTEN)
    assert len(os.listdir(tmp_path)) == (3, 2, 1)[renames], "somebody else may still be writing"
    for one in tmp_path.iterdir():
        untouched_since(one, FORGOTTEN + 60)
    sweep(tmp_path, FORGOTTEN)
    assert os.listdir(tmp_path) == [target.name]
    assert (target / "a.txt").read_text() == ("new" if renames == 2 else "old")


def test_a_folder_is_in_use_while_something_in_it_changes_and_hidden_files_of_others_are_theirs(
    tmp_path: Path,
) -> None:
    deep = tmp_path / ".nuclei.0123abcd.part" / "0" / "c"
    deep.mkdir(parents=True)
    (deep / "1").write_bytes(b"pixels")
    theirs = tmp_path / ".backup.part1.rar"
    theirs.write_bytes(b"theirs")
    for one in tmp_path.iterdir():
        untouched_since(one, FORGOTTEN + 60)
    os.utime(deep / "1")
    sweep(tmp_path, FORGOTTEN)
    assert (deep / "1").exists()
    untouched_since(tmp_path / ".nuclei.0123abcd.part", FORGOTTEN + 60)
    sweep(tmp_path, FORGOTTEN)
    assert list(tmp_path.iterdir()) == [theirs]


FILL = """
import resource, signal, sys
from pathlib import Path
from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.errors import StorageError
import numpy as np
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    with atomic_path(Path(sys.argv[1])) as temporary:
        {write}
except StorageError as error:
    print(error.sentence)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")
@pytest.mark.parametrize("write", ["temporary.write_bytes(bytes(50_000))", "np.zeros(50_000).tofile(temporary)"])
def test_no_room_for_the_file_is_a_sentence_and_keeps_the_old_one(tmp_path: Path, write: str) -> None:
    target = tmp_path / "a.bin"
    target.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", FILL.format(write=write), target], capture_output=True, text=True, check=True
    )
    assert "The disk is full: a.bin could not be written." in done.stdout
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.bin"]


def test_a_really_full_disk_is_a_sentence(small_disk: Path) -> None:
    write_json(small_disk / "a.json", [1])
    with pytest.raises(StorageError, match=r"The disk is full: a\.json .* Make room"):
        write_json(small_disk / "a.json", "x" * 200_000)
    assert json.loads((small_disk / "a.json").read_text()) == [1]
    assert os.listdir(small_disk) == ["a.json"]


def test_a_name_from_before_utf_8_can_be_written_down(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"source": os.fsdecode(b"caf\xe9.tif")})
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == {"source": "caf?.tif"}
