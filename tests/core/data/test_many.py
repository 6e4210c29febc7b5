"""Ten thousand strokes, and a thousand pictures: still quick, and nothing grows beyond what it must."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import Picture, Project
from napari_unet.core.data.journal import Journal

STROKES, SIDE = 10_000, 512
PICTURES = 1000


def test_ten_thousand_strokes_are_replayed_exactly_and_at_once(tmp_path: Path) -> None:
    journal, chance = Journal(tmp_path / "journal", ""), np.random.default_rng(0)
    painted = np.zeros((SIDE, SIDE), np.uint16)
    for number in range(STROKES):
        row, column = chance.integers(0, SIDE - 20, 2)
        box = (slice(int(row), int(row) + 20), slice(int(column), int(column) + 20))
        painted[box] = number % 60000
        journal.append("a", "annotation", box, painted[box])
    size = journal.path("a", "annotation").stat().st_size
    begun = time.process_time()
    found = Journal(tmp_path / "journal", "").replay("a", "annotation", np.zeros_like(painted), "")
    took = time.process_time() - begun
    np.testing.assert_array_equal(found, painted)
    assert size < 300 * STROKES, "a stroke of 20 x 20 pixels takes less than 300 bytes"
    assert took < 5, f"replaying took {took:.1f} s"


OPEN = """
import resource, sys, time
from pathlib import Path
from napari_unet.core.data import Project
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begun = time.monotonic()
project = Project.open(Path(sys.argv[1]))
opened = time.monotonic() - begun
begun = time.monotonic()
project.decide_validation(0.2)
decided = time.monotonic() - begun
print(len(project.names()), opened, decided, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell a process its memory so")
def test_a_thousand_pictures_open_and_are_divided_within_seconds(tmp_path: Path) -> None:
    folder = tmp_path / "many.unet"
    with Project.create(folder, "objects", ("cell",)) as project:
        project.add(Picture("p0000", np.ones((1, 16, 16), np.uint8)), np.ones((16, 16), np.uint8), "")
    first = folder / "pictures" / "p0000"
    record = json.loads((first / "record.json").read_text("utf-8"))
    for number in range(1, PICTURES):
        copy = first.with_name(f"p{number:04}")
        shutil.copytree(first, copy)
        (copy / "record.json").write_text(json.dumps({**record, "added": f"2999-{number:06}"}), "utf-8")
    done = subprocess.run([sys.executable, "-c", OPEN, folder], capture_output=True, text=True, check=True)
    count, opened, decided, grown = map(float, done.stdout.split())
    assert count == PICTURES
    assert opened < 5
    assert decided < 20, "one after the other, each waiting for the disk, takes longer"
    assert grown < 50, f"a record took {grown / PICTURES * 1024:.0f} KiB"
    with Project.open(folder) as project:
        assert sum(project.record(name).validation is True for name in project.names()) == 40
