"""3-D networks: taught by single planes or whole stacks, flat where voxels are deep, in blocks, parted as a volume."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from napari_unet.core.data import FixedSet, Picture, Sample
from napari_unet.core.data.provenance import NUMBERS
from napari_unet.core.errors import ModelError, PictureError
from napari_unet.core.fitting import Truth, merit, score, summary
from napari_unet.core.inference import output_planes, predict
from napari_unet.core.model import load_model
from napari_unet.core.model.blocks import cuboid
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.catalogue import make_network
from napari_unet.core.postprocessing import postprocess
from napari_unet.core.settings import InferenceSettings, NetworkSettings, Plan, PostprocessingSettings
from napari_unet.core.stopping import never
from napari_unet.core.training import TrainingTask, train
from napari_unet.core.training.judging.guard import compare
from napari_unet.core.training.judging.honest import mark
from napari_unet.core.training.judging.measuring import Measuring
from napari_unet.core.training.patches.volumes import VolumeSampler, make_volume, volumes_of
from napari_unet.core.training.report import Finished
from napari_unet.core.training.starting import flat_levels

SHAPE = (16, 40, 48)
BALLS = ((8, 12, 12), (8, 28, 14), (7, 20, 34))
QUICK = {"dimensions": "3-D", "depth": 2, "width": 4, "batch": 2, "patch": 64, "validation": 0.0, "small_first": 0.0}


def volume() -> tuple[np.ndarray, np.ndarray]:
    """Bright balls on noise (1, Z, Y, X), and their mask."""
    z, y, x = np.indices(SHAPE)
    mask = np.zeros(SHAPE, np.uint16)
    for number, (a, b, c) in enumerate(BALLS, 1):
        mask[(z - a) ** 2 + (y - b) ** 2 + (x - c) ** 2 < 36] = number
    noise = np.random.default_rng(0).normal(0, 60, SHAPE)
    return (900 * (mask > 0) + 300 + noise).clip(0).astype(np.uint16)[np.newaxis], mask


def sparse(mask: np.ndarray, planes: tuple[int, ...]) -> np.ndarray:
    """An annotation of these planes alone."""
    annotation = np.zeros(mask.shape, np.uint16)
    annotation[list(planes)] = mask[list(planes)] + 1
    return annotation


def card_of(**changes: object) -> ModelCard:
    plan = Plan().with_values({**QUICK, **changes})
    names = ("cell", "border", "distance")
    return ModelCard("m", "objects", ("cell",), 1, False, plan, PostprocessingSettings(), names)


@pytest.mark.parametrize(("flat", "strides"), [(0, (8, 8, 8)), (2, (2, 8, 8)), (3, (1, 8, 8))])
@pytest.mark.parametrize("upsampling", ["bilinear", "transposed"])
def test_flat_levels_neither_halve_nor_look_along_z(flat: int, strides: tuple[int, ...], upsampling: str) -> None:
    settings = NetworkSettings(dimensions="3-D", depth=3, width=4, flat_levels=flat, upsampling=upsampling)
    network = make_network(1, 3, settings)
    assert network.strides == strides
    shown = torch.zeros(1, 1, *(2 * stride for stride in strides))
    assert network(shown).shape == (1, 3, *shown.shape[2:])
    kernels = [layer.kernel_size for layer in network.down[0].modules() if isinstance(layer, torch.nn.Conv3d)]
    assert set(kernels) == {(1, 3, 3) if flat else (3, 3, 3)}
    with pytest.raises(PictureError, match="multiples of"):
        network(torch.zeros(1, 1, 2 * strides[0], 17, 16))


@pytest.mark.parametrize(
    ("deep", "planes", "expected"), [(1.0, 64, 0), (1.9, 64, 0), (2.0, 64, 1), (5.0, 64, 2), (30.0, 64, 4), (1.0, 5, 2)]
)
def test_levels_are_flat_until_spacings_agree_or_planes_run_out(deep: float, planes: int, expected: int) -> None:
    assert flat_levels(deep, planes, 4) == expected


def test_a_block_has_as_many_voxels_as_a_square_has_pixels() -> None:
    planes, *sides = cuboid(256, (8, 8, 8), (200, 200, 200))
    assert sides == [40, 40]
    assert planes * 40 * 40 == pytest.approx(256**2, rel=0.1)
    deep = cuboid(256, (2, 16, 16), (200, 200, 200))
    assert deep[0] < 20 < deep[1] == deep[2]
    assert cuboid(1024, (16, 16, 16), (20, 50, 50)) == (32, 64, 64)


def test_blocks_lie_around_what_is_painted_and_unpainted_voxels_do_not_count() -> None:
    image, mask = volume()
    sample = Sample("v", image, sparse(mask, (8,)), False)
    sampler = VolumeSampler(card_of(), 64, 0, torch.device("cpu"), (4, 4, 4))
    sampler.put([sample])
    batch = sampler.draw(6)
    assert batch.pictures.shape[2:] == batch.planes.shape[2:] == (16, 16, 16)
    known = batch.known[:, 0].sum((1, 2, 3))
    assert (known > 0).all()
    assert (known <= 16 * 16).all()
    assert torch.equal(sampler.made(0, 6).pictures, batch.pictures)
    bright, cell = batch.pictures[:, 0] > 0.5, batch.planes[:, 0] > 0.5
    painted = batch.known[:, 0] > 0
    assert (bright[painted] == cell[painted]).float().mean() > 0.98


def test_a_whole_volume_teaches_depth_in_3_d_and_single_planes_teach_borders_within_them() -> None:
    image, mask = volume()
    touching = mask.copy()
    touching[8, 12:28, 12:14] = np.where(np.arange(16)[:, None] < 8, 1, 2)
    whole = make_volume(Sample("v", image, touching + np.uint16(1), True), card_of()).targets
    assert whole.known.all()
    assert whole.planes[2][8, 12, 12] > whole.planes[2][4, 12, 12] > 0
    one = make_volume(Sample("v", image, sparse(touching, (8,)), False), card_of()).targets
    assert not one.known[:, 7].any()
    assert one.known[1, 8].any()
    assert one.planes[1][8, 20, 13]


def test_each_time_point_of_a_film_of_stacks_is_a_volume_and_a_film_of_planes_is_none() -> None:
    image, mask = volume()
    film = Sample("film", np.stack([image] * 3, 1), np.stack([0 * mask, mask + 1, 0 * mask]), False, axes="TZYX")
    assert [one.name for one in volumes_of(film)] == ["film time 2"]
    flat = Sample("flat", image, mask + np.uint16(1), True, axes="TYX")
    with pytest.raises(PictureError, match="flat cannot be learned from: it has no focal planes"):
        list(volumes_of(flat))


def test_a_flat_picture_is_refused_with_a_sentence(tmp_path: Path) -> None:
    image, mask = volume()
    flat = Sample("flat", image[:, 8], mask[8] + np.uint16(1), True)
    task = TrainingTask("m", "objects", ("cell",), Plan().with_values(QUICK), None, tmp_path / "m", never)
    with pytest.raises(PictureError, match="flat cannot be learned from: it has no focal planes"):
        list(train(FixedSet((flat,)), task))


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A 3-D model that three painted planes have taught."""
    image, mask = volume()
    sample = Sample("v", image, sparse(mask, (4, 8, 11)), False, voxel_depth=2.5)
    plan = Plan().with_values({**QUICK, "epochs": 3, "steps": 70, "rate": 0.01})
    out = tmp_path_factory.mktemp("volume") / "model"
    reports = list(train(FixedSet((sample,)), TrainingTask("m", "objects", ("cell",), plan, None, out, never)))
    assert isinstance(reports[-1], Finished)
    return out


