"""BioImage.IO packages: valid by its library, the same answer in its runner, and back here whole."""

from __future__ import annotations

import dataclasses
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import yaml
from PIL import Image

from napari_unet.core.errors import ModelError
from napari_unet.core.model import Model, load_model
from napari_unet.core.settings import SharingSettings
from napari_unet.core.sharing import export_model, import_model
from napari_unet.core.sharing.specimen import answer_of, blobs
from napari_unet.core.sharing.torchscript import seen
from tests.core.sharing.making import CARD, kept, made
from tests.core.sharing.test_files import CLASSED, COLOUR, NEAR, REGIONS

pytestmark = pytest.mark.filterwarnings("ignore")  # of the libraries

spec = pytest.importorskip(
    "bioimageio.spec", reason="the extra bioimageio is not installed: BioImage.IO packages are not tested"
)

KINDS = {
    "usual": made,
    "colour, pixel size known": lambda: made(COLOUR, pixel_size=0.65, object_size=6.0),
    "regions": lambda: made(REGIONS, normalisation="z-score", norm="group"),
    "classes of objects": lambda: made(CLASSED, normalisation="min-max"),
    "volumes": lambda: made(dimensions="3-D", flat_levels=1),
}
models = pytest.mark.parametrize("make", KINDS.values(), ids=KINDS.keys())


def written(folder: Path, model: Model) -> Path:
    file = folder / "small.zip"
    export_model(kept(folder / "model", model), file, SharingSettings(licence="MIT"), ("Ada Lovelace",))
    return file


def described(file: Path) -> dict[str, Any]:
    with zipfile.ZipFile(file) as archive:
        said = yaml.safe_load(archive.read("rdf.yaml"))
    assert isinstance(said, dict)
    return said


@models
def test_it_is_valid_and_runs_in_its_own_runner_with_the_same_answer(make: Any, tmp_path: Path) -> None:
    core = pytest.importorskip("bioimageio.core", reason="bioimageio.core is not installed: packages are not run")
    model = make()
    file = written(tmp_path, model)
    read = spec.load_model_description(file)
    summary = core.test_model(read)
    assert summary.status == "passed", summary.format()
    strides = model.network.strides
    picture = blobs(
        (model.card.channels, *(9 * stride + more for stride, more in zip(strides, (0, 1, 2), strict=False))), 10.0
    )
    dims = ("batch", "channel", *"zyx"[-len(strides) :])
    sample = core.predict(model=read, inputs={"raw": core.Tensor(picture[None], dims=dims)})
    answer = sample.members["probability"].data.transpose(*dims).to_numpy()[0]
    assert np.abs(answer - answer_of(model, picture)).max() < NEAR


def test_what_it_says_of_itself_is_true(tmp_path: Path) -> None:
    said = described(written(tmp_path, made(COLOUR, pixel_size=0.65, object_size=6.0)))
    assert (said["license"], said["authors"]) == ("MIT", [{"name": "Ada Lovelace"}])
    batch, channel, *space = said["inputs"][0]["axes"]
    assert batch == {"type": "batch"}
    assert channel["channel_names"] == ["red", "green", "blue"]
    # Objects were 12 px wide at 0.65 µm and are seen 6 px wide: pixels are twice as wide.
    assert [(axis["id"], axis["unit"], axis["scale"]) for axis in space] == [
        ("y", "micrometer", 1.3),
        ("x", "micrometer", 1.3),
    ]
    assert all(axis["size"]["step"] == 4 for axis in space)
    steps = said["inputs"][0]["preprocessing"]
    assert [step["id"] for step in steps] == ["ensure_dtype", "scale_range", "clip"]
    assert steps[1]["kwargs"]["min_percentile"] == 1.0
    assert said["outputs"][0]["axes"][1]["channel_names"] == ["cell", "border", "distance"]
    assert {"2d", "instance-segmentation", "cell"} <= set(said["tags"])


def test_a_cover_and_a_page_lie_in_it_and_no_pixel_of_the_person(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(tmp_path, made())) as archive:
        names, page = set(archive.namelist()), archive.read("README.md").decode()
        with archive.open("cover.png") as file:
            width, height = Image.open(file).size
        assert archive.getinfo("cover.png").file_size < 500_000
    assert width == 2 * height
    assert names == {
        *("rdf.yaml", "README.md", "cover.png", "weights.pt", "model.safetensors", "test_input.npy", "test_output.npy")
    }
    assert page.startswith("# small cells")
    assert "## Validation" in page
    assert "percentile 99.8 is 1" in page


def test_it_comes_back_whole(tmp_path: Path) -> None:
    model = made(CLASSED)
    file = written(tmp_path, model)
    brought = import_model(file, tmp_path / "back", overwrite=False)
    back, shown = load_model(tmp_path / "back"), torch.rand(1, 1, 16, 16)
    assert brought.whole
    assert brought.sentence == "small cells came back whole."
    assert back.card == model.card
    with torch.no_grad():
        assert torch.equal(back.network(shown), model.network(shown))
    assert (tmp_path / "back" / "card.md").read_text(encoding="utf-8").startswith("# small cells")


@pytest.mark.parametrize("name", ["x", "Zellen: groß & klein!", "a" * 200])
def test_any_name_becomes_one_that_is_allowed(name: str, tmp_path: Path) -> None:
    file = written(tmp_path, made(dataclasses.replace(CARD, name=name, created="", class_names=("class",))))
    assert 5 <= len(described(file)["name"]) <= 64


def test_what_cannot_be_said_is_refused_not_left_out(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="has no words for these steps"):
        written(tmp_path, made(background=30.0))
    assert not (tmp_path / "small.zip").exists()


def test_for_tiles_it_says_how_much_of_an_edge_to_throw_away(tmp_path: Path) -> None:
    core = pytest.importorskip("bioimageio.core", reason="bioimageio.core is not installed: packages are not run")
    model, file = made(), tmp_path / "small.zip"
    export_model(kept(tmp_path / "model", model), file, SharingSettings(tiles=True), ())
    (halo,) = {axis["halo"] for axis in described(file)["outputs"][0]["axes"][2:]}
    assert halo >= model.network.context
    assert halo % model.network.stride == 0
    picture = blobs((1, 256, 260), 10.0)
    how = dict(model=spec.load_model_description(file), skip_preprocessing=True)
    shown = {"raw": core.Tensor(seen(model.card, picture)[None], dims=("batch", "channel", "y", "x"))}
    whole, tiled = (
        core.predict(**how, inputs=shown, **more).members["probability"].data.to_numpy()[0]
        for more in ({}, {"blocksize_parameter": 4})
    )
    assert np.abs(whole - tiled).max() < NEAR
    inside = (slice(None), slice(halo, -halo), slice(halo, -halo))
    assert np.abs(whole - answer_of(model, picture))[inside].max() < NEAR
