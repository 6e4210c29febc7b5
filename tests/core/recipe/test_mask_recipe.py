"""Masks are made again from their recipe: the same numbers, or a sentence why not."""

from __future__ import annotations

import json
import re
import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile

import napari_unet as nu
from napari_unet.cli import main
from napari_unet.core.data.read import read_picture
from napari_unet.core.data.record import pixel_hash
from napari_unet.core.errors import ModelError, PictureError, StorageError
from napari_unet.core.large import BlockDone
from napari_unet.core.model.checkpoint import save_model
from napari_unet.core.recipe import (
    MaskRecipe,
    Segmented,
    mask_hash,
    mask_recipe_at,
    read_mask_recipe,
    script_of,
    weights_hash,
)
from napari_unet.core.settings import BlockSettings, InferenceSettings, PostprocessingSettings
from tests.core.large.scenes import made_model

LOOKS = InferenceSettings(turns=1, device="cpu")
CLEAN_UP = PostprocessingSettings(smallest=3, split=0.9)


def masks_in(home: Path) -> Path:
    """Masks of two pictures with their recipe, in `home`/masks; pictures and model lie beside."""
    save_model(made_model(), home / "model")
    (home / "masks").mkdir()
    known = []
    for name, shape in (("a", (64, 80)), ("b", (2, 64, 64))):
        axes = {"metadata": {"axes": "ZYX"}} if len(shape) > 2 else {}
        image = np.random.default_rng(len(shape)).integers(0, 999, shape).astype(np.uint16)
        tifffile.imwrite(home / f"{name}.tif", image, imagej=True, **axes)
        picture = read_picture(home / f"{name}.tif")
        probability = nu.predict(home / "model", picture, turns=1, device="cpu")
        labels = nu.postprocess(probability, home / "model", axes=picture.axes[1:], smallest=3, split=0.9)
        assert labels.max() > 3
        tifffile.imwrite(home / "masks" / f"{name}.tif", labels)
        known.append(Segmented(name, f"../{name}.tif", "", pixel_hash(picture), mask_hash(labels)))
    models = (("../model", weights_hash(home / "model")),)
    return MaskRecipe(models, LOOKS, CLEAN_UP, tuple(known), by_hand=("c",)).write(home / "masks")


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    return masks_in(tmp_path)


def test_the_same_masks_come_out_and_that_is_said(recipe: Path, tmp_path: Path) -> None:
    told: list[object] = []
    again = nu.run_recipe(recipe.parent, tmp_path / "again", watch=told.append)
    assert again.masks == {"a": True, "b": True}
    assert again.sentence == "2 masks of 2 came out identical. Not made again, as a person had a hand in them: c."
    assert len(told) == 3
    for name in "ab":
        made = tifffile.imread(tmp_path / "again" / f"{name}.tif")
        np.testing.assert_array_equal(made, tifffile.imread(recipe.parent / f"{name}.tif"))


def test_other_settings_make_other_masks_and_reasons_are_named(recipe: Path, tmp_path: Path) -> None:
    values = json.loads(recipe.read_text())
    values["clean_up"]["smallest"] = 400
    values["versions"] = {"torch": "1.0"}
    recipe.write_text(json.dumps(values))
    again = nu.run_recipe(recipe, tmp_path / "again")
    assert again.masks == {"a": False, "b": False}
    assert "Others came out for a and b. Possible reasons: torch is" in again.sentence
    assert "instead of 1.0" in again.sentence


