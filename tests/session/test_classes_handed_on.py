"""Classes of objects leave with masks and training sets, and come back with the folders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tifffile

from napari_unet.core.data import Project
from napari_unet.core.settings import ExportSettings
from napari_unet.session import Session
from tests.session.conftest import Told, Wait, discs, give_probability


def classed(session: Session) -> None:
    """A complete picture and one painted in part; some of their objects have classes."""
    session.set_classes(("alive", "dead"), ("#e69f00", "#56b4e9"))
    session.add_picture(*discs("whole", 1))
    session.add_picture(discs("part", 2)[0], None)
    session.select("part")
    for value, row in ((1, 10), (2, 30), (5, 60)):
        box = slice(row, row + 8), slice(20, 60)
        session.annotation("part")[box] = value
        session.painted("part", "annotation", box, np.full((8, 40), value, np.uint16))
    session.classify("whole", "annotation", {2: 1, 4: 2})
    session.classify("part", "annotation", {5: 2})


def read(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def test_a_training_set_comes_back_with_its_classes(session: Session, wait: Wait, told: Told, tmp_path: Path) -> None:
    classed(session)
    session.export_set(tmp_path / "set", False)
    wait(lambda: not session.busy)
    assert told.errors == []
    assert "1 picture with its mask and 1 picture painted in part" in told.sentences[-1]
    assert read(tmp_path / "set/masks/whole_classes.csv") == ["label,class", "1,alive", "2,", "3,dead", "4,"]
    assert read(tmp_path / "set/partly/annotations/part_classes.csv") == ["label,class", "2,", "5,dead"]
    assert "alive, dead" in (tmp_path / "set/training-set.txt").read_text(encoding="utf-8")
    session.new_project(tmp_path / "again.unet", "objects", ("cell",))
    session.add_pairs(session.find_pairs(tmp_path / "set"))
    wait(lambda: not session.busy)
    assert set(session.object_classes) == {"alive", "dead"}
    assert {session.class_title("whole", "annotation", number) for number in (2, 4)} == {"alive", "dead"}
    assert session.class_title("part", "annotation", 5) == "dead"
    assert session.classes("whole", "annotation").keys() == {2, 4}


def test_a_project_of_regions_takes_no_notice_of_such_tables(session: Session, wait: Wait, tmp_path: Path) -> None:
    classed(session)
    session.export_set(tmp_path / "set", False)
    wait(lambda: not session.busy)
    session.new_project(tmp_path / "regions.unet", "regions", tuple("abcdefg"))
    session.add_pairs(session.find_pairs(tmp_path / "set"))
    wait(lambda: not session.busy)
    assert session.need_project().class_names == tuple("abcdefg")
    assert not list((tmp_path / "regions.unet").rglob("*classes.json"))


def test_masks_are_exported_with_a_table_also_of_what_was_predicted(
    session: Session, wait: Wait, told: Told, tmp_path: Path
) -> None:
    classed(session)
    session.add_picture(discs("new", 3)[0], None)
    session.select("new")
    give_probability(session, "new")
    wait(lambda: session.labels("new") is not None and not session.busy)
    project = session.need_project()
    file = next((project.folder / "cache" / "new").glob("probability*.npy"))
    planes = np.load(file)
    told_apart = np.stack([np.full(planes.shape[1:], 0.2, np.float32), np.full(planes.shape[1:], 0.8, np.float32)])
    np.save(file, np.concatenate([planes, told_apart]))
    session.open_project(project.folder)
    session.select("new")
    wait(lambda: session.labels("new") is not None and not session.busy)
    assert session.class_counts("new", "labels") == {"dead": 1}, "the clean-up gives each object its likeliest class"
    session.export(None, tmp_path / "masks", False)
    wait(lambda: not session.busy)
    assert told.errors == []
    assert read(tmp_path / "masks/new_classes.csv") == ["label,class", "1,dead"]
    assert read(tmp_path / "masks/whole_classes.csv")[1:3] == ["1,alive", "2,"]
    assert "Wrote 3 masks" in told.sentences[-1]
    there = session.would_overwrite(["new"], tmp_path / "masks")
    assert {path.name for path in there} == {"new.tif", "new_classes.csv"}


def test_the_table_of_an_earlier_export_is_not_taken_for_ones_own(
    session: Session, wait: Wait, told: Told, tmp_path: Path
) -> None:
    """Masks are added from a folder, and into the same one goes what is no mask, twice."""
    picture, mask = discs("whole", 1)
    (tmp_path / "masks").mkdir()
    tifffile.imwrite(tmp_path / "masks" / "whole.tif", mask)
    session.add_picture(picture, mask, str(tmp_path / "masks" / "whole.tif"))
    session.set_classes(("alive", "dead"), ("#e69f00", "#56b4e9"))
    session.classify("whole", "annotation", {2: 1})
    session.set_settings("export", ExportSettings(formats="png"))
    for overwrite in (False, True):
        session.export(None, tmp_path / "masks", overwrite)
        wait(lambda: not session.busy)
    assert told.errors == []
    assert {path.name for path in (tmp_path / "masks").iterdir()} == {"whole.tif", "whole.png", "whole_classes.csv"}


def test_without_classes_no_table_is_written(session: Session, wait: Wait, tmp_path: Path) -> None:
    session.add_picture(*discs("whole", 1))
    session.export(None, tmp_path / "masks", False)
    wait(lambda: not session.busy)
    session.export_set(tmp_path / "set", False)
    wait(lambda: not session.busy)
    assert not list(tmp_path.rglob("*.csv"))
    assert [path.name for path in (tmp_path / "masks").iterdir()] == ["whole.tif"]


def test_new_classes_join_those_that_are_there(tmp_path: Path) -> None:
    with Project.create(tmp_path / "a.unet", "objects", ("alive", "dead")) as project:
        assert project.add_classes(("dead", "dividing")) == ("dividing",)
        assert project.class_names == ("alive", "dead", "dividing")
        assert len(set(project.class_colours)) == 3
    with Project.create(tmp_path / "b.unet", "objects", ("cell",)) as project:
        assert project.add_classes(("cell", "dividing")) == ("dividing",)
        assert project.class_names == ("cell", "dividing")
