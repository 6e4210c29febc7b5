from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from scipy import ndimage

from napari_unet import Learner
from napari_unet.core import inference
from napari_unet.core.strokes import starts
from napari_unet.core.strokes.seen import MOST, Seen
from napari_unet.core.strokes.windows import SQUARE, Window
from napari_unet.core.strokes.word import LOOKS
from tests.core.strokes.conftest import Scene

HERE = np.zeros((1, 20, 20), np.float32)
HERE[:, 5:15, 5:15] = 1


@pytest.fixture
def seen(one: Scene) -> Seen:
    return Seen(one.image[np.newaxis], "scene")


def say(seen: Seen, **said: np.ndarray | None) -> None:
    """What starts of these names are to say about it."""
    for name, planes in said.items():
        seen.starts[name] = None if planes is None else partial(cut, planes)


def cut(planes: np.ndarray, window: Window) -> np.ndarray:
    return planes[(slice(None), *window)]


def test_a_specialist_is_taken_where_it_sees_the_same(seen: Seen) -> None:
    say(seen, usual=HERE, special=HERE * 0.9)
    assert starts.fitting(("usual", "special"), seen) == "special"
    say(seen, special=HERE[:, ::-1, :] * HERE * (np.arange(20) < 9))
    assert starts.fitting(("usual", "special"), seen) == "usual"
    say(seen, special=None)
    assert starts.fitting(("usual", "special"), seen) == "usual"


def test_a_start_in_two_minds_is_not_taken(seen: Seen) -> None:
    say(seen, usual=np.where(HERE > 0, 0.7, 0.35).astype(np.float32), special=HERE)
    assert starts.fitting(("usual", "special"), seen) is None
    say(seen, usual=None)
    assert starts.fitting(("usual",), seen) is None


def test_a_start_that_a_person_chose_is_taken_whatever_it_says(one: Scene) -> None:
    learner = Learner(start="cells")
    learner.predict(one.image)
    assert learner.start == "cells"
    assert learner.has_start
    assert not Learner(start=None).has_start


@pytest.fixture(scope="module")
def large() -> Seen:
    random = np.random.default_rng(0)
    image = ndimage.gaussian_filter(random.normal(size=(SQUARE + 200, SQUARE + 300)), 4).astype(np.float32)
    assert image.size > MOST
    return Seen(image[np.newaxis], "large")


def test_of_a_large_picture_a_start_is_asked_about_the_square_that_somebody_looks_at(
    large: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, predict_view = [], inference.predict_view

    def noted(model, view, settings, out, stop):
        asked.append(out.shape[1:])
        return predict_view(model, view, settings, out, stop)

    monkeypatch.setattr(inference, "predict_view", noted, raising=False)
    corner = slice(SQUARE + 10, SQUARE + 50), slice(SQUARE + 20, SQUARE + 90)
    said = starts.said_by("cells", large, corner)
    assert said is not None
    assert len(asked) == 1
    assert max(asked[0]) < SQUARE
    whole = np.zeros((len(said), *large.shape), np.float32)
    model = starts.model_of("cells")
    for _ in inference.predict(model, inference_image(large, model.card.channels), LOOKS, whole, lambda: False):
        pass
    np.testing.assert_allclose(said, whole[(slice(None), *corner)], atol=2e-3)


def inference_image(seen: Seen, channels: int) -> np.ndarray:
    """The picture as it is shown to a model of so many channels."""
    return seen.image if channels == len(seen.image) else seen.image.repeat(channels, 0)
