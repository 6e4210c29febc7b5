"""A folder of pictures and whatever annotations lie with it: every picture gets its own, or the reason why not."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_unet.core.data import from_mask
from napari_unet.core.errors import PictureError
from napari_unet.core.importing import Outcome, find_annotations, import_folder
from tests.core.importing.making import SHAPE, coco, collection, feature, flat, mask_of, roi, seg, square, written

BOX = (5, 5, 15, 15)
MASK = mask_of(BOX)
SQUARE = square(5, 5, 10)


def picture(path: Path, shape: tuple[int, ...] = SHAPE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    tifffile.imwrite(path, np.random.default_rng(0).integers(0, 255, shape).astype(np.uint8))
    return path


def labels(path: Path, mask: np.ndarray = MASK) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    tifffile.imwrite(path, mask)
    return path


def outcomes(folder: Path) -> dict[str, Outcome]:
    return {outcome.picture.name: outcome for outcome in import_folder(folder)}


def said(folder: Path) -> dict[str, str]:
    """What is wrong with files that go with no picture."""
    return {path.name: str(error) for path, error in find_annotations(folder).problems}


@pytest.mark.parametrize(
    ("pictures", "name", "reason"),
    [
        ("images", "masks/a.tif", "same name in masks/"),
        ("images", "labels/a_mask.tif", "same name with _mask in labels/"),
        (".", "a_cp_masks.tif", "name ends in _cp_masks"),
        (".", "a_Object Identities.tif", "name ends in _object identities"),
        (".", "a-image_Object Identities.tiff", "name ends in _object identities"),
        (".", "A_Simple Segmentation.tif", "name ends in _simple segmentation"),
        ("images", "ilastik/a-data_Object Identities.tif", "name ends in _object identities"),
        ("images", "images/a_seg.npy", "name ends in _seg"),
        (".", "a_seg.npy", "name ends in _seg"),
        ("images", "cellpose/a_seg.npy", "same name with _seg in cellpose/"),
        (".", "a.roi", "same name"),
        (".", "a_rois.zip", "name ends in _rois"),
        ("images", "rois/a.zip", "same name"),
        (".", "a.geojson", "same name"),
        ("images", "annotations/a.json", "same name"),
        ("images", "annotations.json", "named in the file"),
        ("images", "coco/instances.json", "named in the file"),
    ],
)
def test_annotations_of_every_kind_are_found_beside_and_in_the_folders_next_to_the_pictures(
    tmp_path: Path, pictures: str, name: str, reason: str
) -> None:
    picture(tmp_path / pictures / "a.tif")
    picture(tmp_path / pictures / "b.tif")
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    if path.suffix == ".npy":
        seg(path, MASK)
    elif path.suffix in (".tif", ".tiff"):
        labels(path)
    elif path.suffix == ".roi":
        path.write_bytes(roi(1, box=BOX))
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("1.roi", roi(1, box=BOX))
    else:
        named = reason == "named in the file"
        written(path, coco({"segmentation": [flat(SQUARE)]}) if named else collection(feature(SQUARE)))
    for folder in {tmp_path, tmp_path / pictures}:
        found = outcomes(folder)
        assert set(found) == {"a.tif", "b.tif"}
        assert found["a.tif"].error is None
        assert found["a.tif"].imported is not None
        np.testing.assert_array_equal(found["a.tif"].imported.annotation, from_mask(MASK))
        assert (found["a.tif"].path, found["a.tif"].reason) == (path, reason)
        assert "No annotation was found for b.tif" in str(found["b.tif"].error)
        assert said(folder) == {}


def test_one_bad_file_never_stops_the_others(tmp_path: Path) -> None:
    for name in ("good", "small", "empty", "shifted", "harmful", "twice", "missing", "cut"):
        picture(tmp_path / f"{name}.tif")
    labels(tmp_path / "good_mask.tif")
    labels(tmp_path / "small_mask.tif", MASK[:9])
    labels(tmp_path / "empty_mask.tif", MASK * 0)
    written(tmp_path / "shifted.geojson", collection(feature(square(70, 5, 9))))
    seg(tmp_path / "harmful_seg.npy", MASK, filename=Path("x"))
    labels(tmp_path / "twice_mask.tif")
    written(tmp_path / "twice.geojson", collection(feature(square(1, 1, 9))))
    picture(tmp_path / "cut.tif").write_bytes(b"II*\0")
    found = outcomes(tmp_path)
    words = {name: outcome.error.what if outcome.error else "" for name, outcome in found.items()}
    assert words == {
        "cut.tif": words["cut.tif"],
        "empty.tif": "empty_mask.tif holds no object for this picture.",
        "good.tif": "",
        "harmful.tif": words["harmful.tif"],
        "missing.tif": "No annotation was found for missing.tif.",
        "shifted.tif": "Object 1 in shifted.geojson lies outside the picture: at x = 70, y = 5.",
        "small.tif": "The picture small is 40 x 50 but its mask is 9 x 50.",
        "twice.tif": "twice.tif has 2 annotations that differ: twice_mask.tif, twice.geojson.",
    }
    assert "cut.tif cannot be read" in words["cut.tif"]
    assert "harmful_seg.npy was not opened" in words["harmful.tif"]
    assert [name for name, outcome in found.items() if outcome.imported] == ["good.tif"]


def test_two_annotations_that_say_the_same_are_one(tmp_path: Path) -> None:
    picture(tmp_path / "a.tif")
    labels(tmp_path / "a_mask.tif")
    seg(tmp_path / "a_seg.npy", MASK)
    imported = outcomes(tmp_path)["a.tif"].imported
    assert imported is not None
    assert [note for note in imported.notes if note.endswith("says the same.")] == list(imported.notes) != []


def test_a_bad_annotation_beside_a_good_one_is_a_note(tmp_path: Path) -> None:
    picture(tmp_path / "a.tif")
    labels(tmp_path / "a_mask.tif")
    (tmp_path / "a.geojson").write_text("{")
    imported = outcomes(tmp_path)["a.tif"].imported
    assert imported is not None
    np.testing.assert_array_equal(imported.annotation, from_mask(MASK))
    assert "a.geojson cannot be read" in imported.notes[0]


def test_files_that_go_with_no_picture_are_told(tmp_path: Path) -> None:
    picture(tmp_path / "images" / "a.tif")
    labels(tmp_path / "masks" / "c.tif")
    (tmp_path / "images" / "RoiSet.zip").write_bytes(b"x")
    written(tmp_path / "settings.json", {"a": 1})
    (tmp_path / "broken.json").write_text("[" * 10**6)
    written(tmp_path / "coco.json", coco({"segmentation": [flat(SQUARE)]}, name="z.tif"))
    problems = said(tmp_path)
    assert set(problems) == {"c.tif", "RoiSet.zip", "settings.json", "broken.json", "coco.json"}
    assert "RoiSet.zip goes with no picture" in problems["RoiSet.zip"]
    assert "neither COCO nor GeoJSON" in problems["settings.json"]
    assert "nested too deeply" in problems["broken.json"]
    assert "names 1 pictures that are not here, such as z" in problems["coco.json"]


def test_a_coco_file_is_parsed_once_for_all_its_pictures(tmp_path: Path) -> None:
    for name in "ab":
        picture(tmp_path / f"{name}.tif")
    data = coco({"segmentation": [flat(SQUARE)]}, {"segmentation": [flat(SQUARE)], "image_id": 8})
    data["images"] += [{"id": 8, "file_name": "b.png"}, {"id": 9, "file_name": "c.png"}]
    path = written(tmp_path / "all.json", data)
    found = find_annotations(tmp_path)
    path.unlink()
    annotations = [item.sources[0].read(SHAPE, item.picture.stem).annotation for item in found.found]
    np.testing.assert_array_equal(annotations, [from_mask(MASK)] * 2)


def test_the_flat_mask_of_a_stack_is_told_and_not_taken(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((7, *SHAPE), np.uint8), imagej=True, metadata={"axes": "ZYX"})
    seg(tmp_path / "a_seg.npy", MASK)
    assert "is 7 x " in str(outcomes(tmp_path)["a.tif"].error)


def test_a_folder_without_a_picture_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="There is no picture"):
        find_annotations(tmp_path)
    with pytest.raises(PictureError, match="There is no folder"):
        find_annotations(tmp_path / "nowhere")
