"""Random changes: each does what its setting says, and nothing when it is off; everything of a patch moves together."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import torch

from napari_unet.core.settings import AUGMENTATIONS, AugmentationSettings
from napari_unet.core.training.patches.augment import AS_TAKEN, Shape, draw_shape, positions, reflected
from napari_unet.core.training.patches.augment_light import draw_light, eased, recolour
from tests.core.training.scenes import CALM

STILL = AUGMENTATIONS["none"]
CPU = torch.device("cpu")


def shapes(settings: AugmentationSettings, count: int = 200) -> list[Shape]:
    random = np.random.default_rng(0)
    return [draw_shape(settings, 64, random) for _ in range(count)]


def changed(settings: AugmentationSettings) -> list[Shape]:
    return [shape for shape in shapes(settings) if not shape.exact]


def lit(pictures: torch.Tensor, seed: int = 0, **values: object) -> torch.Tensor:
    random = np.random.default_rng(seed)
    settings = dataclasses.replace(STILL, **values)
    lights = [draw_light(settings, pictures.shape[1], pictures.shape[-1], random) for _ in pictures]
    return recolour(pictures.clone(), lights, torch.Generator().manual_seed(seed))


def test_with_everything_off_nothing_moves_and_no_pixel_changes() -> None:
    assert all(shape.exact and (shape.matrix == np.eye(2)).all() for shape in shapes(STILL))
    pictures = 4 * torch.rand(8, 3, 16, 16) - 1
    assert torch.equal(lit(pictures), pictures)


def test_flips_and_quarter_turns_are_the_eight_ways_to_lay_a_square_on_itself() -> None:
    met = {tuple(shape.matrix.ravel()) for shape in shapes(CALM)}
    assert len(met) == 8
    assert all(sorted(np.abs(matrix)) == [0, 0, 1, 1] for matrix in met)


def test_a_third_of_the_patches_is_neither_turned_by_odd_angles_nor_resized_nor_bent() -> None:
    for name in ("light", "usual", "strong"):
        share = np.mean([shape.exact for shape in shapes(AUGMENTATIONS[name], 1000)])
        assert share == pytest.approx(AS_TAKEN, abs=0.05)


def test_magnification_stays_within_its_setting() -> None:
    zooms = [abs(np.linalg.det(shape.matrix)) ** -0.5 for shape in changed(dataclasses.replace(STILL, scale=2.0))]
    assert 0.5 <= min(zooms) < 0.55
    assert 1.8 < max(zooms) <= 2.0


def test_rotation_stays_within_its_setting_and_keeps_every_distance() -> None:
    turned = changed(dataclasses.replace(STILL, rotation=30.0))
    angles = [math.degrees(math.atan2(-shape.matrix[0, 1], shape.matrix[0, 0])) for shape in turned]
    assert -30 <= min(angles) < -25
    assert 25 < max(angles) <= 30
    assert all(np.allclose(shape.matrix @ shape.matrix.T, np.eye(2)) for shape in turned)


def test_shear_slants_up_to_its_angle_and_keeps_areas() -> None:
    slanted = changed(dataclasses.replace(STILL, shear=20.0))
    slopes = [math.degrees(math.atan(shape.matrix[0, 1])) for shape in slanted]
    assert max(slopes) == pytest.approx(20, abs=1.5)
    assert min(slopes) == pytest.approx(-20, abs=1.5)
    assert all(np.linalg.det(shape.matrix) == pytest.approx(1) for shape in slanted)


def test_elastic_bending_is_as_strong_as_its_setting_and_smooth() -> None:
    bent = changed(dataclasses.replace(STILL, elastic=5.0))
    assert np.std([shape.moves for shape in bent]) == pytest.approx(5, rel=0.1)
    places = positions(bent[:1], np.zeros((1, 2), np.float32), 64, CPU)[0]
    steps = places.diff(dim=0)[..., 0] - 1
    assert 0 < steps.abs().max() < 2


def test_no_pixel_of_a_patch_comes_from_further_than_its_reach() -> None:
    for shape in changed(AUGMENTATIONS["strong"])[:40]:
        places = positions([shape], np.zeros((1, 2), np.float32), 64, CPU)[0]
        assert (places.abs().amax((0, 1)).numpy() <= shape.reach(64) + 1e-3).all()


def test_beyond_an_edge_the_picture_goes_on_mirrored() -> None:
    places = torch.tensor([-2.0, 0.5, 4.0, 5.0, 9.0]).reshape(1, 1, 5, 1).expand(1, 1, 5, 2)
    sides = torch.tensor([[5.0, 5.0]])
    assert reflected(places, sides)[0, 0, :, 0].tolist() == [2.0, 0.5, 4.0, 3.0, 1.0]


def test_brightness_moves_the_mean_by_half_its_strength_at_most() -> None:
    pictures = torch.rand(400, 1, 8, 8)
    moved = (lit(pictures, brightness=0.6) - pictures).mean((1, 2, 3))
    assert moved.abs().max() == pytest.approx(0.3, abs=0.01)
    assert moved.mean() == pytest.approx(0, abs=0.03)
    assert lit(pictures, brightness=0.6).std((1, 2, 3)).numpy() == pytest.approx(pictures.std((1, 2, 3)).numpy())


def test_contrast_stretches_within_its_strength_and_each_colour_a_little_on_its_own() -> None:
    pictures = torch.rand(400, 3, 8, 8)
    gains = (lit(pictures, contrast=0.4) / pictures).mean((2, 3))
    assert gains.log().abs().max() <= 0.6
    assert (gains.std(1) > 0.01).float().mean() > 0.9
    alone = (lit(pictures[:, :1], contrast=0.4) / pictures[:, :1]).mean((1, 2, 3)).log()
    assert alone.abs().max() == pytest.approx(0.4, abs=0.01)


def test_colour_turns_the_hue_and_pales_or_deepens_and_leaves_grey_and_brightness_as_they_are() -> None:
    random, settings = np.random.default_rng(0), dataclasses.replace(STILL, colour=0.25)
    lights = [draw_light(settings, 3, 16, random, rgb=True) for _ in range(200)]
    purple = torch.tensor([0.6, 0.3, 0.9])[:, None, None].expand(3, 16, 16)
    seen = recolour(purple.repeat(200, 1, 1, 1), lights, torch.Generator())[:, :, 0, 0]
    assert torch.allclose(seen.mean(1), purple.mean().expand(200), atol=1e-5)
    chroma, own = seen - seen.mean(1, keepdim=True), purple[:, 0, 0] - purple.mean()
    deep = chroma.norm(dim=1) / own.norm()
    turned = torch.rad2deg(torch.acos((chroma @ own / (chroma.norm(dim=1) * own.norm())).clamp(-1, 1)))
    assert 40 < turned.max() <= 45.1
    assert 0.6 < deep.min() < 0.7
    assert 1.5 < deep.max() < 1.65
    grey = torch.rand(200, 1, 16, 16).expand(200, 3, 16, 16)
    assert torch.allclose(recolour(grey, lights, torch.Generator()), grey, atol=1e-5)


def test_dyes_are_never_mixed_as_colours_are() -> None:
    random, settings = np.random.default_rng(0), dataclasses.replace(STILL, colour=1.0)
    dyes = torch.rand(20, 3, 16, 16)
    lights = [draw_light(settings, 3, 16, random) for _ in dyes]
    assert torch.equal(recolour(dyes.clone(), lights, torch.Generator()), dyes)


def test_gamma_bends_the_scale_and_keeps_dark_and_bright_where_they_are() -> None:
    pictures = torch.linspace(-0.5, 1.0, 16).reshape(1, 1, 4, 4).repeat(50, 1, 1, 1)
    bent = lit(pictures, gamma=0.5)
    assert torch.allclose(bent[..., -1, -1], torch.ones(()))
    assert torch.allclose(bent[pictures <= 0], pictures[pictures <= 0], atol=1e-6)
    assert (bent.flatten(1).diff() > 0).all()
    assert bent[:, 0, 2, 2].std() > 0.05


def test_light_is_eased_in_from_half_and_negatives_from_none() -> None:
    full = AUGMENTATIONS["strong"]
    first, middle, later = (eased(full, step) for step in (0, full.eased // 2, full.eased))
    assert (first.gamma, middle.gamma) == (full.gamma / 2, full.gamma * 3 / 4)
    assert (first.invert, middle.invert) == (0, full.invert / 2)
    assert (first.scale, first.rotation, first.elastic) == (full.scale, full.rotation, full.elastic)
    assert later == eased(full, 10 * full.eased) == full
    at_once = dataclasses.replace(full, eased=0)
    assert eased(at_once, 0) == at_once


def test_inversion_shows_its_share_of_patches_as_their_negative() -> None:
    pictures = torch.rand(1000, 1, 2, 2)
    out = lit(pictures, invert=0.3)
    negative = torch.isclose(out, 1 - pictures).flatten(1).all(1)
    assert negative.float().mean() == pytest.approx(0.3, abs=0.05)
    assert torch.equal(out[~negative], pictures[~negative])


def test_noise_is_at_most_as_strong_as_its_setting_and_mostly_weaker() -> None:
    strengths = lit(torch.zeros(300, 1, 32, 32), noise=0.2).std((1, 2, 3))
    assert 0.17 < strengths.max() < 0.22
    assert strengths.median() < 0.1


def test_blur_is_at_most_as_wide_as_its_setting_and_keeps_brightness() -> None:
    spot = torch.zeros(60, 2, 33, 33)
    spot[:, :, 16, 16] = 1
    blurred = lit(spot, blur=3.0)
    torch.testing.assert_close(blurred.sum((2, 3)), torch.ones(60, 2))
    line = torch.arange(33.0) - 16
    widths = ((blurred[:, 0].sum(1) * line**2).sum(1)).sqrt()
    assert 2.5 < widths.max() <= 3.0
    assert widths.min() < 0.3


def test_channel_drop_blanks_one_channel_of_several_and_never_the_only_one() -> None:
    pictures = torch.rand(600, 3, 2, 2) + 0.1
    blank = (lit(pictures, channel_drop=0.25) == 0).all(-1).all(-1).sum(1)
    assert set(blank.tolist()) == {0, 1}
    assert blank.float().mean() == pytest.approx(0.25, abs=0.05)
    assert torch.equal(lit(pictures[:, :1], channel_drop=0.5), pictures[:, :1])


def test_cutout_blanks_a_square_in_its_share_of_patches() -> None:
    pictures = torch.rand(400, 1, 24, 24)
    out = lit(pictures, cutout=0.4)
    areas = (out != pictures).flatten(1).sum(1)
    assert (areas > 0).float().mean() == pytest.approx(0.4, abs=0.08)
    assert areas[areas > 0].min() >= 3**2
    assert areas.max() <= 8**2
    assert torch.allclose(out.mean((1, 2, 3)), pictures.mean((1, 2, 3)), atol=0.06)


@pytest.mark.parametrize("name", AUGMENTATIONS)
@pytest.mark.parametrize("channels", [1, 3])
def test_every_strength_keeps_size_and_finiteness_and_is_the_same_for_the_same_seed(name: str, channels: int) -> None:
    pictures = 6 * torch.rand(4, channels, 48, 48) - 1
    values = dataclasses.asdict(AUGMENTATIONS[name])
    out = lit(pictures, 7, **values)
    assert out.shape == pictures.shape
    assert torch.isfinite(out).all()
    assert torch.equal(out, lit(pictures, 7, **values))
    assert torch.equal(out, lit(pictures, 8, **values)) == (name == "none")
