"""`napari-unet evaluate`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

OBJECT_KEYS = {f"ap{percent}" for percent in range(50, 100, 5)} | {"ap_mean", "f1", "pq"}
PIXEL_KEYS = {"dice", "iou", "precision", "recall", "accuracy"}


def masks(folder: Path, **arrays: np.ndarray) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        tifffile.imwrite(folder / f"{name}.tif", array)
    return folder


def squares(*numbers: int) -> np.ndarray:
    """One 8 x 8 square per number, side by side, with background between; 0 leaves a place empty."""
    mask = np.zeros((16, 16 * len(numbers)), np.uint16)
    for place, number in enumerate(numbers):
        mask[4:12, 16 * place + 4 : 16 * place + 12] = number
    return mask


def test_perfect_masks_score_one_whatever_their_numbers(tmp_path, terminal):
    labels, truth = masks(tmp_path / "labels", a=squares(7, 3)), masks(tmp_path / "truth", a=squares(1, 2))
    said = terminal("evaluate", labels, truth, "--json", tmp_path / "scores.json")
    scores = json.loads((tmp_path / "scores.json").read_text())
    assert (said.code, said.err) == (0, "")
    assert scores["summary"].keys() >= OBJECT_KEYS | PIXEL_KEYS
    assert all(scores["summary"][key] == 1 for key in OBJECT_KEYS | PIXEL_KEYS)
    assert scores["pictures"]["a"] == scores["summary"]


def test_the_summary_is_the_mean_over_pictures(tmp_path, here):
    labels = masks(tmp_path / "labels", a=squares(1, 2), b=squares(1, 0))
    truth = masks(tmp_path / "truth", a=squares(1, 2), b=squares(1, 2))
    said = here("evaluate", labels, truth, "--json", tmp_path / "scores.json")
    scores = json.loads((tmp_path / "scores.json").read_text())
    assert scores["pictures"]["b"]["ap50"] == 0.5
    assert scores["summary"]["ap50"] == 0.75
    rows = {line.split()[0]: line.split() for line in said.out.splitlines() if line}
    assert rows["b"][1] == "0.500"
    assert rows["all"][3] == "0.750"


def test_regions_are_scored_per_class_by_its_name(tmp_path, here):
    labels, truth = masks(tmp_path / "labels", a=squares(1, 1)), masks(tmp_path / "truth", a=squares(1, 2))
    file = tmp_path / "scores.json"
    said = here("evaluate", labels, truth, "--kind", "regions", "--classes", "plasma,nucleus", "--json", file)
    summary = json.loads(file.read_text())["summary"]
    assert summary["dice"] == 1
    nucleus = summary["classes"]["nucleus"]
    assert nucleus.pop("boundary_f1") == 0
    assert nucleus == {"dice": 0, "iou": 0, "precision": 0, "recall": 0, "accuracy": 0.875}
    assert summary["classes"]["plasma"]["dice"] == pytest.approx(2 / 3)
    assert not OBJECT_KEYS & summary.keys()
    assert "Dice nucleus" in said.out


def test_classes_nobody_named_have_numbers(tmp_path, here):
    labels, truth = masks(tmp_path / "labels", a=squares(1, 2)), masks(tmp_path / "truth", a=squares(1, 2))
    said = here("evaluate", labels, truth, "--kind", "regions")
    assert "Dice class 2" in said.out


@pytest.mark.parametrize(("lacks", "has"), [("labels", "truth"), ("truth", "labels")])
def test_a_missing_counterpart_is_named(tmp_path, here, lacks, has):
    masks(tmp_path / has, a=squares(1), b=squares(1))
    masks(tmp_path / lacks, a=squares(1))
    said = here("evaluate", tmp_path / "labels", tmp_path / "truth")
    assert (said.code, said.out) == (3, "")
    assert f"{tmp_path / lacks} holds no mask for b.tif." in said.err


def test_masks_of_different_sizes_are_named_with_their_sizes(tmp_path, here):
    labels, truth = masks(tmp_path / "labels", a=squares(1)), masks(tmp_path / "truth", a=squares(1, 2))
    said = here("evaluate", labels, truth)
    assert said.code == 3
    assert "a: The labels are 16 x 16 but the truth is 16 x 32." in said.err


def test_an_empty_folder_is_named(tmp_path, here):
    (tmp_path / "labels").mkdir()
    said = here("evaluate", tmp_path / "labels", masks(tmp_path / "truth", a=squares(1)))
    assert said.code == 3
    assert f"The folder {tmp_path / 'labels'} is empty." in said.err


def test_a_reader_that_leaves_early_is_no_error(tmp_path):
    labels, truth = masks(tmp_path / "labels", a=squares(1)), masks(tmp_path / "truth", a=squares(1))
    command = f"{sys.executable} -m napari_unet.cli evaluate {labels} {truth} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_black_and_white_masks_are_taken_apart(tmp_path, here):
    labels, truth = masks(tmp_path / "labels", a=squares(1, 2)), masks(tmp_path / "truth", a=squares(255, 255))
    said = here("evaluate", labels, truth, "--json", tmp_path / "scores.json")
    assert said.code == 0, said.err
    assert json.loads((tmp_path / "scores.json").read_text())["summary"]["ap50"] == 1


def test_letters_that_a_mac_puts_together_otherwise_are_the_same(tmp_path, here):
    apart, together = (unicodedata.normalize(form, "größe") for form in ("NFD", "NFC"))
    labels, truth = (
        masks(tmp_path / "labels", **{apart: squares(1)}),
        masks(tmp_path / "truth", **{together: squares(1)}),
    )
    said = here("evaluate", labels, truth)
    assert (said.code, said.err) == (0, "")


def batch(folder: Path, *names: str) -> Path:
    """Masks with everything beside them that a batch may write."""
    masks(folder, **{name: squares(1, 2) for name in names})
    for name in names:
        shutil.copy(folder / f"{name}.tif", folder / f"{name}.ome.tif")
        shutil.copy(folder / f"{name}.tif", folder / f"{name}_cp_masks.tif")
        for picture in ("overlay", "outlines"):
            Image.new("RGB", (32, 16)).save(folder / f"{name}_{picture}.png")
        (folder / f"{name}_measurements.csv").write_text("label\n")
    (folder / "segmented.csv").write_text("picture\n")
    return folder


def test_what_a_batch_wrote_beside_its_masks_is_left_out_and_told(tmp_path, terminal):
    truth = masks(tmp_path / "truth", a=squares(1, 2), b=squares(1, 2))
    said = terminal("evaluate", batch(tmp_path / "labels", "a", "b"), truth, "--json", tmp_path / "scores.json")
    assert said.code == 0, said.err
    scores = json.loads((tmp_path / "scores.json").read_text())
    assert list(scores["pictures"]) == ["a", "b"]
    assert scores["summary"]["ap50"] == 1
    no_masks, again = said.err.splitlines()
    assert no_masks == (
        f"Left out of {tmp_path / 'labels'}, as it is no mask: "
        "a_outlines.png, b_outlines.png, a_overlay.png, b_overlay.png"
    )
    assert again.endswith(
        "as the mask is there in another format: a.ome.tif, b.ome.tif, a_cp_masks.tif, b_cp_masks.tif"
    )


def test_masks_of_cellpose_go_by_the_name_of_their_picture(tmp_path, terminal):
    labels, truth = masks(tmp_path / "labels", a=squares(1)), masks(tmp_path / "truth", a_cp_masks=squares(1))
    said = terminal("evaluate", labels, truth)
    assert (said.code, said.err) == (0, "")


def test_a_mask_that_is_called_an_overlay_is_one_where_the_truth_says_so(tmp_path, terminal):
    for folder in ("labels", "truth"):
        (tmp_path / folder).mkdir()
        Image.fromarray(squares(1, 2).astype(np.uint8)).save(tmp_path / folder / "a_overlay.png")
    said = terminal("evaluate", tmp_path / "labels", tmp_path / "truth")
    assert (said.code, said.err) == (0, "")


def test_a_folder_of_overlays_only_is_a_sentence(tmp_path, terminal):
    (tmp_path / "labels").mkdir()
    Image.new("RGB", (32, 16)).save(tmp_path / "labels" / "a_overlay.png")
    said = terminal("evaluate", tmp_path / "labels", masks(tmp_path / "truth", a=squares(1)))
    assert said.code == 3
    assert "holds no mask, only pictures made of masks, such as a_overlay.png" in said.err


def test_two_masks_of_one_name_and_kind_are_refused(tmp_path, terminal):
    labels = masks(tmp_path / "labels", a=squares(1))
    shutil.copy(labels / "a.tif", labels / "a.tiff")
    said = terminal("evaluate", labels, masks(tmp_path / "truth", a=squares(1)))
    assert said.code == 3
    assert "have the same name" in said.err


def test_drawings_take_the_place_of_no_mask(tmp_path, here):
    labels, truth = masks(tmp_path / "labels", a=squares(1, 2)), tmp_path / "truth"
    truth.mkdir()
    Image.fromarray(squares(1, 2)).save(truth / "a.png")
    before = (truth / "a.png").read_bytes()
    said = here("evaluate", labels, truth, "--confusion", truth)
    assert said.code == 6
    assert "--confusion" in said.err
    assert (truth / "a.png").read_bytes() == before


@pytest.mark.parametrize("told", [True, False], ids=["told", "named by the files"])
def test_cells_of_a_black_and_white_film_are_apart_at_every_time_point(tmp_path, here, told):
    film = np.zeros((2, 24, 32), np.uint16)
    film[0, 4:12, 2:10], film[0, 4:12, 20:28], film[1, 4:12, 6:24] = 1, 2, 3  # two, and one where both were
    for folder, array in (("labels", film), ("truth", (film > 0).astype(np.uint8) * 255)):
        (tmp_path / folder).mkdir()
        more = {} if told else {"imagej": True, "metadata": {"axes": "TYX"}}
        tifffile.imwrite(tmp_path / folder / "a.tif", array, **more)
    words = ("evaluate", tmp_path / "labels", tmp_path / "truth", "--json", tmp_path / "scores.json")
    said = here(*words, *(("--axes", "TYX") if told else ()))
    assert said.code == 0, said.err
    summary = json.loads((tmp_path / "scores.json").read_text())["summary"]
    assert (summary["objects_true"], summary["ap50"]) == (3, 1)
