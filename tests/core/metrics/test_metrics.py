"""Scores agree with an independent count: Hungarian matching over every pair, and scikit-image's own measures."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import ndimage
from scipy.optimize import linear_sum_assignment
from skimage.segmentation import relabel_sequential

from napari_unet.core.errors import MaskError
from napari_unet.core.metrics import IOU_THRESHOLDS, Scores, evaluate, summarise


def random_labels(rng: np.random.Generator, shape: tuple[int, ...], width: float) -> np.ndarray:
    labels, _ = ndimage.label(ndimage.gaussian_filter(rng.normal(0, 1, shape), width) > 0.02)
    return labels


def alike(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same objects moved a little, some missing, some merged, and all numbered otherwise."""
    moved = np.roll(labels, rng.integers(-1, 2, labels.ndim), tuple(range(labels.ndim)))
    numbers = rng.permutation(labels.max() + 1) + 7
    numbers[0] = 0
    numbers[1:][rng.random(labels.max()) < 0.2] = 0
    numbers[1:][rng.random(labels.max()) < 0.1] = 3
    return numbers[moved]


def overlaps(found: np.ndarray, true: np.ndarray) -> np.ndarray:
    """The IoU of every found with every true object, one pair at a time."""
    return np.array([[iou(found == one, true == other) for other in objects_of(true)] for one in objects_of(found)])


