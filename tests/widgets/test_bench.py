"""What the panels of one viewer share, and what is remembered between sittings."""

from __future__ import annotations

from pathlib import Path

import pytest
from napari.components import ViewerModel
from napari.utils._proxies import PublicOnlyProxy

from napari_unet.core.wording import counted
from napari_unet.session.job import PictureRow
from napari_unet.widgets import recent
from napari_unet.widgets.picture_list import row_words
from napari_unet.widgets.sessions import POLL, Bench, bench_for, close_bench
from tests.widgets.fake_session import FakeSession


def test_napari_hands_out_proxies_of_one_viewer(bench: Bench) -> None:
    assert bench_for(PublicOnlyProxy(bench.viewer)) is bench
    assert bench_for(PublicOnlyProxy(bench.viewer)) is bench


def test_viewers_have_sessions_of_their_own(bench: Bench) -> None:
    other = ViewerModel()
    assert bench_for(other, FakeSession()) is not bench  # type: ignore[arg-type]
    close_bench(id(other))


def test_a_bench_ends_once(bench: Bench, session: FakeSession) -> None:
    close_bench(id(bench.viewer))
    close_bench(id(bench.viewer))
    assert session.calls == [("close",)]
    bench.warm_up()
    assert session.calls == [("close",)], "no worker is started after the end"


def test_keys_are_given_back_at_the_end(bench: Bench) -> None:
    viewer = bench.viewer
    assert any(str(key) == "Q" for key in viewer.keymap)
    close_bench(id(viewer))
    assert not any(str(key) == "Q" for key in viewer.keymap)


def test_next_and_previous_stop_at_the_ends(bench: Bench, opened: FakeSession) -> None:
    for by, name in ((-1, "a"), (1, "b"), (1, "b"), (-1, "a")):
        bench.step(by)
        assert opened.current == name


def test_rows_are_read_once_until_something_changes(bench: Bench, opened: FakeSession) -> None:
    rows = bench.pictures
    assert bench.pictures is rows
    opened.pictures_changed.emit()
    assert bench.pictures is not rows


def test_labels_for_a_slider_are_looked_for_more_often_until_they_are_there(bench: Bench, opened: FakeSession) -> None:
    opened.settings_changed.emit("training")
    assert bench._timer.interval() == POLL
    opened.cleaning = True
    opened.settings_changed.emit("postprocessing")
    bench._poll()
    assert bench._timer.interval() < POLL / 3
    opened.cleaning = False
    bench._poll()
    assert bench._timer.interval() == POLL


def test_recent_projects_come_newest_first_and_only_while_they_exist(tmp_path: Path) -> None:
    first, second, third = (tmp_path / f"{name}.unet" for name in "abc")
    for folder in (first, second, third):
        folder.mkdir()
        recent.remember(folder)
    recent.remember(first)
    second.rmdir()
    assert recent.folders() == [first, third]


def test_a_project_opened_by_a_relative_path_is_found_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my.unet").mkdir()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    recent.remember(Path("my.unet"))
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert recent.folders() == [tmp_path / "my.unet"]


def test_projects_of_one_name_are_told_apart_by_their_place(tmp_path: Path) -> None:
    folders = [tmp_path / place for place in ("a/data/cells.unet", "b/data/cells.unet", "b/axons.unet")]
    assert recent.titles(folders) == [
        f"cells.unet in {Path('a/data')}",
        f"cells.unet in {Path('b/data')}",
        "axons.unet",
    ]
    assert recent.titles(folders[1:]) == ["cells.unet", "axons.unet"]


def test_a_damaged_list_of_recent_projects_is_an_empty_one() -> None:
    recent.file().parent.mkdir(parents=True)
    recent.file().write_text("{not json")
    assert recent.folders() == []


def test_new_projects_are_offered_beside_the_last_one_but_never_among_our_own_data(tmp_path: Path) -> None:
    mine = tmp_path / "work" / "cells.unet"
    for folder in (mine, recent.practice_folder()):
        folder.mkdir(parents=True)
        recent.remember(folder)
    assert recent.home() == mine.parent


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (PictureRow("a", "complete", True, 41, True), ("complete · 41 cells", "41 cells")),
        (PictureRow("a", "unlabelled", True, 0, False), ("unlabelled · predicted", "predicted")),
        (PictureRow("a", "strokes", False, 0, False), ("strokes",)),
    ],
)
def test_a_row_says_less_where_there_is_less_room(row: PictureRow, words: tuple[str, ...]) -> None:
    assert row_words(row, "cell") == words


@pytest.mark.parametrize(
    ("count", "noun", "words"), [(1, "cell", "1 cell"), (2, "nucleus", "2 nuclei"), (0, "axon", "0 axons")]
)
def test_nouns_agree_with_their_number(count: int, noun: str, words: str) -> None:
    assert counted(count, noun) == words
