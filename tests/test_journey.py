"""The whole job through the real window, by mouse, in a process of its own; then what it must have left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_unet.core.data.project import Project
from napari_unet.core.data.read import read_mask, read_picture
from napari_unet.core.data.synthesis import sample_data_folder
from napari_unet.journey.pages import TUTORIAL, store, store_one
from napari_unet.journey.steps import came_of
from napari_unet.session.job import ModelRow
from tests.network import tried, watched, watching

pytestmark = pytest.mark.gui

DOCS = Path(__file__).parents[1] / "docs"

WALK = """
import sys
from pathlib import Path

from napari_unet.core.settings import NetworkSettings, TrainingSettings
from napari_unet.journey import Plan
from napari_unet.journey.__main__ import walk

training = TrainingSettings(epochs=2, steps=4, batch=2, patch=64)
walk(Plan(Path(sys.argv[1]), training, NetworkSettings(depth=2, width=8)))
print("torch in the window:", "torch" in sys.modules)
"""


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a finished journey, and what it said."""
    out = tmp_path_factory.mktemp("journey")
    command = [sys.executable, "-c", WALK, str(out)]
    own = {**watching(out / "watch"), "XDG_STATE_HOME": str(out / "state")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=own, check=False)
    assert done.returncode == 0, done.stderr
    return out, done.stdout


def test_the_window_never_loads_torch(walked):
    assert walked[1].splitlines()[-1] == "torch in the window: False"


def test_no_connection_was_tried_by_window_or_worker(walked):
    processes = watched(walked[0] / "watch")
    assert any("napari_unet.engine.worker" in process for process in processes)
    assert len(processes) >= 2
    assert tried(walked[0] / "watch") == []


def test_what_was_painted_with_the_mouse_is_in_the_project(walked):
    assert "Painted 3 nuclei and some background" in walked[1]


def test_the_accepted_picture_is_complete_and_says_where_it_came_from(walked):
    with Project.open(walked[0] / "nuclei.unet") as project:
        records = {name: project.record(name) for name in project.names()}
    regions = {name: [region.how for region in record.origin] for name, record in records.items()}
    assert regions["colonies"] == ["corrected"]
    assert records["colonies"].complete
    assert not records["culture_dense"].complete


def test_two_models_were_trained_the_second_from_the_first(walked):
    folders = sorted((walked[0] / "nuclei.unet" / "models").iterdir())
    assert len(folders) == 2


def test_every_picture_has_a_mask_of_its_size_and_pixel_size(walked):
    for file in (sample_data_folder() / "images").iterdir():
        picture, mask = read_picture(file), walked[0] / "masks" / file.name
        assert read_mask(mask).shape == picture.spatial_shape
        assert read_picture(mask).pixel_size == pytest.approx(picture.pixel_size)


def test_every_step_has_a_picture_of_the_window(walked):
    pictures = sorted((walked[0] / "window").glob("*.png"))
    assert len(pictures) == 11
    for file in pictures:
        assert np.asarray(Image.open(file)).std() > 5, f"{file.name} is blank"


def test_the_documentation_shows_steps_of_this_walk(walked, tmp_path):
    store(walked[0] / "window", TUTORIAL, tmp_path)
    page = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    for file in tmp_path.iterdir():
        assert f"](images/tutorial/{file.name})" in page
        assert (DOCS / "images" / "tutorial" / file.name).is_file()


def test_a_stored_picture_of_the_window_is_small_and_looks_the_same(walked, tmp_path):
    whole, small = next((walked[0] / "window").glob("*_tune.png")), tmp_path / "new" / "window.png"
    store_one(whole, small)
    shown, stored = (np.asarray(Image.open(file).convert("RGB"), float) for file in (whole, small))
    assert small.stat().st_size < whole.stat().st_size
    assert np.abs(stored - shown).mean() < 3


def test_whatcame_of_a_training_names_the_model_that_is_in_use():
    first, second = (ModelRow(name, Path(name), name, f"Dice {dice}", False) for name, dice in (("A", 0.9), ("B", 0.5)))
    assert came_of(second, second) == "B, Dice 0.5"
    assert came_of(second, first) == "B, Dice 0.5; A is better and stays active, Dice 0.9"
