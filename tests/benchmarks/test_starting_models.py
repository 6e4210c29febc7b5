"""The starting models learn from what they may, from masks that are right, and are packed as they will be shipped."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
import torch
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.starting_models import packing
from benchmarks.starting_models.__main__ import main, parser
from benchmarks.starting_models.lots import FORBIDDEN, LOTS, Lot
from benchmarks.starting_models.masks import halved, opened
from benchmarks.starting_models.materials import samples
from benchmarks.starting_models.shapes import SORTS, make
from benchmarks.starting_models.teaching import task_of, teach
from napari_unet.core.data.atomic import write_json
from napari_unet.core.data.sample import FixedSet, Sample
from napari_unet.core.inference import predict
from napari_unet.core.model import Model, load_model
from napari_unet.core.model.shipped import shipped_model
from napari_unet.core.settings import InferenceSettings, LossSettings
from napari_unet.core.training.losses.targets import make_targets

LOOKS = 40


@pytest.fixture(scope="module")
def shapes() -> list[tuple[str, NDArray[np.generic], NDArray[np.uint16]]]:
    made = [make("cells", 0, index) for index in range(LOOKS)]
    return [(one.family, one.image, one.mask) for one in made]


def test_made_up_pictures_are_the_same_for_the_same_seed() -> None:
    for sort in SORTS:
        one, again, other = make(sort, 3, 5), make(sort, 3, 5), make(sort, 4, 5)
        assert np.array_equal(one.image, again.image)
        assert np.array_equal(one.mask, again.mask)
        assert not np.array_equal(one.image, other.image)


def test_masks_are_exact(shapes: list[tuple[str, NDArray[np.generic], NDArray[np.uint16]]]) -> None:
    for _, image, mask in shapes:
        assert image.shape[1:] == mask.shape == (256, 256)
        counts = np.bincount(mask.ravel())
        assert len(counts) > 1  # there is something to find
        assert counts[1:].min() > 0
        assert all(ndimage.label(mask[part] == n)[1] == 1 for n, part in enumerate(ndimage.find_objects(mask), 1))
        assert image.std() > 1


def test_the_shape_world_has_many_looks(shapes: list[tuple[str, NDArray[np.generic], NDArray[np.uint16]]]) -> None:
    brighter = [image.mean(0)[mask > 0].mean() > image.mean(0)[mask == 0].mean() for _, image, mask in shapes]
    assert 8 < sum(brighter) < LOOKS - 8
    assert {family for family, _, _ in shapes} == set(SORTS["cells"])
    assert {len(image) for _, image, _ in shapes} == {1, 3}
    assert {image.dtype.name for _, image, _ in shapes} == {"uint8", "uint16"}
    widths = [np.sqrt(np.median(np.bincount(mask.ravel())[1:])) for _, _, mask in shapes]
    assert max(widths) > 5 * min(widths)


def test_slender_pictures_are_of_every_family_and_their_objects_hang_together() -> None:
    made = [make("slender", 1, index) for index in range(LOOKS)]
    assert {one.family for one in made} == set(SORTS["slender"])
    for one in made:
        assert one.mask.any()
        assert ndimage.label(one.mask > 0, np.ones((3, 3)))[1] == one.mask.max()
    thin = [one for one in made if one.family not in ("grounds", "mesh")]
    widest = [2 * ndimage.distance_transform_edt(one.mask > 0).max() for one in thin]
    assert np.median(widest) < 12


def test_of_tissue_only_membranes_are_wanted_and_what_is_no_tissue_has_none() -> None:
    made = [make("membranes", 0, index) for index in range(LOOKS)]
    assert {one.family for one in made} == set(SORTS["membranes"])
    for one in made:
        there = one.mask.mean()
        assert 0.005 < there < 0.8 if one.family == "neuropil" else there == 0
        if one.family == "neuropil":
            pieces, _ = ndimage.label(one.mask == 0)
            assert np.sort(np.bincount(pieces.ravel())[1:])[-2] > 30, "membranes part cells from each other"


def test_where_no_real_set_can_measure_made_up_pictures_do(data: Path) -> None:
    found = samples(data, replace(LOTS["membranes"], made_up=4, measuring=2), 0)
    assert [sample.validation for sample in found] == [False] * 4 + [True] * 2
    assert (
        task_of(parser().parse_args(["train", "membranes", "--data", "D", "--minutes", "1", "--out", "O"])).kind
        == "regions"
    )


def test_pieces_of_a_class_are_open_objects() -> None:
    classes = np.zeros((40, 60), np.uint16)
    classes[5:15, 5:20], classes[15:20, 5:20], classes[25:35, 30:50] = 1, 2, 1

    annotation = opened(classes)

    targets = make_targets(Sample("classes", classes[np.newaxis], annotation, False), "objects", LossSettings())
    assert sorted(np.unique(annotation)) == [0, 1, 2, 3]
    assert not targets.known[2][classes > 0].any()  # how deep inside is not taught
    assert targets.known[0][classes > 0].all()  # that it is a cell is
    assert targets.known[:, 0, 0].all()
    ring = ndimage.binary_dilation(classes > 0, np.ones((3, 3))) & (classes == 0)
    assert not targets.known[:, ring].any()


def test_a_picture_full_of_cells_is_one_open_object() -> None:
    full = np.ones((30, 30), np.uint16)
    targets = make_targets(Sample("full", full[np.newaxis], opened(full), False), "objects", LossSettings())
    assert not targets.known[2].any()


def test_half_the_size_is_a_local_mean() -> None:
    image = np.arange(5 * 4, dtype=np.uint16).reshape(1, 5, 4)
    small, mask = halved(image, image[0])
    assert small.shape == (1, 2, 2)
    assert small[0, 0, 0] == round((0 + 1 + 4 + 5) / 4)
    assert mask.tolist() == [[0, 2], [8, 10]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with small sets of the real ones' names; those that are forbidden have no readable picture."""
    for name in (*LOTS["cells"].sets, *FORBIDDEN):
        kind = "instance,1..n=cell" if name in ("dsb2018", "phc_t98g", "nuclei3d") else "semantic,0=background;1=cells"
        rows = [f"{split}.tif,{split},any,{kind}" for split in ("train", "val")]
        _write(tmp_path / name / "manifest.csv", "\n".join(["file,split,category,kind,classes", *rows]))
        for number, split in enumerate(("train", "val")):
            shape = make("cells", number, len(name))
            mask = np.stack([shape.mask] * 5) if name == "nuclei3d" else shape.mask
            image = np.stack([shape.image[0]] * 5) if name == "nuclei3d" else shape.image[0]
            for part, plane in (("images", image), ("masks", mask)):
                file = tmp_path / name / part / f"{split}.tif"
                file.parent.mkdir(exist_ok=True)
                if name in FORBIDDEN:
                    file.write_text("not to be read")
                else:
                    tifffile.imwrite(file, plane, photometric="minisblack")
    return tmp_path


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_only_what_may_be_given_away_is_learned_from(data: Path) -> None:
    found = samples(data, replace(LOTS["cells"], made_up=3), 0)

    assert not [sample.name for sample in found if sample.name.startswith(FORBIDDEN)]
    assert {name.split()[0] for name in (sample.name for sample in found)} == {*LOTS["cells"].sets, "shapes"}
    for name in FORBIDDEN:
        with pytest.raises(ValueError, match="licence"):
            samples(data, Lot("cell", (name,), 0, "cells"), 0)


