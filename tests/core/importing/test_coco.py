"""COCO: the objects of a picture among many, as polygons or run lengths, with their categories."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from napari_unet.core.data import from_mask, to_mask
from napari_unet.core.errors import MaskError
from napari_unet.core.importing import Imported, read_annotation
from napari_unet.core.importing.rle import patch_of_runs
from tests.core.importing.making import SHAPE, coco, flat, mask_of, packed, runs, square, written

BOX = {"segmentation": [flat(square(5, 5, 10))]}
MASK = mask_of((5, 5, 15, 15))


def read(tmp_path: Path, data: Any, name: str = "a") -> Imported:
    return read_annotation(written(tmp_path / "instances.json", data), SHAPE, name)


@settings(max_examples=60, deadline=None)
@given(arrays(bool, st.tuples(st.integers(1, 40), st.integers(1, 40))), st.booleans())
def test_run_lengths_give_back_the_mask_they_were_made_of(mask: np.ndarray, letters: bool) -> None:
    counts = packed(runs(mask)) if letters else runs(mask)
    patch, whole = patch_of_runs(counts, mask.shape, lambda work: None), np.zeros(mask.shape, bool)
    if patch is not None:
        whole[:, patch.column : patch.column + patch.pixels.shape[1]] = patch.pixels
    np.testing.assert_array_equal(whole, mask)


def test_large_run_lengths_are_unpacked() -> None:
    mask = np.zeros((3000, 2000), bool)
    mask[100:2900, 700:1500], mask[1, 1900] = True, True
    patch = patch_of_runs(packed(runs(mask)), (3000, 2000), lambda work: None)
    assert patch is not None
    np.testing.assert_array_equal(patch.pixels, mask[:, 700:1901])


@pytest.mark.parametrize("how", ["polygon", "bare polygon", "list", "letters"])
def test_every_way_of_writing_an_object_gives_the_same_annotation(tmp_path: Path, how: str) -> None:
    size = list(SHAPE)
    outline = {
        "polygon": [flat(square(5, 5, 10))],
        "bare polygon": flat(square(5, 5, 10)),
        "list": {"size": size, "counts": runs(MASK)},
        "letters": {"size": size, "counts": packed(runs(MASK))},
    }[how]
    imported = read(tmp_path, coco({"segmentation": outline}))
    np.testing.assert_array_equal(imported.annotation, from_mask(MASK))
    assert imported.notes == ()


def test_categories_become_classes(tmp_path: Path) -> None:
    other = {"segmentation": [flat(square(20, 20, 5))], "category_id": 5}
    imported = read(tmp_path, coco(BOX, other, {**BOX, "segmentation": [flat(square(30, 5, 4))]}))
    assert imported.class_names == ("cell", "debris")
    assert imported.classes == ("cell", "debris", "cell")
    regions = imported.regions(("debris", "cell"))
    np.testing.assert_array_equal(regions == 2, imported.annotation == 3)
    np.testing.assert_array_equal(regions == 3, np.isin(imported.annotation, (2, 4)))
    with pytest.raises(MaskError, match="classes that the project does not: debris"):
        imported.regions(("cell",))


def test_an_object_without_a_class_cannot_be_a_region(tmp_path: Path) -> None:
    imported = read(tmp_path, coco(BOX, {"segmentation": [flat(square(20, 20, 5))], "category_id": 99}))
    assert imported.classes == ("cell", "")
    with pytest.raises(MaskError, match="an object without a class"):
        imported.regions(("cell", "debris"))


def test_each_picture_of_a_file_gets_its_own_objects(tmp_path: Path) -> None:
    data = coco(BOX, name="train\\A.TIF")
    data["images"].append({"id": 8, "file_name": "some/where/b.ome.tif"})
    data["annotations"].append({"id": 9, "image_id": 8, "segmentation": [flat(square(1, 1, 3))]})
    np.testing.assert_array_equal(to_mask(read(tmp_path, data, "a").annotation), MASK)
    np.testing.assert_array_equal(to_mask(read(tmp_path, data, "b.ome.tif").annotation), mask_of((1, 1, 4, 4)))


def test_boxes_and_crowds_are_told(tmp_path: Path) -> None:
    imported = read(tmp_path, coco({**BOX, "iscrowd": 1}, {"bbox": [1, 1, 3, 3]}, {"segmentation": []}))
    assert imported.notes == (
        "2 objects have a box but no outline, and were left out.",
        "1 objects are marked as crowds (iscrowd), and were taken for one object each.",
    )


def twice(data: dict[str, Any]) -> None:
    data["images"].append({"id": 8, "file_name": "other/a.png"})


def rescaled(data: dict[str, Any]) -> None:
    data["images"][0]["width"] = 100


def rescaled_runs(data: dict[str, Any]) -> None:
    data["annotations"][0]["segmentation"] = {"size": [80, 100], "counts": [8000]}


def without(data: dict[str, Any]) -> None:
    data["annotations"].clear()


def short_runs(data: dict[str, Any]) -> None:
    data["annotations"][0]["segmentation"] = {"size": list(SHAPE), "counts": [10, 20]}


def negative_runs(data: dict[str, Any]) -> None:
    data["annotations"][0]["segmentation"] = {"size": list(SHAPE), "counts": [-10, 2010]}


def endless_letters(data: dict[str, Any]) -> None:
    data["annotations"][0]["segmentation"] = {"size": list(SHAPE), "counts": "oooooooooooooooooooo0"}


def open_letters(data: dict[str, Any]) -> None:
    data["annotations"][0]["segmentation"] = {"size": list(SHAPE), "counts": "0o"}


def foreign_letters(data: dict[str, Any]) -> None:
    data["annotations"][0]["segmentation"] = {"size": list(SHAPE), "counts": "~ö"}


def odd_corners(data: dict[str, Any]) -> None:
    data["annotations"][0]["segmentation"] = [[1, 2, 3, 4, 5]]


def words(data: dict[str, Any]) -> None:
    data["annotations"][0]["segmentation"] = [["a", "b", "c", "d", "e", "f"]]


def nothing(data: dict[str, Any]) -> None:
    data["annotations"][0]["segmentation"] = [[1, 1, 5, None, 5, 5]]


def huge(data: dict[str, Any]) -> None:
    data["annotations"][0]["segmentation"] = [[1, 1, 10**400, 5, 5, 5]]


def no_list(data: dict[str, Any]) -> None:
    data["annotations"] = 7


def no_dicts(data: dict[str, Any]) -> None:
    data["images"] = [1, 2]


def no_name(data: dict[str, Any]) -> None:
    del data["images"][0]["file_name"]


def list_as_id(data: dict[str, Any]) -> None:
    data["annotations"][0]["image_id"] = [7]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (twice, "names 2 pictures a"),
        (rescaled, "40 x 50 but its mask is 40 x 100"),
        (rescaled_runs, "80 x 100"),
        (without, "holds no object"),
        (short_runs, "do not add up"),
        (negative_runs, "do not add up"),
        (endless_letters, "too large"),
        (open_letters, "damaged"),
        (foreign_letters, "cannot be read"),
        (odd_corners, "cannot be read"),
        (words, "cannot be read"),
        (nothing, "no number"),
        (huge, "cannot be read"),
        (no_list, "not what this format has"),
        (no_dicts, "not what this format has"),
        (no_name, "lacks 'file_name'"),
        (list_as_id, "not what this format has"),
    ],
)
def test_a_spoilt_file_is_a_sentence(tmp_path: Path, spoil: Any, said: str) -> None:
    data = coco(BOX)
    spoil(data)
    with pytest.raises(MaskError, match=said) as caught:
        read(tmp_path, data)
    assert "Traceback" not in str(caught.value)


def test_a_picture_that_is_not_in_the_file_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(MaskError, match=r"does not name a picture b\..*names are, without capital letters: a"):
        read(tmp_path, coco(BOX), "b")


@pytest.mark.parametrize("text", ["[" * 10**6, '{"images":' * 10**5, "[NaN]", "[Infinity]", "{", "\x00", '"\ud800"'])
def test_json_that_is_cut_off_or_too_deep_is_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(MaskError, match=r"a\.json"):
        read_annotation(tmp_path / "a.json", SHAPE, "a")


def test_numbers_too_large_for_a_computer_are_a_sentence(tmp_path: Path) -> None:
    text = json.dumps(coco(BOX)).replace("15.0", "15").replace("15", "1e999", 1)
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(MaskError, match=r"no number \(NaN or infinite\)"):
        read_annotation(tmp_path / "a.json", SHAPE, "a")
    (tmp_path / "b.json").write_text(text.replace("1e999", "9" * 5000))
    with pytest.raises(MaskError, match=r"b\.json cannot be read"):
        read_annotation(tmp_path / "b.json", SHAPE, "a")


def test_a_file_cut_off_anywhere_is_a_sentence(tmp_path: Path) -> None:
    whole = written(tmp_path / "whole.json", coco(BOX)).read_bytes()
    for length in range(len(whole)):
        (tmp_path / "a.json").write_bytes(whole[:length])
        with pytest.raises(MaskError, match=r"a\.json"):
            read_annotation(tmp_path / "a.json", SHAPE, "a")


def test_a_file_of_gigabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "a.json").open("wb") as file:
        file.truncate(3 * 2**30)
    with pytest.raises(MaskError, match=r"3072 MiB\. Files of this kind are read up to 128 MiB"):
        read_annotation(tmp_path / "a.json", SHAPE, "a")
