"""Random changes: geometry moves everything together, and what is merely flipped keeps its exact pixels."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from napari_unet.core.settings import AugmentationSettings
from napari_unet.core.training.augment import cut, random_shape, recolour
from tests.core.training.scenes import CALM

ALL = dataclasses.replace(AugmentationSettings(), elastic=5.0)


def chance(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def patch_of(picture: torch.Tensor, settings: AugmentationSettings, seed: int) -> torch.Tensor:
    middle = torch.tensor([15.5, 15.5])
    return cut(picture, random_shape(settings, 16, chance(seed)) + middle, "bilinear")


def test_without_any_change_a_patch_is_a_piece_of_the_picture() -> None:
    picture = torch.rand(2, 32, 32)
    still = dataclasses.replace(CALM, flips=False)
    torch.testing.assert_close(patch_of(picture, still, 0), picture[:, 8:24, 8:24], atol=1e-5, rtol=0)


def test_flips_and_quarter_turns_give_all_eight_views_of_exactly_the_same_pixels() -> None:
    picture = torch.rand(1, 32, 32)
    piece = picture[:, 8:24, 8:24]
    views = [torch.rot90(flipped, turn, (1, 2)) for flipped in (piece, piece.flip(1)) for turn in range(4)]
    met = set()
    for seed in range(80):
        patch = patch_of(picture, CALM, seed)
        met.add(next(number for number, view in enumerate(views) if torch.allclose(patch, view, atol=1e-4)))
    assert met == set(range(8))


def test_magnification_stays_within_its_setting() -> None:
    settings = dataclasses.replace(CALM, scale=2.0)
    sides = [float((shape[0, 0] - shape[-1, -1]).norm() / (15 * 2**0.5)) for shape in shapes(settings)]
    assert 0.5 <= min(sides) < 0.6
    assert 1.7 < max(sides) <= 2.0


def test_rotation_keeps_every_distance() -> None:
    for shape in shapes(dataclasses.replace(CALM, rotation=180.0)):
        torch.testing.assert_close((shape[0, 1] - shape[0, 0]).norm(), torch.tensor(1.0))


def shapes(settings: AugmentationSettings) -> list[torch.Tensor]:
    return [random_shape(settings, 16, chance(seed)) for seed in range(60)]


def test_picture_and_targets_move_together() -> None:
    picture = torch.rand(1, 32, 32)
    both = patch_of(torch.cat([picture, picture > 0.5]), ALL, 3)
    alone = patch_of(picture, ALL, 3)
    torch.testing.assert_close(both[:1], alone)


def test_elastic_bending_grows_with_its_setting() -> None:
    plain, little, much = (
        random_shape(dataclasses.replace(CALM, flips=False, elastic=strength), 64, chance(1))
        for strength in (0.0, 1.0, 8.0)
    )
    assert 0 < (little - plain).abs().mean() < (much - plain).abs().mean()


@pytest.mark.parametrize("channels", [1, 3])
def test_recolouring_changes_brightness_and_keeps_size_and_finiteness(channels: int) -> None:
    picture = torch.rand(channels, 16, 16)
    for seed in range(20):
        changed = recolour(picture, ALL, chance(seed))
        assert changed.shape == picture.shape
        assert torch.isfinite(changed).all()
        assert not torch.equal(changed, picture)


def test_with_everything_off_the_picture_stays_as_it_is() -> None:
    picture = torch.rand(1, 16, 16)
    assert torch.equal(recolour(picture, CALM, chance(0)), picture)


def test_the_same_seed_gives_the_same_change() -> None:
    picture = torch.rand(1, 32, 32)
    assert torch.equal(patch_of(picture, ALL, 5), patch_of(picture, ALL, 5))
    assert torch.equal(recolour(picture, ALL, chance(5)), recolour(picture, ALL, chance(5)))
    assert not torch.equal(patch_of(picture, ALL, 5), patch_of(picture, ALL, 6))
