"""Pictures that differ in size, type, channels and their order teach one model, as long as they have what is chosen."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core import inference, training
from napari_unet.core.data.annotation import from_mask
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.sample import FixedSet, Sample
from napari_unet.core.errors import PictureError
from napari_unet.core.explaining import describe
from napari_unet.core.model import Model, load_model
from napari_unet.core.settings import InferenceSettings
from napari_unet.core.sharing.shape import channel_names
from tests.core.training.scenes import discs, picture_of, task_of

ONCE = InferenceSettings(turns=1, device="cpu")
SEEDS = range(4)


def nuclei(seed: int, side: int = 64) -> np.ndarray:
    return picture_of(discs(seed, side), seed)[0]


def noise(seed: int, side: int = 64) -> np.ndarray:
    return np.random.default_rng(100 + seed).integers(0, 60000, (side, side)).astype(np.uint16)


def pictures() -> list[Picture]:
    """Nuclei among other channels: before them, behind them, alone and without a name, of other sizes and types."""
    return [
        Picture("two", np.stack([noise(0), nuclei(0)]), channel_names=("actin", "DAPI")),
        Picture("three", np.stack([nuclei(1), noise(1), noise(2)]), channel_names=("dapi", "actin", "GFP")),
        Picture("alone", nuclei(2)[None].astype(np.float32)),
        Picture("large", np.stack([noise(3, 80), nuclei(3, 80)]), channel_names=("actin", "DAPI")),
    ]


def samples() -> list[Sample]:
    sides = (64, 64, 64, 80)
    masks = [discs(seed, side) for seed, side in zip(SEEDS, sides, strict=True)]
    return [Sample.of(*pair, complete=True) for pair in zip(pictures(), map(from_mask, masks), strict=True)]


def trained(out: Path, taught: list[Sample], chosen: str) -> Model:
    task = task_of(out)
    task = dataclasses.replace(task, plan=task.plan.with_values({"channels": chosen}))
    for _ in training.train(FixedSet(tuple(taught)), task):
        pass
    return load_model(out)


def said(model: Model, picture: Picture, settings: InferenceSettings = ONCE) -> np.ndarray:
    out = np.zeros((3, *picture.spatial_shape), np.float32)
    for _ in inference.predict(model, picture, settings, out, lambda: False):
        pass
    return out


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return trained(tmp_path_factory.mktemp("chosen") / "model", samples(), "DAPI")


def test_a_model_of_a_chosen_channel_sees_that_channel_wherever_it_is(model: Model) -> None:
    assert (model.card.channels, model.card.colour) == (1, False)
    two, _, alone, _ = pictures()
    plain = said(model, Picture("plain", two.image[1:]))
    np.testing.assert_array_equal(said(model, two), plain)
    swapped = Picture("swapped", two.image[::-1], channel_names=("DAPI", "actin"))
    np.testing.assert_array_equal(said(model, swapped), plain)
    assert said(model, alone).max() <= 1


def test_learning_from_the_channel_alone_gives_the_very_same_model(model: Model, tmp_path: Path) -> None:
    alone = [
        dataclasses.replace(one, image=one.image[[at]], channel_names=())
        for one, at in zip(samples(), (1, 0, 0, 1), strict=True)
    ]
    other = trained(tmp_path / "alone", alone, "")
    picture = pictures()[2]
    np.testing.assert_array_equal(said(other, picture), said(model, picture))


def test_another_name_for_the_channel_is_said_when_segmenting(model: Model) -> None:
    two = pictures()[0]
    other = dataclasses.replace(two, channel_names=("actin", "Hoechst"))
    with pytest.raises(PictureError, match=r"two has no channel DAPI\. Its channels are actin and Hoechst"):
        said(model, other)
    np.testing.assert_array_equal(said(model, other, dataclasses.replace(ONCE, channels="hoechst")), said(model, two))


def test_a_picture_without_the_channel_is_a_sentence_before_anything_is_learned(tmp_path: Path) -> None:
    taught = samples()
    taught[1] = dataclasses.replace(taught[1], channel_names=("DNA", "actin", "GFP"))
    with pytest.raises(PictureError, match=r"three has no channel DAPI\. Its channels are DNA, actin and GFP"):
        trained(tmp_path / "model", taught, "DAPI")


def test_a_model_tells_which_channels_it_looks_at(model: Model) -> None:
    assert "in channel DAPI of pictures" in describe(model.card, ())
    assert channel_names(model.card) == ("dapi",)


def test_gone_on_with_a_model_keeps_its_channels_unless_others_are_chosen(model: Model, tmp_path: Path) -> None:
    from napari_unet.core.training.beginning import planned

    task = task_of(tmp_path / "more")
    assert planned(task, model).preprocessing.channels == "DAPI"
    task = dataclasses.replace(task, plan=task.plan.with_values({"channels": "actin"}))
    assert planned(task, model).preprocessing.channels == "actin"
