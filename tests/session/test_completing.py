"""What a tick means is told calmly, and one click takes it back."""

from __future__ import annotations

import numpy as np
import pytest

from napari_unet.core.data import Picture
from napari_unet.session import Session
from tests.session.conftest import Told, discs

ONE = "1 cell painted; the other 99 % of the picture counts as background now."


@pytest.fixture
def painted(session: Session) -> Session:
    """A session with a picture on which one cell is painted."""
    session.add_picture(discs("disc0", 0)[0], None)
    paint(session, "disc0", (slice(10, 20), slice(10, 20)))
    return session


def paint(session: Session, name: str, box: tuple[slice, ...]) -> None:
    annotation = session.annotation(name)
    annotation[box] = 2
    session.painted(name, "annotation", box, annotation[box].copy())


def test_it_is_told_how_much_a_tick_makes_background(painted: Session, told: Told) -> None:
    painted.set_complete("disc0", True)
    assert told.sentences == [painted.completed] == [ONE]
    painted.uncomplete()
    assert not painted.complete("disc0")
    assert told.unsaid == [ONE]
    assert (painted.annotation("disc0") == 2).sum() == 100


@pytest.mark.parametrize("after", ["unticked", "left"])
def test_what_is_no_longer_so_is_not_on_show(painted: Session, told: Told, after: str) -> None:
    painted.add_picture(discs("disc1", 1)[0], None)
    painted.set_complete("disc0", True)
    if after == "left":
        painted.select("disc1")
    else:
        painted.set_complete("disc0", False)
    assert told.unsaid == [ONE]
    painted.uncomplete()
    assert painted.complete("disc0") == (after == "left")


def test_where_all_is_painted_there_is_nothing_to_tell(painted: Session, told: Told) -> None:
    paint(painted, "disc0", (slice(0, 96), slice(0, 96)))
    painted.set_complete("disc0", True)
    assert told.sentences == []


def test_of_a_stack_the_plane_is_meant_and_others_stay_complete(session: Session, told: Told) -> None:
    picture = discs("disc0", 0)[0]
    session.add_picture(Picture("stack", np.stack([picture.image[0]] * 3)[None], axes="CZYX"), None)
    session.set_complete_plane("stack", 2, True)
    paint(session, "stack", (slice(0, 1), slice(0, 48), slice(0, 96)))
    session.set_complete_plane("stack", 0, True)
    assert told.sentences[-1] == "1 cell painted; the other 50 % of the plane counts as background now."
    session.uncomplete()
    assert session.need_project().record("stack").complete_planes == (2,)
    session.set_complete("stack", True)
    session.uncomplete()
    assert session.need_project().record("stack").complete_planes == (2,)


def test_what_was_corrected_after_a_tick_stays_corrected(session: Session) -> None:
    picture = discs("disc0", 0)[0]
    session.add_picture(Picture("stack", np.stack([picture.image[0]] * 3)[None], axes="CZYX"), None)
    project = session.need_project()
    project.update_record("stack", corrected_planes=(0,))
    session.set_complete("stack", True)
    assert project.record("stack").corrected_planes == ()
    project.update_record("stack", corrected_planes=(1,))
    session.uncomplete()
    assert project.record("stack").corrected_planes == (0, 1)
