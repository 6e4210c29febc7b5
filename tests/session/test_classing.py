"""Classes of objects in a session: on disk at once, and with their objects through all that happens to those."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import Project
from napari_unet.session import Session
from tests.session.conftest import Told, Wait, correct, discs, give_probability


@pytest.fixture
def two(session: Session) -> np.ndarray:
    """Corrected labels of the picture on show, 4 and 7; an object is alive or dead."""
    labels = np.zeros((96, 96), np.uint16)
    labels[10:30, 10:30], labels[50:70, 40:70] = 4, 7
    session.add_picture(discs("a", 0)[0], None)
    session.set_classes(("alive", "dead"), ("#e69f00", "#56b4e9"))
    session.need_project().save_labels("a", labels)
    session.select("a")
    found = session.labels("a")
    assert found is not None
    return found


def on_disk(session: Session, layer: str) -> dict[str, int]:
    file = session.need_project().folder / "pictures" / "a" / f"{layer}-classes.json"
    values: dict[str, dict[str, int]] = json.loads(file.read_text(encoding="utf-8"))
    assert "coming" not in values
    return values["classes"]


def test_with_one_class_there_is_nothing_to_choose(session: Session) -> None:
    session.add_picture(discs("a", 0)[0], None)
    assert (session.object_classes, session.hand_class) == ((), 0)
    assert session.class_counts("a", "annotation") == {}
    session.take_class(2)
    assert session.hand_class == 0


def test_a_click_gives_the_class_in_the_hand(session: Session, two: np.ndarray, told: Told) -> None:
    session.take_class(2)
    changes = session.classes_after("labels", [(15, 15)], False)
    assert changes == {4: 2}
    assert session.classes("a", "labels") == {}, "so far it was only said"
    assert session.classify("a", "labels", changes)
    assert on_disk(session, "labels") == {"4": 2}
    assert "object 4 (dead)" in session.object_line((15, 15))
    assert "object 7 (no class)" in session.object_line((60, 50))
    assert session.class_counts("a", "labels") == {"dead": 1, "": 1}
    assert session.classes_after("labels", [(15, 15)], False) is None
    assert told.sentences[-1] == "It is dead already."
    assert session.classes_after("labels", [(0, 0)], False) is None
    assert told.sentences[-1] == "There is no object here to give a class."


def test_a_rectangle_gives_it_to_all_in_it_but_locked_ones(session: Session, two: np.ndarray, told: Told) -> None:
    assert session.classes_after("labels", [(0, 0), (90, 90)], False) == {4: 1, 7: 1}
    session.lock(frozenset({4}))
    assert session.classes_after("labels", [(0, 0), (90, 90)], False) == {7: 1}
    assert session.classes_after("labels", [(15, 15)], False) is None
    assert "Locked objects stay as they are" in told.sentences[-1]


def test_painted_objects_have_classes_too_and_background_none(session: Session, two: np.ndarray) -> None:
    box = slice(40, 50), slice(0, 10)
    session.annotation("a")[box] = 3
    session.painted("a", "annotation", box, np.full((10, 10), 3, np.uint16))
    assert session.classes_after("annotation", [(45, 5)], False) == {3: 1}
    session.classify("a", "annotation", {3: 1})
    assert on_disk(session, "annotation") == {"3": 1}
    assert session.class_counts("a", "annotation") == {"alive": 1}
    box = slice(60, 70), slice(0, 10)
    session.annotation("a")[box] = 1
    assert session.classes_after("annotation", [(65, 5)], False) is None


def test_accept_takes_classes_along_and_take_back_brings_them_back(session: Session, two: np.ndarray) -> None:
    session.classify("a", "labels", {4: 2, 7: 1})
    session.accept("a", None)
    assert session.classes("a", "annotation") == {5: 2, 8: 1}, "numbers of an annotation are one higher"
    assert on_disk(session, "annotation") == {"5": 2, "8": 1}
    session.take_back()
    assert session.classes("a", "annotation") == {}
    assert session.classes("a", "labels") == {4: 2, 7: 1}
    assert on_disk(session, "labels") == {"4": 2, "7": 1}


def test_accepting_a_part_leaves_the_classes_of_the_others(session: Session, two: np.ndarray) -> None:
    annotation = session.annotation("a")
    annotation[80:90, 80:90], annotation[12:20, 12:20] = 6, 7
    session.painted("a", "annotation", (slice(0, 96), slice(0, 96)), annotation.copy())
    session.classify("a", "annotation", {6: 1, 7: 1})
    session.classify("a", "labels", {4: 2})
    session.accept("a", (slice(5, 35), slice(5, 35)))
    number = int(session.annotation("a")[15, 15])
    assert session.class_counts("a", "annotation") == {"alive": 1, "dead": 1}
    assert session.classes("a", "annotation")[number] == 2
    session.take_back()
    assert session.classes("a", "annotation") == {6: 1, 7: 1}


def test_what_one_model_gave_is_taken_back_with_its_classes(session: Session, two: np.ndarray) -> None:
    session.classify("a", "labels", {4: 2})
    session._active = "2024-01-01-nuclei"
    session.accept("a", None)
    session.open_project(session.need_project().folder)
    assert session.classes("a", "annotation") == {5: 2}
    session.take_back_from("2024-01-01-nuclei")
    assert session.classes("a", "annotation") == {}
    assert not session.annotation("a").any()


def test_discarding_corrections_lets_their_classes_go(session: Session, wait: Wait) -> None:
    session.add_picture(discs("a", 1)[0], None)
    session.set_classes(("alive", "dead"), ("#e69f00", "#56b4e9"))
    session.select("a")
    give_probability(session, "a")
    wait(lambda: session.labels("a") is not None and not session.busy)
    assert session.classify("a", "labels", {1: 2})
    assert session.need_desk().corrected("a"), "a class that a person gave is the person's work"
    session.open_project(session.need_project().folder)
    assert session.classes("a", "labels") == {1: 2}
    session.discard_corrections()
    wait(lambda: not session.busy)
    assert session.classes("a", "labels") == {}


def test_a_first_stroke_keeps_the_classes_that_labels_were_made_with(session: Session, wait: Wait) -> None:
    session.add_picture(discs("a", 1)[0], None)
    session.set_classes(("alive", "dead"), ("#e69f00", "#56b4e9"))
    session.select("a")
    session.need_desk().set_labels("a", np.tri(96, dtype=np.uint16), {1: 2})
    correct(session, "a", (slice(0, 5), slice(80, 85)), 2)
    assert on_disk(session, "labels") == {"1": 2}


def test_classes_stay_when_one_is_renamed_or_added(session: Session, two: np.ndarray) -> None:
    session.classify("a", "labels", {4: 2})
    session.set_classes(("living", "gone", "dividing"), ("#e69f00", "#56b4e9", "#009e73"))
    assert session.class_title("a", "labels", 4) == "gone"


KILLED = """
import os, signal, sys
from pathlib import Path
from napari_unet.core.data import Project
from napari_unet.core.data.painted_pictures import PaintedPictures
from napari_unet.engine.client import Engine
from napari_unet.session import Session

