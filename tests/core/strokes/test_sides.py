"""Tissue whose membranes a start knows: they, or the cells between them, are found before any stroke, or after two."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from benchmarks.annotator import session
from benchmarks.starting_models.shapes import make
from benchmarks.strokers import Ours
from napari_unet import Learner
from napari_unet.core.model.shipped import shipped_model
from napari_unet.core.settings import Kind
from napari_unet.core.strokes import sides, starts
from napari_unet.core.strokes.background import begins_as
from napari_unet.core.strokes.lesson import learned
from napari_unet.core.strokes.painted import Painted, painted_on
from napari_unet.core.strokes.seen import Seen
from napari_unet.core.strokes.starts import said_by, size_of_found
from tests.core.strokes.conftest import Scene, overlap

MEMBRANES = "membranes"
SIDE = 192
KINDS = ("objects", "regions")


@pytest.fixture(scope="module")
def tissue() -> Scene:
    """Cells side by side, dark membranes between them, grain all over; a stroke in a cell and one on a membrane."""
    chance = np.random.default_rng(3)
    places = chance.uniform(0, SIDE, (40, 2))
    bend = np.stack([ndimage.gaussian_filter(chance.normal(size=(SIDE, SIDE)), 8) for _ in range(2)]) * 60
    distance, _ = cKDTree(places).query((np.indices((SIDE, SIDE)) + bend).reshape(2, -1).T, k=2)
    truth = (distance[:, 1] - distance[:, 0] < 4).reshape(SIDE, SIDE)
    light = 150 - 70 * ndimage.gaussian_filter(truth.astype(float), 0.8) + 14 * chance.normal(size=truth.shape)
    return Scene(light.clip(0, 255).astype(np.uint8), truth, strokes_on(~truth, truth))


def strokes_on(this: NDArray[np.bool_], other: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """A short stroke in the first cell that is wide, and along the first membrane."""
    strokes = np.zeros(this.shape, np.uint8)
    for where, value in ((this, 2), (other, 1)):
        depth = ndimage.distance_transform_edt(np.pad(where, 1))[1:-1, 1:-1].clip(max=10 if where.mean() > 0.5 else 2)
        y, x = np.unravel_index(depth.argmax(), depth.shape)
        box = np.s_[max(0, y - 1) : y + 2, max(0, x - 6) : x + 7]
        strokes[box][where[box]] = value
    return strokes


def shown_first(kind: Kind, scene: Scene) -> NDArray[np.bool_]:
    """The side of tissue that is shown before any stroke."""
    return scene.truth if kind == "regions" else ~scene.truth


def found(learner: Learner, scene: Scene) -> NDArray[np.bool_]:
    probability = learner.predict(scene.image).probability
    return (probability[1] if probability.ndim > 2 else probability) > 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_before_any_stroke_regions_are_membranes_and_objects_the_cells_between_them(kind: Kind, tissue: Scene) -> None:
    assert overlap(found(Learner(kind, MEMBRANES), tissue), shown_first(kind, tissue)) > 0.6


def test_cells_between_membranes_are_told_apart(tissue: Scene) -> None:
    there, _ = ndimage.label(~tissue.truth)
    labels = Learner(start=MEMBRANES).predict(tissue.image).labels
    alike = sum(
        overlap(labels == number, there == own) > 0.5
        for own in range(1, there.max() + 1)
        for number in np.unique(labels[there == own])
        if number
    )
    assert alike > 0.7 * there.max()


def test_where_no_start_of_objects_knows_the_tissue_the_one_that_knows_membranes_fits() -> None:
    made = make("membranes", 99, 6)  # none that it learned from
    learner = Learner("regions")
    assert learner.fits(made.image) == MEMBRANES
    assert overlap(learner.predict(made.image).probability[1] > 0.5, made.mask > 0) > 0.5


def test_no_membranes_are_seen_where_there_are_cells_that_stand_apart(one: Scene) -> None:
    assert Learner().fits(one.image[np.newaxis]) not in (None, MEMBRANES)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("cells", [True, False])
def test_who_paints_one_side_gets_that_side(kind: Kind, cells: bool, tissue: Scene) -> None:
    learner, truth = Learner(kind, MEMBRANES), ~tissue.truth if cells else tissue.truth
    learner.update(tissue.image, strokes_on(truth, ~truth))
    assert overlap(found(learner, tissue), truth) > (0.85 if cells else 0.6)
    assert overlap(found(learner, tissue), ~truth) < 0.2


@pytest.mark.parametrize("kind", KINDS)
def test_who_corrects_what_is_shown_keeps_it(kind: Kind, tissue: Scene) -> None:
    """All strokes contradict the start: they lie where it is wrong."""
    truth, learner = shown_first(kind, tissue), Ours(MEMBRANES, 0, kind)
    before, *rounds = (each.score for each in session(learner, tissue.image, truth, 4))
    assert min(rounds) > before - 0.02


def test_strokes_taken_back_bring_the_membranes_back(tissue: Scene) -> None:
    learner = Learner("regions", MEMBRANES)
    before = found(learner, tissue)
    learner.update(tissue.image, tissue.strokes)
    assert not np.array_equal(found(learner, tissue), before)
    learner.update(tissue.image, np.zeros_like(tissue.strokes))
    assert np.array_equal(found(learner, tissue), before)


def test_the_side_that_was_wanted_stays_wanted_while_strokes_are_undecided(
    tissue: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted = [painted_of(tissue, "objects")]
    for surer, alike, before, after in (
        (1.0, 0.0, frozenset[str](), True),
        (-1.0, 0.0, frozenset({MEMBRANES}), True),
        (-1.0, 0.0, frozenset[str](), False),
        (-2.5, 0.3, frozenset({MEMBRANES}), False),
        (-5.0, -0.3, frozenset({MEMBRANES}), True),  # strokes still look like the side that was wanted
        (2.0, 0.4, frozenset[str](), False),  # and here like the one that is shown
        (-np.inf, None, frozenset({MEMBRANES}), True),  # there are strokes of one class alone
        (-np.inf, None, frozenset[str](), False),
    ):
        monkeypatch.setattr(sides, "_surer", lambda told, surer=surer: surer)
        monkeypatch.setattr(sides, "_alike", lambda told, alike=alike: alike)
        assert (MEMBRANES in sides.sides_of(painted, "objects", 2, before).other) is after
        assert not sides.sides_of(painted, "objects", 3, before).other, "of three classes none is the other"


def test_the_more_strokes_there_are_the_more_must_speak_for_a_change(
    tissue: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To turn back, and to silence; but not to turn around at first, and never more than so many times as much."""
    painted, turned = [painted_of(tissue, "objects")], frozenset({MEMBRANES})
    strokes = len(np.unique(painted[0].strokes))
    monkeypatch.setattr(sides, "_alike", lambda told: 0.0)
    for times, surer, before, after in (
        (0.5, -2.5, turned, False),
        (2, -2.5, turned, True),
        (2, -4.5, turned, False),
        (9, -4.5, turned, True),
        (9, -5.5, turned, False),
        (9, 0.7, frozenset[str](), True),
    ):
        monkeypatch.setattr(sides, "EARLY", strokes / times)
        monkeypatch.setattr(sides, "_surer", lambda told, surer=surer: surer)
        assert (MEMBRANES in sides.sides_of(painted, "objects", 2, before).other) is after
    monkeypatch.setattr(sides, "_surer", lambda told: 0.0)
    monkeypatch.setattr(sides, "_strange", lambda told, kind, turned: 1.0)
    for times, silenced in ((0.5, True), (1, True), (2, False)):
        monkeypatch.setattr(sides, "LATE", strokes / times)
        assert (MEMBRANES in sides.sides_of(painted, "objects", 2, frozenset()).neither) is silenced


