"""Before training and beside it: presets, estimate, examples, cross-validation, search, views. Real engine."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from napari_unet.core.data.annotation import to_mask
from napari_unet.core.metrics import FALSE, HIT, MISS
from napari_unet.core.settings import AUGMENTATIONS, PRESETS, SearchSettings
from napari_unet.session import Session
from tests.session.conftest import Told, Wait, discs, fill, give_probability, train


def test_a_preset_sets_everything_but_what_the_person_decides_anyway(session: Session) -> None:
    session.set_settings("training", dataclasses.replace(session.settings("training"), minutes=7.0, seed=3))
    assert session.preset == "usual"
    session.take_preset("classic")
    assert session.preset == "classic"
    classic = PRESETS["classic"].make()
    assert session.settings("network") == classic.network
    assert session.plan.training.minutes == 7.0
    assert session.plan.training.seed == 3
    session.set_settings("network", dataclasses.replace(classic.network, depth=2))
    assert session.preset == ""


def test_a_strength_names_the_random_changes(session: Session) -> None:
    session.take_strength("strong")
    assert session.settings("augmentation") == AUGMENTATIONS["strong"]
    assert session.strength == "strong"


def test_a_ready_worker_says_how_long_it_will_take(session: Session, wait: Wait) -> None:
    fill(session, 2)
    session.start_worker()
    wait(lambda: session.estimate is not None)
    first = session.estimate
    assert first is not None
    assert first.seconds > 0
    session.set_settings("training", dataclasses.replace(session.settings("training"), epochs=400))
    wait(lambda: session.estimate is not None and session.estimate.seconds > 10 * first.seconds)
    assert session.job is None


def test_examples_come_with_outlines(session: Session, told: Told, wait: Wait) -> None:
    fill(session, 2)
    made: list[Any] = []
    session.examples_made.connect(made.append)
    session.make_examples()
    assert session.beside.job("examples") is not None
    wait(lambda: bool(made) or bool(told.errors))
    assert told.errors == []
    assert made[0].shape == (16, 2, 64, 64)
    assert set(np.unique(made[0][:, -1])) == {0.0, 1.0}
    assert session.beside.job("examples") is None


def test_examples_of_nothing_are_a_sentence(session: Session, told: Told, wait: Wait) -> None:
    session.add_picture(discs("disc0", 0)[0], None)
    session.make_examples()
    wait(lambda: session.beside.job("examples") is None)
    ((section, _error),) = told.errors
    assert section == "train"


def test_cross_validation_measures_every_picture_and_leaves_the_models_alone(
    session: Session, told: Told, wait: Wait
) -> None:
    fill(session, 3, epochs=1, steps=4)
    session.cross_validate(3)
    wait(lambda: session.job is None)
    assert told.errors == []
    assert session.crossed is not None
    assert set(session.crossed.per_picture) == {"disc0", "disc1", "disc2"}
    assert session.models == ()
    assert session.active_model is None


def test_a_search_ranks_its_tries_goes_on_and_gives_its_best(session: Session, told: Told, wait: Wait) -> None:
    fill(session, 3, steps=2)
    session.set_settings("search", SearchSettings(trials=1, trial_minutes=0.1, pruning=False))
    session.search(("rate=0.001,0.01", "width=4,8"))
    wait(lambda: bool(session.tries) and session.job is None)
    assert told.errors == []
    assert len(session.tries) == 1
    assert session.can_use_best()
    assert not session.can_search_on()

    session.set_settings("search", SearchSettings(trials=2, trial_minutes=0.1, pruning=False))
    assert session.can_search_on()
    session.search_on()
    wait(lambda: session.job is None)
    assert told.errors == []
    assert len(session.tries) == 2

    before = session.plan.training.epochs
    session.use_best()
    best = max(session.tries, key=lambda one: one.score)
    assert session.plan.network.width == best.values["width"]
    assert session.plan.training.rate == best.values["rate"]
    assert session.plan.training.epochs == before


def test_what_cannot_be_searched_is_said_before_it_begins(session: Session) -> None:
    assert session.why_no_space(("rate=1e-4..1e-2",), SearchSettings()) == ""
    assert "range of rate" in session.why_no_space(("rate=1e-4..1e-2",), SearchSettings(method="grid"))
    assert session.why_no_space((), SearchSettings())


def test_uncertainty_and_other_models_are_asked_on_demand(session: Session, told: Told, wait: Wait) -> None:
    fill(session, 2, epochs=1, steps=2)
    first = train(session, wait)
    train(session, wait)
    session.segment(["disc0"])
    wait(lambda: not session.busy)
    assert session.spread("disc0") is None

    session.uncertainty = True
    session.segment(["disc0"])
    wait(lambda: not session.busy)
    assert told.errors == []
    alone = session.spread("disc0")
    assert alone is not None
    assert alone.shape == (96, 96)
    assert alone.max() > 0

    session.ask_also([row.name for row in session.models])
    session.segment(["disc0"])
    wait(lambda: not session.busy)
    assert told.errors == []
    together = session.spread("disc0")
    assert together is not None
    assert not np.array_equal(alone, together)
    del first


def test_labels_are_compared_with_the_annotation_of_a_complete_picture(session: Session, wait: Wait) -> None:
    fill(session, 1)
    give_probability(session, "disc0")
    session.labels("disc0")
    wait(lambda: not session.busy)
    assert session.view("comparison", "disc0") is None, "nobody asked"
    session.want("comparison", True)
    wait(lambda: session.view("comparison", "disc0") is not None)
    first = session.view("comparison", "disc0")
    assert first is not None
    assert set(np.unique(first)) == {0, MISS, FALSE}, "a square in the middle is none of the discs"

    truth = to_mask(session.annotation("disc0"))
    for number in (1, 2):
        rows, columns = np.nonzero(truth == number)
        box = (slice(int(rows.min()), int(rows.max()) + 1), slice(int(columns.min()), int(columns.max()) + 1))
        labels = session.labels("disc0")
        assert labels is not None
        labels[box][truth[box] == number] = 100 + number
        session.painted("disc0", "labels", box, labels[box].copy())
    session.labels_changed.emit("disc0")
    wait(lambda: not session.busy)
    now = session.view("comparison", "disc0")
    assert now is not None
    assert (now[truth == 1] == HIT).all()
    session.set_complete("disc0", False)
    assert session.view("comparison", "disc0") is None


def test_what_the_network_sees_follows_the_settings(session: Session, told: Told, wait: Wait) -> None:
    fill(session, 2)
    session.want("seen", True)
    wait(lambda: session.view("seen", "disc0") is not None)
    before = session.view("seen", "disc0")
    assert before is not None
    assert before.shape == (1, 96, 96)
    session.set_settings("preprocessing", dataclasses.replace(session.settings("preprocessing"), pixel_size=1.0))
    wait(lambda: not session.busy)
    after = session.view("seen", "disc0")
    assert told.errors == []
    assert after is not None
    assert after.shape == (1, 48, 48), "0.5 µm a pixel became 1 µm"
    session.select("disc1")
    wait(lambda: session.view("seen", "disc1") is not None)
    session.want("seen", False)
    assert session.view("seen", "disc1") is None


def test_a_closed_project_takes_its_questions_along(session: Session, told: Told, tmp_path: Any, wait: Wait) -> None:
    fill(session, 2)
    made: list[Any] = []
    session.examples_made.connect(made.append)
    session.make_examples()
    session.new_project(tmp_path / "other.unet", "objects", ("cell",))
    assert session.beside.job("examples") is None
    session.add_picture(*discs("disc0", 0))
    session.make_examples()
    wait(lambda: bool(made) or bool(told.errors))
    assert len(made) == 1
