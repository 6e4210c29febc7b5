"""ImageJ's selections, one or a .zip of them."""

import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import from_mask, to_mask
from napari_unet.core.errors import MaskError
from napari_unet.core.importing import Imported, read_annotation
from tests.core.importing.making import SHAPE, mask_of, roi, square

BOX = (5, 5, 15, 15)
MASK = mask_of(BOX)
CORNERS = square(0, 0, 10)
"""From the corner of the box."""

POLYGON, RECTANGLE, OVAL, LINE, FREELINE, POLYLINE, NOTHING, FREEHAND, TRACED, ANGLE, POINT = range(11)


def read(tmp_path: Path, *selections: bytes) -> Imported:
    if len(selections) == 1:
        path = tmp_path / "a.roi"
        path.write_bytes(selections[0])
    else:
        path = zipped(tmp_path / "a.zip", {f"{number}.roi": data for number, data in enumerate(selections)})
    return read_annotation(path, SHAPE, "a")


def zipped(path: Path, files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("kind", [POLYGON, FREEHAND, TRACED])
@pytest.mark.parametrize("exact", [False, True])
def test_outlines_with_whole_and_exact_corners(tmp_path: Path, kind: int, exact: bool) -> None:
    imported = read(tmp_path, roi(kind, square(5, 5, 10) if exact else CORNERS, BOX, exact))
    np.testing.assert_array_equal(imported.annotation, from_mask(MASK))
    assert imported.notes == ()


def test_exact_corners_lie_between_pixels(tmp_path: Path) -> None:
    imported = read(tmp_path, roi(FREEHAND, square(5.6, 5.4, 10), BOX, exact=True))
    np.testing.assert_array_equal(to_mask(imported.annotation), mask_of((5, 6, 15, 16)))


@pytest.mark.parametrize("kind", [POLYLINE, FREELINE])
def test_a_line_drawn_around_something_is_closed_and_told(tmp_path: Path, kind: int) -> None:
    imported = read(tmp_path, roi(kind, CORNERS, BOX))
    np.testing.assert_array_equal(imported.annotation, from_mask(MASK))
    assert imported.notes == ("1 selections are lines that were not closed, and were taken for outlines.",)


def test_rectangles_and_ovals(tmp_path: Path) -> None:
    np.testing.assert_array_equal(read(tmp_path, roi(RECTANGLE, box=BOX)).annotation, from_mask(MASK))
    between = read(tmp_path, roi(RECTANGLE, box=BOX, exact_box=(5.6, 4.4, 10, 10)))
    np.testing.assert_array_equal(to_mask(between.annotation), mask_of((4, 6, 14, 16)))
    rows, columns = np.indices(SHAPE) + 0.5
    disc = read(tmp_path, roi(OVAL, box=(5, 10, 35, 40))).annotation
    np.testing.assert_array_equal(to_mask(disc), (rows - 20) ** 2 + (columns - 25) ** 2 < 15**2)


def test_a_selection_put_together_from_several_keeps_its_hole(tmp_path: Path) -> None:
    rings = square(5, 5, 10), square(8, 8, 4)
    path = [
        value for ring in rings for step, corner in zip((0, 1, 1, 1), ring, strict=True) for value in (step, *corner)
    ]
    path.insert(12, 4)
    imported = read(tmp_path, roi(RECTANGLE, box=BOX, path=path))
    np.testing.assert_array_equal(to_mask(imported.annotation), MASK - mask_of((8, 8, 12, 12)))


def test_more_corners_than_16_bits_count(tmp_path: Path) -> None:
    corners = [*((x / 2000, 0) for x in range(70_000)), (34, 10), (0, 10)]
    data = bytearray(roi(POLYGON, [], (5, 5, 15, 40)))
    x, y = ([int(corner[axis]) for corner in corners] for axis in (0, 1))
    data[18:22] = struct.pack(">i", len(corners))
    data[64:] = struct.pack(f">{2 * len(corners)}h", *x, *y)
    np.testing.assert_array_equal(to_mask(read(tmp_path, bytes(data)).annotation), mask_of((5, 5, 15, 39)))


def test_coordinates_beyond_16_bits_are_understood(tmp_path: Path) -> None:
    selection = roi(RECTANGLE, box=(0, 40_000 - 65_536, 2, 40_003 - 65_536))
    (tmp_path / "a.roi").write_bytes(selection)
    annotation = read_annotation(tmp_path / "a.roi", (3, 50_000), "a").annotation
    np.testing.assert_array_equal(np.argwhere(annotation == 2)[[0, -1]], [(0, 40_000), (1, 40_002)])


def test_the_selections_of_a_zip_are_numbered_and_companions_of_a_mac_skipped(tmp_path: Path) -> None:
    files = {"1.roi": roi(RECTANGLE, box=BOX), "in/2.ROI": roi(RECTANGLE, box=(20, 20, 25, 25))}
    zipped(tmp_path / "a.zip", {**files, "__MACOSX/._1.roi": b"x", "in/.3.roi": b"x", "notes.txt": b"x"})
    imported = read_annotation(tmp_path / "a.zip", SHAPE, "a")
    np.testing.assert_array_equal(imported.annotation, from_mask(mask_of(BOX, (20, 20, 25, 25))))
    assert imported.class_names == ()


def test_points_lines_and_texts_are_left_out_and_told(tmp_path: Path) -> None:
    others = [roi(kind, CORNERS, BOX) for kind in (LINE, POINT, ANGLE, NOTHING)]
    imported = read(tmp_path, roi(RECTANGLE, box=BOX), roi(RECTANGLE, box=BOX, subtype=1), *others)
    assert imported.notes == ("5 selections are points, lines or texts without an area, and were left out.",)
    with pytest.raises(MaskError, match=r"holds no object .* 1 selections are points"):
        read(tmp_path, roi(POINT, CORNERS, BOX))


def test_selections_on_several_planes_are_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MaskError, match="objects on 2 planes of a stack"):
        read(tmp_path, roi(RECTANGLE, box=BOX, plane=(1, 1, 1)), roi(RECTANGLE, box=BOX, plane=(1, 2, 1)))
    with pytest.raises(MaskError, match="objects on 2 planes of a stack"):
        read(tmp_path, roi(RECTANGLE, box=BOX, position=1), roi(RECTANGLE, box=BOX, position=3))


