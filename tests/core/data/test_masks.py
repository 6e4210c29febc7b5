"""A mask a person brings along fits its picture and its project, or a sentence says why not."""

import numpy as np
import pytest

from napari_unet.core.data.annotation import from_mask, to_mask
from napari_unet.core.data.masks import fitting_mask
from napari_unet.core.errors import MaskError


def two_cells(value: int) -> np.ndarray:
    mask = np.zeros((20, 20), np.uint8)
    mask[2:5, 2:5] = mask[10:15, 10:15] = value
    return mask


@pytest.mark.parametrize("white", [1, 255])
def test_white_cells_on_black_get_their_own_numbers(white: int) -> None:
    mask = fitting_mask(two_cells(white), (20, 20), "a", "objects", ("cell",))
    assert mask[3, 3] == 1
    assert mask[12, 12] == 2
    assert np.array_equal(mask > 0, two_cells(white) > 0)


def test_numbered_cells_keep_their_numbers() -> None:
    mask = two_cells(7)
    mask[2:5, 2:5] = 3
    assert np.array_equal(fitting_mask(mask, (20, 20), "a", "objects", ("cell",)), mask)


def test_a_single_numbered_cell_stays_one_cell() -> None:
    assert np.array_equal(fitting_mask(two_cells(5), (20, 20), "a", "objects", ("cell",)), two_cells(5))


def test_white_is_the_one_class_of_a_regions_project() -> None:
    mask = fitting_mask(two_cells(255), (20, 20), "a", "regions", ("cell",))
    assert np.array_equal(mask, two_cells(1))


def test_a_picture_with_one_of_many_classes_keeps_it() -> None:
    assert np.array_equal(fitting_mask(two_cells(2), (20, 20), "a", "regions", ("x", "y")), two_cells(2))


def test_more_classes_than_the_project_has_are_a_sentence() -> None:
    mask = two_cells(1)
    mask[0, 0] = 3
    assert np.array_equal(fitting_mask(mask, (20, 20), "a", "regions", ("x", "y", "z")), mask)
    with pytest.raises(MaskError, match=r"holds the value 3, but the project has 2 classes \(x, y\)"):
        fitting_mask(mask, (20, 20), "a", "regions", ("x", "y"))


def test_an_empty_mask_is_all_background() -> None:
    for kind in ("objects", "regions"):
        assert not fitting_mask(np.zeros((20, 20), np.uint8), (20, 20), "a", kind, ("cell",)).any()


@pytest.mark.parametrize("top", [254, 65_534, 65_535, 100_000])
def test_annotation_and_mask_convert_without_loss(top: int) -> None:
    mask = np.array([[0, 1, top]], np.uint32)
    annotation = from_mask(mask)
    assert annotation.dtype == (np.uint16 if top < 65_535 else np.uint32)
    assert np.array_equal(annotation, mask + 1)
    assert np.array_equal(to_mask(annotation), mask)


def test_white_cells_of_a_film_are_apart_where_they_lie_at_the_place_of_one() -> None:
    film = np.zeros((2, 20, 20), np.uint8)
    film[0, 2:18, 2:18] = film[1, 2:9, 2:18] = film[1, 11:18, 2:18] = 255
    mask = fitting_mask(film, film.shape, "a", "objects", ("cell",), "CTYX")
    assert [int(mask[at]) for at in ((0, 5, 5), (1, 5, 5), (1, 15, 5))] == [1, 2, 3]
    assert fitting_mask(film, film.shape, "a", "objects", ("cell",), "CZYX").max() == 1
