"""ONNX and TorchScript files answer as the model does, in programs that know nothing of this one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from napari_unet.core.errors import ModelError, SettingsError, StorageError
from napari_unet.core.model import Model
from napari_unet.core.settings import SharingSettings
from napari_unet.core.sharing import export_model
from napari_unet.core.sharing.specimen import answer_of, blobs
from napari_unet.core.sharing.torchscript import seen
from tests.core.sharing.making import CARD, kept, made

pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")


NEAR = 1e-4

COLOUR = replace(CARD, channels=3, colour=True)
REGIONS = replace(CARD, kind="regions", class_names=("tissue", "edge"), outputs=("background", "tissue", "edge"))
CLASSED = replace(CARD, class_names=("alive", "dead"), outputs=(*CARD.outputs, "alive", "dead"))

KINDS: dict[str, Callable[[], Model]] = {
    "usual": made,
    "residual, transposed": lambda: made(architecture="residual", upsampling="transposed", activation="gelu"),
    "attention, instance": lambda: made(architecture="attention", norm="instance", activation="silu"),
    "nested, supervised": lambda: made(architecture="nested", deep_supervision=True, norm="group"),
    "dense, nearest": lambda: made(architecture="dense", upsampling="nearest", norm="none", activation="elu"),
    "plain": lambda: made(architecture="plain", kernel="5", activation="leaky"),
    "colour": lambda: made(COLOUR),
    "regions": lambda: made(REGIONS, normalisation="z-score"),
    "classes of objects": lambda: made(CLASSED, normalisation="min-max"),
    "volumes": lambda: made(dimensions="3-D"),
    "flat volumes": lambda: made(dimensions="3-D", flat_levels=1, upsampling="transposed"),
}
models = pytest.mark.parametrize("make", KINDS.values(), ids=KINDS.keys())


def written(folder: Path, model: Model, name: str) -> Path:
    target = {".pt": "torchscript", ".onnx": "onnx"}[Path(name).suffix]
    export_model(kept(folder / "model", model), folder / name, SharingSettings(target=target), ())
    return folder / name


def shown(model: Model, *more: int) -> np.ndarray:
    """A picture of the model's kind, a few strides large, and so many pixels more."""
    sides = (3 * stride + extra for stride, extra in zip(model.network.strides, more, strict=False))
    return blobs((model.card.channels, *sides), 10.0)


@models
def test_torchscript_answers_the_same_for_pictures_of_any_size(make: Callable[[], Model], tmp_path: Path) -> None:
    model = make()
    module = torch.jit.load(str(written(tmp_path, model, "model.pt")))
    for more in ((0, 0, 0), (1, 3, 2)):
        picture = shown(model, *more)
        with torch.no_grad():
            answer = module(torch.from_numpy(seen(model.card, picture))[None])[0].numpy()
        expected = answer_of(model, picture)
        assert answer.shape == expected.shape
        assert np.abs(answer - expected).max() < NEAR


ALONE = """
import sys, json
sys.modules["napari_unet"] = None
import numpy as np, torch
about = {"napari_unet.json": ""}
module = torch.jit.load("model.pt", _extra_files=about)
with torch.no_grad():
    np.save("answer.npy", module(torch.from_numpy(np.load("picture.npy"))).numpy())
print(about["napari_unet.json"].decode())
"""


def test_torchscript_needs_nothing_of_this_program_and_says_what_it_wants(tmp_path: Path) -> None:
    model = made()
    written(tmp_path, model, "model.pt")
    picture = shown(model, 1, 2)
    np.save(tmp_path / "picture.npy", seen(model.card, picture)[None])
    done = subprocess.run([sys.executable, "-c", ALONE], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert np.abs(np.load(tmp_path / "answer.npy")[0] - answer_of(model, picture)).max() < NEAR
    about = json.loads(done.stdout)
    assert about["planes"] == list(model.card.outputs)
    assert "percentile 1 is 0 and percentile 99.8 is 1" in about["prepare"][0]
    assert about["card"]["name"] == "small cells"


@models
def test_onnx_answers_the_same_for_sides_of_whole_strides(make: Callable[[], Model], tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="the extra onnx is not installed: ONNX files are not tested")
    runtime = pytest.importorskip("onnxruntime")
    pytest.importorskip("onnxscript")
    model = make()
    file = written(tmp_path, model, "model.onnx")
    onnx.checker.check_model(str(file), full_check=True)
    session = runtime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    strides = model.network.strides
    for more in ((0, 0, 0), (2 * strides[0], *strides[1:])):
        picture = shown(model, *more)
        answer = session.run(None, {"picture": seen(model.card, picture)[None]})[0][0]
        assert np.abs(answer - answer_of(model, picture)).max() < NEAR
    about = json.loads({one.key: one.value for one in onnx.load(str(file)).metadata_props}["napari_unet"])
    assert about["multiples"] == list(strides)


def test_a_file_is_not_replaced_unasked_and_its_name_says_what_it_is(tmp_path: Path) -> None:
    file = written(tmp_path, made(), "model.pt")
    with pytest.raises(StorageError, match="is there already"):
        export_model(tmp_path / "model", file, SharingSettings(target="torchscript"), ())
    export_model(tmp_path / "model", file, SharingSettings(target="torchscript", overwrite=True), ())
    with pytest.raises(SettingsError, match=r"must end in \.onnx"):
        export_model(tmp_path / "model", tmp_path / "model.zip", SharingSettings(target="onnx"), ())
    with pytest.raises(ModelError, match="no model"):
        export_model(tmp_path / "none", tmp_path / "none.pt", SharingSettings(target="torchscript"), ())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model", "model.pt"]


@pytest.mark.parametrize(
    ("target", "library", "name"), [("onnx", "onnxscript", "m.onnx"), ("bioimageio", "bioimageio.spec", "m.zip")]
)
def test_without_its_library_a_sentence_says_what_to_install(
    target: str, library: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for absent in ("onnx", library):
        monkeypatch.setitem(sys.modules, absent, None)
    model = kept(tmp_path / "model", made())
    with pytest.raises(SettingsError, match=rf'pip install "napari-unet-loop\[{target}\]"'):
        export_model(model, tmp_path / name, SharingSettings(target=target), ())
    assert not (tmp_path / name).exists()
