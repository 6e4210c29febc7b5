"""Outlines become the pixels whose centres they hold, and what goes wrong in painting is told."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_unet.core.data import to_mask
from napari_unet.core.errors import MaskError
from napari_unet.core.importing.canvas import Canvas
from napari_unet.core.importing.outline import filled, oval
from tests.core.importing.making import SHAPE, mask_of, square

CORNER = st.tuples(st.floats(-15, 65, width=32), st.floats(-15, 55, width=32))


def ring(*corners: tuple[float, float]) -> np.ndarray:
    return np.array(corners, np.float64).reshape(-1, 2)


def painted(*rings: np.ndarray) -> np.ndarray:
    whole = np.zeros(SHAPE, bool)
    if patch := filled(rings, SHAPE, lambda work: None):
        height, width = patch.pixels.shape
        whole[patch.row : patch.row + height, patch.column : patch.column + width] = patch.pixels
    return whole


def paint_for_ever(corners: np.ndarray) -> None:
    canvas = Canvas(Path("a.json"), SHAPE)
    while True:
        canvas.add_outline([[corners]], "")


def crossings(shift: float, corners: np.ndarray) -> np.ndarray:
    """How often a ray to the left, from each pixel's centre and a bit beside it, goes through a ring."""
    y, x = np.indices(SHAPE) + 0.5
    count = np.zeros(SHAPE, int)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if y0 != y1:
            count += ((y0 <= y) != (y1 <= y)) & (x0 + (y - y0) / (y1 - y0) * (x1 - x0) <= x + shift)
    return count


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CORNER, min_size=3, max_size=7), min_size=1, max_size=2))
def test_a_pixel_is_inside_when_a_ray_from_its_centre_meets_the_rings_an_odd_number_of_times(
    rings: list[list[tuple[float, float]]],
) -> None:
    corners = [ring(*points) for points in rings]
    left, right = (sum(crossings(shift, points) for points in corners) for shift in (-1e-6, 1e-6))
    clear = left == right  # where no centre lies on an outline, within the numbers' precision
    np.testing.assert_array_equal(painted(*corners)[clear], left[clear] % 2)


def test_a_ring_within_a_ring_is_a_hole() -> None:
    found = painted(ring(*square(5, 5, 20)), ring(*square(10, 10, 10)))
    expected = mask_of((5, 5, 25, 25)) - mask_of((10, 10, 20, 20))
    np.testing.assert_array_equal(found, expected > 0)


def test_an_oval_holds_the_centres_within_its_radii() -> None:
    rows, columns = np.indices(SHAPE) + 0.5
    within = ((columns - 25) / 20) ** 2 + ((rows - 20) / 15) ** 2 < 1
    assert np.count_nonzero(painted(oval(5, 5, 40, 30)) != within) <= 8  # those that the oval's line goes through


def test_later_objects_lie_on_top_and_the_overlap_is_counted() -> None:
    canvas = Canvas(Path("a.json"), SHAPE)
    canvas.add_outline([[ring(*square(5, 5, 10))]], "")
    canvas.add_outline([[ring(*square(10, 10, 10))]], "")
    imported = canvas.finished()
    np.testing.assert_array_equal(to_mask(imported.annotation), mask_of((5, 5, 15, 15), (10, 10, 20, 20)))
    assert imported.notes == ("25 pixels overlap: there the later object in the file lies on top of the earlier.",)


def test_an_object_of_two_parts_does_not_overlap_itself() -> None:
    canvas = Canvas(Path("a.json"), SHAPE)
    canvas.add_outline([[ring(*square(5, 5, 10))], [ring(*square(10, 10, 10))]], "")
    imported = canvas.finished()
    assert imported.notes == ()
    assert np.count_nonzero(to_mask(imported.annotation) == 1) == 175


def test_objects_that_are_covered_cut_off_or_without_a_pixel_are_told() -> None:
    canvas = Canvas(Path("a.json"), SHAPE)
    for corners in (square(5, 5, 3), square(4, 4, 9), square(45, 35, 20), square(20.6, 20.6, 0.3), [(1, 1), (2, 2)]):
        canvas.add_outline([[ring(*corners)]], "")
    imported = canvas.finished()
    np.testing.assert_array_equal(np.unique(imported.annotation), [1, 3, 4])
    assert imported.notes == (
        "9 pixels overlap: there the later object in the file lies on top of the earlier.",
        "1 objects are wholly covered by later ones, and are not there any more.",
        "1 objects reach over the edge of the picture, and were cut off there.",
        "2 objects cover no pixel, and were left out.",
    )


@pytest.mark.parametrize(
    ("corners", "words"),
    [
        ([(1, 1), (5, float("nan")), (5, 5)], "no number"),
        ([(1, 1), (float("inf"), 5), (5, 5)], "no number"),
        ([(1, 1), (1e9, 5), (5, 5)], r"outside the picture: at x = 1e\+09"),
        ([(1, 1), (1e300, -1e300), (5, 5)], "outside the picture"),
        (square(60, 5, 10), "outside the picture: at x = 60, y = 5.*The picture is 40 x 50"),
        (square(5, -20, 10), "outside the picture"),
    ],
)
def test_an_object_that_is_not_in_the_picture_is_a_sentence(corners: list[tuple[float, float]], words: str) -> None:
    canvas = Canvas(Path("a.json"), SHAPE)
    canvas.add_outline([[ring(*square(5, 5, 10))]], "")
    with pytest.raises(MaskError, match=f"Object 2 in a.json .*{words}"):
        canvas.add_outline([[ring(*corners)]], "")


def test_too_much_work_is_refused_before_it_is_done() -> None:
    jagged = np.random.default_rng(0).uniform(0, 40, (10**5, 2))
    for outline in (jagged, ring(*square(5, 5, 1)), np.zeros((0, 2))):
        with pytest.raises(MaskError, match="too many or too intricate objects"):
            paint_for_ever(outline)


def test_a_stack_has_no_outlines() -> None:
    with pytest.raises(MaskError, match=r"3 x 40 x 50, but a\.json holds outlines, which are flat"):
        Canvas(Path("a.json"), (3, *SHAPE))
