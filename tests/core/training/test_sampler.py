"""The sampler: every kind of picture gets its turn, and patches lie where something was painted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import torch

from napari_unet.core.data.sample import Sample
from napari_unet.core.settings import AugmentationSettings
from napari_unet.core.training.beginning import new_card
from napari_unet.core.training.groups import draw_weights, look_of
from napari_unet.core.training.sampler import Batch, Sampler
from tests.core.training.scenes import CALM, discs, picture_of, scene, task_of


def sampler_of(samples: list[Sample], settings: AugmentationSettings = CALM, patch: int = 32, seed: int = 0) -> Sampler:
    sampler = Sampler(new_card(samples, task_of(Path()), None), settings, patch, seed)
    sampler.put(samples)
    return sampler


def colour_scene(seed: int) -> Sample:
    grey = picture_of(discs(seed), seed)
    return scene(seed, image=np.concatenate([grey, grey // 2, grey // 3]), colour=True)


def test_a_batch_holds_pictures_targets_and_what_is_known_of_them() -> None:
    batch = sampler_of([scene(0), scene(1)]).draw(5)
    assert batch.pictures.shape == (5, 1, 32, 32)
    assert batch.planes.shape == batch.known.shape == (5, 3, 32, 32)
    assert set(batch.known.unique().tolist()) <= {0.0, 1.0}


def test_targets_lie_on_their_picture_whatever_the_change() -> None:
    settings = AugmentationSettings(elastic=3.0, brightness=0.0, contrast=0.0, gamma=0.0, noise=0.0, invert=0.0)
    batch = sampler_of([scene(0)], settings).draw(12)
    bright = (batch.pictures[:, 0] > 0.5) & (batch.known[:, 0] > 0)
    cell = (batch.planes[:, 0] > 0.5) & (batch.known[:, 0] > 0)
    assert (bright != cell).float().mean() < 0.05


def test_the_same_seed_draws_the_same_batches() -> None:
    def drawn(seed: int) -> list[Batch]:
        sampler = sampler_of([scene(0), scene(1)], AugmentationSettings(), seed=seed)
        return [sampler.draw(2) for _ in range(3)]

    one, two, other = drawn(4), drawn(4), drawn(5)
    assert all(torch.equal(a.pictures, b.pictures) for a, b in zip(one, two, strict=True))
    assert not torch.equal(one[0].pictures, other[0].pictures)


def test_rare_kinds_of_pictures_are_drawn_more_often_than_their_number_says() -> None:
    dark = [look_of(scene(seed)) for seed in range(16)]
    light = look_of(scene(99, image=picture_of(discs(99), 99, bright=False)))
    assert light not in dark
    weights = draw_weights([*dark, light])
    assert Counter(dark).most_common(1)[0][1] == 16
    np.testing.assert_allclose(weights[-1] / weights[0], 4)
    np.testing.assert_allclose(weights.sum(), 1)


def test_size_and_colour_make_kinds_of_their_own() -> None:
    large = scene(1, image=np.ones((1, 256, 256)), annotation=np.ones((256, 256), np.uint16))
    assert len({look_of(scene(0)), look_of(large), look_of(colour_scene(2))}) == 3


def test_every_patch_holds_something_painted_however_little_there_is() -> None:
    annotation = np.zeros((400, 400), np.uint16)
    annotation[377:380, 11:14] = 2
    image = np.random.default_rng(0).random((1, 400, 400))
    batch = sampler_of([scene(0, image=image, annotation=annotation, complete=False)], AugmentationSettings()).draw(20)
    assert (batch.known[:, 0].sum((1, 2)) > 0).all()


def test_nothing_is_known_beyond_the_picture() -> None:
    batch = sampler_of([scene(0)], patch=128).draw(3)
    assert (batch.known[:, 0].sum((1, 2)) <= 64 * 64).all()
    assert (batch.known[:, 0].sum((1, 2)) > 60 * 60).all()


def test_grey_and_colour_pictures_can_be_learned_together() -> None:
    sampler = sampler_of([scene(0), colour_scene(1)])
    batch = sampler.draw(16)
    assert batch.pictures.shape[1] == 3
    grey = (batch.pictures[:, 0] == batch.pictures[:, 1]).flatten(1).all(1)
    assert grey.any()
    assert not grey.all()


def test_new_strokes_replace_the_old_ones() -> None:
    empty = scene(0, annotation=np.zeros((64, 64), np.uint16))
    sampler = sampler_of([empty])
    assert not sampler.draw(4).planes.any()
    sampler.put([scene(0)])
    assert sampler.draw(4).planes.any()
    assert sampler.area == 64 * 64


def test_a_picture_from_which_all_was_erased_is_not_drawn_any_more() -> None:
    sampler = sampler_of([scene(0), scene(1)])
    area = sampler.area
    sampler.put([scene(1, annotation=np.zeros((64, 64), np.uint16), complete=False)])
    assert sampler.area == area // 2
