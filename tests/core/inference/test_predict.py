"""Running a model: the same answer however the picture is cut."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from napari_unet.core.errors import ModelError, PictureError
from napari_unet.core.inference import TileDone, output_planes, predict
from napari_unet.core.inference.once import turned, turned_back
from napari_unet.core.model import Model, ModelCard, UNet
from napari_unet.core.settings import (
    InferenceSettings,
    Kind,
    NetworkSettings,
    Plan,
    PostprocessingSettings,
)

RANDOM = np.random.default_rng(0)
WHOLE = InferenceSettings(tile=8192, device="cpu")


def made_model(kind: Kind = "objects", channels: int = 1, depth: int = 2) -> Model:
    """A model whose batch normalisation has seen something, and whose answers vary over the whole of 0..1."""
    torch.manual_seed(1)
    outputs = ("cell", "border", "distance") if kind == "objects" else ("background", "a", "b")
    network_settings = NetworkSettings(depth=depth, width=4)
    card = ModelCard(
        "test",
        kind,
        outputs[1:],
        channels,
        channels == 3,
        Plan(network=network_settings),
        PostprocessingSettings(),
        outputs,
    )
    network = UNet(channels, 3, network_settings)
    for _ in range(3):
        network(torch.rand(2, channels, 64, 64))
    network.head.weight.data *= 3
    return Model(card, network.eval())


def answer(model: Model, image: np.ndarray, settings: InferenceSettings) -> np.ndarray:
    out = np.full((output_planes(model.card), *image.shape[1:]), np.nan, np.float32)
    for _ in predict(model, image, settings, out, lambda: False):
        pass
    return out


@pytest.mark.parametrize("depth", [2, 3])
@pytest.mark.parametrize("shape", [(200, 333), (64, 500), (301, 64)])
def test_tiled_equals_untiled(depth: int, shape: tuple[int, int]) -> None:
    model, image = made_model(depth=depth), RANDOM.random((1, *shape))
    whole, tiled = answer(model, image, WHOLE), answer(model, image, InferenceSettings(tile=128, device="cpu"))
    assert np.abs(whole - tiled).max() < 1e-4
    assert np.ptp(whole) > 0.2, "an answer that is the same everywhere would prove nothing"


@pytest.mark.parametrize("overlap", [1, 16, 40])
def test_a_smaller_overlap_still_fills_the_picture_without_a_seam(overlap: int) -> None:
    model, image = made_model(), RANDOM.random((1, 150, 310))
    found = answer(model, image, InferenceSettings(tile=64, overlap=overlap, device="cpu"))
    assert np.abs(found - answer(model, image, WHOLE)).mean() < 0.02
    assert found.min() >= 0
    assert found.max() <= 1 + 1e-5


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (5, 3), (33, 17)])
def test_any_size_will_do(shape: tuple[int, int]) -> None:
    image = RANDOM.random((1, *shape))
    if image.size == 1:
        with pytest.raises(PictureError):
            answer(made_model(), image, WHOLE)
        return
    assert np.isfinite(answer(made_model(), image, WHOLE)).all()


def test_regions_sum_to_one() -> None:
    found = answer(made_model("regions"), RANDOM.random((1, 40, 50)), InferenceSettings(tile=64, turns=4, device="cpu"))
    np.testing.assert_allclose(found.sum(0), 1, atol=1e-5)


@pytest.mark.parametrize("turns", [2, 4, 8])
def test_averaged_views_do_not_depend_on_how_the_picture_lies(turns: int) -> None:
    model, image = made_model(), RANDOM.random((1, 64, 64))
    settings = InferenceSettings(turns=turns, device="cpu")
    about = answer(model, np.ascontiguousarray(np.rot90(image, 2, (1, 2))), settings)
    np.testing.assert_allclose(np.rot90(about, 2, (1, 2)), answer(model, image, settings), atol=1e-5)


def test_the_eight_views_are_different_and_can_be_undone() -> None:
    image = torch.rand(2, 6, 6)
    views = [turned(image, view) for view in range(8)]
    assert len({tuple(view.flatten().tolist()) for view in views}) == 8
    assert all(torch.equal(turned_back(view, number), image) for number, view in enumerate(views))


def test_progress_is_told_tile_by_tile_and_stop_is_heeded() -> None:
    model, image = made_model(), RANDOM.random((1, 300, 300))
    out = np.zeros((3, 300, 300), np.float32)
    reports = list(predict(model, image, InferenceSettings(tile=128, device="cpu"), out, lambda: False))
    assert [report.done for report in reports] == list(range(reports[-1].total + 1))
    assert reports[-1].total > 3
    told = []
    for report in predict(model, image, InferenceSettings(tile=128, device="cpu"), out, lambda: len(told) == 3):
        told.append(report)
    assert told[-1] == TileDone(2, reports[-1].total)


def test_writes_into_a_memory_mapped_file(tmp_path: Path) -> None:
    model, image = made_model(), RANDOM.random((1, 60, 70))
    mapped = np.memmap(tmp_path / "probability", np.float32, "w+", shape=(3, 60, 70))
    for _ in predict(model, image, WHOLE, mapped, lambda: False):
        pass
    np.testing.assert_array_equal(mapped, answer(model, image, WHOLE))


def bad_pictures() -> list[Callable[[], np.ndarray]]:
    return [lambda: np.full((1, 30, 30), np.nan), lambda: np.full((1, 30, 30), 5.0)]


@pytest.mark.parametrize("picture", bad_pictures())
def test_a_picture_with_nothing_in_it_is_refused(picture: Callable[[], np.ndarray]) -> None:
    with pytest.raises(PictureError):
        answer(made_model(), picture(), WHOLE)


def test_channels_that_do_not_fit_are_refused_naming_both_counts() -> None:
    with pytest.raises(ModelError, match=r"2 channels.*trained on 1"):
        answer(made_model(), RANDOM.random((2, 30, 30)), WHOLE)


def test_a_model_of_colour_takes_grey_and_one_of_grey_takes_colour() -> None:
    assert np.isfinite(answer(made_model(channels=3), RANDOM.random((1, 30, 30)), WHOLE)).all()
    assert np.isfinite(answer(made_model(channels=1), RANDOM.random((3, 30, 30)), WHOLE)).all()
