"""The sampler: every kind of picture gets its turn, patches lie where something was painted, chance can be repeated."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

from napari_unet.core.data.sample import Sample
from napari_unet.core.model.card import ModelCard
from napari_unet.core.settings import AUGMENTATIONS, AugmentationSettings
from napari_unet.core.training.beginning import new_card
from napari_unet.core.training.patches.ahead import Ahead
from napari_unet.core.training.patches.groups import draw_weights, look_of
from napari_unet.core.training.patches.sampler import Batch, Sampler, fellows_of
from tests.core.training.scenes import CALM, SIDE, discs, picture_of, scene, task_of

UNLIT = AugmentationSettings(brightness=0.0, contrast=0.0, gamma=0.0, noise=0.0, invert=0.0)


def card_of(samples: list[Sample], settings: AugmentationSettings = CALM, **values: object) -> ModelCard:
    card = new_card(samples, task_of(Path()), None)
    plan = dataclasses.replace(card.plan, augmentation=settings).with_values(values)
    return dataclasses.replace(card, plan=plan)


def sampler_of(
    samples: list[Sample], settings: AugmentationSettings = CALM, patch: int = 32, seed: int = 0, **values: object
) -> Sampler:
    sampler = Sampler(card_of(samples, settings, **values), patch, seed, torch.device("cpu"))
    sampler.put(samples)
    return sampler


def ahead(sampler: Sampler) -> Sampler:
    """The sampler with the thread that it has beside a graphics card."""
    sampler._ahead = Ahead[Batch]()
    return sampler


def colour_scene(seed: int) -> Sample:
    grey = picture_of(discs(seed), seed)
    return scene(seed, image=np.concatenate([grey, grey // 2, grey // 3]), colour=True)


def same(one: Batch, two: Batch) -> bool:
    return all(torch.equal(getattr(one, part.name), getattr(two, part.name)) for part in dataclasses.fields(Batch))


def test_a_batch_holds_pictures_targets_what_is_known_of_them_and_the_maps_of_the_loss() -> None:
    batch = sampler_of([scene(0), scene(1)]).draw(5)
    assert batch.pictures.shape == (5, 1, 32, 32)
    assert batch.planes.shape == batch.known.shape == (5, 3, 32, 32)
    assert batch.maps.shape == (5, 0, 32, 32)
    assert set(batch.known.unique().tolist()) <= {0.0, 1.0}
    assert {getattr(batch, part.name).dtype for part in dataclasses.fields(Batch)} == {torch.float32}
    mapped = sampler_of([scene(0)], boundary=1.0, border_map="unet", border_weight=10.0).draw(2)
    assert mapped.maps.shape == (2, 2, 32, 32)
    assert 0 <= mapped.maps.min() < mapped.maps.max() <= 1


@pytest.mark.parametrize(
    "changes",
    [
        {"flips": True},
        {"rotation": 180.0},
        {"scale": 2.0},
        {"shear": 30.0},
        {"elastic": 4.0},
        {"flips": True, "rotation": 180.0, "scale": 2.0, "shear": 20.0, "elastic": 3.0},
    ],
)
def test_targets_and_maps_lie_on_their_picture_whatever_the_change(changes: dict[str, object]) -> None:
    settings = dataclasses.replace(AUGMENTATIONS["none"], **changes)
    mask = discs(3, 96)
    image = (mask > 0).astype(np.float32)[np.newaxis]
    sample = scene(0, image=image, annotation=(mask + 1).astype(np.uint16))
    batch = sampler_of([sample], settings, boundary=1.0).draw(12)
    known = batch.known[:, 0] > 0
    sure = known & ((batch.pictures[:, 0] < 0.2) | (batch.pictures[:, 0] > 0.8))
    torch.testing.assert_close(batch.pictures[:, 0][known], batch.planes[:, 0][known], atol=0.01, rtol=0)
    # The map is least where the outline is: there, bending mixes bright and dark.
    between = known & ~sure
    if between.any():
        assert batch.maps[:, 0][between].mean() < 0.1 < batch.maps[:, 0][sure].mean()
    assert between.any() == (changes.keys() != {"flips"})


def test_without_changes_every_patch_is_exactly_a_piece_of_its_picture() -> None:
    image = np.random.default_rng(0).random((1, SIDE, SIDE), np.float32)
    sampler = sampler_of([scene(0, image=image)], AUGMENTATIONS["none"])
    whole = sampler._lessons["scene0"].fine[0].astype(np.float32)
    pieces = np.lib.stride_tricks.sliding_window_view(whole, (32, 32))
    for picture in sampler.draw(6).pictures[:, 0].numpy():
        assert (pieces == picture).all((2, 3)).any()


def test_the_same_seed_draws_the_same_batches_and_another_seed_others() -> None:
    def drawn(seed: int) -> list[Batch]:
        sampler = sampler_of([scene(0), scene(1)], AUGMENTATIONS["strong"], seed=seed)
        return [sampler.draw(2) for _ in range(3)]

    one, two, other = drawn(4), drawn(4), drawn(5)
    assert all(same(a, b) for a, b in zip(one, two, strict=True))
    assert not same(one[0], other[0])
    assert not same(one[0], one[1])


@pytest.mark.parametrize("early", [False, True])
def test_a_sampler_that_was_restored_goes_on_exactly(early: bool) -> None:
    def begun() -> Sampler:
        sampler = sampler_of([scene(2), scene(0), scene(1)], AUGMENTATIONS["strong"], seed=3)
        return ahead(sampler) if early else sampler

    first = begun()
    for _ in range(3):
        first.draw(2)
    state = json.loads(json.dumps(first.state()))
    second = sampler_of([scene(0), scene(1), scene(2)], AUGMENTATIONS["strong"])
    second.restore(state)
    assert all(same(first.draw(2), second.draw(2)) for _ in range(3))


def test_what_is_drawn_ahead_is_what_would_have_been_drawn() -> None:
    inline = sampler_of([scene(0), scene(1)], AUGMENTATIONS["strong"])
    threaded = ahead(sampler_of([scene(0), scene(1)], AUGMENTATIONS["strong"]))
    for batch in (2, 2, 3, 2):
        assert same(inline.draw(batch), threaded.draw(batch))
    for sampler in (inline, threaded):
        sampler.put([scene(1, image=picture_of(discs(1), 1, bright=False))])
        sampler.patch = 16
    assert same(inline.draw(2), threaded.draw(2))
    assert threaded.state() == inline.state()


def test_patches_that_are_cut_together_are_those_that_would_be_cut_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn() -> Batch:
        strokes = np.where(np.arange(SIDE)[:, None] < 30, scene(2).annotation, 0).astype(np.uint16)
        samples = [scene(0), colour_scene(1), scene(2, annotation=strokes, complete=False)]
        return sampler_of(samples, dataclasses.replace(UNLIT, elastic=3.0, shear=10.0), boundary=1.0).draw(12)

    alone = drawn()
    # As beside a graphics card, which the machine of the test need not have.
    monkeypatch.setattr(Sampler, "_together", lambda _, cuts: fellows_of(cuts))
    together = drawn()
    for part in dataclasses.fields(Batch):
        torch.testing.assert_close(getattr(alone, part.name), getattr(together, part.name), atol=1e-4, rtol=0)


def test_a_changed_picture_keeps_its_place_in_the_order() -> None:
    sampler = sampler_of([scene(0), scene(1), scene(2)])
    sampler.put([scene(1)])
    assert sampler.state()["order"] == ["scene0", "scene1", "scene2"]
    untouched = sampler_of([scene(0), scene(1), scene(2)])
    assert same(sampler.draw(4), untouched.draw(4))


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


@pytest.mark.parametrize("strength", AUGMENTATIONS)
def test_every_patch_holds_something_painted_however_little_there_is(strength: str) -> None:
    annotation = np.zeros((400, 400), np.uint16)
    annotation[374:382, 8:16] = 2
    image = np.random.default_rng(0).random((1, 400, 400))
    sample = scene(0, image=image, annotation=annotation, complete=False)
    batch = sampler_of([sample], AUGMENTATIONS[strength], patch=64).draw(20)
    assert torch.isfinite(batch.pictures).all()
    assert (batch.known[:, 0].sum((1, 2)) > 0).all()


def test_nothing_is_known_beyond_the_picture() -> None:
    batch = sampler_of([scene(0)], patch=128).draw(3)
    assert (batch.known[:, 0].sum((1, 2)) == 64 * 64).all()
    turned = sampler_of([scene(0)], UNLIT, patch=128).draw(6)
    assert (turned.known[:, 0].sum((1, 2)) < 1.5**2 * 64 * 64 + 600).all()


def test_what_lies_under_a_blanked_square_stays_known() -> None:
    whole = dataclasses.replace(AUGMENTATIONS["none"], eased=0)
    batch = sampler_of([scene(0)], dataclasses.replace(whole, cutout=0.5)).draw(8)
    assert not torch.equal(batch.pictures, sampler_of([scene(0)], whole).draw(8).pictures)
    assert batch.known.all()


def test_grey_and_colour_pictures_can_be_learned_together() -> None:
    sampler = sampler_of([scene(0), colour_scene(1)], AUGMENTATIONS["strong"])
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


def test_the_first_batches_are_lit_mildly_and_those_after_it_is_eased_in_as_set() -> None:
    sampler = sampler_of([scene(0)], dataclasses.replace(CALM, invert=0.5, eased=100))
    first, later = (sampler.made(number, 64).pictures.mean((1, 2, 3)) for number in (0, 100))
    # A negative of few bright discs on dark is bright.
    assert not (first > 0.5).any()
    assert (later > 0.5).float().mean() == pytest.approx(0.5, abs=0.2)
