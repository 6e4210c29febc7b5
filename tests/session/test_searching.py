"""What is on show of a search, by the files it has left. No engine."""

from __future__ import annotations

from napari_unet.core.search.trials import Trial, append
from napari_unet.session import Session
from napari_unet.session.job import Job
from tests.session.conftest import Told

SEARCH = Job("search", "Search")


def test_a_search_that_could_not_begin_leaves_the_one_before_it_on_show(session: Session) -> None:
    folder = session.need_project().folder / "searches" / "001"
    folder.mkdir(parents=True)
    append(folder, Trial(1, {"width": 8}, 0.7, 2.0))
    session.tries = ()
    session.lost(SEARCH)
    assert [one.score for one in session.tries] == [0.7]
    assert session.can_search_on()


def test_a_search_that_was_stopped_before_anything_was_tried_has_no_best(session: Session, told: Told) -> None:
    session.ended(SEARCH)
    (sentence,) = told.sentences
    assert sentence.startswith("The search has no result yet")
