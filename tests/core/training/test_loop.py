"""Training as a whole: it learns, ends when it should, keeps the best, and takes in what is painted meanwhile."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from napari_unet.core.data.sample import FixedSet, Sample
from napari_unet.core.errors import DeviceError, MaskError, ModelError, PictureError, TrainingError, UnetError
from napari_unet.core.inference import predict
from napari_unet.core.model import load_model
from napari_unet.core.settings import InferenceSettings, Kind, NetworkSettings
from napari_unet.core.training import (
    Closing,
    EpochDone,
    Estimated,
    Finished,
    Noticed,
    Report,
    Started,
    Stepped,
    TrainingTask,
    train,
)
from napari_unet.core.training.beginning import first_network, new_card
from napari_unet.core.training.distributed import Ranks
from napari_unet.core.training.ending import finish
from napari_unet.core.training.judging.measuring import LARGEST
from napari_unet.core.training.learner import Learner
from napari_unet.core.training.precision import learning_precision
from napari_unet.core.training.starting import begin
from tests.core.training.scenes import discs, picture_of, scene, task_of
from tests.patience import SOON

PAIR = FixedSet((scene(0), scene(1)))


def run(samples: FixedSet, task: TrainingTask) -> list[Report]:
    return list(train(samples, task))


def learner_of(task: TrainingTask) -> Learner:
    return Learner(begin(task, PAIR.samples(), Ranks()), time.monotonic())


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_model(folder).network.state_dict()


def answer(folder: Path, sample: Sample) -> np.ndarray:
    model = load_model(folder)
    out = np.zeros((len(model.card.outputs), *sample.annotation.shape), np.float32)
    for _ in predict(model, sample.image, InferenceSettings(device="cpu"), out, lambda: False):
        pass
    return out


@pytest.mark.parametrize("kind", ["objects", "regions"])
def test_learns_one_picture_by_heart(kind: Kind, tmp_path: Path) -> None:
    sample = scene(3)
    if kind == "regions":
        sample = dataclasses.replace(sample, annotation=np.minimum(sample.annotation, 2))
    reports = run(FixedSet((sample,)), task_of(tmp_path, kind, epochs=1, steps=60, rate=0.02))
    losses = [report.loss for report in reports if isinstance(report, Stepped)]
    assert np.mean(losses[-5:]) < np.mean(losses[:5]) / 2
    found = answer(tmp_path, sample)[0 if kind == "objects" else 1] > 0.5
    truth = discs(3) > 0
    assert 2 * (found & truth).sum() / (found.sum() + truth.sum()) > 0.9


def test_tells_how_it_begins_goes_on_and_ends(tmp_path: Path) -> None:
    reports = run(PAIR, task_of(tmp_path))
    assert [type(report) for report in reports if not isinstance(report, Noticed)] == [
        Started, Estimated, Stepped, Stepped, Stepped, EpochDone, Estimated, Stepped, Stepped, Stepped, EpochDone,
        Closing, Closing, Finished,
    ]  # fmt: skip
    assert [report.measured for report in reports if isinstance(report, Estimated)] == [False, True]
    started, finished = reports[0], reports[-1]
    assert (started.learned, started.measured, started.note) == (1, 1, "")
    assert [report.step for report in reports if isinstance(report, Stepped)] == [1, 2, 3, 4, 5, 6]
    assert all(report.steps == 6 for report in reports if isinstance(report, Stepped))
    assert (finished.stopped, finished.epochs, finished.folder) == ("done", 2, str(tmp_path))
    assert {"dice", "ap50"} <= set(finished.scores)


def test_the_folder_holds_the_model_its_card_the_last_state_and_a_line_an_epoch(tmp_path: Path) -> None:
    task = task_of(tmp_path / "new" / "model")
    finished = run(PAIR, task)[-1]
    card = load_model(task.out).card
    assert {path.name for path in task.out.iterdir()} == {
        "model.safetensors", "model.json", "last.safetensors", "metrics.jsonl",
    }  # fmt: skip
    lines = [json.loads(line) for line in (task.out / "metrics.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2]
    assert card.scores == finished.scores
    assert card.precision == str(learning_precision("cpu", "auto")).removeprefix("torch.")
    assert (card.plan, card.class_names) == (task.plan, ("cell",))
    assert set(card.data) == {"scene0", "scene1"}
    assert len(card.validation) == 1
    assert load_model(task.out / "last.safetensors").card.name == "test"


def test_the_same_seed_gives_the_same_model_bit_by_bit(tmp_path: Path) -> None:
    for name in ("one", "two"):
        run(PAIR, task_of(tmp_path / name, seed=3))
    run(PAIR, task_of(tmp_path / "other", seed=4))
    one, two, other = (weights(tmp_path / name) for name in ("one", "two", "other"))
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert not torch.equal(one["head.weight"], other["head.weight"])


def test_asked_to_stop_it_stops_at_once_and_keeps_the_best(tmp_path: Path) -> None:
    steps = 0

    def stop() -> bool:
        return steps >= 4

    reports = []
    for report in train(PAIR, task_of(tmp_path, stop=stop, epochs=50)):
        reports.append(report)
        steps += isinstance(report, Stepped)
    assert steps == 4
    assert reports[-1].stopped == "asked"
    assert load_model(tmp_path).card.epochs_done == 1


def test_asked_to_stop_in_the_first_epoch_it_keeps_what_there_is(tmp_path: Path) -> None:
    asked = iter([False] * 2)
    reports = run(PAIR, task_of(tmp_path, stop=lambda: next(asked, True)))
    assert reports[-1].stopped == "asked"
    assert load_model(tmp_path).card.name == "test"


def test_minutes_are_a_bound_and_the_rate_has_fallen_by_then(tmp_path: Path) -> None:
    begun = time.monotonic()
    reports = run(PAIR, task_of(tmp_path, epochs=100_000, minutes=0.03, steps=5))
    taken = time.monotonic() - begun
    assert taken < 0.03 * 60 + SOON
    assert reports[-1].stopped == "time"
    left = [report.seconds_left for report in reports if isinstance(report, Stepped)]
    assert left[-1] < 2
    assert load_model(tmp_path).card.epochs_done > 0


def test_patience_ends_what_gets_no_better(tmp_path: Path) -> None:
    blank = scene(1, annotation=np.ones((64, 64), np.uint16), validation=True)  # its score is 1 from the start or never
    reports = run(FixedSet((scene(0), blank)), task_of(tmp_path, epochs=60, steps=1, rate=1e-6, patience=3))
    epochs = [report for report in reports if isinstance(report, EpochDone)]
    assert reports[-1].stopped == "patience"
    assert len(epochs) < 60
    assert len({report.scores["dice"] for report in epochs[-4:]}) == 1


def test_a_single_picture_is_learned_without_a_score_and_it_says_so(tmp_path: Path) -> None:
    reports = run(FixedSet((scene(0),)), task_of(tmp_path))
    assert "second picture" in reports[0].note
    assert reports[-1].scores == {}
    assert load_model(tmp_path).card.epochs_done == 2


def test_without_a_score_there_is_no_patience_to_lose(tmp_path: Path) -> None:
    assert run(FixedSet((scene(0),)), task_of(tmp_path, epochs=4, patience=2))[-1].stopped == "done"


def test_a_measuring_that_was_broken_off_does_not_replace_the_best(tmp_path: Path) -> None:
    asked = False
    learner = learner_of(task_of(tmp_path, stop=lambda: asked))
    first = learner.end_epoch(1, [1.0])
    asked = True
    second = learner.end_epoch(2, [1.0])
    assert (first.best, second.best) == (True, False)
    assert first.scores
    assert load_model(tmp_path).card.epochs_done == 1


def test_the_latest_model_wins_if_it_is_better_once_cleaned_up(tmp_path: Path) -> None:
    learner = learner_of(task_of(tmp_path))
    learner.end_epoch(1, [1.0])
    learner.epoch = 2
    network = learner.optimising.average.network
    network.load_state_dict(by_heart(tmp_path / "teacher"))
    finished = list(finish(learner, "done"))[-1]
    assert load_model(tmp_path).card.epochs_done == 2
    assert finished.scores["dice"] > 0.8
    assert torch.equal(weights(tmp_path)["head.weight"], network.head.weight)


def by_heart(out: Path) -> dict[str, torch.Tensor]:
    run(FixedSet((scene(0), scene(1))), task_of(out, epochs=1, steps=60, rate=0.02, validation=0.0))
    return weights(out)


class Painting:
    """A training set on which somebody paints between the third and the fourth look."""

    def __init__(self, before: Sample, after: Sample) -> None:
        self.before, self.after, self.looks = before, after, 0

    def samples(self) -> Sequence[Sample]:
        return (self.before,)

    def changed(self) -> Sequence[Sample]:
        self.looks += 1
        return (self.after,) if self.looks == 4 else ()


def test_strokes_painted_meanwhile_count_from_the_next_step_on(tmp_path: Path) -> None:
    annotation = np.zeros((64, 64), np.uint16)
    annotation[30:32, 30:32], annotation[34:36, 34:36] = 1, 2
    before = scene(0, annotation=annotation, complete=False)
    after = scene(0)
    reports = run(Painting(before, after), task_of(tmp_path, epochs=1, steps=6, batch=1))
    labelled = [report.labelled_pixels for report in reports if isinstance(report, Stepped)]
    assert max(labelled[:3]) <= 8
    assert min(labelled[3:]) > 1000


@pytest.mark.parametrize("case", ["class", "channels", "constant"])
def test_what_comes_meanwhile_and_does_not_fit_ends_nothing(case: str, tmp_path: Path) -> None:
    discs_alone = np.where(discs(0) > 0, 2, 1).astype(np.uint16)
    before = scene(0, annotation=discs_alone)
    after = {
        "class": dataclasses.replace(
            before, annotation=discs_alone + (discs_alone == 2)
        ),  # a class that was just added
        "channels": scene(1, image=np.repeat(before.image, 2, axis=0), annotation=discs_alone),
        "constant": scene(1, image=np.ones((1, 64, 64)), annotation=discs_alone),
    }
    reports = run(Painting(before, after[case]), task_of(tmp_path, "regions", epochs=1, steps=6))
    assert isinstance(reports[-1], Finished)


class Damaged(FixedSet):
    """A training set of which something cannot be read any more."""

    def changed(self) -> Sequence[Sample]:
        raise MaskError("The annotation of scene0 cannot be read.")


def test_what_cannot_be_read_any_more_ends_nothing(tmp_path: Path) -> None:
    assert run(Damaged(PAIR.items), task_of(tmp_path))[-1].stopped == "done"


@pytest.mark.parametrize("new", [{"validation": True}, {"annotation": np.zeros((64, 64), int), "complete": False}])
def test_what_comes_meanwhile_and_is_kept_out_of_learning_or_not_painted_is_not_said_to_be_learned(
    new: dict[str, object], tmp_path: Path
) -> None:
    run(Painting(scene(0), scene(1, **new)), task_of(tmp_path, epochs=2, steps=6))
    assert set(load_model(tmp_path).card.data) == {"scene0"}


def test_a_large_picture_is_measured_as_it_is_segmented(tmp_path: Path) -> None:
    image = np.zeros((1, LARGEST + 8, LARGEST + 8), np.uint16)
    image[:, :2] = 9  # outside the window that is measured, in which there is nothing to see
    measured = Sample("large", image, np.ones(image.shape[1:], np.uint16), complete=True, validation=True)
    reports = run(FixedSet((scene(0), measured)), task_of(tmp_path, epochs=1))
    assert "ap50" in reports[-1].scores


def test_samples_of_one_name_are_all_learned_from(tmp_path: Path) -> None:
    samples = FixedSet(tuple(scene(seed, name="image") for seed in range(4)))
    assert [sample.name for sample in samples.samples()] == ["image", "image-2", "image-3", "image-4"]
    started = next(train(samples, task_of(tmp_path)))
    assert (started.learned, started.measured) == (3, 1)


def test_goes_on_from_an_earlier_model(tmp_path: Path) -> None:
    sample = FixedSet((scene(3),))
    first = task_of(tmp_path / "first", epochs=1, steps=60, rate=0.02)
    fresh = run(sample, first)
    second = dataclasses.replace(task_of(tmp_path / "second", epochs=1), start=first.out)
    second = dataclasses.replace(second, plan=dataclasses.replace(second.plan, network=NetworkSettings()))
    again = run(sample, second)
    losses = [[report.loss for report in reports if isinstance(report, Stepped)] for reports in (fresh, again)]
    assert max(losses[1]) < losses[0][0] / 2
    card = load_model(second.out).card
    assert (card.start, card.plan.network) == ("test", first.plan.network)
    assert "keeps the shape of test: depth 2, width 4" in again[0].note


def test_another_network_may_take_what_fits_of_an_earlier_model(tmp_path: Path) -> None:
    sample = FixedSet((scene(3),))
    first = task_of(tmp_path / "first", epochs=1)
    run(sample, first)
    second = dataclasses.replace(task_of(tmp_path / "second", epochs=1, keep_network=False), start=first.out)
    deeper = dataclasses.replace(second.plan.network, depth=3)
    second = dataclasses.replace(second, plan=dataclasses.replace(second.plan, network=deeper))
    again = run(sample, second)
    assert load_model(second.out).card.plan.network == deeper
    assert "From test," in again[0].note
    assert "anew:" in again[0].note


def test_a_score_on_pictures_that_the_start_has_learned_from_is_called_flattering(tmp_path: Path) -> None:
    run(PAIR, task_of(tmp_path / "first", epochs=1, steps=1))
    learned = next(s for s in PAIR.items if s.name not in load_model(tmp_path / "first").card.validation)
    task = dataclasses.replace(task_of(tmp_path / "second"), start=tmp_path / "first")
    fair, flattering = PAIR, FixedSet((dataclasses.replace(learned, validation=True), scene(2)))
    assert next(train(fair, task)).note == ""
    assert "has learned from 1 of the 1 pictures that measure" in next(train(flattering, task)).note


def test_a_grey_model_goes_on_with_colour(tmp_path: Path) -> None:
    run(FixedSet((scene(3),)), task_of(tmp_path / "grey"))
    colour = scene(3, image=np.repeat(picture_of(discs(3), 3), 3, axis=0), colour=True)
    run(
        FixedSet((colour,)),
        dataclasses.replace(task_of(tmp_path / "colour", steps=1, epochs=1, rate=1e-6), start=tmp_path / "grey"),
    )
    grey, coloured = (load_model(tmp_path / name) for name in ("grey", "colour"))
    assert (coloured.card.channels, coloured.card.colour) == (3, True)
    name = "down.0.0.weight"
    torch.testing.assert_close(
        coloured.network.state_dict()[name].sum(1, keepdim=True), grey.network.state_dict()[name], atol=1e-4, rtol=0
    )


def test_a_model_of_the_other_kind_lends_everything_but_its_last_layer(tmp_path: Path) -> None:
    run(FixedSet((scene(3),)), task_of(tmp_path / "objects"))
    objects = load_model(tmp_path / "objects")
    task = dataclasses.replace(task_of(tmp_path, "regions"), class_names=("a", "b"))
    network, left = first_network(new_card([scene(3)], task, objects), objects)
    assert "anew: the answer layer" in left
    assert torch.equal(network.state_dict()["up.0.0.weight"], objects.network.state_dict()["up.0.0.weight"])
    assert not torch.equal(network.head.weight, objects.network.head.weight)


def test_regions_learn_classes(tmp_path: Path) -> None:
    task = dataclasses.replace(task_of(tmp_path, "regions"), class_names=("a", "b", "c"))
    annotation = np.where(discs(0) > 3, 3, np.minimum(scene(0).annotation, 2)).astype(np.uint16)
    reports = run(FixedSet((scene(0, annotation=annotation),)), task)
    assert "Nothing is painted as c yet" in " ".join(one.sentence for one in reports if isinstance(one, Noticed))
    assert load_model(tmp_path).card.outputs == ("background", "a", "b", "c")


EMPTY = np.zeros((64, 64), np.uint16)
UNUSABLE = {
    "no picture": ((), TrainingError, "no picture"),
    "no label": ((scene(0, annotation=EMPTY, complete=False),), TrainingError, "None of the 1 pictures has a label"),
    "only background": ((scene(0, annotation=EMPTY + 1),), TrainingError, "Only background"),
    "only cells": ((scene(0, annotation=EMPTY + 2),), TrainingError, "No background"),
    "NaN": (
        (scene(0, image=np.full((1, 64, 64), np.nan)),),
        PictureError,
        "scene0 has 4096 pixels that are not numbers",
    ),
    "constant": ((scene(0, image=np.ones((1, 64, 64))),), PictureError, "scene0 has the same value everywhere"),
    "channels": (
        (scene(0), scene(1, image=np.random.default_rng(0).random((2, 64, 64)))),
        ModelError,
        "scene0 has 1.*2",
    ),
    "all for validation": ((scene(0, validation=True),), TrainingError, "marked for validation"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_what_cannot_be_learned_is_said_before_it_begins(case: str, tmp_path: Path) -> None:
    samples, kind, sentence = UNUSABLE[case]
    with pytest.raises(UnetError, match=sentence) as caught:
        next(train(FixedSet(samples), task_of(tmp_path / "model")))
    assert type(caught.value) is kind
    assert not (tmp_path / "model").exists()


def test_a_class_without_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"class 2, but there are 1 classes"):
        next(train(FixedSet((scene(0),)), task_of(tmp_path, "regions")))


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has the card")
def test_a_card_that_is_not_there_is_not_replaced_in_silence(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="cuda"):
        next(train(PAIR, task_of(tmp_path, device="cuda")))
