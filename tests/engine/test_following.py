"""When pictures are answered anew because something was learned while nobody painted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_unet.core.data import Picture, Project
from napari_unet.engine import following
from napari_unet.engine.following import Following


class Pupil:
    """A learner that learns whenever it may, in no time."""

    def __init__(self, kind: str, start: str | None) -> None:
        self.has_start, self.learns = False, True

    def update(self, image: NDArray[np.generic], annotation: NDArray[np.integer]) -> None:
        """It takes everything in."""

    def wait(self, seconds: float, stop: Callable[[], bool]) -> bool:
        return self.learns and not stop()


@pytest.fixture
def know(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Two pictures, painted on and answered."""
    monkeypatch.setattr(following, "Learner", Pupil)
    with Project.create(tmp_path / "two.unet", "objects", ("cell",)) as project:
        for name in ("a", "b"):
            project.add(Picture(name, np.arange(64, dtype=np.uint8).reshape(1, 8, 8)), None, "")
        painted = np.ones((8, 8), np.uint16)
        project.save_annotation("a", painted)
        know = Following(str(project.folder), "objects", "")
        assert know.take_news("a")
        for name in ("a", "b"):
            know.finished(name)
        yield know


def never() -> bool:
    return False


def test_the_picture_on_show_is_answered_anew_and_the_others_when_thinking_ends(
    know: Following, monkeypatch: pytest.MonkeyPatch
) -> None:
    know.think("a", never)
    assert know.is_behind("a")
    assert not know.is_behind("b")
    know.finished("a")
    monkeypatch.setattr(following, "LONG", 0.0)
    know.think("a", never)
    assert know.is_behind("a")
    assert know.is_behind("b")
    assert not know.may_think


def test_interrupted_nothing_is_answered_anew(know: Following) -> None:
    know.think("a", lambda: True)
    assert not know.is_behind("a")
    assert know.may_think


def test_a_learner_with_nothing_to_learn_from_is_left_in_peace(know: Any) -> None:
    know.learner.learns = False
    know.think("a", never)
    assert not know.may_think
    assert not know.is_behind("a")
