"""What the network is shown, and who is heard beside it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from napari_unet.core.model import Network
from napari_unet.core.strokes import asking
from napari_unet.core.strokes.asking import Asking
from napari_unet.core.strokes.lesson import learned
from napari_unet.core.strokes.painted import painted_on
from napari_unet.core.strokes.question import Question
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.starts import said_by
from napari_unet.core.strokes.steered import Steering
from napari_unet.core.strokes.trust import UNKNOWN
from tests.core.strokes.conftest import Scene, overlap

CPU = torch.device("cpu")


def question(scene: Scene, start: str | None = None) -> Question:
    """About a picture with these strokes."""
    seen = Seen(scene.image[np.newaxis], "scene")
    painted = painted_on(seen, scene.strokes, "objects", start)
    assert painted is not None
    lesson = learned([painted], "objects", 2)
    return Question(seen, painted, lesson, lambda window: said_by(start, seen, window) if start else None, 2, start)


def test_the_plain_forest_tells_bright_objects(one: Scene) -> None:
    asked = question(one)
    (taught,) = asked.lesson.taught.values()
    plain = taught.plainly(asked.seen, asked.seen.whole)
    assert overlap(plain[1] > 0.5, one.truth) > 0.5
    np.testing.assert_allclose(plain.sum(0), 1, atol=1e-5)


@pytest.mark.parametrize("says", [0.1, 0.9])
def test_where_no_start_fits_the_plain_forest_is_as_loud_as_the_network(
    one: Scene, says: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = question(one)
    (taught,) = asked.lesson.taught.values()
    monkeypatch.setattr(type(taught), "plainly", lambda *_: np.full((2, *asked.seen.shape), np.float32(says)))
    monkeypatch.setattr(asking, "steer", lambda *_: np.full((1, *asked.seen.shape), np.float32(0.5)))
    answer = Asking("objects", CPU).ask(asked, asked.seen.whole)
    expected = 0.75 if says > 0.5 else 0.25  # odds of 9 to 1 and of 1 to 1 are of 3 to 1 together
    np.testing.assert_allclose(answer, expected, atol=1e-4)


@pytest.mark.parametrize(("start", "heard"), [("cells", 1.0), ("nuclei", 0.5), ("membranes", 0.0), (None, 0.0)])
def test_the_start_that_is_asked_is_heard_as_sure_as_that_one_is(
    one: Scene, start: str | None, heard: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed: list[float] = []
    real = asking.leaned

    def leaned(told: np.ndarray, steering: Steering, agreement: np.ndarray, sure: np.ndarray) -> np.ndarray:
        passed.extend(sure.tolist())
        return real(told, steering, agreement, sure)

    monkeypatch.setattr(asking, "leaned", leaned)
    asked = question(one, start)
    (width, known), *_ = asked.lesson.taught.items()
    lesson = replace(asked.lesson, taught={width: replace(known, sure={"cells": 1.0, "nuclei": 0.5})})
    Asking("objects", CPU).ask(replace(asked, lesson=lesson), asked.seen.whole)
    assert passed == [heard]


@pytest.mark.parametrize("start", [None, "cells"])
def test_the_network_is_shown_guide_and_plain_guide_each_as_it_is(
    one: Scene, start: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Steering] = []
    real = asking.steer

    def steer(network: Network, steering: Steering, device: torch.device) -> np.ndarray:
        shown.append(steering)
        return real(network, steering, device)

    monkeypatch.setattr(asking, "steer", steer)
    asked = question(one, start)
    whole, (taught,) = asked.seen.whole, asked.lesson.taught.values()
    Asking("objects", CPU).ask(asked, whole)
    guide, plain = (
        taught.guide.survey(taught.features(asked.seen, whole), asked.seen.outstanding(whole))[1],
        taught.plainly(asked.seen, whole)[1],
    )
    np.testing.assert_allclose(shown[0].guide[0], guide, atol=1e-5)
    np.testing.assert_allclose(shown[0].planes()[0, -1], 2 * plain - 1, atol=1e-5)
    assert abs(plain - guide).mean() > 0.02


def test_a_class_without_strokes_is_none_of_the_plain_forests_business(one: Scene) -> None:
    """Neither one behind the last that is painted, nor one between."""
    seen, gap = Seen(one.image[np.newaxis], "scene"), np.where(one.strokes == 2, 3, one.strokes)
    for annotation, expected in ((one.strokes, [1, 1, 0]), (gap, [1, 0, 1])):
        painted = painted_on(seen, annotation, "regions", None)
        assert painted is not None
        asked = Question(seen, painted, learned([painted], "regions", 3), lambda window: None, 3)
        known = asked.steering("regions", seen.whole, [0, 1, 2])
        assert asked.loudness(known, [0, 1, 2]).ravel().tolist() == expected
        assert (known.plain[2] != UNKNOWN).any() == bool(expected[2])
