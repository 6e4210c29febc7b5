"""Before anything is trained a model that came along segments, and becomes the project's own."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from napari_unet.core.errors import ModelError
from napari_unet.core.model.card import WEIGHTS
from napari_unet.core.model.header import read_card
from napari_unet.core.model.shipped import AUTO, shipped, shipped_model
from napari_unet.core.settings import NetworkSettings, TrainingSettings
from napari_unet.session import Session
from napari_unet.session.learning import NOTHING
from tests.session.conftest import Told, Wait, discs


def test_without_a_model_the_one_that_fits_segments_and_is_learned_on_from(
    session: Session, told: Told, wait: Wait
) -> None:
    session.add_picture(discs("disc", 0)[0], None)
    assert (session.start, session.stand_in) == (AUTO, AUTO)
    session.segment(None)
    session.segment(None)  # who presses twice is not answered twice
    wait(lambda: session.labels("disc") is not None)
    assert told.errors == []
    (own,) = session.models
    assert own.active
    assert own.line == f"{session.agrees}, as it came along", "it was measured on other pictures"
    assert session.agrees in shipped()
    assert (own.folder / WEIGHTS).read_bytes() == (shipped_model(session.agrees) / WEIGHTS).read_bytes()
    assert session.start == own.name
    assert session.stand_in == "", "the project has a model now"
    assert any(f"Model 1 is {session.agrees}" in sentence for sentence in told.sentences)
    assert session.labels("disc").max() == 4


def test_what_is_pressed_last_while_it_looks_is_what_is_done(session: Session, told: Told, wait: Wait) -> None:
    for seed, name in enumerate(("disc", "other")):
        session.add_picture(dataclasses.replace(discs("disc", seed)[0], name=name), None)
    session.segment(["disc"])
    session.segment(["other"])
    wait(lambda: session.probability("other") is not None and session.job is None)
    assert told.errors == []
    assert session.probability("disc") is None


def test_a_press_that_needs_no_look_is_done_once(session: Session, told: Told, wait: Wait) -> None:
    session.add_picture(discs("disc", 0)[0], None)
    session.segment(["disc"])
    session.set_start("nuclei")
    session.segment(["disc"])
    wait(lambda: session.probability("disc") is not None and session.job is None and not session.jobs.asides.waiting)
    assert told.errors == []
    assert len(session.models) == 1


def test_the_start_that_was_chosen_stands_in(session: Session, wait: Wait) -> None:
    session.add_picture(discs("disc", 0)[0], None)
    session.set_start("nuclei")
    assert session.stand_in == "nuclei"
    session.segment(["disc"])
    wait(lambda: session.job is None)
    assert (session.models[0].folder / WEIGHTS).read_bytes() == (shipped_model("nuclei") / WEIGHTS).read_bytes()


def test_who_starts_from_nothing_has_nobody_to_ask(session: Session, told: Told) -> None:
    session.add_picture(discs("disc", 0)[0], None)
    session.set_start(NOTHING)
    session.segment(None)
    assert [(section, type(error)) for section, error in told.errors] == [("segment", ModelError)]
    assert session.models == ()


def test_where_none_fits_that_is_told(session: Session, told: Told) -> None:
    session.add_picture(discs("disc", 0)[0], None)
    session.agrees = NOTHING
    assert session.stand_in == ""
    session.segment(None)
    assert told.errors[0][1].what == "No model that came along knows such pictures."


@pytest.mark.parametrize("chosen", [True, False])
def test_one_that_tells_regions_does_not_segment_objects_and_that_is_told(
    session: Session, told: Told, chosen: bool
) -> None:
    session.add_picture(discs("disc", 0)[0], None)
    if chosen:
        session.set_start("membranes")
    else:
        session.agrees = "membranes"
    assert session.stand_in == ""
    session.segment(None)
    assert told.errors[0][1].what == (
        "Membranes came along and may know such pictures, but it tells regions, not objects."
    )


def test_training_of_objects_goes_on_from_one_that_tells_regions(session: Session, told: Told, wait: Wait) -> None:
    session.add_picture(*discs("disc", 0))
    session.set_settings("training", TrainingSettings(epochs=1, steps=2, batch=1, patch=64))
    session.set_start("membranes")
    session.train()
    wait(lambda: session.job is None)
    assert told.errors == []
    card = read_card(session.models[0].folder)
    assert (card.start, card.kind) == ("membranes", "objects")


def test_training_goes_on_from_the_one_that_fits_and_says_so(session: Session, told: Told, wait: Wait) -> None:
    session.add_picture(*discs("disc", 0))
    session.set_settings("training", TrainingSettings(epochs=1, steps=2, batch=1, patch=64))
    session.train()
    session.train()  # who presses twice does not train twice
    assert session.job is not None
    wait(lambda: session.job is None)
    assert told.errors == []
    (own,) = session.models
    assert session.agrees in shipped()
    assert read_card(own.folder).start == session.agrees
    assert f"Learning goes on from {session.agrees}, which came along and knows such pictures." in told.sentences


def test_from_one_that_does_not_look_for_what_is_painted_it_goes_on_too_and_says_that(
    session: Session, told: Told, wait: Wait
) -> None:
    session.add_picture(*discs("disc", 0))
    session.agrees = "nuclei"
    session.need_project().save_settings("live", {"unheard": ["nuclei"]})
    session.set_settings("training", TrainingSettings(epochs=1, steps=2, batch=1, patch=64))
    session.train()
    wait(lambda: session.job is None)
    assert told.errors == []
    assert read_card(session.models[0].folder).start == "nuclei"
    assert "Learning goes on from nuclei, which came along; what is painted is new to it." in told.sentences


def test_a_look_can_be_stopped(session: Session, told: Told, wait: Wait) -> None:
    session.add_picture(*discs("disc", 0))
    session.train()
    session.stop()
    assert session.job is None
    wait(lambda: not session.jobs.asides.waiting)
    assert (told.errors, session.models, session.job) == ([], (), None)


def test_another_network_begins_from_nothing(session: Session, told: Told, wait: Wait) -> None:
    session.add_picture(*discs("disc", 0))
    session.set_settings("network", NetworkSettings(width=4, depth=1))
    session.set_settings("training", TrainingSettings(epochs=1, steps=2, batch=1, patch=64))
    session.train()
    wait(lambda: session.job is None)
    assert (told.errors, session.agrees, read_card(session.models[0].folder).start) == ([], "", "none")


@pytest.mark.parametrize("start", [AUTO, "cells"])
def test_regions_have_no_model_that_came_along(session: Session, tmp_path: Path, start: str) -> None:
    session.new_project(tmp_path / "tissue.unet", "regions", ("tissue",))
    session.set_start(start)
    assert session.stand_in == ""
