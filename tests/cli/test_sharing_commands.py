"""`napari-unet export-model` and `napari-unet import-model`."""

from __future__ import annotations

import json
import zipfile

import pytest
import torch

import napari_unet as nu
from tests.core.sharing.making import TheirUNet, package, state_bytes

pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")


def test_a_model_is_written_for_other_programs(model, tmp_path, terminal, here):
    said = terminal("export-model", model, "--out", tmp_path / "model.pt")
    assert (said.code, said.out) == (0, f"{tmp_path / 'model.pt'}\n"), said.err
    assert torch.jit.load(str(tmp_path / "model.pt"))(torch.rand(1, 1, 20, 17)).shape == (1, 3, 20, 17)
    wrong = here("export-model", model, "--out", tmp_path / "model.pt", "--format", "onnx", "--overwrite")
    assert (wrong.code, wrong.err) == (2, "The name model.pt does not say that it is onnx. It must end in .onnx.\n")


def test_a_model_of_another_program_is_taken_in(tmp_path, terminal, here):
    file = package(tmp_path / "their.zip", state_bytes(TheirUNet().state_dict()))
    said = terminal("import-model", file, "--out", tmp_path / "model")
    assert (said.code, said.out) == (0, f"{tmp_path / 'model'}\n")
    assert "12 of 13 layers were taken; anew: the answer layer." in said.err
    assert (tmp_path / "model" / "card.md").read_text(encoding="utf-8").startswith("# Their nuclei")
    assert here("import-model", file, "--out", tmp_path / "model").code == 6


def test_a_package_of_ours_comes_back_in_python(model, tmp_path):
    """As `export-model` writes it with BioImage.IO's library, which need not be there."""
    weights, config = {"torchscript": {"source": "weights.pt"}}, {"napari_unet": {"model": "model.safetensors"}}
    said = json.dumps({"name": "ours", "weights": weights, "config": config})
    with zipfile.ZipFile(tmp_path / "ours.zip", "w") as archive:
        archive.writestr("rdf.yaml", said)
        archive.write(model / "model.safetensors", "model.safetensors")
    brought = nu.import_model(tmp_path / "ours.zip", tmp_path / "back")
    assert brought.whole
    assert nu.load_model(brought.folder).card == nu.load_model(model).card


def test_a_package_is_written_without_asking_anybody(model, tmp_path, terminal):
    """The fixture watches for connections."""
    pytest.importorskip("bioimageio.spec", reason="the extra bioimageio is not installed")
    said = terminal("export-model", model, "--out", tmp_path / "model.zip", "--author", "Ada", "--licence", "CC0-1.0")
    assert (said.code, said.out) == (0, f"{tmp_path / 'model.zip'}\n"), said.err
    again = terminal("import-model", tmp_path / "model.zip", "--out", tmp_path / "back")
    assert again.err.endswith("came back whole.\n")