def test_selections_on_several_channels_are_on_one_plane(tmp_path: Path) -> None:
    other = roi(RECTANGLE, box=(20, 20, 25, 25), plane=(2, 1, 1))
    imported = read(tmp_path, roi(RECTANGLE, box=BOX, plane=(1, 0, 0)), other)
    np.testing.assert_array_equal(imported.annotation, from_mask(mask_of(BOX, (20, 20, 25, 25))))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"no selection at all" * 9, "no ImageJ selection"),
        (roi(POLYGON, [(1, 1), (float("nan"), 5), (5, 5)][:1], BOX)[:66], "cut off"),
        (roi(RECTANGLE, box=BOX, exact_box=(float("inf"), 1, 2, 3)), "NaN or infinite"),
        (roi(RECTANGLE, box=BOX, exact_box=(1e30, 1, 2, 3)), "outside the picture"),
        (roi(RECTANGLE, box=BOX, path=(0, 1, 1, 3, 1, 2, 3, 4, 5, 6)), "curves"),
        (roi(RECTANGLE, box=BOX, path=(0, 1, 1, 1, float("nan"), 2, 1, 5, 5)), "no number"),
        (roi(RECTANGLE, box=BOX, path=(0, 5, 5, 1, 9, 5, 1, 9)), "no number"),
        (roi(RECTANGLE, box=BOX, path=(1, 5, 5)), "cannot be read"),
        (roi(RECTANGLE, box=(900, 900, 910, 910)), "outside the picture"),
        (roi(RECTANGLE, box=(5, 5, 5, 5)), "holds no object"),
        (roi(POLYGON, [], BOX)[:18] + struct.pack(">i", -5) + roi(POLYGON, [], BOX)[22:], "-5 points"),
        (roi(POLYGON, [], BOX)[:18] + struct.pack(">i", 2**31 - 1) + roi(POLYGON, [], BOX)[22:], "cut off"),
        (roi(RECTANGLE, box=BOX)[:36] + struct.pack(">i", 2**31 - 1) + roi(RECTANGLE, box=BOX)[40:], "cut off"),
    ],
)
def test_a_spoilt_selection_is_a_sentence(tmp_path: Path, data: bytes, words: str) -> None:
    with pytest.raises(MaskError, match=words):
        read(tmp_path, data)


