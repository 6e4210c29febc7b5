"""When pictures are answered anew because something was learned while nobody painted."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_unet.core.data import Picture, Project
from napari_unet.core.errors import PictureError
from napari_unet.core.model import Model, save_model
from napari_unet.core.model.card import WEIGHTS, ModelCard
from napari_unet.core.model.checkpoint import new_network
from napari_unet.core.settings import Kind, NetworkSettings, Plan, PostprocessingSettings
from napari_unet.engine import following
from napari_unet.engine.following import Following
from napari_unet.engine.live_messages import Live


class Pupil:
    """A learner that learns whenever it may, in no time, but not from a picture that is the same everywhere."""

    def __init__(self, kind: str, start: str | None, on: str) -> None:
        self.has_start, self.learns, self.on, self.asked, self.count = False, True, on, start, 2
        self.taken, self.lessons = list[NDArray[np.integer]](), 0

    def take(self, image: NDArray[np.generic], annotation: NDArray[np.integer], classes: Mapping[int, int]) -> None:
        if np.ptp(image) == 0:
            raise PictureError("It has the same value everywhere.")
        self.taken.append(annotation)
        self.classes = classes

    def learn(self, settled: bool) -> None:
        self.lessons += 1
        self.settled = settled

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
        know = Following(str(project.folder), "objects", "", "cpu", "")
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


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A picture without strokes on show, and four with masks, of one of which nothing can be learned."""
    monkeypatch.setattr(following, "Learner", Pupil)
    with Project.create(tmp_path / "many.unet", "objects", ("cell",)) as project:
        mask = np.eye(8, dtype=np.uint16)
        image = np.arange(64, dtype=np.uint8).reshape(1, 8, 8)
        project.add(Picture("astray", image, channel_names=("dark",)), mask, "")  # lacks the channel that is chosen
        for number, name in enumerate("bcde", 1):
            project.add(Picture(name, number + image, channel_names=("light",)), mask, "")
        project.add(Picture("shown", image, channel_names=("light",)), None, "")
        yield Following(str(project.folder), "objects", "", "cpu", "light")


def test_a_picture_that_cannot_be_learned_from_keeps_the_strokes_of_no_other_away(many: Any) -> None:
    assert many.take_news("shown")
    assert len(many.learner.taken) == 4
    assert many.learner.lessons == 1, "what many pictures teach is learned at once"
    with pytest.raises(PictureError):  # on show, it is told
        Following(str(many.pictures._folder), "objects", "", "cpu", "light").take_news("astray")


def test_classes_of_objects_are_taken_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "Learner", Pupil)
    with Project.create(tmp_path / "two.unet", "objects", ("alive", "dead")) as project:
        project.add(Picture("a", np.arange(64, dtype=np.uint8).reshape(1, 8, 8)), np.eye(8, dtype=np.uint16), "")
        know: Any = Following(str(project.folder), "objects", "", "cpu", "")
        assert know.take_news("a")
        assert know.learner.classes == {}
        project.save_classes("a", "annotation", {2: 1})
        assert know.take_news("a"), "another class is news"
        assert know.learner.classes == {2: 1}


def test_many_masks_let_everything_else_go_first(many: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not many.take_news("shown", lambda: True)
    assert many.learner.taken == []
    assert many.take_news("shown", lambda: len(many.learner.taken) == 2), "a moment later it goes on"
    assert len(many.learner.taken) == 2
    monkeypatch.setattr(following, "MOMENT", 0.0)
    assert not many.take_news("shown")
    monkeypatch.undo()
    assert many.take_news("shown")
    assert len(many.learner.taken) == 4


def test_the_picture_on_show_is_learned_from_before_all_others(many: Any) -> None:
    assert many.take_news("e", lambda: True)
    assert len(many.learner.taken) == 1


def test_a_start_that_has_learned_since_is_another_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "Learner", Pupil)
    weights = tmp_path / "own" / WEIGHTS
    weights.parent.mkdir()
    weights.write_bytes(b"first")
    asked = Live(str(tmp_path), "objects", ("cell",), str(weights.parent), "cpu", "", "a")
    first = following.following(asked)
    assert following.following(asked) is first
    assert following.following(replace(asked, channels="DAPI")) is not first
    first = following.following(asked)
    os.utime(weights, ns=(1, 1))
    assert following.following(asked) is not first
    following._kept.cache_clear()