@pytest.mark.parametrize("cells", [True, False])
def test_who_has_painted_all_there_is_gets_what_was_painted(cells: bool, tissue: Scene) -> None:
    """However many strokes those are: nothing was shown before them."""
    wanted = ~tissue.truth if cells else tissue.truth
    learner = Learner(start=MEMBRANES)
    learner.update(tissue.image, np.where(wanted, 2, 1).astype(np.uint8))
    assert (learner.sides.other == {MEMBRANES}) is not cells
    assert not learner._lesson.sides.neither


def test_a_learner_that_goes_on_with_old_strokes_is_told_which_side_was_wanted(
    tissue: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = Learner("regions", MEMBRANES)
    learner.update(tissue.image, tissue.strokes)
    assert learner.sides.other == {MEMBRANES}
    monkeypatch.setattr(sides, "_surer", lambda told: -1.0)
    monkeypatch.setattr(sides, "_alike", lambda told: 0.0)
    for wanted, cells in ((sides.Sides(), False), (learner.sides, True)):
        later = Learner("regions", MEMBRANES)
        later.sides = wanted
        later.update(tissue.image, np.zeros_like(tissue.strokes))
        later.update(tissue.image, tissue.strokes)
        assert (overlap(found(later, tissue), ~tissue.truth) > 0.8) is cells


def test_strokes_of_one_class_alone_or_in_other_pictures_leave_the_wanted_side_as_it_was(
    tissue: Scene, one: Scene
) -> None:
    turned = frozenset({MEMBRANES})
    for value in (1, 2):
        some = np.where(tissue.strokes == value, tissue.strokes, 0).astype(np.uint8)
        alone = painted_on(Seen(tissue.image[np.newaxis], "tissue"), some, "regions", MEMBRANES)
        assert alone is not None
        assert sides.sides_of([alone], "regions", 2, turned).other == turned
        assert not sides.sides_of([alone], "regions", 2, frozenset()).other
    elsewhere = painted_on(Seen(one.image[np.newaxis], "one"), one.strokes, "regions", None)
    assert elsewhere is not None
    assert sides.sides_of([elsewhere], "regions", 2, turned).other == turned


def test_a_start_is_silenced_later_where_strokes_look_like_the_side_that_is_wanted(
    tissue: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted = [painted_of(tissue, "objects")]
    monkeypatch.setattr(sides, "_surer", lambda told: 0.0)
    for strange, alike, silenced in ((0.9, 0.0, True), (0.9, 0.3, False), (1.4, 0.3, True), (0.9, -0.5, False)):
        monkeypatch.setattr(sides, "_strange", lambda told, kind, turned, strange=strange: strange)
        monkeypatch.setattr(sides, "_alike", lambda told, alike=alike: alike)
        assert (MEMBRANES in sides.sides_of(painted, "objects", 2, frozenset()).neither) is silenced


def test_strokes_that_contradict_both_sides_where_the_start_is_sure_silence_it(tissue: Scene) -> None:
    """Half of a cell is wanted, and the other half is not: the start is as sure of both."""
    depth = ndimage.distance_transform_edt(~tissue.truth)
    deep = depth > 5
    strokes = np.where(deep & (np.indices(deep.shape)[1] % 12 < 6), 2, np.where(deep, 1, 0)).astype(np.uint8)
    learner = Learner(start=MEMBRANES)
    learner.update(tissue.image, strokes)
    assert learner._lesson.sides.neither == {MEMBRANES}
    seen = learner._memory.get(tissue.image[np.newaxis])
    assert learner._said(seen, seen.whole) is None
    learner.update(tissue.image, strokes_on(~tissue.truth, tissue.truth))
    assert not learner._lesson.sides.neither


def test_all_that_is_known_of_the_start_is_turned_around(tissue: Scene) -> None:
    assert not learned([painted_of(tissue, "objects")], "objects", 2).sides.other
    lesson = learned([painted_of(tissue, "regions")], "regions", 2)
    assert lesson.sides.other == {MEMBRANES}
    assert lesson.trust[1] > 0.8
    seen = Seen(tissue.image[np.newaxis], "tissue")
    said = said_by(MEMBRANES, seen, seen.whole)
    turned = lesson.said_by(MEMBRANES, seen, seen.whole)
    assert said is not None
    assert turned is not None
    assert np.array_equal(turned, said[::-1])
    assert np.array_equal(learned([], "regions", 2).said_by(MEMBRANES, seen, seen.whole), said)


def test_a_persons_own_model_of_a_region_is_not_turned_around(tissue: Scene, tmp_path: Path) -> None:
    own = str(shutil.copytree(shipped_model(MEMBRANES), tmp_path / "own"))
    learner = Learner("regions", own)
    learner.update(tissue.image, tissue.strokes)
    assert not learner._lesson.sides.other
    assert not starts.answers(own, "objects", 2), "which side of it would be objects?"


def test_which_of_several_classes_are_membranes_nobody_knows(tissue: Scene) -> None:
    seen = Seen(tissue.image[np.newaxis], "tissue")
    said = said_by(MEMBRANES, seen, seen.whole)
    assert starts.meant(MEMBRANES, said, "regions", 2) is not None
    assert starts.meant(MEMBRANES, said, "regions", 3) is None


def test_a_start_of_a_region_tells_no_objects_apart(tissue: Scene) -> None:
    seen = Seen(tissue.image[np.newaxis], "tissue")
    assert size_of_found(MEMBRANES, seen, seen.whole) == 0


def test_the_network_in_the_background_begins_as_the_start_that_knows_membranes(tissue: Scene, one: Scene) -> None:
    on_blobs = painted_on(Seen(one.image[np.newaxis], "blobs"), one.strokes, "objects", "cells")
    assert on_blobs is not None
    for learner, start in ((Learner(start=MEMBRANES), MEMBRANES), (Learner(start="nuclei"), "cells")):
        learner.update(tissue.image, tissue.strokes)
        learner.wait(0.1)
        assert thinks_as(learner) == start
    assert begins_as([painted_of(tissue, "objects"), on_blobs], seeing=True) == "cells", "one network for all pictures"


def thinks_as(learner: Learner) -> str | None:
    thinker = learner._background._thinker
    assert thinker is not None
    return thinker.start


def painted_of(scene: Scene, kind: Kind) -> Painted:
    done = painted_on(Seen(scene.image[np.newaxis], "tissue"), scene.strokes, kind, MEMBRANES)
    assert done is not None
    return done
