"""What a person made is in the project folder, whoever opens it next."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_unet.core.data import Picture, Project, Region
from napari_unet.core.data.acceptance import Acceptance
from napari_unet.core.errors import MaskError, PictureError, ProjectError, StorageError
from tests.core.data.conftest import picture


def reopened(project: Project) -> Project:
    project.close()
    return Project.open(project.folder)


def test_a_project_opens_again_as_it_was(tmp_path: Path) -> None:
    with Project.create(tmp_path / "soil.unet", "regions", ("root", "hair")) as project:
        project.save_settings("training", {"epochs": 7})
        project.set_classes(("root", "hair", "soil"), ("#000000", "#111111", "#222222"))
    with Project.open(tmp_path / "soil.unet") as again:
        assert (again.name, again.kind, again.read_only) == ("soil", "regions", False)
        assert again.class_names == ("root", "hair", "soil")
        assert again.class_colours == ("#000000", "#111111", "#222222")
        assert again.settings("training") == {"epochs": 7}
        assert again.settings("inference") == {}


@pytest.mark.parametrize(
    "image",
    [
        np.arange(2000, dtype=np.uint16).reshape(1, 40, 50),
        np.arange(6000, dtype=np.float32).reshape(3, 40, 50) / 7,
        np.arange(4000, dtype=np.int64).reshape(2, 40, 50) - 99,
        np.arange(8000, dtype=np.uint8).reshape(2, 2, 40, 50),
        np.arange(8000, dtype=np.uint16).reshape(1, 4, 40, 50),
    ],
    ids=["grey", "three float channels", "negative numbers", "two channels of a volume", "volume"],
)
def test_a_picture_comes_back_as_acquired(project: Project, image: np.ndarray) -> None:
    size = (2.0, 0.5, 0.25)[4 - image.ndim :]
    names = tuple(f"channel {i}" for i in range(image.shape[0]))
    original = Picture("a", image, size, "µm", names, "/microscope/a.nd2")
    name = project.add(original, None, "")
    again = reopened(project).picture(name)
    assert again.image.dtype == image.dtype
    assert np.array_equal(again.image, image)
    assert (again.pixel_size, again.unit, again.channel_names, again.source) == (size, "µm", names, "/microscope/a.nd2")


def test_a_colour_picture_stays_one(project: Project) -> None:
    image = np.random.default_rng(0).integers(0, 255, (3, 20, 30)).astype(np.uint8)
    name = project.add(Picture("stain", image, channel_names=("red", "green", "blue")), None, "")
    again = project.picture(name)
    assert again.is_colour
    assert np.array_equal(again.image, image)
    assert tifffile.imread(project.folder / "pictures/stain/image.tif").shape == (20, 30, 3)


def test_strokes_are_there_after_the_window_is_gone(project: Project) -> None:
    name = project.add(picture(), None, "")
    annotation = project.annotation(name)
    assert not annotation.any()
    annotation[3:9, 4:8] = 300
    project.journal.append(name, "annotation", np.s_[3:9, 4:8], annotation[3:9, 4:8])
    again = reopened(project)
    assert np.array_equal(again.annotation(name), annotation)
    again.save_annotation(name, annotation)
    assert list((again.folder / "journal").iterdir()) == []
    assert np.array_equal(again.annotation(name), annotation)
    assert np.array_equal(tifffile.imread(again.folder / "pictures/cells/annotation.tif"), annotation)


def test_many_objects_keep_their_numbers(project: Project) -> None:
    mask = np.arange(280 * 290, dtype=np.uint32).reshape(280, 290)
    name = project.add(picture(shape=(1, 280, 290)), mask, "mask.tif")
    assert np.array_equal(reopened(project).annotation(name), mask + 1)


def test_a_mask_makes_a_complete_annotation_of_known_origin(project: Project) -> None:
    mask = np.zeros((40, 50), np.uint8)
    mask[5:9, 5:9], mask[20:30, 20:30] = 1, 2
    name = project.add(picture(), mask, "/somewhere/mask.tif")
    record = reopened(project).record(name)
    assert record.complete
    assert [(region.how, region.box, region.source) for region in record.origin] == [
        ("hand", ((0, 40), (0, 50)), "/somewhere/mask.tif")
    ]
    assert np.array_equal(project.annotation(name), mask + 1)


def test_a_mask_of_another_size_is_refused_and_leaves_nothing(project: Project) -> None:
    with pytest.raises(MaskError, match="40 x 50 but its mask is 40 x 51"):
        project.add(picture(), np.ones((40, 51), np.uint8), "")
    assert project.names() == ()
    assert list((project.folder / "pictures").iterdir()) == []


def test_names_are_unique_and_fit_for_folders(project: Project) -> None:
    added = [project.add(picture(name), None, "") for name in ("cells", "Cells", "a/b:c", "..", "", "nul", "Zellen µ")]
    assert added == ["cells", "Cells-2", "a-b-c", "picture", "picture-2", "nul-", "Zellen µ"]
    assert reopened(project).names() == tuple(added)


def test_a_very_long_name_is_cut(project: Project) -> None:
    names = [project.add(picture("細胞" * 100), None, "") for _ in range(2)]
    assert reopened(project).names() == tuple(names)
    assert names[0].startswith("細胞細胞")


def test_a_layer_of_no_numbers_is_refused(project: Project) -> None:
    image = np.zeros((1, 40, 50), np.float32)
    image[0, 3, 3] = np.nan
    with pytest.raises(PictureError, match="layer has 1 of 2000 values that are no numbers"):
        project.add(Picture("layer", image), None, "")
    project.add(Picture("layer", image > 0), None, "")
    assert project.picture("layer").image.dtype == np.uint8


def test_accepting_a_region_records_where_it_came_from(project: Project) -> None:
    name = project.add(picture(), None, "")
    annotation = project.annotation(name)
    annotation[0:10, 0:10] = 2
    region = Region(((0, 10), (0, 10)), "corrected", "2026-11-21-cells", {"threshold": 0.4})
    box = slice(0, 10), slice(0, 10)
    replaced = Acceptance(box, np.zeros((10, 10), np.uint16), annotation[box].copy(), np.ones((10, 10), bool))
    kept = project.accept(name, annotation, region, replaced)
    again = reopened(project)
    assert again.record(name).origin == (kept,)
    assert replace(kept, kept="", id="") == region
    assert again.acceptance(name, kept).stands(annotation).all()
    assert np.array_equal(again.annotation(name), annotation)
    assert not again.take_out(name, annotation, {kept.id}).any()
    assert not again.annotation(name).any()
    assert again.record(name).origin == ()


def test_corrected_labels_have_a_file_and_strokes_of_their_own(project: Project) -> None:
    name = project.add(picture(), None, "")
    assert project.labels(name) is None
    labels = np.zeros((40, 50), np.uint16)
    labels[5:15, 5:15] = 4
    project.save_labels(name, labels)
    labels[8, :] = 0
    project.journal.append(name, "labels", np.s_[8:9, 0:50], labels[8:9])
    again = reopened(project)
    assert np.array_equal(again.labels(name), labels)
    assert not again.annotation(name).any()
    again.forget_labels(name)
    assert again.labels(name) is None
    assert len(list((again.folder / "trash").glob("*/labels.tif"))) == 1


def test_removing_deletes_nothing(project: Project) -> None:
    name = project.add(picture(), None, "")
    project.journal.append(name, "annotation", np.s_[0:1, 0:2], np.array([[2, 2]], np.uint16))
    trashed = project.remove(name)
    assert sorted(path.name for path in trashed.rglob("*.*")) == [
        "cells.annotation.journal",
        "image.tif",
        "record.json",
    ]
    assert reopened(project).names() == ()


def test_a_picture_of_the_same_name_gets_no_old_strokes(project: Project) -> None:
    project.remove(project.add(picture(), None, ""))
    (project.folder / "journal").mkdir()
    project.journal.append("cells", "annotation", np.s_[0:1, 0:2], np.array([[2, 2]], np.uint16))
    name = project.add(picture(), None, "")
    assert not project.annotation(name).any()


def test_an_annotation_saved_anew_by_another_program_is_read(project: Project) -> None:
    name = project.add(picture(), None, "")
    painted = np.zeros((40, 50), np.float32)
    painted[3, 3] = 2
    tifffile.imwrite(project.folder / "pictures/cells/annotation.tif", painted)
    assert project.annotation(name).dtype == np.uint16
    assert np.array_equal(project.annotation(name), painted)


def test_an_annotation_of_another_size_is_a_sentence(project: Project) -> None:
    name = project.add(picture(), None, "")
    with pytest.raises(MaskError, match="annotation of cells is 3 x 3 but the picture is 40 x 50"):
        project.save_annotation(name, np.zeros((3, 3), np.uint16))


def test_unknown_pictures_are_a_sentence(project: Project) -> None:
    with pytest.raises(ProjectError, match="mine has no picture called other"):
        project.annotation("other")


def test_models_are_listed_oldest_first_once_they_have_weights(project: Project) -> None:
    first = project.new_model_folder("model 1")
    first.mkdir(parents=True)
    second = project.new_model_folder("model 1")
    assert first != second
    second.mkdir()
    assert project.models() == ()
    for folder in (second, first):
        (folder / "model.safetensors").write_bytes(b"")
        (folder / "last.safetensors").write_bytes(b"")
    assert project.models() == (first, second)


def test_a_folder_with_something_in_it_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(ProjectError, match="is not empty"):
        Project.create(tmp_path, "objects", ("cell",))
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


@pytest.mark.parametrize("names", [(), ("cell", "cell"), (" ",)])
def test_class_names_must_be_usable(tmp_path: Path, names: tuple[str, ...]) -> None:
    with pytest.raises(ProjectError, match="cannot be used"):
        Project.create(tmp_path / "a.unet", "regions", names)


def test_a_folder_that_is_no_project_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"is not a project: it has no project\.json"):
        Project.open(tmp_path / "nowhere")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema": 1}', '{"schema": "x"}'])
def test_a_damaged_project_file_is_a_sentence(project: Project, content: str) -> None:
    (project.folder / "project.json").write_text(content)
    with pytest.raises(ProjectError, match="is damaged"):
        reopened(project)


def test_a_newer_project_is_refused(project: Project) -> None:
    path = project.folder / "project.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "schema": 99}))
    with pytest.raises(ProjectError, match="made by a newer version"):
        reopened(project)


def test_a_damaged_record_costs_no_other_picture(project: Project) -> None:
    for name in ("a", "b"):
        project.add(picture(name), None, "")
    (project.folder / "pictures/a/record.json").write_text("{")
    again = reopened(project)
    assert again.names() == ("b",)
    assert again.damaged == ("a",)
    assert (again.folder / "pictures/a/image.tif").exists()


def test_what_a_killed_writer_left_is_swept_up(project: Project) -> None:
    name = project.add(picture(), None, "")
    rubbish = project.folder / "pictures" / ".half.12345678.part"
    rubbish.mkdir()
    (project.folder / "pictures" / name / ".annotation.12345678.part.tif").write_bytes(b"half")
    again = reopened(project)
    assert again.names() == (name,)
    assert sorted(path.name for path in (again.folder / "pictures").rglob("*")) == [name, "image.tif", "record.json"]


HOLDER = """
import sys
from dataclasses import replace
from pathlib import Path
from napari_unet.core.data import Project
project = Project.open(Path(sys.argv[1]))
print("read-only" if project.read_only else "mine", flush=True)
sys.stdin.read()
"""


def hold(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_a_second_window_may_only_look_until_the_first_is_gone(project: Project) -> None:
    name = project.add(picture(), None, "")
    project.close()
    with hold(project.folder) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "mine\n"
        with Project.open(project.folder) as second:
            assert second.read_only
            assert f"open in another window (process {first.pid} on" in second.notice
            assert second.picture(name).channels == 1
            for write in (
                lambda: second.save_annotation(name, np.zeros((40, 50), np.uint16)),
                lambda: second.journal.append(name, "annotation", np.s_[0:1, 0:1], np.ones((1, 1), np.uint16)),
                lambda: second.update_record(name, complete=True),
                lambda: second.remove(name),
                lambda: second.save_settings("training", {}),
                lambda: second.add(picture(), None, ""),
            ):
                with pytest.raises(StorageError, match="another window"):
                    write()
        first.kill()
    with Project.open(project.folder) as third:
        assert not third.read_only


def test_two_windows_of_one_program_are_two_windows(project: Project) -> None:
    with Project.open(project.folder) as second:
        assert second.read_only
    with reopened(project) as third:
        assert not third.read_only


def paint_for_ever(project: Project, annotation: np.ndarray, on_disk: np.ndarray) -> None:
    """Paint noise over the whole picture again and again; `on_disk` is what was acknowledged last."""
    noise = np.random.default_rng(0).integers(2, 60_000, annotation.shape).astype(annotation.dtype)
    for number in range(1000):
        annotation[:] = np.roll(noise, number)
        project.journal.append("cells", "annotation", np.s_[0:40, 0:50], annotation)
        on_disk[:] = annotation


def test_a_full_disk_keeps_what_was_there_and_says_so(small_disk: Path) -> None:
    with Project.create(small_disk / "mine.unet", "objects", ("cell",)) as project:
        name = project.add(picture(), None, "")
        annotation = project.annotation(name)
        on_disk = np.zeros_like(annotation)
        with pytest.raises(StorageError, match="The disk is full"):
            paint_for_ever(project, annotation, on_disk)
        assert on_disk.any()
        for write in (
            lambda: project.add(picture("large", (1, 200, 200)), None, ""),
            lambda: project.save_annotation(name, annotation),
        ):
            with pytest.raises(StorageError, match="The disk is full"):
                write()
        again = reopened(project)
        assert again.names() == (name,)
        assert np.array_equal(again.annotation(name), on_disk)
        assert [path.name for path in (again.folder / "pictures").iterdir()] == [name]
        again.close()


def test_a_project_on_a_read_only_disk_can_be_looked_at(small_disk: Path) -> None:
    with Project.create(small_disk / "mine.unet", "objects", ("cell",)) as project:
        name = project.add(picture(), None, "")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with Project.open(small_disk / "mine.unet") as again:
        assert again.read_only
        assert "does not let us write" in again.notice
        assert again.picture(name).image.shape == (1, 40, 50)
        with pytest.raises(StorageError, match="does not let us write"):
            again.update_record(name, complete=True)
    with pytest.raises(StorageError, match="does not let us write"):
        Project.create(small_disk / "other.unet", "objects", ("cell",))


PAINTER = """
import sys
from dataclasses import replace
from pathlib import Path
import numpy as np
from napari_unet.core.data import Project
project = Project.open(Path(sys.argv[1]))
annotation = project.annotation("cells")
for number in range(1, 60_000):
    row = number % 40
    annotation[row] = number
    project.journal.append("cells", "annotation", np.s_[row:row + 1, 0:50], annotation[row:row + 1])
    print(number, flush=True)
    if number % 7 == 0:
        project.save_annotation("cells", annotation)
"""


def test_killed_while_painting_and_saving_nothing_acknowledged_is_lost(project: Project) -> None:
    project.add(picture(), None, "")
    project.close()
    for repeat in range(4):
        painter = subprocess.Popen([sys.executable, "-c", PAINTER, project.folder], stdout=subprocess.PIPE, text=True)
        assert painter.stdout is not None
        said = [painter.stdout.readline() for _ in range(30 + 11 * repeat)]
        painter.kill()
        said += painter.stdout.readlines()
        painter.stdout.close()
        painter.wait()
        acknowledged = int([line for line in said if line.endswith("\n")][-1])
        with Project.open(project.folder) as again:
            assert not again.read_only
            annotation = again.annotation("cells")
            painted = int(annotation.max())
            assert painted in (acknowledged, acknowledged + 1)
            expected = np.zeros_like(annotation)
            for number in range(1, painted + 1):
                expected[number % 40] = number
            assert np.array_equal(annotation, expected)
            again.save_annotation("cells", np.zeros_like(annotation))
