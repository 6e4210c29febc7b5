"""The simulated person uses the tool that fits the mistake, and ends with labels that are right."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.corrections import ENOUGH, ap, corrected
from benchmarks.corrector import with_brush, with_tools


@pytest.fixture
def truth() -> np.ndarray:
    truth = np.zeros((60, 100), np.int32)
    truth[5:25, 5:20], truth[5:25, 20:35], truth[5:25, 60:90], truth[40:55, 10:30] = 1, 2, 3, 4
    return truth


def test_each_mistake_has_its_tool(truth: np.ndarray) -> None:
    labels = truth.copy()
    labels[truth == 2] = 1  # two that were taken for one
    labels[5:25, 76:90] = 9  # one that was taken for two
    labels[40:50, 60:75] = 7  # one that is none
    labels[truth == 4] = 0  # one that was missed
    done = corrected(labels, truth, with_tools)
    assert [action.tool for action in done] == ["split", "merge", "delete", "paint"]
    assert ap(done[-1].labels, truth) == 1
    by_brush = corrected(labels, truth, with_brush)
    assert ap(by_brush[-1].labels, truth) >= ENOUGH
    assert sum(action.seconds for action in done) < sum(action.seconds for action in by_brush)


def test_what_is_right_is_left_alone(truth: np.ndarray) -> None:
    assert with_tools(truth, truth) is None
    assert with_brush(truth, truth) is None
    assert corrected(truth, truth, with_tools) == []


def test_a_bad_outline_is_painted_anew(truth: np.ndarray) -> None:
    labels = truth.copy()
    labels[5:25, 68:90] = 0
    done = corrected(labels, truth, with_tools)
    assert [action.tool for action in done] == ["paint"]
    assert ap(done[-1].labels, truth) == 1
