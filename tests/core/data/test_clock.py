"""The clock is set back, as after a journey or a flat battery: what is newest stays newest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import Picture, Project
from napari_unet.core.data.cached import PATTERN
from napari_unet.core.data.folder_name import dated
from napari_unet.core.data.record import later
from napari_unet.engine.answers import new_answer

FUTURE = "2999-12-31-235959"


def test_a_new_model_sorts_behind_those_of_a_clock_that_ran_ahead(tmp_path: Path) -> None:
    with Project.create(tmp_path / "cells.unet", "objects", ("cell",)) as project:
        ahead = project.folder / "models" / f"{FUTURE}-old"
        folders = [ahead]
        for name in ("b", "a", "a"):
            folders[-1].mkdir(parents=True)
            (folders[-1] / "model.safetensors").touch()
            folders.append(project.new_model_folder(name))
        assert [path.name for path in folders[1:]] == [
            "3000-01-01-000000-b",
            "3000-01-01-000001-a",
            "3000-01-01-000002-a",
        ]
        assert project.models() == tuple(folders[:-1])


def test_a_name_that_only_looks_like_a_date_does_no_harm() -> None:
    assert dated("new", ["9999-99-99-999999-x", "notes"]).endswith("-new")


def test_a_new_picture_is_the_last_of_the_list(tmp_path: Path) -> None:
    folder = tmp_path / "cells.unet"
    with Project.create(folder, "objects", ("cell",)) as project:
        for name in ("c", "b", "a"):
            project.add(Picture(name, np.zeros((1, 8, 8), np.uint8)), None, "")
            project.update_record(
                name, added="2999-01-01T00:00:00.000000+00:00" if name == "c" else project.record(name).added
            )
        assert project.record("a").added == "2999-01-01T00:00:00.000002+00:00"
    with Project.open(folder) as project:
        assert project.names() == ("c", "b", "a")


def test_a_stamp_that_was_changed_by_hand_does_no_harm() -> None:
    assert later("2024-01-01", ["yesterday"]) == "2024-01-01"


@pytest.mark.parametrize(
    "others", [(), ("probability-99999999999999999999.npy", "probability-7.npy", "probability-x.npy")]
)
def test_a_new_answer_counts_instead_of_every_older_one(tmp_path: Path, others: tuple[str, ...]) -> None:
    for name in others[:2]:
        (tmp_path / name).touch()
    fresh = new_answer(tmp_path)
    fresh.touch()
    assert max(tmp_path.glob(PATTERN), key=lambda path: int(path.stem.split("-")[1])) == fresh