def test_what_measures_is_not_learned_from(data: Path) -> None:
    found = samples(data, replace(LOTS["cells"], made_up=0), 0)

    assert {sample.name.split()[1] for sample in found if sample.validation} == {"val"}
    assert {sample.name.split()[1] for sample in found if not sample.validation} == {"train"}
    assert len({sample.name for sample in found}) == len(found)
    sizes = sorted(sample.annotation.shape[0] for sample in found if sample.name.startswith("em_axon_sem train"))
    assert sizes == [64, 128, 256]
    assert sum(sample.name.startswith("nuclei3d train") for sample in found) == 2  # planes 0 and 4


def test_a_model_is_trained_packed_and_predicts_as_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "MOST_OF_CARD", 100)
    said: list[str] = []
    made = [make("nuclei", 0, index) for index in range(3)]
    items = tuple(
        Sample(f"shapes {n}", one.image[:1], one.mask + np.uint16(1), True, n == 2) for n, one in enumerate(made)
    )
    words = ["train", "nuclei", "--data", str(tmp_path), "--minutes", "0", "--out", str(tmp_path / "model")]
    task = task_of(parser().parse_args([*words, "--rate", "0.001"]))
    assert task.plan.training.rate == 0.001
    small = task.plan.with_values({"epochs": 1, "steps": 6, "batch": 2, "patch": 64, "depth": 2, "device": "cpu"})

    teach(replace(task, plan=small), FixedSet(items), said.append)
    assert main(["pack", str(tmp_path / "model"), "--to", str(tmp_path / "packed")]) == 0

    before, after = load_model(tmp_path / "model"), load_model(tmp_path / "packed")
    usual, halves = (_answer(model, items[2].image) for model in (before, after))
    assert np.abs(usual - halves).max() < 0.02
    assert usual.std() > 0.01
    assert any(line.startswith("epoch 1") and "ap50" in line for line in said)
    _check_packed(tmp_path)
    assert after.card.scores == before.card.scores
    assert after.card.data["shapes"].startswith("3 pictures")


