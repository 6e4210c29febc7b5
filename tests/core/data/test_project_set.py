"""Training sees what is painted while it runs, from another process."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest

from napari_unet.core.data import Picture, Project, ProjectSet
from napari_unet.core.errors import PictureError, UnetError
from tests.core.data.conftest import picture
from tests.patience import SOON


def mask() -> np.ndarray:
    mask = np.zeros((40, 50), np.uint8)
    mask[5:9, 5:9], mask[20:30, 20:30] = 1, 2
    return mask


def stroke(project: Project, name: str, box: tuple[slice, ...], value: int) -> None:
    values = np.full([part.stop - part.start for part in box], value, np.uint16)
    project.journal.append(name, "annotation", box, values)


def test_only_annotated_pictures_are_samples(project: Project) -> None:
    project.add(picture("blank"), None, "")
    project.add(picture("whole"), mask(), "")
    stroke(project, project.add(picture("some"), None, ""), np.s_[3:5, 3:5], 2)
    project.add(picture("nothing in it"), None, "")
    project.update_record("nothing in it", complete=True)
    project.decide_validation(0.5)
    samples = {sample.name: sample for sample in ProjectSet(project.folder).samples()}
    assert sorted(samples) == ["nothing in it", "some", "whole"]
    assert samples["whole"].complete
    assert np.array_equal(samples["whole"].annotation, mask() + 1)
    assert np.array_equal(samples["whole"].image, project.picture("whole").image)
    assert (samples["some"].complete, samples["some"].validation) == (False, False)
    assert samples["some"].annotation.sum() == 8
    assert {samples["whole"].validation, samples["nothing in it"].validation} == {True, False}


def test_what_is_set_aside_is_learned_from_no_more(project: Project) -> None:
    for name in "abc":
        project.add(picture(name), mask(), "")
    project.update_record("b", aside="left out")
    pictures = ProjectSet(project.folder)
    assert [sample.name for sample in pictures.samples()] == ["a", "c"]
    project.update_record("c", aside="test")
    (gone,) = pictures.changed()
    assert (gone.name, gone.complete, gone.annotation.any()) == ("c", False, False), "as if nothing were painted there"
    assert [sample.name for sample in ProjectSet(project.folder, aside=True).samples()] == ["a", "b", "c"]
    project.update_record("b", aside="")
    (back,) = pictures.changed()
    assert (back.name, back.complete, back.annotation.max()) == ("b", True, 3)


def test_colour_is_known(project: Project) -> None:
    image = np.zeros((3, 40, 50), np.uint8)
    project.add(Picture("stain", image, channel_names=("red", "green", "blue")), mask(), "")
    assert ProjectSet(project.folder).samples()[0].colour


@pytest.mark.parametrize(("unit", "known"), [("µm", 0.5), ("nm", 0.0005), ("pixel", 0.0)])
def test_the_pixel_size_is_known_in_micrometres_or_not_at_all(project: Project, unit: str, known: float) -> None:
    project.add(Picture("scaled", picture("a").image, (0.5, 0.5), unit), mask(), "")
    assert ProjectSet(project.folder).samples()[0].pixel_size == pytest.approx(known)


def test_changes_are_seen_once(project: Project) -> None:
    for name in ("a", "b"):
        project.add(picture(name), mask(), "")
    samples = ProjectSet(project.folder)
    assert len(samples.samples()) == 2
    assert samples.changed() == []
    stroke(project, "b", np.s_[0:1, 0:3], 4)
    (changed,) = samples.changed()
    assert changed.name == "b"
    assert changed.annotation[0, :3].tolist() == [4, 4, 4]
    assert samples.changed() == []
    project.save_annotation("b", project.annotation("b"))
    assert [sample.annotation[0, 0] for sample in samples.changed()] == [4]
    project.update_record("a", complete=False)
    assert [(sample.name, sample.complete) for sample in samples.changed()] == [("a", False)]
    project.add(picture("c"), mask(), "")
    assert [sample.name for sample in samples.changed()] == ["c"]
    project.remove("c")
    assert samples.changed() == []


def test_erasing_everything_is_a_change(project: Project) -> None:
    stroke(project, project.add(picture("a"), None, ""), np.s_[0:2, 0:2], 3)
    samples = ProjectSet(project.folder)
    assert len(samples.samples()) == 1
    stroke(project, "a", np.s_[0:2, 0:2], 0)
    assert [sample.annotation.any() for sample in samples.changed()] == [False]
    assert samples.samples() == []


def test_a_removed_name_taken_again_shows_the_new_picture(project: Project) -> None:
    project.add(picture("a"), mask(), "")
    samples = ProjectSet(project.folder)
    samples.samples()
    project.remove("a")
    project.add(picture("a", (2, 40, 50)), mask(), "")
    assert [sample.image.shape for sample in samples.changed()] == [(2, 40, 50)]


def test_a_damaged_picture_is_named_and_a_damaged_record_left_out(project: Project) -> None:
    for name in ("a", "b"):
        project.add(picture(name), mask(), "")
    (project.folder / "pictures/a/record.json").write_text("{")
    assert [sample.name for sample in ProjectSet(project.folder).samples()] == ["b"]
    path = project.folder / "pictures/b/image.tif"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(PictureError, match=r"image\.tif cannot be read"):
        ProjectSet(project.folder).samples()


def test_what_cannot_be_read_keeps_nothing_else_away(project: Project) -> None:
    for name in ("a", "b"):
        project.add(picture(name), mask(), "")
    watching = ProjectSet(project.folder)
    watching.samples()
    path = project.folder / "pictures/a/annotation.tif"
    path.write_bytes(path.read_bytes()[:100])
    stroke(project, "b", np.s_[3:5, 3:5], 2)
    assert [sample.name for sample in watching.changed()] == ["b"]
    with pytest.raises(UnetError):
        watching.changed()


def test_looking_needs_no_lock(project: Project) -> None:
    for i in range(30):
        project.add(picture(f"p{i}"), mask(), "")
    samples = ProjectSet(project.folder)
    samples.samples()
    assert [samples.changed() for _ in range(10)] == [[]] * 10


WATCHER = """
import json, sys, time
from pathlib import Path
from napari_unet.core.data import ProjectSet
samples = ProjectSet(Path(sys.argv[1]))
samples.samples()
print("ready", flush=True)
while True:
    for sample in samples.changed():
        print(json.dumps([sample.name, int(sample.annotation.max()), int((sample.annotation > 2).sum())]), flush=True)
    time.sleep(0.01)
