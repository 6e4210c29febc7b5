"""What the network is shown can be looked at: patches after random changes, with the outlines of what is taught."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data.sample import Sample
from napari_unet.core.errors import PictureError, TrainingError
from napari_unet.core.model.card import ModelCard
from napari_unet.core.settings import AUGMENTATIONS, Kind
from napari_unet.core.training.beginning import new_card
from napari_unet.core.training.patches.preview import examples
from tests.core.training.scenes import SIDE, scene, task_of


def card_of(samples: list[Sample], strength: str = "strong", kind: Kind = "objects") -> ModelCard:
    card = new_card(samples, task_of(Path(), kind), None)
    return dataclasses.replace(card, plan=dataclasses.replace(card.plan, augmentation=AUGMENTATIONS[strength]))


def test_examples_are_pictures_that_can_be_shown_and_the_same_for_the_same_seed() -> None:
    samples = [scene(0), scene(1)]
    one, two, other = (examples(samples, card_of(samples), 5, seed) for seed in (0, 0, 1))
    assert one.pictures.shape == (5, 1, 48, 48)
    assert one.outlines.shape == (5, 48, 48)
    assert (one.pictures.dtype, one.outlines.dtype) == (np.float32, np.bool_)
    assert 0 <= one.pictures.min() < one.pictures.max() <= 1
    assert np.array_equal(one.pictures, two.pictures)
    assert not np.array_equal(one.pictures, other.pictures)


@pytest.mark.parametrize("kind", ["objects", "regions"])
def test_outlines_run_where_dark_meets_bright(kind: Kind) -> None:
    annotation = np.ones((SIDE, SIDE), np.uint16)
    annotation[20:40, 24:44] = 2
    square = scene(0, image=(annotation == 2)[None].astype(np.float32), annotation=annotation)
    shown = examples([square], card_of([square], "none", kind), 3, 0)
    for picture, outline in zip(shown.pictures[:, 0], shown.outlines, strict=True):
        assert outline.any()
        assert (picture[outline] > 0.5).all()
        assert outline.sum() < 4 * 20


def test_nothing_painted_is_a_sentence() -> None:
    bare = scene(0, annotation=np.zeros((SIDE, SIDE), np.uint16), complete=False)
    with pytest.raises(TrainingError, match="nothing to show"):
        examples([bare], card_of([scene(0)]), 4, 0)


def test_of_many_pictures_only_as_many_are_made_ready_as_there_are_patches() -> None:
    damaged = [scene(seed, name=f"bad{seed}", image=np.zeros((1, SIDE, SIDE))) for seed in range(1, 9)]
    samples = [scene(0), *damaged]
    shown = [_is_shown(samples, seed) for seed in range(30)]
    assert any(shown)
    assert not all(shown)


def _is_shown(samples: list[Sample], seed: int) -> bool:
    """Whether one patch can be made, which it cannot of a picture that is the same everywhere."""
    try:
        return len(examples(samples, card_of(samples[:1]), 1, seed).pictures) == 1
    except PictureError:
        return False
