"""A model never silently gets worse: new and old on the same pictures, with the same clean-ups."""

from __future__ import annotations

import dataclasses
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from napari_unet.core.data.sample import FixedSet, Sample
from napari_unet.core.errors import ModelError, PictureError
from napari_unet.core.model import Model, load_model, save_model
from napari_unet.core.settings import PostprocessingSettings
from napari_unet.core.training import Compared, train
from napari_unet.core.training.distributed import Ranks
from napari_unet.core.training.ending import finish
from napari_unet.core.training.judging.chance import fewest, half_width, likely
from napari_unet.core.training.judging.guard import compare, comparing
from napari_unet.core.training.judging.measuring import Answer, Measuring
from napari_unet.core.training.learner import Learner
from napari_unet.core.training.starting import begin
from tests.core.training.scenes import discs, picture_of, scene, task_of

LEARNED = [scene(seed, validation=False) for seed in range(4)]
MEASURED = [scene(seed, validation=True) for seed in range(10, 13)]


def taught(out: Path, learned: Sequence[Sample], start: Path | None = None, steps: int = 40) -> Path:
    """A model that has really learned from these."""
    task = task_of(out, epochs=1, steps=steps, rate=0.02)
    task = dataclasses.replace(task, name=out.name, start=start)
    for _ in train(FixedSet((*learned, *MEASURED)), task):
        pass
    return out


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return taught(tmp_path_factory.mktemp("models") / "good", LEARNED)


def judged(new: Path, *rivals: Path, samples: Sequence[Sample] = MEASURED, learned: Sequence[Sample] = ()) -> Compared:
    return compare(new, rivals, samples, "cpu", lambda: False, learned)


def altered(model: Path, out: Path, spoil: float = 0.0, **card: object) -> Path:
    """A copy of a model with another card, its weights spoilt by noise."""
    loaded = load_model(model)
    with torch.no_grad():
        for weight in loaded.network.parameters():
            weight += spoil * torch.randn(weight.shape, generator=torch.Generator().manual_seed(0))
    save_model(Model(dataclasses.replace(loaded.card, **card), loaded.network), out)
    return out


def test_learning_from_masks_of_other_pictures_leaves_the_old_model_the_better(good: Path, tmp_path: Path) -> None:
    others = [*LEARNED[1:], LEARNED[0]]
    shuffled = [
        dataclasses.replace(sample, name=f"new{index}", annotation=other.annotation)
        for index, (sample, other) in enumerate(zip(LEARNED, others, strict=True))
    ]
    bad = taught(tmp_path / "bad", shuffled, start=good, steps=100)

    found = judged(bad, good, learned=shuffled)

    assert found.better == str(good)
    assert found.sentence.startswith("Worse than good: mean AP ")
    assert "good is kept" in found.sentence
    assert "on 3 pictures" in found.sentence
    assert "contradict what good knows" in found.sentence
    assert [standing.folder for standing in found.standings] == [str(bad), str(good)]
    assert found.standings[1].merit > found.standings[0].merit + 0.05


def test_a_better_model_takes_over(good: Path, tmp_path: Path) -> None:
    poor = altered(good, tmp_path / "poor", 0.5, name="poor")

    found = judged(good, poor)

    assert (found.better, found.pictures) == (str(good), 3)
    assert found.sentence.startswith("Better than poor: mean AP ")
    assert "cannot tell that from chance" in found.sentence


def test_of_equally_good_models_the_new_one_is_taken(good: Path, tmp_path: Path) -> None:
    twin = altered(good, tmp_path / "twin", name="twin")

    found = judged(twin, good)

    assert found.better == str(twin)
    assert found.sentence.startswith("As good as good")


def test_a_model_is_not_the_better_for_its_clean_up_alone(good: Path, tmp_path: Path) -> None:
    blind = PostprocessingSettings(threshold=1.0)
    twin = altered(good, tmp_path / "twin", name="twin", postprocessing=blind)

    found = judged(good, twin)

    assert found.standings[0].merit == found.standings[1].merit > 0.3


def test_the_best_of_several_rivals_decides(good: Path, tmp_path: Path) -> None:
    poor = altered(good, tmp_path / "poor", 0.5, name="poor")
    poorer = altered(good, tmp_path / "poorer", 2.0, name="poorer")

    found = judged(poorer, poor, good)

    assert found.better == str(good)
    assert len(found.standings) == 3


def test_pictures_that_a_rival_has_learned_from_do_not_count(good: Path, tmp_path: Path) -> None:
    known = MEASURED[0]
    by_name = altered(good, tmp_path / "one", name="one", data={known.name: "other"}, validation=())

    found = judged(good, by_name)

    assert found.pictures == 2
    assert "1 picture that one had learned from was left out" in found.sentence


def ended(out: Path, samples: Sequence[Sample], rival: Path, took: float, changed: Sequence[Sample] = ()) -> Compared:
    """How a hasty model is compared at the end of its time; one measuring of it took so many seconds."""
    task = dataclasses.replace(task_of(out, minutes=0.001), rivals=(rival,))
    learner = Learner(begin(task, (*LEARNED, *samples), Ranks()), time.monotonic())
    learner.end_epoch(1, [1.0])
    learner.take_in(changed)
    learner.measuring_took = took
    return next(report for report in finish(learner, "time") if isinstance(report, Compared))


def test_where_time_is_short_a_few_pictures_decide_best_those_that_nobody_knows(good: Path, tmp_path: Path) -> None:
    samples = [scene(seed, validation=True) for seed in range(10, 20)]
    known = {sample.name: "other" for sample in samples[:4]}
    rival = altered(good, tmp_path / "rival", data=known, validation=())

    found = ended(tmp_path / "hasty", samples, rival, took=1000.0)

    assert found.pictures == fewest() == 6
    assert "learned from" not in found.sentence.split(" is kept.")[0]
    assert "left out" not in found.sentence