"""


@pytest.fixture
def watcher(project: Project) -> Iterator[subprocess.Popen[str]]:
    project.add(picture("a"), mask(), "")
    with subprocess.Popen(
        [sys.executable, "-c", WATCHER, project.folder], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_another_process_sees_strokes_soon(project: Project, watcher: subprocess.Popen[str]) -> None:
    assert watcher.stdout is not None
    started = time.perf_counter()
    stroke(project, "a", np.s_[0:1, 0:3], 77)
    assert json.loads(watcher.stdout.readline())[:2] == ["a", 77]
    assert time.perf_counter() - started < SOON


def test_another_process_never_sees_a_stroke_go_missing(project: Project, watcher: subprocess.Popen[str]) -> None:
    """While the window paints and saves in turn, what was painted only ever grows."""
    assert watcher.stdout is not None
    annotation = project.annotation("a")
    for number in range(100, 160):
        row = number - 100
        box = np.s_[row % 40 : row % 40 + 1, 40 + row // 40 : 41 + row // 40]
        annotation[box] = number
        project.journal.append("a", "annotation", box, annotation[box])
        if number % 3 == 0:
            project.save_annotation("a", annotation)
    seen = [json.loads(watcher.stdout.readline())]
    while seen[-1][1] < 159:
        seen.append(json.loads(watcher.stdout.readline()))
    painted = [count for _, _, count in seen]
    assert painted == sorted(painted)
    assert painted[-1] == int((annotation > 2).sum())
