"""Which state a training ends with: the last one of a falling rate, unless an earlier one was clearly better."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from napari_unet.core.data.sample import FixedSet
from napari_unet.core.model import Model, load_model
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.core.training import Finished, Noticed
from napari_unet.core.training.distributed import Ranks
from napari_unet.core.training.ending import ANNEALED, finish
from napari_unet.core.training.learner import Learner
from napari_unet.core.training.resuming import load_state
from napari_unet.core.training.starting import begin
from tests.core.training.scenes import scene, task_of

PAIR = FixedSet((scene(0), scene(1)))
LITTLE, MUCH = ANNEALED / 2, 2 * ANNEALED


def after_two_epochs(out: Path, done: float, **training: object) -> Learner:
    """A learner whose model is that of the first of two epochs; how much of the learning is `done` is made up."""
    task = task_of(out, epochs=2, steps=50, **training)
    learner = Learner(begin(task, PAIR.samples(), Ranks()), time.monotonic())
    learner.end_epoch(1, [1.0])
    learner.epoch, learner.schedule.step = 2, round(done * learner.schedule.steps)
    return learner


def ended(
    out: Path, fell: float, *, stopped: str = "done", done: float = 1.0, schedule: str = "cosine"
) -> tuple[int, Finished, list[str]]:
    """The epoch that is kept of two, the end, and what was noticed; the second one's score `fell` by so much.

    How good the states are once they are cleaned up is made up.
    """
    learner, scores = after_two_epochs(out, done, schedule=schedule), iter((0.8, 0.8 - fell))

    def suit(model: Model, seconds: float | None) -> tuple[PostprocessingSettings, dict[str, float]]:
        return model.card.postprocessing, {"dice": next(scores)}

    learner.measuring.suit = suit
    *reports, finished = finish(learner, stopped)
    noticed = [report.sentence for report in reports if isinstance(report, Noticed)]
    return load_model(out).card.epochs_done, finished, noticed


def test_at_the_end_of_a_falling_rate_the_last_state_is_kept_and_it_is_told(tmp_path: Path) -> None:
    kept, finished, noticed = ended(tmp_path, LITTLE)
    assert kept == 2
    assert finished.scores == load_model(tmp_path).card.scores == {"dice": 0.8 - LITTLE}
    assert [sentence for sentence in noticed if "(0.790) although that of epoch 1 scored 0.800" in sentence]
    assert set(noticed) <= set(load_model(tmp_path).card.noticed)


def test_an_earlier_state_that_was_clearly_better_is_kept(tmp_path: Path) -> None:
    kept, finished, noticed = ended(tmp_path, MUCH)
    assert (kept, finished.scores, noticed) == (1, {"dice": 0.8}, [])


@pytest.mark.parametrize("fell", [-0.01, 0.0, 0.001])
def test_where_none_was_better_by_more_than_chance_nothing_is_told(tmp_path: Path, fell: float) -> None:
    assert ended(tmp_path, fell)[::2] == (2, [])


@pytest.mark.parametrize(
    ("how", "kept"),
    [
        ({"schedule": "plateau"}, 1),
        ({"schedule": "constant"}, 1),
        ({"stopped": "patience", "done": 0.5}, 1),
        ({"stopped": "patience"}, 2),
        ({"stopped": "time"}, 2),
        ({"done": 0.98}, 2),
    ],
    ids=["plateau", "constant", "patience", "patience in the last epoch", "time", "steps that do not add up"],
)
def test_it_is_kept_only_where_the_rate_has_fallen(tmp_path: Path, how: dict[str, object], kept: int) -> None:
    assert ended(tmp_path, LITTLE, **how)[0] == kept


def test_stopped_by_hand_the_best_is_kept(tmp_path: Path) -> None:
    assert ended(tmp_path, LITTLE, stopped="asked")[0] == 1


def test_going_on_after_it_epochs_are_held_against_the_best_glance(tmp_path: Path) -> None:
    ended(tmp_path, LITTLE)
    best, lines = load_state(tmp_path).values["best"], (tmp_path / "metrics.jsonl").read_text().splitlines()
    assert best["epoch"] == 2
    assert best["rose"] == 1, "the score has not risen since, and patience counts from there"
    assert len(lines) == 1


@pytest.mark.parametrize(("minutes", "by_the_clock"), [(0.0, False), (1.0, True)])
def test_only_a_time_limit_makes_the_clean_up_depend_on_the_clock(
    tmp_path: Path, minutes: float, by_the_clock: bool
) -> None:
    learner, given = after_two_epochs(tmp_path, 1.0, minutes=minutes), list[float | None]()

    def suit(model: Model, seconds: float | None) -> tuple[PostprocessingSettings, dict[str, float]]:
        given.append(seconds)
        return model.card.postprocessing, {"dice": 0.5}

    learner.measuring.suit = suit
    list(finish(learner, "done"))
    assert [seconds is not None for seconds in given] == [by_the_clock] * 2
