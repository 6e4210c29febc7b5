"""A model whose classes stand in another order, or are others, is asked in a project: classes go by their names."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from napari_unet.core.data.project_card import ProjectCard
from napari_unet.core.model import Model, ModelCard, save_model
from napari_unet.core.model.checkpoint import new_network
from napari_unet.core.settings import NetworkSettings, Plan, PostprocessingSettings
from napari_unet.session import Session
from tests.session.conftest import Told, Wait, discs

OUTPUTS = ("cell", "border", "distance")
LONG_AGO = "2001-01-01T00:00:00+00:00"
COLOURS = ("#e69f00", "#56b4e9")


def bring(session: Session, *classes: str) -> None:
    """A model from elsewhere, as somebody copies it into the project's folder; it becomes the active one."""
    torch.manual_seed(0)
    plan, outputs = Plan(network=NetworkSettings(depth=1, width=4)), (*OUTPUTS, *classes)
    card = ModelCard("m", "objects", classes, 1, False, plan, PostprocessingSettings(), outputs, created=LONG_AGO)
    save_model(Model(card, new_network(card)), session.need_project().folder / "models" / "2024-01-01-m")
    session.activate("2024-01-01-m")


@pytest.fixture
def classed(session: Session) -> Session:
    session.add_picture(discs("a", 0)[0], None)
    session.set_classes(("alive", "dead"), COLOURS)
    return session


def test_an_answer_has_the_projects_planes_and_what_is_missing_is_told(
    classed: Session, told: Told, wait: Wait
) -> None:
    bring(classed, "debris", "dead")
    classed.segment(["a"])
    wait(lambda: not classed.busy and classed.probability("a") is not None)
    probability = classed.probability("a")
    assert len(probability) == 6, "three of objects, alive, dead, and debris behind"
    assert not probability[3].any(), "nothing is known of alive"
    np.testing.assert_allclose(probability[4] + probability[5], 1, atol=1e-5)
    assert "Model 1 does not know alive" in " ".join(told.sentences)
    assert "debris, which this project does not have" in " ".join(told.sentences)
    assert told.errors == []


def test_a_model_with_other_numbers_is_not_compared_by_them(classed: Session) -> None:
    bring(classed, "dead", "alive")
    assert classed.rivals() == ()
    bring(classed, "alive", "dead")
    assert [folder.name for folder in classed.rivals()] == ["2024-01-01-m"]


def test_a_renamed_class_is_the_same_one_to_a_model_that_learned_before(session: Session, tmp_path: Path) -> None:
    session.new_project(tmp_path / "other.unet", "objects", ("alive", "dead"))
    bring(session, "alive", "dead")
    session.set_classes(("dead", "gone"), COLOURS)
    session.open_project(session.need_project().folder)
    classes = session._classes_of(session._folder("2024-01-01-m"))
    assert (classes.alike, classes.sentence("Model 1")) == (True, "")


def test_a_project_knows_what_its_classes_were_called() -> None:
    former = ({"until": "2026-01-02", "names": ("cell",)}, {"until": "2026-02-02", "names": ("alive", "dead")})
    card = ProjectCard("objects", ("living", "gone", "new"), former=former)
    assert card.classes_when("2026-01-01") == ("cell", "gone", "new")
    assert card.classes_when("2026-01-03") == ("alive", "dead", "new")
    assert card.classes_when("2026-02-02") == card.classes_when("") == ("living", "gone", "new")
