"""Label pictures of StarDist, ilastik and others, one by one."""

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from napari_unet.core.data import from_mask
from napari_unet.core.errors import MaskError
from napari_unet.core.importing import read_annotation
from tests.core.importing.making import SHAPE, mask_of

MASK = mask_of((2, 3, 10, 12), (20, 5, 31, 44))


@pytest.mark.parametrize("name", ["a.tif", "a_Object Identities.tiff", "a.png", "a_labels.tif"])
def test_labels_become_an_annotation_in_which_every_pixel_counts(tmp_path: Path, name: str) -> None:
    if name.endswith(".png"):
        Image.fromarray(MASK.astype(np.uint8)).save(tmp_path / name)
    else:
        tifffile.imwrite(tmp_path / name, MASK)
    imported = read_annotation(tmp_path / name, SHAPE, "a")
    np.testing.assert_array_equal(imported.annotation, from_mask(MASK))
    assert (imported.class_names, imported.notes) == ((), ())


def test_a_simple_segmentation_is_told_to_hold_classes(tmp_path: Path) -> None:
    path = tmp_path / "a_Simple Segmentation.tif"
    tifffile.imwrite(path, (MASK > 0).astype(np.uint8) + 1)
    imported = read_annotation(path, SHAPE, "a")
    np.testing.assert_array_equal(np.unique(imported.annotation), [2, 3])
    assert ["classes of ilastik" in imported.notes[0], "No pixel is 0" in imported.notes[1]] == [True, True]
    tifffile.imwrite(path, MASK)
    assert len(read_annotation(path, SHAPE, "a").notes) == 1


def test_high_numbers_are_kept(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", MASK.astype(np.uint32) * 100_000)
    assert read_annotation(tmp_path / "a.tif", SHAPE, "a").annotation.max() == 200_001


@pytest.mark.parametrize(
    ("mask", "words"),
    [
        (np.zeros(SHAPE, np.uint8), "holds no object"),
        (MASK[1:], "40 x 50 but its mask is 39 x 50"),
        (np.full(SHAPE, 2**32 - 1, np.uint32), "between 0 and 4294967294"),
        (MASK.astype(np.int16) - 5, "value -5"),
        (MASK / 7, "fractions"),
        (np.ones((400, 500), np.uint8), "40 x 50 but its mask is 400 x 500"),
    ],
)
def test_labels_that_cannot_be_used_are_a_sentence(tmp_path: Path, mask: np.ndarray, words: str) -> None:
    tifffile.imwrite(tmp_path / "a.tif", mask)
    with pytest.raises(MaskError, match=words):
        read_annotation(tmp_path / "a.tif", SHAPE, "a")


def test_a_tiff_that_says_it_is_gigantic_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, MASK)
    with tifffile.TiffFile(path, mode="r+") as tiff:
        for name in ("ImageWidth", "ImageLength"):
            tiff.pages.first.tags[name].overwrite(1_000_000)
    with pytest.raises(MaskError, match="1000000 x 1000000"):
        read_annotation(path, SHAPE, "a")


@pytest.mark.parametrize("name", ["a.tif", "a.png", "a.npy", "a.roi", "a.zip", "a.json", "a.geojson"])
def test_files_that_are_empty_missing_or_words_are_sentences(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    for prepare in (lambda: None, lambda: path.write_bytes(b""), lambda: path.write_text("these are words")):
        prepare()
        with pytest.raises(MaskError, match=r"a\.\w+"):
            read_annotation(path, SHAPE, "a")


def test_an_unknown_kind_is_a_sentence_that_names_the_known_ones(tmp_path: Path) -> None:
    (tmp_path / "a.h5").write_bytes(b"x")
    with pytest.raises(
        MaskError, match=r"do not read \(\.h5\).*\.geojson, \.roi, \.zip.*ilastik, choose the format tif"
    ):
        read_annotation(tmp_path / "a.h5", SHAPE, "a")