def test_a_stack_with_blank_planes_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Seeing(Pupil):
        def planes(self, image: NDArray[np.generic], window: object) -> NDArray[np.float32]:
            if np.ptp(image) == 0:
                raise PictureError("It has the same value everywhere.")
            return np.ones((3, *image.shape[1:]), np.float32)

    monkeypatch.setattr(following, "Learner", Seeing)
    plane = np.arange(64, dtype=np.uint8).reshape(8, 8)
    with Project.create(tmp_path / "padded.unet", "objects", ("cell",)) as project:
        project.add(Picture("stack", np.stack([plane * 0, plane])[None]), None, "")
        know = Following(str(project.folder), "objects", "", "cpu", "")
        *_, last = know.answers("stack", ())
        assert last is not None
        assert last.any((2, 3)).tolist() == [[False, True]] * 3
        assert not know.is_blank("stack")


@pytest.mark.parametrize(("kind", "known"), [("objects", 1), ("regions", 2)])
@pytest.mark.parametrize("shape", [(1, 8, 8), (2, 3, 8, 8)], ids=["flat", "stack"])
def test_in_a_blank_picture_nothing_is_found_and_of_it_nothing_is_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind, known: int, shape: tuple[int, ...]
) -> None:
    class Blind(Pupil):
        def take(self, *_: object) -> None:
            raise PictureError("It has the same value everywhere.")

        planes = take

    monkeypatch.setattr(following, "Learner", Blind)
    with Project.create(tmp_path / "blank.unet", kind, ("cell",)) as project:
        project.add(Picture("blank", np.full(shape, 7, np.uint8)), None, "")
        project.save_annotation("blank", np.ones(shape[1:], np.uint16))
        know: Any = Following(str(project.folder), kind, "", "cpu", "")
        assert know.take_news("blank")
        assert (know.strokes, know.is_blank("blank")) == (0, True)
        *_, last = know.answers("blank", (0, 0, 8, 0, 8))
        assert last.shape == (known, *shape[1:])
        assert not last.any()


@pytest.mark.parametrize("kind", ["objects", "regions"])
@pytest.mark.parametrize(
    ("theirs", "strange"),
    [(("alive", "dead"), False), (("dead", "alive"), True), (("alive", "debris"), True), (("alive",), False)],
)
def test_a_start_that_numbers_classes_otherwise_is_not_taken_at_its_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind, theirs: tuple[str, ...], strange: bool
) -> None:
    monkeypatch.setattr(following, "Learner", Pupil)
    planes = ("background",) if kind == "regions" else ("cell", "border", "distance")
    outputs, plan = (*planes, *theirs), Plan(network=NetworkSettings(depth=2, width=4))
    card = ModelCard("brought", kind, theirs, 1, False, plan, PostprocessingSettings(), outputs)
    save_model(Model(card, new_network(card)), tmp_path / "brought")
    with Project.create(tmp_path / "cells.unet", kind, ("alive", "dead")) as project:
        know: Any = Following(str(project.folder), kind, str(tmp_path / "brought"), "cpu", "")
    assert know.learner.asks_for_classes is not strange
    assert know.learner.asked == (None if strange and kind == "regions" else str(tmp_path / "brought"))


def test_of_every_picture_the_chosen_channel_is_looked_at_and_one_without_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Seeing(Pupil):
        def take(self, image: NDArray[np.generic], annotation: NDArray[np.integer], classes: Mapping[int, int]) -> None:
            seen.append(image)
            super().take(image, annotation, classes)

    seen: list[NDArray[np.generic]] = []
    monkeypatch.setattr(following, "Learner", Seeing)
    planes = np.arange(3 * 64, dtype=np.uint8).reshape(3, 8, 8)
    mask = np.eye(8, dtype=np.uint16)
    with Project.create(tmp_path / "many.unet", "objects", ("cell",)) as project:
        project.add(Picture("a", planes[:2], channel_names=("GFP", "DAPI")), mask, "")
        project.add(Picture("b", planes, channel_names=("dapi", "GFP", "TxRed")), mask, "")
        project.add(Picture("c", planes[:2], channel_names=("GFP", "TxRed")), mask, "")
        know = Following(str(project.folder), "objects", "", "cpu", "DAPI")
        know.take_news("a")
        know.take_news("b")
        with pytest.raises(PictureError, match="c has no channel DAPI"):
            know.take_news("c")
        assert [one[0, 0, 0] for one in seen if len(one) == 1] == [64, 0]
        assert all(len(one) == 1 for one in seen)
        project.remove("a")
        know._looked = 0.0
        know.take_news("b")
        assert seen[-1][0, 0, 0] == 64, "what is unlearned is what was learned from"