def _answer(model: Model, image: NDArray[np.generic]) -> NDArray[np.float32]:
    out = np.zeros((3, *image.shape[1:]), np.float32)
    list(predict(model, image, InferenceSettings(turns=1, device="cpu"), out, lambda: False))
    return out


def _check_packed(folder: Path) -> None:
    """Below 8 MB, half as large, and without a word on the machine."""
    sizes = [(folder / name / "model.safetensors").stat().st_size for name in ("model", "packed")]
    assert sizes[1] < min(8_000_000, 0.7 * sizes[0])
    assert str(folder) not in (folder / "packed" / "model.json").read_text(encoding="utf-8")
    assert json.loads((folder / "packed" / "model.json").read_text(encoding="utf-8"))["machine"] == {}
    assert next(iter(load_model(folder / "packed").network.parameters())).dtype == torch.float32


def test_the_page_of_a_model_names_materials_scores_and_weaknesses(tmp_path: Path) -> None:
    folder, file = tmp_path / "nuclei", tmp_path / "scores.json"
    write_json(folder / "model.json", load_model(shipped_model("cells")).card.to_json())
    rows = [
        {"name": "ap50, all (9)", "value": 0.81},
        {"name": "ap50, faint (2)", "value": 0.3},
        {"name": "f1", "value": 1},
    ]
    write_json(file, {"command": "objects --set dsb2018", "machine": "a machine", "when": "now", "rows": rows})
    assert main(["describe", "nuclei", str(folder), str(file)]) == 0
    page = (folder / "card.md").read_text(encoding="utf-8")
    assert "| dsb2018 |" in page
    assert "CC0" in page
    assert "| dsb2018 | all (9) | 0.810 |" in page
    assert "Measured above: dsb2018, faint (2)." in page


def test_the_page_of_a_model_of_regions_tells_how_it_began(tmp_path: Path) -> None:
    folder, file = tmp_path / "membranes", tmp_path / "scores.json"
    write_json(folder / "model.json", load_model(shipped_model("membranes")).card.to_json())
    rows = [{"name": "tissue, IoU", "value": 0.9}, {"name": "tissue, the start alone there", "value": 0.55}]
    command = "few_strokes --start membranes --sets tissue"
    write_json(file, {"command": command, "machine": "a machine", "when": "now", "rows": rows})
    assert main(["describe", "membranes", str(folder), str(file)]) == 0
    page = (folder / "card.md").read_text(encoding="utf-8")
    assert "| tissue | before any stroke | 0.550 |" in page
    assert "few_strokes --data DIR --kind regions --start NAME --sets SET` for tissue: a machine." in page
    assert "It has seen made-up tissue alone." in page