def test_exact_corners_that_are_no_numbers_are_a_sentence(tmp_path: Path) -> None:
    data = roi(FREEHAND, [(1, 1), (7, 7), (9, 3)], BOX, exact=True).replace(struct.pack(">f", 7), b"\x7f\xc0\0\0")
    with pytest.raises(MaskError, match="no number"):
        read(tmp_path, data)


def test_a_bad_selection_in_a_zip_is_named(tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", {"good.roi": roi(RECTANGLE, box=BOX), "bad.roi": b"Iout"})
    with pytest.raises(MaskError, match=r"bad\.roi in a\.zip cannot be read"):
        read_annotation(tmp_path / "a.zip", SHAPE, "a")


@pytest.mark.parametrize(
    "name", ["../../1.roi", "a/../../1.roi", "/etc/1.roi", "..\\1.roi", "C:/1.roi", "../notes.txt"]
)
def test_a_zip_whose_names_lead_out_of_it_is_refused_and_writes_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    path = zipped(tmp_path / "in" / "a.zip", {"0.roi": roi(RECTANGLE, box=BOX), name: roi(RECTANGLE, box=BOX)})
    with pytest.raises(MaskError, match="leads out of its folder"):
        read_annotation(path, SHAPE, "a")
    assert sorted(tmp_path.rglob("*")) == [path.parent, path]


def test_a_zip_that_holds_more_than_selections_can_need_is_refused_unopened(tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", {"1.roi": bytes(20 * 2**20)})
    assert (tmp_path / "a.zip").stat().st_size < 10**5
    with pytest.raises(MaskError, match="the largest of 20 MiB"):
        read_annotation(tmp_path / "a.zip", SHAPE, "a")
    zipped(tmp_path / "b.zip", {f"{number}.roi": bytes(15 * 2**20) for number in range(20)})
    with pytest.raises(MaskError, match="20 selections of 300 MiB"):
        read_annotation(tmp_path / "b.zip", SHAPE, "b")


def test_a_zip_that_lies_about_its_sizes_is_a_sentence(tmp_path: Path) -> None:
    data = zipped(tmp_path / "a.zip", {"1.roi": bytes(20 * 2**20)}).read_bytes()
    (tmp_path / "a.zip").write_bytes(data.replace(struct.pack("<I", 20 * 2**20), struct.pack("<I", 100)))
    with pytest.raises(MaskError, match=r"1\.roi|a\.zip"):
        read_annotation(tmp_path / "a.zip", SHAPE, "a")


def test_other_packings_locks_and_cut_off_archives_are_sentences(tmp_path: Path) -> None:
    whole = {"1.roi": roi(RECTANGLE, box=BOX)}
    path = zipped(tmp_path / "a.zip", whole, zipfile.ZIP_LZMA)
    with pytest.raises(MaskError, match="packed in a way that ImageJ does not use"):
        read_annotation(path, SHAPE, "a")
    data = bytearray(zipped(path, whole).read_bytes())
    for place in (6, data.index(b"PK\x01\x02") + 8):  # the flag of a password, twice
        data[place] |= 1
    path.write_bytes(data)
    with pytest.raises(MaskError, match=r"a\.zip cannot be read: .*password"):
        read_annotation(path, SHAPE, "a")
    data = zipped(path, whole).read_bytes()
    for length in range(len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(MaskError, match=r"a\.zip"):
            read_annotation(path, SHAPE, "a")
    zipped(path, {"notes.txt": b""})
    with pytest.raises(MaskError, match="holds no object"):
        read_annotation(path, SHAPE, "a")


def test_a_selection_cut_off_anywhere_is_a_sentence_or_whole(tmp_path: Path) -> None:
    """What follows the corners only says more about them."""
    data = roi(FREEHAND, square(5, 5, 10), BOX, exact=True)
    for length in range(len(data)):
        try:
            assert np.array_equal(read(tmp_path, data[:length]).annotation, from_mask(MASK))
        except MaskError as error:
            assert "a.roi" in str(error)  # noqa: PT017 - either is right
            assert length < 64 + 4 * 4 + 4 * 8  # the head, four whole and four exact corners
