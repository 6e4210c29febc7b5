"""Cellpose's _seg.npy: its masks are read, and nothing in it is ever run."""

import io
import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_unet.core.data import from_mask
from napari_unet.core.errors import MaskError
from napari_unet.core.importing import read_annotation
from tests.core.importing.making import SHAPE, mask_of, seg

MASK = mask_of((2, 3, 10, 12), (20, 5, 31, 44))


def put(path: Path, pickled: bytes) -> Path:
    """A pickle of any kind in an .npy that says it holds objects."""
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "|O", "fortran_order": False, "shape": ()})
    path.write_bytes(head.getvalue() + pickled)
    return path


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.uint32, np.int32, ">u2", np.float32])
@pytest.mark.parametrize("order", ["C", "F"])
def test_the_masks_become_an_annotation_in_which_every_pixel_counts(tmp_path: Path, dtype: Any, order: Any) -> None:
    path = seg(tmp_path / "a_seg.npy", np.array(MASK, dtype, order=order))
    imported = read_annotation(path, SHAPE, "a")
    np.testing.assert_array_equal(imported.annotation, from_mask(MASK))
    assert (imported.class_names, imported.notes) == ((), ())


@pytest.mark.parametrize(("protocol", "room"), [(3, b"numpy.core"), (3, b"numpy._core"), (4, b"numpy._core")])
def test_pickles_of_older_and_newer_numpy_are_read(tmp_path: Path, protocol: int, room: bytes) -> None:
    pickled = pickle.dumps({"masks": MASK, "est_diam": np.float32(9)}, protocol).replace(b"numpy._core", room)
    path = put(tmp_path / "a_seg.npy", pickled)
    np.testing.assert_array_equal(read_annotation(path, SHAPE, "a").annotation, from_mask(MASK))


def test_masks_of_a_stack_have_its_shape(tmp_path: Path) -> None:
    stack = np.stack([MASK, MASK[::-1]])
    path = seg(tmp_path / "a_seg.npy", stack)
    np.testing.assert_array_equal(read_annotation(path, stack.shape, "a").annotation, from_mask(stack))
    with pytest.raises(MaskError, match="2 x 40 x 50"):
        read_annotation(path, SHAPE, "a")
    single = seg(tmp_path / "b_seg.npy", MASK[None])
    assert read_annotation(single, SHAPE, "b").annotation.shape == SHAPE


def test_an_npy_of_plain_numbers_is_a_label_picture(tmp_path: Path) -> None:
    np.save(tmp_path / "a_seg.npy", MASK)
    np.testing.assert_array_equal(read_annotation(tmp_path / "a_seg.npy", SHAPE, "a").annotation, from_mask(MASK))


@pytest.mark.parametrize(
    ("masks", "words"),
    [
        (np.zeros(SHAPE, np.uint16), "holds no object"),
        (MASK[:30], "40 x 50 but its mask is 30 x 50"),
        (MASK / 2, "fractions"),
        (np.full(SHAPE, -1), "value -1"),
        (np.full(SHAPE, 2**33), "between 0 and"),
        (np.full(SHAPE, "a"), "no plain number"),
        (np.full(SHAPE, None), "no plain number"),
        (7, "has no masks in it"),
        ([[1, 2]], "has no masks in it"),
    ],
)
def test_masks_that_cannot_be_used_are_a_sentence(tmp_path: Path, masks: Any, words: str) -> None:
    with pytest.raises(MaskError, match=words):
        read_annotation(seg(tmp_path / "a_seg.npy", masks), SHAPE, "a")


