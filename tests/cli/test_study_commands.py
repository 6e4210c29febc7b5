"""`napari-unet explain`, `run`, `search` and `crossvalidate`, and what else a training offers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
import tifffile
from PIL import Image

from napari_unet.cli.parser import COMMANDS, make_parser
from napari_unet.cli.train import plan_of
from napari_unet.core.errors import SettingsError
from napari_unet.core.explaining import read_curve
from napari_unet.core.model.card import RESUME
from napari_unet.core.model.header import read_card, read_values
from napari_unet.core.recipe import weights_hash
from napari_unet.core.settings import AUGMENTATIONS, PRESETS
from napari_unet.core.settings.training import MOST_EPOCHS


def planned(*words):
    return plan_of(make_parser().parse_args(["train", "pictures", "masks", "--out", "model", *words]))


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_its_plan_and_flags_go_before_it(name):
    assert planned("--preset", name) == PRESETS[name].make()
    assert planned("--preset", name, "--rate", "0.5") == PRESETS[name].make().with_values({"rate": 0.5})


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_random_changes_are_set_by_one_word(name):
    assert planned("--changes", name).augmentation == AUGMENTATIONS[name]
    assert planned("--changes", name, "--noise", "0.5").augmentation.noise == 0.5


def test_a_time_limit_alone_goes_before_the_epochs_of_a_preset():
    assert planned("--preset", "classic", "--minutes", "3").training.epochs == MOST_EPOCHS
    assert planned("--preset", "classic", "--minutes", "3", "--epochs", "7").training.epochs == 7


def test_a_plan_can_be_taken_from_a_file(model, tmp_path):
    assert planned("--plan", str(model / "model.json")) == read_card(model).plan
    with pytest.raises(SettingsError, match="There is no plan in"):
        planned("--plan", str(tmp_path / "none.json"))


def test_a_page_and_a_recipe_lie_beside_the_model(model, terminal):
    page = (model / "card.md").read_text(encoding="utf-8")
    said = terminal("explain", model)
    assert (said.code, said.out) == (0, page)
    assert "## For the Methods section" in page
    recipe = json.loads((model / "recipe.json").read_text())
    assert [one["name"] for one in recipe["materials"]] == ["a", "b", "c"]
    assert recipe["materials"][0]["picture"].endswith("pictures/a.tif")


def test_a_run_is_repeated_bit_for_bit_in_another_process(model, shared, terminal, tmp_path):
    out = tmp_path / "again"
    said = terminal("run", model, "--out", out, "--segment", shared / "pictures" / "a.tif")
    assert said.code == 0, said.err
    assert said.out.splitlines()[-2] == str(out)
    assert said.out.splitlines()[-1].startswith(
        "The weights are identical, bit for bit, and so is the mask of 1 picture"
    )
    assert (out / "masks" / "a.tif").exists()
    assert len(list((out / "masks").iterdir())) == 2


def test_a_changed_picture_is_a_sentence(folders, here, model, tmp_path):
    recipe = json.loads((model / "recipe.json").read_text())
    for one in recipe["materials"]:
        one["picture"] = str(folders / "pictures" / f"{one['name']}.tif")
        one["mask"] = str(folders / "masks" / f"{one['name']}.tif")
    (tmp_path / "recipe.json").write_text(json.dumps(recipe))
    spoilt = tifffile.imread(folders / "masks" / "b.tif")
    spoilt[:3] = 1
    tifffile.imwrite(folders / "masks" / "b.tif", spoilt)
    said = here("run", tmp_path / "recipe.json", "--out", tmp_path / "again")
    assert said.code == 3
    assert "b has changed since the training" in said.err
    missing = here("run", tmp_path / "nowhere.json")
    assert missing.code == 4
    assert "There is no recipe at" in missing.err


def test_going_on_from_a_model_says_which_is_better(folders, model, here, quick):
    words = ("train", folders / "pictures", folders / "masks", "--out", folders / "model", *quick, "--start", model)
    said = here(*words)
    assert said.code == 0, said.err
    assert "quick" in said.out.splitlines()[2]


def test_a_training_that_is_done_says_why_it_is_not_resumed(shared, model, here, quick, tmp_path):
    shutil.copytree(model, tmp_path / "model")
    words = ("train", shared / "pictures", shared / "masks", "--out", tmp_path / "model", *quick, "--resume")
    said = here(*words)
    assert said.code == 3, said.err
    assert "has come to its end, after 2 epochs" in said.err
    assert "Give it more epochs" in said.err


def test_a_training_that_was_killed_comes_to_the_same_weights(shared, terminal, tmp_path):
    small = ("--steps", "2", "--depth", "1", "--width", "4", "--patch", "32", "--batch", "2", "--device", "cpu")
    words = ("train", shared / "pictures", shared / "masks", "--epochs", "6", *small)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    said = terminal(*words, "--out", whole)
    assert said.code == 0, said.err
    command = [sys.executable, "-m", "napari_unet.cli", *map(str, words), "--out", str(killed)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if line.startswith("epoch 2 of 6"):
                process.kill()
                break
    assert read_values(killed / RESUME)["epoch"] < 6
    assert not (killed / "recipe.json").exists()
    said = terminal(*words[:3], "--out", killed, "--resume")
    assert said.code == 0, said.err
    assert "goes on after epoch" in said.err
    assert weights_hash(killed / RESUME) == weights_hash(whole / RESUME), "all that learns, bit for bit"
    assert weights_hash(killed) == weights_hash(whole)
    assert [line.epoch for line in read_curve(killed)] == [1, 2, 3, 4, 5, 6]
    plans = [json.loads((folder / "recipe.json").read_text())["plan"] for folder in (whole, killed)]
    assert plans[0] == plans[1], "what was not said again stays as it began, and the recipe knows it"


def test_a_search_prints_its_tries_and_goes_on(shared, terminal, here, quick, tmp_path):
    tries = ("--vary", "seed=0,1", "--method", "grid", "--trial-minutes", "1", *quick, "--epochs", "1")
    words = ("search", shared / "pictures", shared / "masks", "--out", tmp_path / "search", *tries)
    said = terminal(*words)
    assert said.code == 0, said.err
    head, first, second, last = said.out.splitlines()
    assert head.split() == ["rank", "score", "time", "try", "values"]
    assert first.split()[1] >= second.split()[1]
    assert "best.json" in last
    again = here(*words)
    assert again.out == said.out
    assert "try 1 of" not in again.err


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["--vary", "widht=1,2"], 2, "no setting called 'widht'"),
        (["--vary", "rate=1e-4..1e-2", "--method", "grid"], 2, "A grid cannot be laid over the range of rate"),
    ],
)
def test_a_search_that_makes_no_sense_is_a_sentence(shared, here, tmp_path, words, code, sentence):
    said = here("search", shared / "pictures", shared / "masks", "--out", tmp_path / "search", *words)
    assert said.code == code, said.err
    assert sentence in said.err
    assert "Traceback" not in said.err


def test_cross_validation_measures_every_picture_once(shared, terminal, quick, tmp_path):
    file = tmp_path / "scores.json"
    words = ("crossvalidate", shared / "pictures", shared / "masks", "--out", tmp_path / "folds", "--folds", "3")
    said = terminal(*words, *quick, "--epochs", "1", "--json", file)
    assert said.code == 0, said.err
    assert [line.split()[0] for line in said.out.splitlines()[1:4]] == sorted("abc", key=said.out.index)
    assert "all pictures (3)" in said.out
    assert "±" in said.out
    assert set(json.loads(file.read_text())["pictures"]) == {"a", "b", "c"}


def test_several_models_answer_together_and_say_where_they_disagree(shared, model, here, tmp_path):
    words = ("segment", model, shared / "pictures" / "a.tif", "--out", tmp_path / "masks", "--also", model)
    said = here(*words, "--turns", "1", "--uncertainty", tmp_path / "spread")
    assert said.code == 0, said.err
    spread = tifffile.imread(tmp_path / "spread" / "a.tif")
    assert spread.dtype == np.float32
    assert spread.shape == (96, 96)
    assert spread.max() == pytest.approx(0, abs=1e-6)  # a model agrees with itself


def test_hits_misses_and_false_alarms_are_drawn(shared, masks, here, tmp_path):
    said = here("evaluate", masks, shared / "masks", "--confusion", tmp_path / "drawn")
    assert said.code == 0, said.err
    drawn = np.asarray(Image.open(tmp_path / "drawn" / "a.png"))
    truth = tifffile.imread(shared / "masks" / "a.tif")
    assert drawn.shape == truth.shape
    assert set(np.unique(drawn[truth > 0])) <= {1, 2}
    assert set(np.unique(drawn[truth == 0])) <= {0, 3}


def test_every_command_is_in_the_help(terminal):
    said = terminal("--help")
    assert set(COMMANDS) <= {line.split()[0] for line in said.out.splitlines() if line.startswith("    ")}


def test_masks_are_made_again_from_their_recipe_and_by_a_script(shared, model, masks, here, tmp_path):
    assert here("segment", model, shared / "pictures", "--out", tmp_path / "first", "--turns", "1").code == 0
    said = here("run", tmp_path / "first", "--out", tmp_path / "again")
    assert said.code == 0, said.err
    assert said.out.splitlines()[-1] == "3 masks of 3 came out identical."
    assert "a · identical" in said.err
    script = tmp_path / "again.py"
    said = here("run", tmp_path / "first" / "segmented.json", "--script", script)
    assert (said.code, said.out) == (0, f"{script}\n")
    assert "'turns': 1" in script.read_text(encoding="utf-8")
    compile(script.read_text(encoding="utf-8"), script, "exec")
    assert here("run", tmp_path / "first", "--script", script).code == 6
    assert here("run", tmp_path / "first", "--segment", shared / "pictures").code == 2
    assert here("run", model, "--script", tmp_path / "x.py").code == 2