def iou(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


def objects_of(labels: np.ndarray) -> list[int]:
    return [number for number in np.unique(labels).tolist() if number]


@pytest.mark.parametrize("seed", range(25))
def test_objects_are_matched_as_the_hungarian_method_matches_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    true = random_labels(rng, (40, 50), 1.5)
    found = alike(true, rng)
    table = overlaps(found, true)

    scores = evaluate(found, true, "objects", ["cell"]).objects

    assert scores is not None
    for place, threshold in enumerate(IOU_THRESHOLDS):
        pairs = linear_sum_assignment(-(table > threshold + 1e-9).astype(float))
        hits = int((table[pairs] > threshold + 1e-9).sum())
        assert scores.ap[place] == pytest.approx(hits / (sum(table.shape) - hits))
        assert scores.f1[place] == pytest.approx(2 * hits / sum(table.shape))
    quality = table[table > 0.5].sum() / (0.5 * sum(table.shape))
    assert scores.panoptic_quality == pytest.approx(quality)
    assert (scores.found, scores.true) == table.shape


@pytest.mark.parametrize("seed", range(10))
def test_the_foreground_is_counted_pixel_by_pixel(seed: int) -> None:
    rng = np.random.default_rng(seed)
    found, true = rng.random((2, 30, 40)) < rng.uniform(0.1, 0.9, (2, 1, 1))
    hits, misses = (found & true).sum(), (~found & true).sum()

    overlap = evaluate(found.astype(np.uint8), true.astype(np.uint16), "objects", ["cell"]).foreground

    assert overlap.dice == pytest.approx(2 * hits / (found.sum() + true.sum()))
    assert overlap.iou == pytest.approx(hits / (found | true).sum())
    assert overlap.precision == pytest.approx(hits / found.sum())
    assert overlap.recall == pytest.approx(hits / (hits + misses))
    assert overlap.accuracy == pytest.approx(np.mean(found == true))


def test_an_iou_exactly_at_the_threshold_is_no_match() -> None:
    true, found = np.zeros((2, 1, 20), np.uint8)
    true[0, :20] = 1
    found[0, :11] = 1  # IoU 11 / 20 = 0.55

    scores = evaluate(found, true, "objects", ["cell"]).objects

    assert scores is not None
    assert scores.ap[:2] == (1.0, 0.0)


def test_numbers_and_their_order_do_not_matter() -> None:
    rng = np.random.default_rng(3)
    true = random_labels(rng, (60, 60), 2).astype(np.uint32)
    renamed = np.where(true > 0, np.uint32(4_294_967_295) - true * 1000, 0).astype(np.uint32)

    assert evaluate(renamed, true, "objects", ["cell"]).ap50 == 1
    assert evaluate(renamed, true, "objects", ["cell"]) == evaluate(true, relabel_sequential(true)[0], "objects", [])


def test_volumes_are_compared_like_pictures() -> None:
    true = random_labels(np.random.default_rng(0), (12, 20, 20), 2)

    assert evaluate(true, true, "objects", ["cell"]).ap50 == 1


def test_two_empty_pictures_agree_and_one_empty_one_does_not() -> None:
    empty, full = np.zeros((4, 4), np.uint16), np.ones((4, 4), np.uint16)

    both, invented, missed = (
        evaluate(found, true, "objects", ["cell"]).to_json()
        for found, true in ((empty, empty), (full, empty), (empty, full))
    )

    assert set(both["foreground"].values()) == {1}
    assert set(both["objects"]["ap"].values()) == {both["objects"]["panoptic_quality"]} == {1}
    for scores in (invented, missed):
        assert set(scores["foreground"].values()) == {0}
        assert set(scores["objects"]["ap"].values()) == {scores["objects"]["panoptic_quality"]} == {0}


def test_every_class_of_regions_is_scored_by_its_name() -> None:
    true = np.array([[0, 1, 1, 2, 2, 2]])
    found = np.array([[0, 1, 2, 2, 2, 0]])

    scores = evaluate(found, true, "regions", ["axon", "myelin"])

    assert scores.classes["axon"].iou == pytest.approx(1 / 2)
    assert scores.classes["myelin"].iou == pytest.approx(2 / 4)
    assert scores.foreground.recall == pytest.approx(4 / 5)
    assert scores.objects is None


def test_the_summary_is_the_mean_over_pictures_and_adds_up_objects() -> None:
    rng = np.random.default_rng(5)
    pairs = [(alike(true, rng), true) for true in (random_labels(rng, (50, 50), 2) for _ in range(4))]
    each = [evaluate(found, true, "objects", ["cell"]) for found, true in pairs]

    total = summarise(each)

    assert total.pictures == 4
    assert total.dice == pytest.approx(np.mean([one.dice for one in each]))
    assert total.ap50 == pytest.approx(np.mean([one.ap50 for one in each]))
    assert total.to_json()["objects"]["true"] == sum(one.to_json()["objects"]["true"] for one in each)


def test_scores_are_plain_json() -> None:
    true = random_labels(np.random.default_rng(1), (50, 50), 2).astype(np.uint16)

    again = json.loads(json.dumps(evaluate(true, true, "objects", ["cell"]).to_json()))

    assert again["objects"]["ap"]["0.50"] == 1
    assert list(again["objects"]["ap"]) == [f"{threshold:.2f}" for threshold in IOU_THRESHOLDS]


def test_five_thousand_objects_are_matched() -> None:
    rows, columns = np.indices((1500, 1500)) // 21
    true = (rows * 72 + columns + 1).astype(np.uint16)
    true[::21] = true[:, ::21] = 0
    found = np.roll(true, (2, 3), (0, 1))

    scores: Scores = evaluate(found, true, "objects", ["cell"])

    assert scores.to_json()["objects"]["true"] > 5000


def test_sizes_that_differ_are_refused_with_both_sizes() -> None:
    with pytest.raises(MaskError, match=r"4 x 5 .* 4 x 6"):
        evaluate(np.zeros((4, 5), int), np.zeros((4, 6), int), "objects", ["cell"])


def test_a_mask_of_fractions_is_refused() -> None:
    with pytest.raises(MaskError, match="truth hold float32"):
        evaluate(np.zeros((4, 5), int), np.zeros((4, 5), np.float32), "regions", ["cell"])


def test_nothing_cannot_be_summarised() -> None:
    with pytest.raises(MaskError, match="nothing to summarise"):
        summarise([])
