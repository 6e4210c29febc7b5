"""Models of other programs: what fits is taken, the rest is named, and no file can do harm."""

from __future__ import annotations

import io
import json
import pickle
import random
import zipfile
from pathlib import Path

import pytest
import torch

from napari_unet.core.errors import ModelError, StorageError
from napari_unet.core.model import load_model
from napari_unet.core.settings import SharingSettings
from napari_unet.core.sharing import export_model, import_model
from napari_unet.core.sharing.tensors import tensors_in
from tests.core.sharing.making import kept, made, package, state_bytes, theirs, zipped

pytestmark = pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")


def brought(tmp_path: Path, data: bytes, kind: str = "pytorch_state_dict", **said: object):
    return import_model(package(tmp_path / "their.zip", data, kind, **said), tmp_path / "model", overwrite=True)


@pytest.mark.parametrize("kind", ["state dict", "checkpoint", "torchscript", "old"])
def test_a_foreign_unet_becomes_one_to_start_from(kind: str, tmp_path: Path) -> None:
    network = theirs()
    file = io.BytesIO()
    if kind == "torchscript":
        torch.jit.save(torch.jit.trace(network, torch.rand(1, 2, 16, 16)), file)
    elif kind == "old":
        torch.save(network.state_dict(), file, _use_new_zipfile_serialization=False)
    else:
        state = network.state_dict()
        torch.save(state if kind == "state dict" else {"epoch": 3, "model_state_dict": state}, file)
    word = "torchscript" if kind == "torchscript" else "pytorch_state_dict"
    found = brought(tmp_path, file.getvalue(), word)
    assert not found.whole
    assert "12 of 13 layers were taken; anew: the answer layer." in found.sentence
    assert "out had no place here." in found.sentence
    assert (found.card.channels, found.card.colour) == (2, False)
    settings = found.card.plan.network
    assert (settings.depth, settings.width, settings.norm, settings.upsampling) == (2, 8, "batch", "transposed")
    assert found.card.plan.preprocessing.normalisation == "z-score"
    ours, shown = load_model(found.folder).network, torch.rand(1, 2, 16, 16)
    with torch.no_grad():  # all but the last layer sees what theirs does, their biases included
        seen = list(ours.rising(shown))[-1]
        network.out = torch.nn.Identity()
        assert torch.allclose(seen, network(shown), atol=1e-5)


def test_a_training_can_start_from_it(tmp_path: Path) -> None:
    import numpy as np

    import napari_unet as nu
    from tests.cli.conftest import discs

    found = brought(tmp_path, state_bytes(theirs().state_dict()))
    pairs = [discs(seed) for seed in range(2)]
    pictures, masks = [np.stack([image, image]) for image, _ in pairs], [mask for _, mask in pairs]
    how = dict(epochs=1, steps=1, patch=32, batch=1, device="cpu")
    model = nu.train(pictures, masks, tmp_path / "trained", start=found.folder, **how)
    assert model.card.start == "Their nuclei"


def test_torchscript_of_ours_without_its_card_fits_layer_by_layer(tmp_path: Path) -> None:
    model = made(depth=3, seed=7)
    export_model(kept(tmp_path / "own", model), tmp_path / "own.pt", SharingSettings(target="torchscript"), ())
    found = brought(tmp_path, (tmp_path / "own.pt").read_bytes(), "torchscript")
    back, own = load_model(found.folder).network.state_dict(), model.network.state_dict()
    same = {name for name in own if torch.equal(back[name].float(), own[name].float())}
    assert {name for name in own if "num_batches" not in name} - same == {"head.weight"}  # its bias begins as ours did


def test_layers_that_do_not_fit_are_named(tmp_path: Path) -> None:
    state = theirs().state_dict()
    extra = {**state, "refine.weight": torch.rand(8, 8, 3, 3)}
    found = brought(tmp_path, state_bytes(extra))
    # Of three convolutions of a shape that ours has two of, nobody knows which is which.
    assert "1 layer of the way down, 1 layer of the way up" in found.sentence
    assert "refine" in found.sentence


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ({"fc.weight": torch.rand(10, 5)}, "no convolutions"),
        ({"a.weight": torch.rand(1000, 1, 3, 3), "b.weight": torch.rand(2000, 1, 3, 3)}, "Width cannot be 1000"),
        ({"a.weight": torch.rand(8, 1, 3, 3), "b.weight": torch.rand(8, 8, 3, 3)}, "Depth cannot be 0"),
        ({"a.weight": torch.rand(128, 1, 3, 3), "b.weight": torch.rand(8192, 1, 3, 3)}, "far fewer weights"),
        ({"a.weight": torch.rand(8, 1, 3, 3), "b.weight": torch.rand(1).expand(10**6, 10**6, 3, 3)}, "Depth"),
        ({}, "holds no weights"),
    ],
)  # fmt: skip
def test_what_is_no_unet_is_refused_with_why(state: dict[str, torch.Tensor], why: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=why):
        brought(tmp_path, state_bytes(state))
    assert not (tmp_path / "model").exists()


def test_weights_elsewhere_or_of_another_kind_are_not_fetched(tmp_path: Path) -> None:
    far = {"pytorch_state_dict": {"source": "https://example.com/weights.pt"}}
    with pytest.raises(ModelError, match="nothing is fetched"):
        brought(tmp_path, b"", weights=far)
    with pytest.raises(ModelError, match="It has onnx"):
        brought(tmp_path, b"", "onnx")


