from __future__ import annotations

import numpy as np
import pytest

from napari_unet import Learner
from napari_unet.core.strokes import starts
from napari_unet.core.strokes.seen import Seen
from tests.core.strokes.conftest import Scene

HERE = np.zeros((1, 20, 20), np.float32)
HERE[:, 5:15, 5:15] = 1


@pytest.fixture
def seen(one: Scene) -> Seen:
    return Seen(one.image[np.newaxis], "scene")


def say(seen: Seen, **said: np.ndarray | None) -> None:
    """What starts of these names are to say about it."""
    seen.starts.update(said)


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
