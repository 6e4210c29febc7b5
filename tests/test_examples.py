"""Every example runs as it stands, and says what its first lines promise."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from napari_unet.core.data.synthesis import sample_data_folder

EXAMPLES = Path(__file__).parents[1] / "examples"


def run(name: str, *words: object) -> str:
    command = [sys.executable, str(EXAMPLES / name), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The model that the first example trains in a few seconds, and what the example said."""
    out = tmp_path_factory.mktemp("examples") / "model"
    return out, run("train_from_python.py", out, 0.05)


def test_a_model_is_trained_and_judged(trained):
    model, said = trained
    assert (model / "model.safetensors").exists()
    *_, one, two = said.splitlines()
    assert "cells, AP@0.5" in one
    assert "cells, AP@0.5" in two


def test_a_folder_is_segmented_and_what_cannot_be_read_is_skipped(trained, tmp_path):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for file in sorted((sample_data_folder() / "images").iterdir())[:2]:
        (pictures / file.name).write_bytes(file.read_bytes())
    (pictures / "broken.tif").write_bytes(b"II*")
    said = run("segment_folder.py", trained[0], pictures, tmp_path / "masks")
    assert said.count("cells") == 2
    assert "broken.tif: broken.tif" in said
    assert len(list((tmp_path / "masks").iterdir())) == 2


def test_every_cell_is_measured():
    samples = sample_data_folder()
    said = run("measure_cells.py", samples / "images", samples / "masks")
    head, *rows = said.splitlines()
    assert head == "picture,cell,area,unit,mean_brightness"
    assert {row.split(",")[0] for row in rows} == {file.stem for file in (samples / "masks").iterdir()}
    assert all(row.split(",")[3] == "µm²" for row in rows)


def test_settings_are_searched_and_the_best_is_trained_and_explained(tmp_path):
    samples = sample_data_folder()
    said = run("search_settings.py", samples / "images", samples / "masks", tmp_path / "mine", 0.1, 2)
    assert "try 2 of 2: score" in said
    assert "## For the Methods section" in said
    assert (tmp_path / "mine" / "model" / "recipe.json").exists()


@pytest.mark.parametrize("name", sorted(file.name for file in EXAMPLES.glob("*.py")))
def test_an_example_that_needs_words_says_so(name):
    done = subprocess.run([sys.executable, str(EXAMPLES / name)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Say which ")
    assert "Traceback" not in done.stderr


def test_no_example_is_forgotten():
    tested = {"train_from_python.py", "segment_folder.py", "measure_cells.py", "search_settings.py"}
    assert {file.name for file in EXAMPLES.glob("*.py")} == tested