def killed(*_args, **_more):
    os.kill(os.getpid(), signal.SIGKILL)

session = Session(Engine())
session.open_project(Path(sys.argv[1]))
session.classify("a", "labels", {4: 2})
if sys.argv[2] == "before":
    PaintedPictures.save_annotation = killed
else:
    PaintedPictures.forget_labels = killed
session.accept("a", None)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_killed_accept_leaves_numbers_and_classes_that_belong_together(
    session: Session, two: np.ndarray, when: str
) -> None:
    annotation = session.annotation("a")
    annotation[80:90, 80:90] = 5
    session.painted("a", "annotation", (slice(80, 90), slice(80, 90)), annotation[80:90, 80:90].copy())
    session.classify("a", "annotation", {5: 1})
    folder: Path = session.need_project().folder
    session.close()
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder), when], check=False)
    assert done.returncode == -signal.SIGKILL
    with Project.open(folder) as project:
        numbers, classes = project.annotation("a"), project.classes("a", "annotation")
        accepted = bool(numbers[15, 15])
        assert accepted is (when == "after")
        assert classes == ({5: 2} if accepted else {5: 1}), "5 is another object, accepted or not"
        assert project.classes("a", "labels") == {4: 2}


def test_the_table_of_pictures_counts_classes(session: Session, two: np.ndarray, wait: Wait) -> None:
    session.add_picture(*discs("b", 3))
    session.classify("b", "annotation", {2: 1, 3: 1, 4: 2})
    wait(lambda: any(row.classes for row in session.table))
    rows = {row.picture.name: row.classes for row in session.table}
    assert rows == {"a": {}, "b": {"alive": 2, "dead": 1, "": 1}}
