"""The disk refuses from any step of an Accept on, and lets write again: nothing is lost, nothing is there twice."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data.object_classes import class_map
from napari_unet.core.errors import StorageError, UnetError
from napari_unet.session import Session
from tests.session.sitting import Sitting, kept, open_again, prepare_classes
from tests.session.test_classes_stopped_anywhere import painted
from tests.session.test_stopped_anywhere import MOST, POWER, Stopped, from_the_model, started
from tests.storage import fill, small_disk


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two segmented pictures, whose objects are alive or dead."""
    return prepare_classes(tmp_path_factory.mktemp("prepared") / "cells.unet")


@dataclass(frozen=True)
class State:
    """All there is of a picture that an Accept may change."""

    annotation: bytes
    classes: bytes
    corrections: bytes
    complete: bool
    accepted: int


def state(session: Session, name: str) -> State:
    """As the person sees it."""
    here = kept(session)[name]
    classes = class_map(here.annotation, session.need_desk().classes(name, "annotation"))
    corrections = b"" if here.corrections is None else here.corrections.astype(np.uint32).tobytes()
    return State(
        here.annotation.astype(np.uint32).tobytes(), classes.tobytes(), corrections, here.complete, here.accepted
    )


def after_a_crash(folder: Path, name: str) -> State:
    """What the next start would find if the program were killed now."""
    copy = folder.with_name("crashed.unet")
    shutil.copytree(folder, copy)
    session = open_again(copy)
    found = state(session, name)
    session.close()
    shutil.rmtree(copy)
    return found


@contextmanager
def read_only(step: int) -> Iterator[list[bool]]:
    """From this step on the disk is read-only, while the block runs; the list is empty when it did not go so far."""
    refused = list[bool]()

    def error() -> OSError:
        refused.append(True)
        return OSError(errno.EROFS, "read-only")

    POWER.error, POWER.left = error, step
    try:
        yield refused
    finally:
        POWER.error, POWER.left = Stopped, None


def heard(session: Session) -> list[UnetError]:
    """The errors that are told from now on."""
    errors = list[UnetError]()
    session.failed.connect(lambda _section, error: errors.append(error))
    return errors


def accepted(sitting: Sitting) -> None:
    painted(sitting)
    sitting.accept()


def twice(sitting: Sitting) -> None:
    painted(sitting)
    sitting.accept_part()
    sitting.accept()


EACH = 3
"""A file takes two steps or three: to be opened, to be flushed and to be renamed."""

ACTIONS = [(0, painted, Sitting.accept), (1, accepted, Sitting.take_back), (2, twice, from_the_model)]


@pytest.mark.parametrize(("start", "before", "action"), ACTIONS, ids=lambda what: getattr(what, "__name__", ""))
def test_what_could_not_be_written_never_was_and_can_be_done_again(
    prepared: Path,
    tmp_path: Path,
    start: int,
    before: Callable[[Sitting], None],
    action: Callable[[Sitting], None],
) -> None:
    whole = started(prepared, tmp_path / "whole.unet", before)
    name, first = whole.name, state(whole.session, whole.name)
    action(whole)
    last = state(whole.session, name)
    whole.session.close()
    for step in range(start, MOST, EACH):
        folder = tmp_path / f"{step}.unet"
        sitting = started(prepared, folder, before)
        session, errors = sitting.session, heard(sitting.session)
        with read_only(step) as refused:
            action(sitting)
        if not refused:
            break
        now, expected = state(session, name), first if errors else last
        assert all(isinstance(error, StorageError) for error in errors)
        assert now.corrections in (first.corrections, last.corrections)
        assert now == State(**{**vars(expected), "corrections": now.corrections}), f"step {step}: half of it is shown"
        undo = session.need_desk().last_accept
        assert undo is None or undo.region in {one.id for one in session.need_project().record(name).origin}
        told = len(errors)
        sitting.stroke()
        assert after_a_crash(folder, name) == state(session, name), f"step {step}: the disk knows it otherwise"
        sitting.undo()
        if errors:
            action(sitting)
            assert state(session, name) == last == after_a_crash(folder, name), f"step {step}: again it is otherwise"
        assert len(errors) == told
        session.close()
    assert start < step < MOST - EACH, "it was tried up to the last step"


def test_on_a_disk_with_ever_less_room_an_accept_is_there_once_or_not_at_all(prepared: Path, tmp_path: Path) -> None:
    """A real one: what is small may still find room where what is large does not."""
    ends = set[bool]()
    for pages in range(9):
        with small_disk(tmp_path / f"disk{pages}", "2m") as disk:
            sitting = started(prepared, disk / "cells.unet", painted)
            session, errors, first = sitting.session, heard(sitting.session), state(sitting.session, sitting.name)
            ballast = fill(disk)
            with ballast.open("r+b") as file:
                file.truncate(ballast.stat().st_size - 4096 * pages)
            sitting.accept()
            ends.add(bool(errors))
            if errors:
                assert "disk is full" in errors[0].what
                assert state(session, sitting.name) == first
            ballast.unlink()
            if errors:
                sitting.accept()
            sitting.stroke()
            now = state(session, sitting.name)
            assert (now.accepted, now.complete) == (1, True)
            found = open_again(Path(shutil.copytree(disk / "cells.unet", tmp_path / f"killed{pages}.unet")))
            assert state(found, sitting.name) == now
            found.close()
            session.close()
    assert ends == {True, False}, "both were tried"