class Harmful:
    """Makes a file when it is unpickled in the open way."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.path),)


def test_a_file_that_would_run_a_program_is_refused_and_runs_nothing(tmp_path: Path) -> None:
    harmful = Harmful(tmp_path / "harm")
    for path in (
        seg(tmp_path / "a_seg.npy", MASK, filename=harmful),
        seg(tmp_path / "b_seg.npy", harmful),
        put(tmp_path / "c_seg.npy", pickle.dumps(harmful)),
    ):
        with pytest.raises(MaskError, match=r"was not opened: .*mkdir.* can run any program .* as TIFF or PNG"):
            read_annotation(path, SHAPE, "a")
    assert not (tmp_path / "harm").exists()
    pickle.loads(pickle.dumps(harmful))
    assert (tmp_path / "harm").exists()  # it really would have


@pytest.mark.parametrize(
    "held",
    [{1, 2}, frozenset([1]), bytearray(3), 1j, slice(1), Path("a"), print, np.add, np.load, {"masks": {(("a",),): 1}}],
)
def test_what_masks_do_not_need_is_refused(tmp_path: Path, held: Any) -> None:
    with pytest.raises(MaskError, match="was not opened"):
        read_annotation(put(tmp_path / "a_seg.npy", pickle.dumps(held)), SHAPE, "a")


def doubled() -> bytes:
    """A tuple of two of a tuple of two ... as a key: 40 lines, but 2 to the power of 40 parts to hash."""
    steps = [b"\x80\x04}", b")", *(bytes([ord("q"), i]) + b"h" + bytes([i]) + b"\x86" for i in range(40)), b"Ns."]
    return b"".join(steps)


@pytest.mark.parametrize(
    ("pickled", "words"),
    [
        (doubled(), "keys are no plain words"),
        (b"\x80\x04}" + b")" + b"\x85" * 10**5 + b"Ns.", "keys are no plain words"),
        (b"\x80\x04Nr\xff\xff\xff\xff.", "notes something at the place 4294967295"),
        (b"\x80\x04\x8e" + b"\xff" * 8 + b"abc.", "cannot be read"),
        (b"\x80\x04\x95" + b"\xff" * 7 + b"\x00N.", "cannot be read"),
        (b"\x80\x04Na.", "cannot be read"),
        (b"\x80\x04(0.", "was not opened"),
        (b"\x80\x04Pme\n.", "step PERSID"),
        (b"cnumpy\ndtype\n)R)R.", "cannot be read"),
        (b"cnumpy\ndtype\n)R.", "has no masks"),
        (b"cnumpy\ndtype\nN}s.", "cannot be read"),
        (b"\x80\x04" + b"]" * 10**5 + b"a" * (10**5 - 1) + b".", "has no masks"),
        (b"", "cannot be read"),
        (b"no pickle at all", "cannot be read"),
    ],
)
def test_a_pickle_made_to_exhaust_or_confuse_is_a_sentence(tmp_path: Path, pickled: bytes, words: str) -> None:
    with pytest.raises(MaskError, match=words):
        read_annotation(put(tmp_path / "a_seg.npy", pickled), SHAPE, "a")


@pytest.mark.parametrize(
    "change",
    [
        {"shape": (10**15,)},
        {"shape": (-40, -50)},
        {"shape": "ab"},
        {"shape": (2,) * 60},
        {"shape": (True, 50)},
        {"data": b"short"},
        {"data": [1, 2]},
        {"code": "O8"},
        {"code": ("u2",)},
        {"order": "?"},
    ],
)
def test_an_array_that_does_not_fit_its_bytes_is_a_sentence(tmp_path: Path, change: dict[str, Any]) -> None:
    """Such arrays are dangerous in the hands of NumPy, which believes what they say."""
    made = {"shape": SHAPE, "data": MASK.tobytes(), "code": "u2", "order": "<", **change}

    class Array:
        def __reduce__(self) -> tuple[Any, ...]:
            reconstruct = np.zeros(1).__reduce__()[0]
            return reconstruct, (np.ndarray, (0,), b"b"), (1, made["shape"], Type(), False, made["data"])

    class Type:
        def __reduce__(self) -> tuple[Any, ...]:
            return np.dtype, (made["code"], False, True), (3, made["order"], None, None, None, -1, -1, 0)

    with pytest.raises(MaskError, match=r"cannot be read: its masks"):
        read_annotation(put(tmp_path / "a_seg.npy", pickle.dumps({"masks": Array()}, 4)), SHAPE, "a")


def test_a_file_cut_off_anywhere_is_a_sentence(tmp_path: Path) -> None:
    whole = seg(tmp_path / "a_seg.npy", MASK).read_bytes()
    cut = tmp_path / "cut_seg.npy"
    for length in (*range(200), *range(200, len(whole) - 1, 97)):
        cut.write_bytes(whole[:length])
        with pytest.raises(MaskError, match=r"cut_seg\.npy"):
            read_annotation(cut, SHAPE, "cut")


def test_one_file_cannot_alter_how_the_next_is_read(tmp_path: Path) -> None:
    """A step that sets a stand-in's attributes, as far as it is allowed, leaves no trace."""
    steps = b"\x80\x04cnumpy\ndtype\nN}\x8c\x0c__defaults__N\x85s\x86b."
    with pytest.raises(MaskError):
        read_annotation(put(tmp_path / "bad_seg.npy", steps), SHAPE, "bad")
    path = seg(tmp_path / "a_seg.npy", MASK)
    np.testing.assert_array_equal(read_annotation(path, SHAPE, "a").annotation, from_mask(MASK))