def test_labels_that_changed_meanwhile_count_as_they_are_now(good: Path, tmp_path: Path) -> None:
    changed = dataclasses.replace(MEASURED[0], annotation=np.roll(MEASURED[0].annotation, 9, 0))

    found = ended(tmp_path / "new", MEASURED, good, took=0.0, changed=[changed])

    assert found.standings == judged(tmp_path / "new", good, samples=(changed, *MEASURED[1:])).standings
    assert found.standings != judged(tmp_path / "new", good).standings


def test_a_picture_is_known_again_under_another_name(good: Path) -> None:
    renamed = dataclasses.replace(LEARNED[0], name="renamed")

    found = judged(good, good, samples=[renamed, *MEASURED])

    assert found.pictures == 3


def test_where_every_picture_is_known_all_count_and_the_score_is_called_flattering(good: Path, tmp_path: Path) -> None:
    all_known = {sample.name: "" for sample in MEASURED}
    knowing = altered(good, tmp_path / "knowing", name="knowing", data=all_known, validation=())

    found = judged(good, knowing)

    assert found.pictures == 3
    assert "knowing had learned from every one of these pictures: the score flatters it" in found.sentence


def test_models_that_do_not_fit_are_left_out_and_named(good: Path, tmp_path: Path) -> None:
    regions = altered(good, tmp_path / "regions", kind="regions")
    gone, broken = tmp_path / "gone", tmp_path / "broken"
    shutil.copytree(good, broken)
    (broken / "model.safetensors").write_bytes(b"nothing")

    found = judged(good, regions, gone, broken)

    assert (found.better, found.pictures, found.standings) == (str(good), 0, ())
    assert "regions was left out: it finds regions." in found.sentence
    assert "gone was left out: it cannot be read." in found.sentence
    assert "broken was left out: it cannot be read." in found.sentence


def test_a_new_model_that_cannot_be_read_is_an_error(good: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        judged(tmp_path / "gone", good)


def test_without_pictures_to_measure_on_it_is_said_that_nobody_knows(good: Path, tmp_path: Path) -> None:
    twin = altered(good, tmp_path / "twin", name="twin")

    found = judged(twin, good, samples=[])

    assert (found.better, found.pictures) == (str(twin), 0)
    assert "not known whether this is better than good" in found.sentence


def test_a_rival_that_needs_too_much_memory_is_left_out(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = altered(good, tmp_path / "large", name="large")
    honest = Measuring.answers

    def answers(self: Measuring, model: Model) -> Iterator[Answer]:
        if model.card.name == "large":
            raise PictureError("There is not enough memory.")
        yield from honest(self, model)

    monkeypatch.setattr(Measuring, "answers", answers)
    alone, beside = judged(good, large), judged(good, large, altered(good, tmp_path / "twin", name="twin"))
    assert (alone.better, alone.pictures) == (str(good), 0)
    assert "large was left out: There is not enough memory." in alone.sentence
    assert len(beside.standings) == 2
    assert "large was left out" in beside.sentence


def test_broken_off_it_says_so(good: Path, tmp_path: Path) -> None:
    twin = altered(good, tmp_path / "twin", name="twin")

    found = compare(twin, [good], MEASURED, "cpu", lambda: True)

    assert (found.pictures, found.sentence) == (0, "The comparison with good was broken off.")


def test_it_says_how_far_it_is(good: Path, tmp_path: Path) -> None:
    twin = altered(good, tmp_path / "twin", name="twin")

    steps = list(comparing(twin, [good], MEASURED, "cpu", lambda: False))

    assert [step.done for step in steps] == pytest.approx([number / 6 for number in range(6)])


def test_why_it_may_be_worse_is_told(good: Path, tmp_path: Path) -> None:
    veteran = altered(good, tmp_path / "veteran", name="veteran", steps_done=1000)
    poor = altered(good, tmp_path / "poor", 2.0, name="poor", steps_done=60, data={"light": ""}, validation=())
    light = scene(20, name="light", image=picture_of(discs(20), 20, bright=False))

    sentence = judged(poor, veteran, learned=[light]).sentence

    assert "3 of the 3 pictures look unlike all that it has learned from." in sentence
    assert "It has learned from 1 picture only, the other from 4." in sentence
    assert "It has learned for 60 steps only, the other for 1000." in sentence


@pytest.mark.parametrize(("gains", "rare"), [([0.1] * 6, True), ([0.1] * 5, False), ([0.1, -0.1] * 8, False)])
def test_a_difference_is_more_than_chance_when_enough_pictures_agree(gains: list[float], rare: bool) -> None:
    assert (likely(gains) < 0.05) == rare


def test_chance_is_counted_as_the_sign_flip_test_counts_it() -> None:
    assert likely([0.1] * 6) == pytest.approx(2 / 64)
    assert likely([0.2, 0.1, 0.0]) == pytest.approx(4 / 8)
    assert fewest() == 6


def test_more_pictures_are_drawn_and_agree_with_the_t_test() -> None:
    from scipy import stats

    differences = np.random.default_rng(1).normal(0.03, 0.1, 30)
    assert likely(differences.tolist()) == pytest.approx(stats.ttest_1samp(differences, 0).pvalue, abs=0.02)


def test_the_interval_is_wilsons() -> None:
    from scipy import stats

    interval = stats.binomtest(80, 100).proportion_ci(method="wilson")
    assert half_width(100) == pytest.approx((interval.high - interval.low) / 2, abs=1e-4)
