"""What is taken as truth: the whole picture, a part, one object; where its border cuts; and taken back exactly."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_unet.core.data import ProjectSet, Record
from napari_unet.core.data.provenance import NUMBERS
from napari_unet.core.errors import ProjectError, StorageError
from napari_unet.engine.client import Engine
from napari_unet.session import Session
from napari_unet.session.accepting import objects_in, with_classes
from tests.session.conftest import Told
from tests.session.sitting import MODEL, NAMES, Sitting, kept, open_again, prepare

BOX = slice(0, 10), slice(0, 10)


def cut_by_the_border() -> np.ndarray:
    """Object 1 inside, 2 with three quarters inside, 3 with a quarter inside, 4 outside; of BOX."""
    labels = np.zeros((20, 20), np.uint16)
    labels[1:3, 1:3], labels[5:7, 7:11] = 1, 2
    labels[8:9, 9:13], labels[15:18, 15:18] = 3, 4
    return labels


def test_an_object_belongs_to_the_part_that_holds_most_of_it() -> None:
    labels, annotation = cut_by_the_border(), np.zeros((20, 20), np.uint16)
    annotation[19, 19] = 5
    taken = objects_in(annotation, labels, BOX)
    after = taken.acceptance.done(annotation)
    assert (taken.objects, taken.left) == (2, 1)
    assert (after[labels == 1] == 6).all(), "numbers begin above those in use"
    assert (after[labels == 2] == 7).all(), "whole, beyond the border, too"
    assert not after[labels == 3].any(), "of an object that lies mostly elsewhere nothing is said"
    inside = np.zeros((20, 20), bool)
    inside[BOX] = True
    assert (after[inside & (labels == 0)] == 1).all(), "what is unpainted in the part is background"
    assert not after[~inside & (labels != 2)][:-1].any(), "and outside it stays unlabelled"
    assert after[19, 19] == 5


def test_two_parts_side_by_side_take_each_object_once_and_whole() -> None:
    labels = cut_by_the_border()
    annotation = np.zeros((20, 20), np.uint16)
    for box in (BOX, (slice(0, 10), slice(10, 20)), (slice(10, 20), slice(0, 20))):
        annotation = objects_in(annotation, labels, box).acceptance.done(annotation)
    assert (annotation > 0).all()
    for number in (1, 2, 3, 4):
        (own,) = np.unique(annotation[labels == number])
        assert (annotation == own).sum() == (labels == number).sum()


def test_where_nothing_can_be_told_nothing_is_taken() -> None:
    labels = np.ones((20, 20), np.uint16)
    with pytest.raises(ProjectError, match="No object lies in this part"):
        objects_in(np.zeros((20, 20), np.uint16), labels, BOX)


def test_an_object_goes_on_with_its_class_where_the_labels_have_none() -> None:
    annotation, labels = np.zeros((2, 20, 20), np.uint16), np.zeros((2, 20, 20), np.uint16)
    annotation[0, 5:10, 5:10], labels[:, 5:10, 5:10] = 2, 7
    taken = objects_in(annotation, labels, (slice(1, 2), slice(0, 20), slice(0, 20))).acceptance
    after = taken.done(annotation)
    assert after[1, 6, 6] == 2
    assert with_classes(taken, labels, {2: 1}, after, {}).classes_after == {2: 1}
    assert with_classes(taken, labels, {2: 1}, after, {7: 2}).classes_after == {2: 2}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A project with two segmented pictures."""
    prepare(tmp_path / "cells.unet")
    session = open_again(tmp_path / "cells.unet")
    yield session
    session.close()


def test_each_part_has_its_origin(session: Session, told: Told) -> None:
    sitting = Sitting(session, 1)
    session.accept("one", (slice(0, 60), slice(0, 60)), "view")
    session.accept("one", (slice(30, 90), slice(30, 90)))
    sitting.accept_object()
    sitting.reject_object()
    session.accept("one", (slice(0, 96), slice(0, 96)), "view")
    record = session.need_project().record("one")
    assert [region.part for region in record.origin] == ["view", "rectangle", "object", "object", "picture"]
    assert [region.how for region in record.origin] == ["accepted"] * 3 + ["rejected", "accepted"]
    assert {region.model for region in record.origin} == {MODEL}
    assert record.origin[0].settings["threshold"] == session.settings("postprocessing").to_json()["threshold"]
    assert record.complete, "a view of all of it is the whole picture"
    assert "the part you see into the training set: " in told.sentences[0]


