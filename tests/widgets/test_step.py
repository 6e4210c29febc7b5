"""The step to take now follows from where the work stands."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from napari_unet.session.job import Job
from napari_unet.widgets.step import step_to_take
from tests.widgets.conftest import a_picture
from tests.widgets.fake_session import FakeSession


def test_the_work_in_its_order(tmp_path: Path) -> None:
    session = FakeSession()
    assert step_to_take(session, session.pictures) == "project"
    session.new_project(tmp_path, "objects", ("cell",))
    assert step_to_take(session, session.pictures) == "pictures"
    session.add_picture(a_picture("a"), None)
    assert step_to_take(session, session.pictures) == "annotate"
    session.annotation("a")[3:5, 3:5] = 2
    assert step_to_take(session, session.pictures) == "train"
    session.job = Job("train", "Training")
    assert step_to_take(session, session.pictures) == "", "nothing to do but wait"
    session.job = None
    session.give_model("first", "")
    assert step_to_take(session, session.pictures) == "segment"
    session.give_probability("a", np.zeros((3, 40, 60), np.float32))
    assert step_to_take(session, session.pictures) == "segment", "correct and accept"
    session.unsure = "The answer is unsure."
    assert step_to_take(session, session.pictures) == "train", "it is taught rather than accepted"
    session.annotation("a")[:] = 0
    assert step_to_take(session, session.pictures) == "annotate"
    session.unsure = ""
    session.set_complete("a", True)
    assert step_to_take(session, session.pictures) == "export"
