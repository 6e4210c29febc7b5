"""Sample data: the files that come with the program are those the program makes, and look like cells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import platformdirs
import pytest
import tifffile
from scipy import ndimage

from napari_unet.core.data import synthesis
from napari_unet.core.data.read import read_mask, read_picture
from napari_unet.core.data.synthesis import RECIPES, SEED, Recipe, make_sample_data, sample_data_folder, synthesise

CHECKOUT = Path(__file__).parents[3] / "sample_data"
recipes = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)


def test_made_again_the_pixels_are_the_same() -> None:
    recipe = RECIPES[-2]

    picture, mask = synthesise(recipe, SEED)

    np.testing.assert_array_equal(picture, tifffile.imread(CHECKOUT / "images" / f"{recipe.name}.tif"))
    np.testing.assert_array_equal(mask, tifffile.imread(CHECKOUT / "masks" / f"{recipe.name}.tif"))


def test_another_seed_gives_other_cells() -> None:
    one, other = synthesise(RECIPES[-2], 1)[1], synthesise(RECIPES[-2], 2)[1]

    assert np.mean((one > 0) != (other > 0)) > 0.05


@recipes
def test_masks_are_whole_nuclei_without_gaps_in_numbering(recipe: Recipe) -> None:
    mask = read_mask(CHECKOUT / "masks" / f"{recipe.name}.tif")
    numbers = np.unique(mask)

    boxes = enumerate(ndimage.find_objects(mask), 1)
    pieces = [ndimage.label(mask[box] == number)[1] for number, box in boxes]

    assert list(numbers) == list(range(mask.max() + 1))
    assert pieces == [1] * len(pieces)
    assert len(pieces) >= 15


@recipes
def test_the_picture_shows_its_mask(recipe: Recipe) -> None:
    picture = read_picture(CHECKOUT / "images" / f"{recipe.name}.tif").image[0].astype(float)
    mask = read_mask(CHECKOUT / "masks" / f"{recipe.name}.tif") > 0
    near = ndimage.binary_dilation(mask, iterations=12) & ~ndimage.binary_dilation(mask, iterations=4)

    background = np.median(picture[near])

    assert np.mean(picture[mask] > background) > 0.95
    assert np.median(picture[mask]) - background > 3 * picture[near].std()


def test_some_nuclei_touch() -> None:
    mask = read_mask(CHECKOUT / "masks" / "colonies.tif")

    beside = (mask[:, 1:] != mask[:, :-1]) & (mask[:, 1:] > 0) & (mask[:, :-1] > 0)

    assert beside.sum() > 200


def test_files_say_how_large_a_pixel_is_and_are_small() -> None:
    picture = read_picture(CHECKOUT / "images" / "culture_dense.tif")

    assert picture.pixel_size == pytest.approx((0.325, 0.325), rel=1e-3)
    assert picture.unit == "µm"
    assert sum(path.stat().st_size for path in CHECKOUT.rglob("*") if path.is_file()) < 3_000_000


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> tuple[Recipe, ...]:
    """Only the quickest pictures are made."""
    monkeypatch.setattr(synthesis, "RECIPES", (RECIPES[4], RECIPES[6]))
    return synthesis.RECIPES


def test_a_folder_holds_equal_names_and_says_where_they_come_from(tmp_path: Path, few: tuple[Recipe, ...]) -> None:
    make_sample_data(tmp_path, SEED)

    pictures, masks = ({path.name for path in (tmp_path / part).iterdir()} for part in ("images", "masks"))

    assert pictures == masks == {f"{recipe.name}.tif" for recipe in few}
    assert "exact" in (tmp_path / "SOURCES.md").read_text(encoding="utf-8")


def test_a_checkout_uses_its_own_folder() -> None:
    assert sample_data_folder() == CHECKOUT


@pytest.mark.usefixtures("few")
def test_an_installed_program_makes_them_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthesis, "__file__", str(tmp_path / "lib" / "a" / "b" / "c" / "synthesis.py"))
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / "cache")
    first = sample_data_folder()
    made = (first / "images" / "small_cells.tif").stat().st_mtime_ns

    again = sample_data_folder()

    assert again == first != CHECKOUT
    assert (again / "images" / "small_cells.tif").stat().st_mtime_ns == made
