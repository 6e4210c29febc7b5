"""One light for all pictures of a project where that tells more, and each its own where it does not."""

from __future__ import annotations

import numpy as np
import pytest

from napari_unet.core.strokes.filters import DETAILED, PER_CHANNEL, TEXTURE
from napari_unet.core.strokes.light import FEWEST, Light, fitting_light
from napari_unet.core.strokes.painted import Painted, painted_on
from napari_unet.core.strokes.seen import Seen

SIDE = 64
HALF = SIDE // 2


def cells(rng: np.random.Generator, exposure: float = 1.0) -> np.ndarray:
    """Bright cells above, dark ground below."""
    image = np.where(np.arange(SIDE)[:, None] < HALF, 200.0, 100.0) + rng.normal(0, 6, (SIDE, SIDE))
    return image * exposure


def alone(rng: np.random.Generator) -> np.ndarray:
    """Ground alone, a little brighter above: stretched to its own range it looks like cells."""
    return 94 + cells(rng) * 0.06


def strokes(above: int, below: int) -> np.ndarray:
    """One stroke in each half."""
    annotation = np.zeros((SIDE, SIDE), np.uint8)
    annotation[10:13, 10:40], annotation[HALF + 10 : HALF + 13, 10:40] = above, below
    return annotation


def painted(image: np.ndarray, annotation: np.ndarray) -> Painted:
    done = painted_on(Seen(image[np.newaxis], "scene", seeing=False), annotation, "objects", None)
    assert done is not None
    return done


def numbered(pictures: list[Painted]) -> np.ndarray:
    return np.concatenate([one.strokes + 10 * number for number, one in enumerate(pictures)])


def test_features_are_as_if_measured_by_the_other_levels() -> None:
    rng = np.random.default_rng(0)
    bright, dim = (Seen(cells(rng, exposure)[np.newaxis], "scene", seeing=False) for exposure in (1, 0.4))
    again = Seen(dim.image, "scene", seeing=False)
    again.levels = bright.levels
    lit = Light(bright.levels).on(dim.features(dim.whole), dim.levels)
    np.testing.assert_allclose(lit, again.features(again.whole), atol=6e-3)
    assert np.abs(lit[..., 0] - dim.features(dim.whole)[..., 0]).mean() > 0.1
    features = dim.features(dim.whole)
    np.testing.assert_array_equal(Light(detail=False).on(features, dim.levels), features[..., ~DETAILED])
    np.testing.assert_array_equal(Light().on(dim.features(dim.whole), dim.levels), dim.features(dim.whole))


def test_plain_features_are_brightness_slopes_and_curvatures_in_the_same_light() -> None:
    rng = np.random.default_rng(0)
    bright, dim = (Seen(cells(rng, exposure)[np.newaxis], "scene") for exposure in (1, 0.4))
    features, lit = dim.features(dim.whole), Light(bright.levels, detail=False)
    plain = lit.plain_on(features, dim.levels)
    assert plain.shape[-1] < PER_CHANNEL < features.shape[-1], "neither texture nor what the U-Net sees"
    in_this_light = Light(bright.levels).on(features, dim.levels)[..., :PER_CHANNEL]
    np.testing.assert_array_equal(plain, in_this_light[..., ~TEXTURE])


def test_an_empty_picture_is_told_from_a_full_one_by_one_light() -> None:
    rng = np.random.default_rng(1)
    full = [painted(cells(rng), strokes(2, 1)) for _ in range(3)]
    empty = [painted(alone(rng), strokes(1, 1)) for _ in range(3)]
    pictures = [one for pair in zip(full, empty, strict=True) for one in pair]
    assert fitting_light(pictures, numbered(pictures), 2, 1).one is pictures[0].levels


def test_pictures_of_many_exposures_stay_in_their_own() -> None:
    rng = np.random.default_rng(2)
    pictures = [painted(cells(rng, exposure), strokes(2, 1)) for exposure in (1, 0.3, 2.5, 0.6, 4)]
    assert fitting_light(pictures, numbered(pictures), 2, 1) == Light(detail=False)


@pytest.mark.parametrize("count", range(1, FEWEST))
def test_of_a_few_pictures_nobody_can_tell(count: int) -> None:
    rng = np.random.default_rng(3)
    pictures = [painted(cells(rng), strokes(2, 1)) for _ in range(count)]
    assert fitting_light(pictures, numbered(pictures), 2, 1) == Light()
