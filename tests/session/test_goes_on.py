"""Damage, races and surprises: one sentence in its section, right labels, and everything else goes on."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import psutil
import pytest
import tifffile

from napari_unet.core.data.cached import cache_folder
from napari_unet.core.errors import ProjectError, SettingsError, UnetError
from napari_unet.core.export import Found
from napari_unet.core.model.checkpoint import save_model
from napari_unet.core.settings import ExportSettings, PostprocessingSettings
from napari_unet.engine.client import Engine
from napari_unet.engine.messages import Died, Done, Predict
from napari_unet.session import Session
from napari_unet.session.cleaner import Cleaner, Wish
from napari_unet.session.exporting import Exporter, ExportTask
from napari_unet.session.jobs import Prediction
from tests.core.large.scenes import made_model
from tests.session.conftest import Told, Wait, correct, discs, give_probability


def tuned(session: Session, threshold: float) -> None:
    """Move the threshold."""
    session.set_settings("postprocessing", dataclasses.replace(session.settings("postprocessing"), threshold=threshold))


@pytest.mark.parametrize("layer", ["annotation", "labels"])
def test_a_damaged_layer_is_told_and_the_other_pictures_stay_usable(
    session: Session, told: Told, wait: Wait, layer: str
) -> None:
    for number in range(2):
        session.add_picture(*discs(f"disc{number}", number))
    give_probability(session, "disc1")
    session.labels("disc1")
    wait(lambda: not session.busy)
    correct(session, "disc1", (slice(0, 4), slice(0, 4)), 9)
    folder = session.need_project().folder
    session.close()
    (folder / "pictures" / "disc1" / f"{layer}.tif").write_bytes(b"torn")

    again = Session(Engine())
    seen = Told(again)
    again.open_project(folder)
    assert [row.name for row in again.pictures] == ["disc0", "disc1"]
    assert seen.errors == []
    again.select("disc1")
    assert again.current == "disc0"
    ((section, error),) = seen.errors
    assert section == "pictures"
    assert f"{layer}.tif" in str(error)
    again.close()


def test_an_answer_whose_file_is_cut_off_while_it_is_looked_at_stays(session: Session, wait: Wait) -> None:
    """Were it mapped into memory, the system would end the program at the first look."""
    session.add_picture(discs("disc0", 0)[0], None)
    give_probability(session, "disc0")
    probability = session.probability("disc0")
    assert probability is not None
    for file in cache_folder(session.need_project(), "disc0").glob("*.npy"):
        file.write_bytes(file.read_bytes()[:200])
    assert probability[0].sum() == pytest.approx(0.55 * 50 * 50 + 0.4 * 20 * 20, rel=1e-3)
    tuned(session, 0.9)
    wait(lambda: not session.busy)
    labels = session.labels("disc0")
    assert labels is not None
    assert np.count_nonzero(labels) == 20 * 20


def test_a_damaged_probability_counts_as_none(session: Session, told: Told, wait: Wait) -> None:
    session.add_picture(discs("disc0", 0)[0], None)
    give_probability(session, "disc0")
    wait(lambda: not session.busy)
    session.add_picture(discs("disc1", 1)[0], None)
    session.select("disc1")
    for file in cache_folder(session.need_project(), "disc0").glob("*.npy"):
        file.write_bytes(file.read_bytes()[:200])
    session.select("disc0")
    assert session.labels("disc0") is None
    assert told.errors == []


def test_settings_that_cannot_be_are_told_and_the_project_opens(session: Session, told: Told) -> None:
    folder = session.need_project().folder
    tuned(session, 0.3)
    session.close()
    card = json.loads((folder / "project.json").read_text())
    card["settings"]["postprocessing"]["threshold"] = 17
    (folder / "project.json").write_text(json.dumps(card))
    session.open_project(folder)
    assert session.project is not None
    assert session.settings("postprocessing") == PostprocessingSettings()
    assert [type(error) for _, error in told.errors] == [SettingsError]


def test_labels_of_a_project_that_was_closed_never_arrive(session: Session, wait: Wait, tmp_path: Path) -> None:
    session.add_picture(discs("disc0", 0)[0], None)
    give_probability(session, "disc0")
    session.labels("disc0")
    session.new_project(tmp_path / "other.unet", "objects", ("cell",))
    session.add_picture(discs("disc0", 1)[0], None)
    wait(lambda: not session.busy)
    assert session.labels("disc0") is None


def test_labels_follow_the_sliders_on_every_picture(session: Session, wait: Wait) -> None:
    for number in range(2):
        session.add_picture(discs(f"disc{number}", number)[0], None)
        give_probability(session, f"disc{number}")
    session.labels("disc1")  # asked for while disc0 is shown
    wait(lambda: session.need_desk().labels("disc1") is not None)
    tuned(session, 0.9)
    wait(lambda: not session.busy)
    session.select("disc1")
    session.labels("disc1")
    wait(lambda: not session.busy)
    labels = session.labels("disc1")
    assert labels is not None
    assert np.count_nonzero(labels) == 20 * 20


def test_the_cleanup_outlives_what_nobody_foresaw() -> None:
    cleaner = Cleaner()
    nonsense = np.full((3, 32, 32), "no number", object)
    results = []
    for probability in (nonsense, np.zeros((3, 32, 32), np.float32)):
        cleaner.ask(Wish("disc0", probability, "objects", PostprocessingSettings()))
        while cleaner._thread is not None and not (found := cleaner.results()):
            assert cleaner._thread.is_alive()
        results += found
    assert isinstance(results[0].error, UnetError)
    assert "disc0 could not be cleaned up" in str(results[0].error)
    assert results[1].labels is not None
    cleaner.close()


def test_an_export_outlives_what_nobody_foresaw(session: Session, told: Told, tmp_path: Path) -> None:
    for name in ("disc0", "disc1"):
        session.add_picture(*discs(name, 0))
    project = session.need_project()

    def surprise() -> np.ndarray:
        raise ZeroDivisionError("boom")

    good = ExportTask("disc1", project, lambda: (Found(project.picture("disc1"), np.ones((96, 96), np.uint16)), ""))
    exporter = Exporter()
    exporter.start([ExportTask("disc0", project, surprise), good], tmp_path, ExportSettings())
    assert exporter._thread is not None
    exporter._thread.join()
    result = exporter.result()
    assert result is not None
    assert len(result.errors) == len(result.written) == 1
    assert exporter.progress is None


def test_an_export_holds_no_files_open_while_it_waits(session: Session, wait: Wait, tmp_path: Path) -> None:
    for number in range(12):
        session.add_picture(discs(f"disc{number}", number)[0], None)
        give_probability(session, f"disc{number}")
    before = psutil.Process().num_fds()
    session.export(None, tmp_path / "masks", False)
    assert psutil.Process().num_fds() - before < 8
    wait(lambda: not session.busy)
    assert len(list((tmp_path / "masks").iterdir())) == 12


def test_would_overwrite_without_a_project_is_told(told: Told, session: Session, tmp_path: Path) -> None:
    session.close()
    assert session.would_overwrite(None, tmp_path) is None
    assert [(where, type(error)) for where, error in told.errors] == [("export", ProjectError)]


class StillEngine:
    """An engine that says what it is told to say."""

    def __init__(self) -> None:
        self.said: list[object] = []
        self.submitted: list[Predict] = []

    def submit(self, command: Predict) -> int:
        self.submitted.append(command)
        return len(self.submitted)

    def stop(self, job: int) -> None: ...

    def close(self) -> None: ...

    def events(self) -> list[object]:
        said, self.said = self.said, []
        return said


def prepared() -> Predict:
    return Predict("model", "image.npy", "out.npy", {})


def refused() -> Predict:
    raise ProjectError("The picture b is gone.")


def test_a_picture_that_cannot_be_segmented_is_told_and_the_others_follow() -> None:
    engine = StillEngine()
    session = Session(engine)  # type: ignore[arg-type]
    told = Told(session)
    session.jobs.segment([Prediction("a", prepared), Prediction("b", refused), Prediction("c", prepared)])
    engine.said.append(Done(1))
    session.poll()
    assert len(engine.submitted) == 2
    assert "b is gone" in str(told.errors[-1][1])
    engine.said.append(Done(2))
    session.poll()
    assert session.job is None


def test_the_death_of_an_earlier_worker_ends_no_job_of_this_one() -> None:
    engine = StillEngine()
    session = Session(engine)  # type: ignore[arg-type]
    told = Told(session)
    session.jobs.segment([Prediction("a", prepared)])
    engine.said.append(Died("The worker process ended by itself.", jobs=()))
    session.poll()
    assert session.job is not None
    engine.said.append(Died("The worker process ended by itself.", jobs=(1,)))
    session.poll()
    assert session.job is None
    assert len(told.errors) == 1


def test_a_large_folder_is_added_while_the_person_works(
    session: Session, told: Told, wait: Wait, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("napari_unet.session.adding.AT_ONCE", 0.0)
    files = [tmp_path / f"disc{number}.tif" for number in range(5)]
    for number, file in enumerate(files):
        tifffile.imwrite(file, discs("", number)[0].image[0])
    files[2].write_text("no picture")
    session.add_files(files)
    assert len(session.pictures) == 1
    assert session.current == "disc0"
    assert session.busy
    wait(lambda: not session.busy)
    assert [row.name for row in session.pictures] == ["disc0", "disc1", "disc3", "disc4"]
    ((section, error),) = told.errors
    assert section == "pictures"
    assert error.sentence.startswith("1 of 5 pictures was not added. ")
    assert "disc2.tif" in error.sentence
    assert told.sentences == ["4 more pictures are being added; you can work meanwhile."]
    assert told.unsaid == told.sentences, "the list shows that they are there"


@pytest.mark.parametrize("seconds", [0.0, 9.0])
def test_which_pictures_were_not_added_and_why_stays_on_show(
    session: Session, told: Told, wait: Wait, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    monkeypatch.setattr("napari_unet.session.adding.AT_ONCE", seconds)
    good, torn, empty = (tmp_path / f"{name}.tif" for name in ("good", "torn", "empty"))
    tifffile.imwrite(good, discs("", 1)[0].image[0])
    torn.write_bytes(good.read_bytes()[:500])
    empty.touch()
    last: list[object] = []
    session.said.connect(lambda _section, sentence: last.append(sentence))
    session.failed.connect(lambda _section, error: last.append(error))
    session.add_files([torn, good, empty])
    wait(lambda: not session.busy)
    assert [row.name for row in session.pictures] == ["good"]
    assert last[-1] is told.errors[-1][1]
    sentence = told.errors[-1][1].sentence
    assert sentence.startswith("2 of 3 pictures were not added. ")
    assert "torn.tif" in sentence
    assert "empty.tif" in sentence


def test_a_picture_alone_has_its_own_error(session: Session, told: Told, tmp_path: Path) -> None:
    session.add_files([tmp_path / "gone.tif"])
    assert [error.what for _section, error in told.errors] == [f"There is no file {tmp_path / 'gone.tif'}."]


def test_of_many_that_were_not_added_a_few_are_named(session: Session, told: Told, tmp_path: Path) -> None:
    session.add_files([tmp_path / f"gone{number}.tif" for number in range(40)])
    sentence = told.errors[-1][1].sentence
    assert sentence.startswith("40 of 40 pictures were not added. ")
    assert sentence.endswith("So it is with 37 more, see the details.")
    assert "gone39.tif" in told.errors[-1][1].__notes__[0]


def test_a_long_list_is_counted_a_little_at_a_time(
    session: Session, wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        session.add_picture(*discs(f"disc{number}", number))
    folder = session.need_project().folder
    session.close()
    monkeypatch.setattr("napari_unet.session.rows.AT_ONCE", 0.0)
    again = Session(Engine())
    again.open_project(folder)
    assert [(row.state, row.objects) for row in again.pictures] == [("complete", 0)] * 4
    for _ in range(4):
        again.poll()
    assert [row.objects for row in again.pictures][1:] == [4] * 3
    again.close()


def test_adding_a_large_folder_says_how_far_it_is_and_can_be_stopped(
    session: Session, told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("napari_unet.session.adding.AT_ONCE", 0.0)
    files = [tmp_path / f"disc{number}.tif" for number in range(5)]
    for number, file in enumerate(files):
        tifffile.imwrite(file, discs("", number)[0].image[0])
    assert session.adding is None
    session.add_files(files)
    assert session.adding is not None
    assert session.adding.text == "Adding picture 2 of 5"
    assert session.adding.done == 0.2
    assert session.adding.seconds_left > 0
    changed: list[object] = []
    session.adding_changed.connect(lambda: changed.append(session.adding))
    session.stop_adding()
    assert changed == [None]
    assert told.sentences[-1] == "Stopped: 4 pictures had no turn."
    session.poll()
    assert [row.name for row in session.pictures] == ["disc0"]
    assert not session.busy


def test_all_pictures_go_on_where_they_were_stopped(quick_session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    session, told = quick_session, Told(quick_session)
    every = [f"disc{number}" for number in range(3)]
    for number, name in enumerate(every):
        session.add_picture(discs(name, number)[0], None)
    folder = session.need_project().folder
    save_model(made_model(), folder / "models" / "2026-01-01-made")
    session.open_project(folder)
    asked: list[list[str]] = []
    monkeypatch.setattr(session.jobs, "segment", lambda predictions: asked.append([one.name for one in predictions]))

    session.segment(None)
    give_probability(session, "disc1")  # and then somebody pressed Stop
    session.segment(None)
    assert asked == [every, ["disc0", "disc2"]]
    assert told.sentences[-1] == "1 picture had this answer already; the others are segmented."

    session.set_settings("inference", dataclasses.replace(session.settings("inference"), turns=8))
    session.segment(None)
    assert asked[-1] == every
    for name in every:
        give_probability(session, name)
    session.segment(None)  # none is left: a person who asks again means all
    session.segment(["disc2"])
    assert asked[-2:] == [every, ["disc2"]]


def test_folders_that_cannot_be_read_are_not_called_pictures(
    session: Session, told: Told, wait: Wait, tmp_path: Path
) -> None:
    (tmp_path / "good").mkdir()
    tifffile.imwrite(tmp_path / "good" / "a.tif", discs("", 1)[0].image[0])
    session.look_into([tmp_path / "good", tmp_path / "gone"])
    wait(lambda: not session.busy and bool(told.errors))
    assert told.errors[-1][1].sentence.startswith("1 of 2 items was not read. ")
