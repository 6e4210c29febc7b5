"""A model file: whole or refused with a sentence, and readable without torch."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from napari_unet.core.errors import ModelError
from napari_unet.core.model import Model, ModelCard, UNet, load_model, read_card, save_model
from napari_unet.core.settings import NetworkSettings, Plan, PostprocessingSettings, TrainingSettings

CARD = ModelCard(
    name="test",
    kind="objects",
    class_names=("cell",),
    channels=1,
    colour=False,
    plan=Plan(TrainingSettings(seed=7), network=NetworkSettings(depth=2, width=4)),
    postprocessing=PostprocessingSettings(threshold=0.4),
    outputs=("cell", "border", "distance"),
    scores={"dice": 0.9},
    data={"a": "0123"},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    save_model(Model(CARD, UNet(1, 3, CARD.plan.network)), tmp_path / "model")
    return tmp_path / "model"


def test_comes_back_with_the_same_card_and_the_same_answer(folder: Path) -> None:
    torch.manual_seed(0)
    network = UNet(1, 3, CARD.plan.network).eval()
    back = load_model(folder)
    picture = torch.rand(1, 1, 16, 16)
    assert back.card == CARD
    assert torch.equal(back.network(picture), network(picture))


def test_the_folder_and_the_file_in_it_are_the_same_model(folder: Path) -> None:
    assert load_model(folder / "model.safetensors").card == load_model(folder).card


def test_a_readable_copy_of_the_card_lies_beside_the_weights(folder: Path) -> None:
    assert ModelCard.from_json(json.loads((folder / "model.json").read_text())) == CARD


def test_nothing_half_written_is_left_in_the_folder(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {"model.safetensors", "model.json"}


@pytest.mark.parametrize("share", [0.0, 0.0005, 0.05, 0.5, 0.99])
def test_a_file_that_is_cut_off_is_refused_with_a_sentence(folder: Path, share: float) -> None:
    file = folder / "model.safetensors"
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(ModelError, match=r"cut off|not a model file"):
        load_model(folder)
    with pytest.raises(ModelError, match=r"cut off|not a model file"):
        read_card(folder)


@pytest.mark.parametrize(("was", "became"), [(b"data_offsets", b"data_offset_"), (b'\\"test\\"', b"????????")])
def test_a_damaged_header_is_refused_with_a_sentence(folder: Path, was: bytes, became: bytes) -> None:
    file = folder / "model.safetensors"
    whole = file.read_bytes()
    assert was in whole
    file.write_bytes(whole.replace(was, became, 1))
    with pytest.raises(ModelError, match="is damaged"):
        load_model(folder)


def test_another_kind_of_file_is_refused_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    file.write_bytes(np.random.default_rng(0).bytes(5000))
    with pytest.raises(ModelError, match="not a model file"):
        load_model(tmp_path)


def test_weights_of_another_program_are_refused_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "other.safetensors"
    safetensors.torch.save_file({"weight": torch.zeros(3)}, file)
    with pytest.raises(ModelError, match="not of a model that this program trained"):
        load_model(file)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere"):
        load_model(tmp_path / "nowhere")


def test_a_model_of_a_newer_version_says_so(folder: Path) -> None:
    save_model(Model(dataclasses.replace(CARD, schema=CARD.schema + 1), UNet(1, 3, CARD.plan.network)), folder)
    with pytest.raises(ModelError, match="newer version"):
        load_model(folder)


def test_weights_that_do_not_fit_their_card_are_refused(folder: Path) -> None:
    save_model(Model(dataclasses.replace(CARD, channels=2), UNet(1, 3, CARD.plan.network)), folder)
    with pytest.raises(ModelError, match="do not fit"):
        load_model(folder)


@pytest.mark.parametrize("other", [{"architecture": "nested"}, {"dimensions": "3-D"}, {"kernel": "5"}])
def test_weights_of_another_network_than_the_card_names_are_refused(folder: Path, other: dict) -> None:
    plan = dataclasses.replace(CARD.plan, network=dataclasses.replace(CARD.plan.network, **other))
    save_model(Model(dataclasses.replace(CARD, plan=plan), UNet(1, 3, CARD.plan.network)), folder)
    with pytest.raises(ModelError, match="do not fit the network on its card"):
        load_model(folder)


def test_a_network_that_this_version_does_not_know_is_refused_with_a_sentence(folder: Path) -> None:
    file = folder / "model.safetensors"
    whole = file.read_bytes()
    assert b'\\"unet\\"' in whole
    file.write_bytes(whole.replace(b'\\"unet\\"', b'\\"vnet\\"', 1))
    with pytest.raises(ModelError, match="must be one of unet, residual"):
        load_model(folder)


def test_the_card_is_read_without_torch(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from napari_unet.core.model import read_card;"
        f"card = read_card(Path({str(folder)!r})); assert 'torch' not in sys.modules; sys.stdout.write(card.name)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "test"), done.stderr