@pytest.mark.parametrize("spoilt", ["picture", "missing", "weights", "model", "far"])
def test_what_has_changed_or_is_gone_is_a_sentence(recipe: Path, tmp_path: Path, spoilt: str) -> None:
    if spoilt == "picture":
        tifffile.imwrite(tmp_path / "a.tif", np.zeros((64, 80), np.uint16) + np.arange(80, dtype=np.uint16))
    elif spoilt == "missing":
        (tmp_path / "a.tif").unlink()
    elif spoilt == "weights":
        other = made_model()
        other.network.head.bias.data += 1
        save_model(other, tmp_path / "model")
    else:
        values = json.loads(recipe.read_text())
        values["models"] = [["../nowhere" if spoilt == "model" else "//server/share/model", "0"]]
        recipe.write_text(json.dumps(values))
    sentences = {"picture": "a has changed since", "missing": "is not there", "weights": "its weights are not those"}
    with pytest.raises((ModelError, PictureError), match=sentences.get(spoilt, "no model|another computer")):
        nu.run_recipe(recipe, tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_masks_that_are_there_are_not_replaced_unasked(recipe: Path) -> None:
    before = (recipe.parent / "a.tif").read_bytes()
    with pytest.raises(StorageError, match="is there already"):
        nu.run_recipe(recipe, recipe.parent)
    assert (recipe.parent / "a.tif").read_bytes() == before


def test_recipes_made_alike_become_one_and_others_stay_beside_each_other(recipe: Path) -> None:
    folder, first = recipe.parent, read_mask_recipe(recipe)
    more = replace(first, pictures=(Segmented("b", "../b.tif", mask="new"), Segmented("d", "../d.tif")), by_hand=())
    assert more.write(folder) == recipe
    joined = read_mask_recipe(recipe)
    assert [(one.name, one.mask == "new") for one in joined.pictures] == [("a", False), ("b", True), ("d", False)]
    assert joined.by_hand == ("c",)
    other = replace(first, clean_up=PostprocessingSettings(smallest=9))
    assert other.write(folder).name == "segmented-2.json"
    assert other.write(folder).name == "segmented-2.json"
    assert replace(other, inference=InferenceSettings()).write(folder).name == "segmented-3.json"
    assert read_mask_recipe(recipe) == joined


@pytest.mark.parametrize(
    "spoilt", ["", "[]", '{"clean_up": 1, "schema": 1}', '{"clean_up": {}, "schema": 99}', '{"clean_up": {}}']
)
def test_what_is_no_recipe_of_masks_is_a_sentence(spoilt: str, tmp_path: Path) -> None:
    (tmp_path / "segmented.json").write_text(spoilt)
    with pytest.raises(ModelError, match=r"recipe|newer version"):
        nu.run_recipe(tmp_path / "segmented.json", tmp_path / "again")


def slide_in(home: Path, shape: tuple[int, ...]) -> Path:
    """The mask of a picture that the terminal took block by block, with its recipe, in `home`/masks."""
    axes = "ZYX"[-len(shape) :]
    image = np.random.default_rng(4).integers(0, 999, shape).astype(np.uint16)
    metadata = {"axes": axes, "PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5}
    tifffile.imwrite(home / "slide.ome.tif", image, tile=(64, 64), metadata=metadata)
    save_model(made_model(), home / "model")
    cut = ("--in-blocks", "always", "--block", "256", "--halo", "32", "--tile", "192", "--device", "cpu")
    words = ["segment", home / "model", home / "slide.ome.tif", "--out", home / "masks", *cut, "--smallest", "3"]
    assert main([str(word) for word in (*words, "--split", "0.9")]) == 0
    return home / "masks" / "segmented.json"


def pages(file: Path) -> list[object]:
    """All of a TIFF, but for the number that every OME-TIFF has of its own."""
    with tifffile.TiffFile(file) as opened:
        kept = [(page.compression, page.tile, page.resolution, page.asarray().tobytes()) for page in opened.pages]
        return [re.sub(r'urn:uuid:[^"<]*', "", opened.ome_metadata or ""), opened.series[0].axes, kept]


@pytest.mark.parametrize("shape", [(300, 280), (2, 280, 64)], ids=["slide", "stack"])
def test_what_was_taken_in_blocks_is_made_again_in_blocks(
    shape: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = slide_in(tmp_path, shape)
    (one,) = read_mask_recipe(recipe).pictures
    assert one.cutting == BlockSettings(in_blocks="always", block=256, halo=32)
    mask = tifffile.imread(recipe.parent / "slide.tif")
    assert mask.max() > 3
    assert one.mask == mask_hash(mask)
    assert one.pixels == pixel_hash(read_picture(tmp_path / "slide.ome.tif"))
    with monkeypatch.context() as whole:
        whole.setattr("napari_unet.core.recipe.materials.read_picture", None)  # it is never read as a whole
        told: list[object] = []
        again = nu.run_recipe(recipe, tmp_path / "again", watch=told.append)
    assert again.masks == {"slide": True}
    assert again.sentence == "1 mask of 1 came out identical."
    assert any(isinstance(report, BlockDone) for report in told)
    assert pages(tmp_path / "again" / "slide.tif") == pages(recipe.parent / "slide.tif")
    assert [path.name for path in (tmp_path / "again").iterdir()] == ["slide.tif"], "nothing else stays"
    script = tmp_path / "again.py"
    script.write_text(script_of(read_mask_recipe(recipe), recipe, script), encoding="utf-8")
    runpy.run_path(str(script), run_name="__main__")
    assert pages(tmp_path / "again-masks" / "slide.tif") == pages(recipe.parent / "slide.tif")


def test_a_slide_that_has_changed_is_told_before_anything_is_computed(tmp_path: Path) -> None:
    recipe = slide_in(tmp_path, (280, 64))
    slide = tifffile.imread(tmp_path / "slide.ome.tif")
    slide[270, 60] += 1
    tifffile.imwrite(tmp_path / "slide.ome.tif", slide, tile=(64, 64))
    with pytest.raises(PictureError, match="slide has changed since it was segmented"):
        nu.run_recipe(recipe, tmp_path / "again")
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("cut", [{"block": 7, "halo": 32}, {"block": "256", "halo": 32}, {"block": 0, "halo": 1}])
def test_impossible_blocks_are_a_sentence(recipe: Path, tmp_path: Path, cut: dict[str, object]) -> None:
    values = json.loads(recipe.read_text())
    values["pictures"][0] |= cut
    recipe.write_text(json.dumps(values))
    with pytest.raises(ModelError, match="no recipe of masks that can be understood"):
        nu.run_recipe(recipe, tmp_path / "again")


def test_what_an_earlier_version_took_in_blocks_is_named_and_not_made_again(recipe: Path, tmp_path: Path) -> None:
    first = read_mask_recipe(recipe)
    replace(first, pictures=(first.pictures[0], Segmented("slide", "../nowhere.tif"))).write(tmp_path / "other")
    values = json.loads((tmp_path / "other" / "segmented.json").read_text())
    again = nu.run_recipe(tmp_path / "other", tmp_path / "again")
    assert again.masks == {"a": True}
    assert "1 mask of 1 came out identical." in again.sentence
    assert "Not made again, as an earlier version took them block by block: slide." in again.sentence
    assert values["pictures"][1]["mask"] == ""


def test_a_name_that_leads_elsewhere_is_refused(recipe: Path, tmp_path: Path) -> None:
    values = json.loads(recipe.read_text())
    values["pictures"][0]["name"] = "../../elsewhere"
    recipe.write_text(json.dumps(values))
    with pytest.raises(ModelError, match="the name of a picture"):
        nu.run_recipe(recipe, tmp_path / "again")


def test_the_script_makes_the_same_masks(recipe: Path, tmp_path: Path) -> None:
    script = tmp_path / "scripts" / "again.py"
    script.parent.mkdir()
    script.write_text(script_of(read_mask_recipe(recipe), recipe, script), encoding="utf-8")
    runpy.run_path(str(script), run_name="__main__")
    for name in "ab":
        made = tifffile.imread(script.parent / "again-masks" / f"{name}.tif")
        np.testing.assert_array_equal(made, tifffile.imread(recipe.parent / f"{name}.tif"))


def test_a_folder_with_both_recipes_is_a_models(recipe: Path) -> None:
    assert mask_recipe_at(recipe.parent) == mask_recipe_at(recipe) == recipe
    (recipe.parent / "recipe.json").write_text("{}")
    assert mask_recipe_at(recipe.parent) is None
