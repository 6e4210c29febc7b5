"""Whatever a file holds: it is read, or refused with a sentence, in seconds, and nothing else happens.

`make fuzz` does the same with thousands of files.
"""

from __future__ import annotations

import io
import struct
import sys
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from napari_unet.core.data import Project, read_picture
from napari_unet.core.data.acceptance import Acceptance
from napari_unet.core.data.journal import MARK, PREFIX, Journal
from napari_unet.core.errors import ModelError, PictureError, ProjectError
from napari_unet.core.model import load_model
from napari_unet.core.recipe.materials import Material, load_sample
from tests.guided import guided
from tests.hostile import CELLS, WORDS, Reader, readers, spoilt, tried

READERS = readers()
FILES = 12
"""Of each kind: a few seconds in all."""

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # the libraries warn of some of what they then refuse
    pytest.mark.skipif(sys.platform == "win32", reason="the watch knows no drives"),
]


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_a_whole_file_is_read_and_a_spoilt_one_is_read_or_refused(reader: Reader) -> None:
    assert tried(reader, reader.whole[0]) == "read"

    @settings(
        max_examples=FILES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(st.data())
    def check(data: st.DataObject) -> None:
        tried(reader, data.draw(spoilt(reader)))

    check()


def test_the_watch_sees_what_must_not_be(tmp_path: Path) -> None:
    """Else all of this would say nothing."""
    elsewhere = tmp_path / "elsewhere"
    bad = Reader("bad", "a", (b"",), lambda folder: elsewhere.write_text("x"))
    with pytest.raises(AssertionError, match="elsewhere"):
        tried(bad, b"")
    pickled = Reader("pickled", "a", (b"",), lambda folder: np.load(folder / "a", allow_pickle=True))
    file = io.BytesIO()
    np.save(file, np.array([Path()], object), allow_pickle=True)
    with pytest.raises(AssertionError, match=r"pickle\.find_class"):
        tried(pickled, file.getvalue())


# Small files that say they are large


def test_a_tiff_that_unpacks_to_more_than_it_can_hold_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.tif"
    tifffile.imwrite(bomb, np.zeros((1, 1), np.uint8), compression="zlib")
    data = bytearray(bomb.read_bytes())
    for tag in (256, 257):  # width, length
        place = data.index(struct.pack("<H", tag), 8)
        data[place : place + 12] = struct.pack("<HHII", tag, 4, 1, 200_000)
    bomb.write_bytes(data)
    with pytest.raises(PictureError, match="37 GiB"):
        read_picture(bomb)


def test_an_npy_that_says_it_is_huge_is_refused(tmp_path: Path) -> None:
    head = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000), }\n"
    (tmp_path / "a.npy").write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + bytes(800))
    with pytest.raises(PictureError, match="cut off"):
        read_picture(tmp_path / "a.npy")


def test_a_tiff_whose_pages_lead_back_to_the_first_is_refused(tmp_path: Path) -> None:
    """They were followed without end: found by `make fuzz`."""
    path = tmp_path / "circle.tif"
    tifffile.imwrite(path, np.zeros((8, 9), np.uint8))
    whole = bytearray(path.read_bytes())
    (first,) = struct.unpack_from("<I", whole, 4)
    (tags,) = struct.unpack_from("<H", whole, first)
    struct.pack_into("<I", whole, first + 2 + 12 * tags, first)
    path.write_bytes(whole)
    with pytest.raises(PictureError, match="over and over"):
        read_picture(path)


def test_a_png_that_says_it_is_huge_is_refused(tmp_path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    with pytest.raises(PictureError):
        read_picture(tmp_path / "a.png")


def test_an_accept_that_would_unpack_to_gigabytes_or_leads_out_of_its_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "accepted").mkdir()
    with zipfile.ZipFile(tmp_path / "accepted" / "x.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(9):
            with archive.open(f"{number}.npy", "w", force_zip64=True) as file:
                file.write(bytes(100))
        for entry in archive.filelist:
            entry.file_size = 2**30  # the directory at the end says so
    with pytest.raises(ProjectError, match="8 GiB"):
        Acceptance.read(tmp_path, "x.npz")
    with pytest.raises(ProjectError, match="leads out of its folder"):
        Acceptance.read(tmp_path, "../x.npz")


def test_a_stroke_unpacks_no_further_than_its_box(tmp_path: Path) -> None:
    block = zlib.compress(bytes(1 << 28), 9)
    head = b'{"id": "x", "box": [[0, 2], [0, 2]], "dtype": "<u2"}'
    journal = Journal(tmp_path / "journal", "")
    journal.append("a", "annotation", (slice(3, 4), slice(3, 4)), np.full((1, 1), 5, np.uint16))
    file = journal.path("a", "annotation")
    record = PREFIX.pack(MARK, len(head), len(block), zlib.crc32(block, zlib.crc32(head))) + head + block
    file.write_bytes(record + file.read_bytes())
    found = Journal(tmp_path / "journal", "").replay("a", "annotation", np.zeros(CELLS.shape, np.uint16), "")
    assert found.sum() == found[3, 3] == 5


@pytest.mark.parametrize("depth", [60, 100_000])
def test_a_project_nested_to_absurdity_is_refused(tmp_path: Path, depth: int) -> None:
    Project.create(tmp_path / "c.unet", "objects", ("cell",)).close()
    file = tmp_path / "c.unet" / "project.json"
    settings = '{"a":' * depth + "1" + "}" * depth
    file.write_text(file.read_text("utf-8").replace('"settings": {}', f'"settings": {settings}'), "utf-8")
    with pytest.raises(ProjectError, match="nested too deeply"):
        Project.open(tmp_path / "c.unet")


def test_a_model_whose_card_describes_a_far_larger_network_is_refused(tmp_path: Path) -> None:
    (model,) = (reader.whole[0] for reader in READERS if reader.name == "model")
    size = int.from_bytes(model[:8], "little")
    head = (
        model[8 : 8 + size]
        .replace(b'\\"width\\": 4', b'\\"width\\": 128')
        .replace(b'\\"depth\\": 2', b'\\"depth\\": 6')
    )
    (tmp_path / "model.safetensors").write_bytes(len(head).to_bytes(8, "little") + head + model[8 + size :])
    with pytest.raises(ModelError, match="do not fit the network on its card"):
        load_model(tmp_path)


@pytest.mark.parametrize("path", ["//server/share/a.tif", "\\\\server\\share\\a.tif"])
def test_no_other_computer_is_asked_because_a_recipe_says_so(tmp_path: Path, path: str) -> None:
    material = Material("a", path, "", "a.tif", True, None, "0")
    with pytest.raises(PictureError, match="another computer"):
        load_sample(material, tmp_path, "objects", ("cell",))


def _step_by_step(folder: Path) -> str:
    """Goes one step further for each of three words; hardly any file that is spoilt once holds them all."""
    data = (folder / "a").read_bytes()
    if WORDS[0] not in data:
        return "nothing"
    if WORDS[2] not in data:
        return "one"
    if WORDS[4] not in data:
        return "two"
    return "all"


def test_spoiling_that_is_led_by_coverage_goes_further_and_further() -> None:
    led = guided(Reader("steps", "a", (b"abcdefghijkl",), _step_by_step), 500, 0, where=__file__)
    reached = {line - _step_by_step.__code__.co_firstlineno for file, line in led.seen if file == __file__}
    assert max(reached) == 9, "the last line"
    assert all(any(word in data for data in led.kept) for word in (WORDS[0], WORDS[2], WORDS[4]))
