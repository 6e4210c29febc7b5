"""Pictures find their masks, and every pair says why."""

import unicodedata
from pathlib import Path

import pytest

from napari_unet.core.data.pairing import Pair, pair_folder, pair_folders, pairing_of_folder, pairing_of_folders
from napari_unet.core.errors import PictureError


def make(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


def said(pairs: list[Pair]) -> list[tuple[str, str | None, str]]:
    return [(pair.picture.name, pair.mask.name if pair.mask else None, pair.reason) for pair in pairs]


@pytest.mark.parametrize(
    ("pictures", "masks"),
    [("images", "masks"), ("image", "mask"), ("Images", "Labels"), ("images", "label"), ("imgs", "annotations")],
)
def test_two_subfolders_with_equal_names(tmp_path: Path, pictures: str, masks: str) -> None:
    make(tmp_path, f"{pictures}/a.tif", f"{pictures}/b.png", f"{masks}/a.png", f"{masks}/c.tif")
    assert said(pair_folder(tmp_path)) == [
        ("a.tif", "a.png", f"same name in {masks}/"),
        ("b.png", None, "no mask found"),
    ]
    assert [path.name for path in pairing_of_folder(tmp_path).lonely_masks] == ["c.tif"]


def test_masks_in_a_subfolder_of_the_pictures(tmp_path: Path) -> None:
    make(tmp_path, "a.tif", "masks/a.tif")
    assert said(pair_folder(tmp_path)) == [("a.tif", "a.tif", "same name in masks/")]


def test_masks_in_a_folder_may_have_an_ending(tmp_path: Path) -> None:
    make(tmp_path, "images/a.ome.tif", "images/b.tif", "masks/a_mask.tif", "masks/b_mask.tif", "masks/b.tif")
    assert said(pair_folder(tmp_path)) == [
        ("a.ome.tif", "a_mask.tif", "same name with _mask in masks/"),
        ("b.tif", "b.tif", "same name in masks/"),
    ]


@pytest.mark.parametrize("ending", ["_mask", "_masks", "_label", "_labels", "_seg", "_cp_masks", "_Mask"])
def test_side_by_side_with_an_ending(tmp_path: Path, ending: str) -> None:
    make(tmp_path, "a.tif", f"a{ending}.tif", "b.tif", f"c{ending}.png")
    assert said(pair_folder(tmp_path)) == [
        ("a.tif", f"a{ending}.tif", f"name ends in {ending.lower()}"),
        ("b.tif", None, "no mask found"),
    ]
    assert [path.name for path in pairing_of_folder(tmp_path).lonely_masks] == [f"c{ending}.png"]


def test_pictures_alone_have_no_masks(tmp_path: Path) -> None:
    make(tmp_path, "b.tif", "a.JPG", "notes.txt", ".hidden.tif")
    assert said(pair_folder(tmp_path)) == [("a.JPG", None, "no mask found"), ("b.tif", None, "no mask found")]
    make(tmp_path / "other", "images/a.tif")
    assert said(pair_folder(tmp_path / "other")) == [("a.tif", None, "no mask found")]


def test_two_folders_anywhere(tmp_path: Path) -> None:
    make(tmp_path, "x/a.tif", "x/b.tif", "y/b.npy", "y/d.tif")
    assert said(pair_folders(tmp_path / "x", tmp_path / "y")) == [
        ("a.tif", None, "no mask found"),
        ("b.tif", "b.npy", "same name in y/"),
    ]
    assert [path.name for path in pairing_of_folders(tmp_path / "x", tmp_path / "y").lonely_masks] == ["d.tif"]


def test_an_empty_folder_is_a_sentence(tmp_path: Path) -> None:
    make(tmp_path, "notes.txt", "images/readme.md", "masks/a.tif")
    with pytest.raises(PictureError, match=r"There is no picture in .*images"):
        pair_folder(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(PictureError, match=r"no picture in .* Pictures are files that end in \.tif"):
        pair_folder(tmp_path / "empty")
    with pytest.raises(PictureError, match="There is no folder"):
        pair_folders(tmp_path / "nowhere", tmp_path)


def test_a_folder_of_masks_only_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"only masks in .* such as a_mask\.tif"):
        pair_folder(make(tmp_path, "a_mask.tif", "b_mask.tif"))


def test_letters_that_a_mac_puts_together_otherwise_are_the_same(tmp_path: Path) -> None:
    apart, together = (unicodedata.normalize(form, "größe.tif") for form in ("NFD", "NFC"))
    make(tmp_path, f"images/{apart}", f"masks/{together}")
    assert said(pair_folder(tmp_path)) == [(apart, together, "same name in masks/")]
