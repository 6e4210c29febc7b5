"""Whatever is wrong with a file, a setting or a model: a sentence in its section, nothing lost, everything usable."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from napari_unet.core.data import Picture
from napari_unet.core.data.pairing import Pair
from napari_unet.core.model.card import WEIGHTS
from napari_unet.session import Session
from tests.session.conftest import Told, Wait, discs

GREY = np.random.default_rng(0).integers(0, 255, (64, 64)).astype(np.uint8)


def truncated(path: Path) -> None:
    tifffile.imwrite(path, np.tile(GREY, (4, 4)))
    path.write_bytes(path.read_bytes()[:2000])


def stack_without_names(path: Path) -> None:
    tifffile.imwrite(path, np.zeros((7, 64, 64), np.uint8))


def no_picture(path: Path) -> None:
    path.write_text("these are words")


@pytest.mark.parametrize(
    ("make", "words"),
    [(truncated, "cut off"), (stack_without_names, "7 planes and does not say"), (no_picture, "cannot be read")],
)
def test_a_bad_picture_is_told_and_the_good_one_beside_it_is_taken(
    session: Session, told: Told, tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    make(tmp_path / "bad.tif")
    tifffile.imwrite(tmp_path / "good.tif", GREY)
    session.add_files([tmp_path / "bad.tif", tmp_path / "good.tif"])
    assert [row.name for row in session.pictures] == ["good"]
    ((section, error),) = told.errors
    assert section == "pictures"
    assert "bad.tif" in str(error)
    assert words in str(error)


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (np.zeros((32, 64), np.uint8), "64 x 64"),
        (np.full((64, 64), 0.5, np.float32), "fractions"),
        (np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8), "colour"),
    ],
)
def test_a_mask_that_cannot_be_used_is_told(
    session: Session, told: Told, tmp_path: Path, mask: np.ndarray, words: str
) -> None:
    tifffile.imwrite(tmp_path / "a.tif", GREY)
    if mask.ndim == 3:
        Image.fromarray(mask).save(tmp_path / "mask.png")
    else:
        tifffile.imwrite(tmp_path / "mask.tif", mask)
    session.add_pairs([Pair(tmp_path / "a.tif", next(tmp_path.glob("mask.*")), "by hand")])
    assert session.pictures == ()
    assert words in str(told.errors[0][1])
    session.add_pairs([Pair(tmp_path / "a.tif", None, "by hand")])
    assert len(session.pictures) == 1


def test_an_empty_folder_is_told(session: Session, told: Told, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert session.find_pairs(tmp_path / "empty") is None
    assert told.errors[0][0] == "pictures"


def constant(session: Session) -> None:
    session.add_picture(Picture("flat", np.full((1, 64, 64), 7, np.uint16)), np.eye(64, dtype=np.uint16))


def without_label(session: Session) -> None:
    session.add_picture(Picture("bare", GREY[None]), np.zeros((64, 64), np.uint16))


def without_card(session: Session) -> None:
    session.add_picture(*discs("disc0", 0))
    session.set_settings("training", dataclasses.replace(session.settings("training"), device="cuda"))


def nothing_painted(session: Session) -> None:
    session.add_picture(Picture("bare", GREY[None]), None)


@pytest.mark.parametrize(
    ("prepare", "words"),
    [(constant, "flat"), (without_label, ""), (without_card, "cuda"), (nothing_painted, "")],
    ids=["constant", "no label", "no card", "nothing painted"],
)
def test_training_that_cannot_work_is_told_and_nothing_is_lost(
    session: Session, told: Told, wait: Wait, prepare: Callable[[Session], None], words: str
) -> None:
    prepare(session)
    before = session.annotation(session.pictures[0].name).copy()
    session.train()
    wait(lambda: session.job is None)
    ((section, error),) = told.errors
    assert section == "train"
    assert words in str(error).lower()
    assert "Traceback" not in str(error)
    np.testing.assert_array_equal(session.annotation(session.pictures[0].name), before)
    assert session.models == ()


def test_a_model_that_is_cut_off_is_told_when_it_is_asked_for(session: Session, told: Told) -> None:
    session.add_picture(*discs("disc0", 0))
    folder = session.need_project().new_model_folder("torn")
    folder.mkdir(parents=True)
    (folder / WEIGHTS).write_bytes(b"\x20\x00\x00\x00\x00\x00\x00\x00{")
    assert session.models == ()
    session.activate(folder.name)
    assert told.errors[0][0] == "train"
    assert "cut off" in str(told.errors[0][1])
