"""Every picture that was not added is told, whatever ends the list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_unet.core.errors import StorageError
from napari_unet.session import Session
from tests.session.conftest import Told, discs, poll
from tests.storage import small_disk
from tests.workers import KeptEngine


@pytest.fixture
def cramped(kept_engine: KeptEngine, tmp_path: Path) -> Iterator[Session]:
    """A session whose project lies on a real disk of 1 MiB."""
    with small_disk(tmp_path / "disk", "1m") as disk:
        session = Session(kept_engine)
        session.new_project(disk / "cells.unet", "objects", ("cell",))
        yield session
        session.close()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """A good picture, two that cannot be read, and one of 4 MiB."""
    made = {name: tmp_path / f"{name}.tif" for name in ("good", "torn", "empty", "huge")}
    tifffile.imwrite(made["good"], discs("", 1)[0].image[0])
    made["torn"].write_bytes(made["good"].read_bytes()[:500])
    made["empty"].touch()
    tifffile.imwrite(made["huge"], np.random.default_rng(1).integers(0, 60_000, (2048, 1024), np.uint16))
    return made


@pytest.mark.parametrize("seconds", [0.0, 9.0], ids=["little by little", "at once"])
def test_those_that_were_refused_before_the_disk_was_full_are_told_with_it(
    cramped: Session, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    monkeypatch.setattr("napari_unet.session.adding.AT_ONCE", seconds)
    monkeypatch.setattr("napari_unet.session.adding.BRIEFLY", seconds)
    told = Told(cramped)

    cramped.add_files([files[name] for name in ("torn", "good", "empty", "huge", "torn", "good")])
    poll(cramped, lambda: not cramped.busy)

    assert [row.name for row in cramped.pictures] == ["good"]
    error = told.errors[-1][1]
    assert isinstance(error, StorageError)
    assert error.what.startswith("The disk is full")
    assert "2 of 6 pictures were not added" in error.sentence
    assert "torn.tif" in error.sentence
    assert "empty.tif" in error.sentence
    assert error.sentence.endswith("2 pictures had no turn.")


def test_a_full_disk_alone_has_its_own_error(cramped: Session, files: dict[str, Path]) -> None:
    told = Told(cramped)
    cramped.add_files([files["huge"]])
    ((_section, error),) = told.errors
    assert isinstance(error, StorageError)
    assert error.what.startswith("The disk is full")
    assert "not added" not in error.sentence
    assert "turn" not in error.sentence


def test_the_next_list_tells_nothing_of_the_last(cramped: Session, files: dict[str, Path]) -> None:
    cramped.add_files([files["torn"], files["huge"]])
    told = Told(cramped)
    cramped.add_files([files["empty"], files["good"]])
    ((_section, error),) = told.errors
    assert error.sentence.startswith("1 of 2 pictures was not added. ")
