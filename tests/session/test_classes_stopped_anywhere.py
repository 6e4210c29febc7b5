"""The program ends before any step it takes on the disk: objects and their classes belong together all the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data.object_classes import class_map
from napari_unet.core.data.project import Project
from tests.session.sitting import NAMES, Sitting, open_again, prepare_classes
from tests.session.test_stopped_anywhere import MOST, started, stopped

Shown = tuple[bytes, bytes]
"""The class at each pixel of the annotation and of the corrected labels."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two segmented pictures, whose objects are alive or dead."""
    return prepare_classes(tmp_path_factory.mktemp("prepared") / "cells.unet")


def classify(sitting: Sitting) -> None:
    """Every second object of the labels is alive, the others are dead."""
    labels = sitting._array("labels")
    numbers = [int(number) for number in np.unique(labels) if number]
    sitting.session.classify(sitting.name, "labels", {number: 1 + number % 2 for number in numbers})


def painted(sitting: Sitting) -> None:
    """Classes on the labels, and on the annotation objects of other classes with the numbers an Accept will use."""
    for number, row in ((2, 40), (3, 60), (4, 80)):
        sitting._paint("annotation", (slice(row, row + 6), slice(0, 6)), np.full((6, 6), number, np.uint16))
    sitting.session.classify(sitting.name, "annotation", {2: 1, 3: 1, 4: 1})
    classify(sitting)


def accepted(sitting: Sitting) -> None:
    painted(sitting)
    sitting.accept()


def gone(sitting: Sitting) -> None:
    """Classes, and an object deleted, so that numbers have a gap."""
    painted(sitting)
    sitting._use("delete", [sitting._in_an_object()])


def renumber(sitting: Sitting) -> None:
    """As the window does it: pixels are changed in place, and told when the change of classes asks for that."""
    session = sitting.session
    done = session.correction("relabel", [], False)
    assert done is not None
    changes = session.carried(done)
    sitting._array("labels")[done.box] = done.values

    def tell() -> None:
        session.painted(sitting.name, "labels", done.box, done.values.copy())

    session.needed.connect(tell)
    session.classify(sitting.name, "labels", changes)
    session.needed.disconnect(tell)


def nothing(sitting: Sitting) -> None:
    """As it was opened."""


ACTIONS: list[tuple[Callable[[Sitting], None], Callable[[Sitting], None]]] = [
    (nothing, classify),
    (gone, renumber),
    (painted, Sitting.accept),
    (painted, Sitting.accept_part),
    (painted, Sitting.discard),
    (accepted, Sitting.take_back),
]


@pytest.mark.parametrize(("before", "action"), ACTIONS, ids=lambda what: what.__name__)
def test_each_pixel_has_the_class_it_had_before_or_after(
    prepared: Path, tmp_path: Path, before: Callable[[Sitting], None], action: Callable[[Sitting], None]
) -> None:
    whole = started(prepared, tmp_path / "whole.unet", before)
    first = shown(tmp_path / "whole.unet")
    action(whole)
    whole.session.close()
    last = shown(tmp_path / "whole.unet")
    assert (first == last) is (action is renumber), "numbers become others, each object stays of its class"
    for step in range(MOST):
        folder = tmp_path / f"{step}.unet"
        if not stopped(started(prepared, folder, before), action, step):
            break
        again = open_again(folder)  # settles what was coming
        again.close()
        found = shown(folder)
        for name in NAMES:
            annotation, labels = zip(first[name], last[name], strict=True)
            assert found[name][0] in annotation, f"step {step}, {name}: classes of other objects in the annotation"
            assert found[name][1] in labels, f"step {step}, {name}: classes of other objects in the labels"
    assert 0 < step < MOST - 1, "each step was tried"


def shown(folder: Path) -> dict[str, Shown]:
    """What the disk shows."""
    project = Project.open(folder)
    found = {}
    for name in project.names():
        annotation, labels = project.annotation(name), project.labels(name)
        of_labels = {} if labels is None else project.classes(name, "labels")
        found[name] = (
            class_map(annotation, project.classes(name, "annotation")).tobytes(),
            class_map(annotation if labels is None else labels, of_labels).tobytes(),
        )
    project.close()
    return found
