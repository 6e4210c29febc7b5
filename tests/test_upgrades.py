"""Files of every layout there ever was are read, and none of them is changed by that. They lie in `layouts`.

A layout is added here, written by the version that first has it, in the commit that changes SCHEMA.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import Project, project_card
from napari_unet.core.errors import ModelError, ProjectError, UnetError
from napari_unet.core.model import card as model_card
from napari_unet.core.model import load_model
from napari_unet.core.recipe import read_recipe
from napari_unet.core.recipe import recipe as recipes

LAYOUTS = Path(__file__).parent / "layouts"
NEWEST = {"project": project_card.SCHEMA, "model": model_card.SCHEMA, "recipe": recipes.SCHEMA}


def a_project(path: Path) -> int:
    with Project.open(path) as project:
        assert (project.kind, project.class_names) == ("objects", ("cell",))
        assert project.picture("a").pixel_size == (0.5, 0.5)
        annotation = project.annotation("a")
        assert annotation[3, 4] == 2
        assert (annotation[8:10, 8:10] == 7).all(), "strokes of a journal, too"
        assert project.record("a").complete
    return int(json.loads((path / "project.json").read_text("utf-8"))["schema"])


def a_model(path: Path) -> int:
    model = load_model(path)
    assert model.card.outputs == ("cell", "border", "distance")
    assert model.card.plan.network.width == 4
    assert model.card.schema == model_card.SCHEMA, "in memory it is of today's layout"
    return int(path.name[-1])


def a_recipe(path: Path) -> int:
    recipe = read_recipe(path)
    assert [one.name for one in recipe.materials] == ["p"]
    return int(recipe.schema)


READ: dict[str, Callable[[Path], int]] = {"project": a_project, "model": a_model, "recipe": a_recipe}


@pytest.mark.parametrize("path", sorted(LAYOUTS.iterdir()), ids=lambda path: path.name)
def test_every_layout_there_ever_was_is_read(path: Path, tmp_path: Path) -> None:
    here = tmp_path / path.name
    shutil.copytree(path, here) if path.is_dir() else shutil.copy(path, here)
    kind, number = path.name.split(".")[0].split("-")
    assert READ[kind](here) == int(number)


def test_no_layout_is_missing() -> None:
    there = {path.name.split(".")[0] for path in LAYOUTS.iterdir()}
    assert there == {f"{kind}-{number}" for kind, newest in NEWEST.items() for number in range(1, newest + 1)}
    assert len(project_card.UPGRADES) == project_card.SCHEMA - 1, "a step for each layout before today's"


@pytest.mark.parametrize("name", ["model-1", "model-2", "recipe-1.json"])
def test_reading_an_older_file_does_not_change_it(name: str, tmp_path: Path) -> None:
    files = [LAYOUTS / name] if name.endswith("json") else sorted((LAYOUTS / name).iterdir())
    for file in files:
        shutil.copy(file, tmp_path / file.name)
    READ[name.split("-")[0]](tmp_path / files[0].name) if name.endswith("json") else load_model(tmp_path)
    assert {file.name: (tmp_path / file.name).read_bytes() for file in files} == {
        file.name: file.read_bytes() for file in files
    }


def test_a_project_of_an_older_layout_is_read_step_by_step_and_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it will be when there is a second layout: here one in which classes were called labels before."""

    def renamed(values: dict[str, object]) -> dict[str, object]:
        names = values.pop("labels")
        return {**values, "class_names": names}

    shutil.copytree(LAYOUTS / "project-1", tmp_path / "p.unet")
    file = tmp_path / "p.unet" / "project.json"
    values = json.loads(file.read_text("utf-8"))
    values["labels"] = values.pop("class_names")
    file.write_text(json.dumps(values), "utf-8")
    monkeypatch.setattr(project_card, "SCHEMA", 2)
    monkeypatch.setattr(project_card, "UPGRADES", (renamed,))
    before = file.read_bytes()
    with Project.open(tmp_path / "p.unet") as project:
        assert project.class_names == ("cell",)
        assert file.read_bytes() == before
        project.save_settings("export", {"overwrite": True})
        assert json.loads(file.read_text("utf-8"))["schema"] == 2
        kept = file.with_name("project-layout-1.json")
        assert kept.read_bytes() == before, "what it was before stays beside it"


@pytest.mark.parametrize("name", ["project-1/project.json", "recipe-1.json"])
@pytest.mark.parametrize("schema", [99, -1, 0, "1", None, True, 1.5])
def test_a_newer_layout_is_refused_with_a_sentence(name: str, schema: object, tmp_path: Path) -> None:
    file = tmp_path / Path(name).name
    values = json.loads((LAYOUTS / name).read_text("utf-8"))
    file.write_text(json.dumps({**values, "schema": schema}), "utf-8")
    read: Callable[[Path], object] = read_recipe if "recipe" in name else lambda file: Project.open(file.parent)
    with pytest.raises((ProjectError, ModelError), match="newer version" if schema == 99 else "layout") as caught:
        read(file)
    assert isinstance(caught.value, UnetError)
    assert np.all([part.strip() for part in (caught.value.what, caught.value.sentence)])