def test_a_model_that_is_there_is_not_replaced_unasked(tmp_path: Path) -> None:
    kept(tmp_path / "model", made())
    file = package(tmp_path / "their.zip", state_bytes(theirs().state_dict()))
    with pytest.raises(StorageError, match="already holds a model"):
        import_model(file, tmp_path / "model", overwrite=False)


# made to harm


class Harm:
    """Runs a program where it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return open, (str(self.mark), "w")


@pytest.mark.parametrize("dress", ["plain", "torch", "torchscript"])
def test_no_code_in_weights_is_run(dress: str, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    harm = {"a.weight": torch.rand(8, 1, 3, 3), "b": Harm(mark)}
    if dress == "plain":
        weights = pickle.dumps(harm)
    elif dress == "torch":
        weights = state_bytes(harm)
    else:
        file = zipped(
            tmp_path / "w", {"w/data.pkl": pickle.dumps(harm["b"], 2), "w/constants.pkl": b"", "w/code/x": b""}
        )
        weights = file.read_bytes()
    with pytest.raises(ModelError, match="cannot be read"):
        brought(tmp_path, weights)
    assert not mark.exists()


def test_code_of_torchscript_is_not_loaded(tmp_path: Path) -> None:
    """The table of the weights is read; what the code beside it says does not matter."""
    file = io.BytesIO()
    torch.jit.save(torch.jit.trace(theirs(), torch.rand(1, 2, 16, 16)), file)
    spoilt = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(spoilt, "w") as new:
        for one in old.infolist():
            new.writestr(one.filename, b"while True: pass" if "/code/" in one.filename else old.read(one))
    assert torch.equal(tensors_in(spoilt.getvalue(), "w")["enc1.conv1.weight"], theirs().enc1.conv1.weight)


@pytest.mark.parametrize("name", ["../../etc/x", "/etc/x", "C:/x", "a/..\\..\\x"])
def test_names_that_lead_out_of_the_package_are_refused(name: str, tmp_path: Path) -> None:
    file = zipped(tmp_path / "a.zip", {"rdf.yaml": b"{}", name: b"x"})
    with pytest.raises(ModelError, match="leads out of it"):
        import_model(file, tmp_path / "model", overwrite=False)


def test_a_bomb_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    bomb = package(tmp_path / "a.zip", bytes(300 * 2**20))
    with pytest.raises(ModelError, match="says it holds"):
        import_model(bomb, tmp_path / "model", overwrite=False)
    within = io.BytesIO()
    with zipfile.ZipFile(within, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("w/data.pkl", bytes(200 * 2**20))
    with pytest.raises(ModelError, match="says it holds"):
        tensors_in(within.getvalue(), "weights.pt")


LAUGHS = "a: &a [1,1,1,1,1,1,1,1,1]\n" + "\n".join(
    f"{after}: &{after} [{','.join([f'*{before}'] * 9)}]" for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        b"", b"[]", b"weights: 3", b"\xff\xfe\x00", b"a: [", b"weights: {torchscript: {source: [1]}}", b"{" * 5000,
        LAUGHS.encode(), b"x: !!python/object/apply:os.system [touch /tmp/harm]", b"a: &a {b: 1}\nc: {<<: *a}",
        b"- " * 3000, b"weights: &w {w: *w}",
    ],
)  # fmt: skip
def test_an_absurd_description_is_refused_with_a_sentence(text: bytes, tmp_path: Path) -> None:
    file = zipped(tmp_path / "a.zip", {"rdf.yaml": text, "weights.pt": b"x"})
    with pytest.raises(ModelError):
        import_model(file, tmp_path / "model", overwrite=False)


def test_what_is_no_package_is_refused(tmp_path: Path) -> None:
    for name, data in (("a.zip", b"no zip"), ("b.zip", b"")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(ModelError, match="cannot be read"):
            import_model(tmp_path / name, tmp_path / "model", overwrite=False)
    with pytest.raises(ModelError, match="no file"):
        import_model(tmp_path / "none.zip", tmp_path / "model", overwrite=False)
    with pytest.raises(ModelError, match=r"has no rdf\.yaml"):
        import_model(zipped(tmp_path / "c.zip", {"x": json.dumps({}).encode()}), tmp_path / "model", overwrite=False)


@pytest.mark.parametrize("kind", ["state dict", "torchscript"])
def test_a_spoilt_table_of_weights_is_read_or_refused(kind: str) -> None:
    file, chance = io.BytesIO(), random.Random(1)
    if kind == "torchscript":
        torch.jit.save(torch.jit.trace(theirs(), torch.rand(1, 2, 16, 16)), file)
    else:
        torch.save(theirs().state_dict(), file)
    with zipfile.ZipFile(file) as archive:
        whole = {name: archive.read(name) for name in archive.namelist()}
    (table,) = (name for name in whole if name.endswith("data.pkl"))
    refused = 0
    for _ in range(100):
        spoilt, made_of = bytearray(whole[table]), io.BytesIO()
        spoilt[chance.randrange(len(spoilt))] = chance.randrange(256)
        with zipfile.ZipFile(made_of, "w") as archive:
            for name, data in {**whole, table: bytes(spoilt)}.items():
                archive.writestr(name, data)
        try:
            tensors_in(made_of.getvalue(), "weights.pt")
        except ModelError:
            refused += 1
    assert 0 < refused < 100