def test_planes_here_and_there_teach_a_3_d_network(taught: Path) -> None:
    image, mask = volume()
    model = load_model(taught)
    assert model.card.plan.network.flat_levels == 1
    assert (model.card.postprocessing.volume, model.card.postprocessing.voxel_depth) == (True, 2.5)
    out = np.zeros((output_planes(model.card), *SHAPE), np.float32)
    list(predict(model, image, InferenceSettings(), out, never))
    found = postprocess(out, "objects", model.card.postprocessing)
    assert 2 * ((found > 0) & (mask > 0)).sum() / ((found > 0).sum() + (mask > 0).sum()) > 0.7


def test_a_volume_is_answered_in_blocks_without_seams(taught: Path) -> None:
    image, model = volume()[0], load_model(taught)
    large = np.tile(image, (1, 1, 2, 2))
    whole, blocks = (np.zeros((3, *large.shape[1:]), np.float32) for _ in range(2))
    list(predict(model, large, InferenceSettings(turns=1, tile=1024), whole, never))
    reports = list(predict(model, large, InferenceSettings(turns=1, tile=128), blocks, never))
    assert reports[-1].total > 1
    assert np.abs(whole - blocks).mean() < 0.02


def test_a_3_d_network_refuses_a_film_of_planes(taught: Path) -> None:
    film = Picture("film", volume()[0], axes="CTYX")
    with pytest.raises(ModelError, match="film has no focal planes"):
        list(predict(load_model(taught), film, InferenceSettings(), np.zeros((3, *SHAPE), np.float32), never))


def test_touching_balls_are_parted_as_a_volume() -> None:
    z, y, x = np.indices((20, 30, 44))
    balls = [(z - 10) ** 2 + (y - 15) ** 2 + (x - c) ** 2 < 81 for c in (13, 29)]
    probability = (balls[0] | balls[1])[np.newaxis].astype(np.float32)
    cleanup = PostprocessingSettings(volume=True)
    labels = postprocess(probability, "objects", cleanup)
    assert labels.max() == 2
    assert labels[10, 15, 13] != labels[10, 15, 29]
    assert (labels[5, 15, 13], labels[15, 15, 29]) == (labels[10, 15, 13], labels[10, 15, 29])
    assert postprocess(probability, "objects", dataclasses.replace(cleanup, split=0.0)).max() == 1
    truth = Truth(probability, (balls[0] + 2 * (balls[1] & ~balls[0])).astype(np.uint16) + 1, True, volume=True)
    assert score(truth, "objects", ("cell",), cleanup).objects.ap[0] == 1.0