def test_an_answer_keeps_the_name_of_its_model(session: Session) -> None:
    Sitting(session, 1)
    session._active = "another one, that has segmented nothing"
    session.accept("one", (slice(0, 60), slice(0, 60)))
    assert session.need_project().record("one").origin[0].model == MODEL


def test_an_accept_that_fails_at_its_very_end_leaves_nothing_complete(
    session: Session, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    Sitting(session, 1)
    session.set_classes(("alive", "dead"), ("#e69f00", "#56b4e9"))
    labels = session.labels("one")
    assert labels is not None
    session.classify("one", "labels", {int(labels.max()): 2})

    honest = session.need_project().update_record

    def full(name: str, **changes: Any) -> Record:
        if "complete" in changes:
            raise StorageError("The disk is full.")
        return honest(name, **changes)

    monkeypatch.setattr(session.need_project(), "update_record", full)
    session.accept("one", None)
    record = session.need_project().record("one")
    assert [str(error.what) for _, error in told.errors] == ["The disk is full."]
    assert (record.complete, record.complete_planes, record.origin) == (False, (), ())
    assert not session.annotation("one").any()


@pytest.mark.parametrize("seed", range(6))
def test_after_all_of_a_model_the_set_is_the_one_from_before_it(session: Session, seed: int) -> None:
    chance, sitting = random.Random(seed), Sitting(session, seed)
    ways = "accept", "accept_part", "accept_object", "reject_object", "take_back"
    for _ in range(8):
        getattr(sitting, chance.choice((*ways, "stroke", "turn")))()
    before = kept(session)
    origins = {name: session.need_project().record(name).origin for name in NAMES}
    sitting.asked("mistaken")
    for _ in range(8):
        getattr(sitting, chance.choice((*ways[:-1], "turn")))()
    folder = session.need_project().folder
    session.close()
    again = Session(Engine())
    again.open_project(folder)
    again.take_back_from("mistaken")
    for name, now in kept(again).items():
        np.testing.assert_array_equal(now.annotation, before[name].annotation)
        assert now.complete == before[name].complete
        assert [one.id for one in again.need_project().record(name).origin] == [one.id for one in origins[name]]
    again.close()


def test_undoing_the_painting_of_an_object_lets_its_origin_go_and_redo_brings_it_back(session: Session) -> None:
    sitting = Sitting(session, 3)
    said = session.expect_piece(sitting._in_an_object(), True)
    assert said is not None
    _piece, _number, region = said
    record = session.need_project().record
    session.set_origin("one", region, False)
    assert record("one").origin == ()
    session.set_origin("one", region, True)
    assert record("one").origin == (region,)
    session.take_back()
    assert record("one").origin == ()


def test_the_map_of_origins_tells_hand_from_accepted_from_rejected(session: Session) -> None:
    sitting, project = Sitting(session, 2), session.need_project()
    session.accept("one", (slice(0, 60), slice(0, 60)), "view")
    sitting.reject_object()
    box = slice(0, 6), slice(0, 6)
    session.annotation("one")[box] = 99
    session.painted("one", "annotation", box, session.annotation("one")[box].copy())
    annotation = session.annotation("one")
    found = project.provenance("one", annotation, None)
    assert (found[box] == NUMBERS["hand"]).all()
    assert {NUMBERS["accepted"], NUMBERS["rejected"]} < set(np.unique(found))
    assert ((found > 0) == (annotation > 0)).all()
    (_view, piece) = project.record("one").origin
    only = project.provenance("one", annotation, {piece.id})
    assert set(np.unique(only)) == {0, NUMBERS["rejected"]}
    hand = project.provenance("one", annotation, {""})
    np.testing.assert_array_equal(hand > 0, found == NUMBERS["hand"])
    (sample,) = ProjectSet(project.folder, origins=True).changed("one")
    np.testing.assert_array_equal(sample.origins, found)