def test_single_planes_are_never_scored_as_if_they_lay_behind_each_other() -> None:
    annotation = np.ones((3, 30, 30), np.uint16)
    for plane in range(3):
        annotation[plane, 8:20, 8:20] = 2 + plane
    planes = Truth((annotation > 1)[np.newaxis].astype(np.float32), annotation, True)
    found = score(planes, "objects", ("cell",), PostprocessingSettings(volume=True)).objects
    assert (found.found, found.ap[0]) == (3, 1.0)


@pytest.mark.parametrize("volume", [True, False])
def test_a_cell_that_is_followed_in_time_is_scored_at_each_time_point(volume: bool) -> None:
    annotation = np.ones((2, 3, 30, 30), np.uint16)
    annotation[..., 8:20, 8:20] = 2
    film = Truth((annotation > 1)[np.newaxis].astype(np.float32), annotation, True, volume=True)
    found = score(film, "objects", ("cell",), PostprocessingSettings(volume=volume)).objects
    assert (found.found, found.ap[0]) == (2 if volume else 6, 1.0)


def test_going_on_from_a_3_d_model_keeps_its_levels_and_cleans_up_in_3_d(taught: Path, tmp_path: Path) -> None:
    image, mask = volume()
    sample = Sample("v", image, sparse(mask, (4, 8, 11)), False, voxel_depth=2.5)
    plan = Plan().with_values({**QUICK, "epochs": 1, "steps": 1})
    list(train(FixedSet((sample,)), TrainingTask("n", "objects", ("cell",), plan, taught, tmp_path, never)))
    card = load_model(tmp_path).card
    assert card.plan.network.flat_levels == 1
    assert (card.postprocessing.volume, card.postprocessing.voxel_depth) == (True, 2.5)


def test_a_flat_picture_that_measures_is_refused_with_a_sentence(tmp_path: Path) -> None:
    image, mask = volume()
    stack = Sample("v", image, mask + np.uint16(1), True, validation=False)
    flat = Sample("flat", image[:, 8], mask[8] + np.uint16(1), True, validation=True)
    task = TrainingTask("m", "objects", ("cell",), Plan().with_values(QUICK), None, tmp_path / "m", never)
    with pytest.raises(PictureError, match="flat has no focal planes, and the network is 3-D"):
        list(train(FixedSet((stack, flat)), task))


def test_where_labels_came_from_goes_with_planes_and_time_points() -> None:
    image, mask = volume()
    annotation, card = sparse(mask, (4, 8)), card_of(trust_accepted=0.5)
    origins = np.where(annotation, np.uint8(NUMBERS["hand"]), np.uint8(0))
    origins[8][annotation[8] > 0] = NUMBERS["accepted"]
    (trust,) = make_volume(Sample("v", image, annotation, False, origins=origins), card).targets.maps
    assert (trust[4] == 1).all()
    assert (trust[8] == 0.5).all()
    film = Sample("f", np.stack([image] * 2, 1), np.stack([annotation] * 2), False, axes="TZYX")
    film = dataclasses.replace(film, origins=np.stack([origins] * 2))
    assert [one.origins.shape for one in volumes_of(film)] == [SHAPE] * 2


@pytest.fixture(scope="module")
def flat_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network for planes, hardly taught."""
    image, mask = volume()
    sample = Sample("v", image, sparse(mask, (4, 8, 11)), False)
    plan = Plan().with_values({**QUICK, "dimensions": "2-D", "epochs": 1, "steps": 1})
    out = tmp_path_factory.mktemp("planes") / "flat"
    list(train(FixedSet((sample,)), TrainingTask("flat", "objects", ("cell",), plan, None, out, never)))
    return out


def test_beside_a_network_for_planes_it_is_judged_plane_by_plane(taught: Path, flat_model: Path) -> None:
    image, mask = volume()
    sample = Sample("w", image, mask + np.uint16(1), True)
    (answer,) = Measuring([sample], "cpu", never).answers(load_model(taught))
    in_planes = answer.in_planes()
    assert (answer.truth.volume, in_planes.truth.volume) == (True, False)
    found = compare(flat_model, [taught], [sample], "cpu", never)
    tried = (PostprocessingSettings(), *(load_model(one).card.postprocessing for one in (flat_model, taught)))
    merits = [merit(summary([score(in_planes.truth, "objects", ("cell",), one)])) for one in tried]
    assert found.standings[1].merit == pytest.approx(max(merits), abs=1e-6)


def test_of_flat_pictures_a_3_d_rival_says_nothing(taught: Path, flat_model: Path) -> None:
    image, mask = volume()
    flat = Sample("flat", image[:, 8], mask[8] + np.uint16(1), True)
    found = compare(flat_model, [taught], [flat], "cpu", never)
    assert "it sees in 3-D, and not all pictures have focal planes" in found.sentence
    assert mark(load_model(flat_model), flat, "cpu", never) is not None
    with pytest.raises(PictureError, match="flat has no focal planes"):
        mark(load_model(taught), flat, "cpu", never)
