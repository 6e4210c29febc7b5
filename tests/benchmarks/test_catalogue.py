"""The catalogue trains what it says, scores it, and does nothing twice."""

from __future__ import annotations

import argparse
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import catalogue
from benchmarks.datasets import dataset
from benchmarks.taught import Lesson, Taught
from napari_unet.core.data.synthesis import sample_data_folder
from napari_unet.core.settings import NetworkSettings, Plan, TrainingSettings

TINY = Plan(
    TrainingSettings(epochs=1, steps=2, patch=32, batch=2, device="cpu"), network=NetworkSettings(depth=1, width=4)
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three pictures, two to learn from."""
    root = tmp_path_factory.mktemp("data") / "nuclei"
    lines = ["file,split,category,kind,classes"]
    for number, file in enumerate(sorted((sample_data_folder() / "images").glob("*.tif"))[:3]):
        for part in ("images", "masks"):
            (root / part).mkdir(parents=True, exist_ok=True)
            shutil.copy(sample_data_folder() / part / file.name, root / part / file.name)
        lines.append(f"{file.name},{'val' if number == 2 else 'train'},round,instance,1..n=nucleus")
    (root / "manifest.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root.parent


@pytest.fixture(scope="module")
def taught(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Taught:
    """What came of a lesson, in processes of its own."""
    return Lesson(dataset(data, "nuclei"), tmp_path_factory.mktemp("lesson"), 0, 1).teach(TINY)


def test_every_plan_of_the_catalogue_is_another_one() -> None:
    tried = catalogue.plans(list(catalogue.CHANGES))
    assert next(iter(tried)) == catalogue.USUAL
    told_apart = {(json.dumps(plan.to_json()), catalogue.STARTS.get(title)) for title, plan in tried.items()}
    assert len(told_apart) == len(tried)
    assert set(catalogue.STARTS) < set(tried)
    assert {"preset classic", "preset plain", "residual", "attention", "nested", "dense"} <= set(tried)


def test_a_lesson_trains_and_scores_by_the_terminals_commands(taught: Taught) -> None:
    assert 0 <= taught.score <= 1
    assert taught.steps == 2
    assert taught.megabytes > 50
    assert taught.ms_per_step > 0


def test_what_was_measured_is_not_measured_again(
    data: Path, taught: Taught, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = argparse.Namespace(
        data=data, sets="nuclei", only="presets", minutes=1.0, learned=0, pictures=1, seeds=2, keep=tmp_path / "kept"
    )
    seen: list[Plan] = []
    once = Lesson.teach

    def teach(lesson: Lesson, plan: Plan, start: str) -> object:
        seen.append(plan)
        assert start == "none"
        assert (plan.training.minutes, plan.training.patience) == (1.0, 0)
        return once(lesson, TINY) if len(seen) == 1 else replace(taught, score=0.25)

    monkeypatch.setattr(Lesson, "teach", teach)
    rows = list(catalogue.measure(options))
    assert len(seen) == 8  # usual on small patches, usual, classic and plain, two seeds each
    named = ["nuclei, usual", "nuclei, preset usual", "nuclei, preset classic", "nuclei, preset plain"]
    assert [row.name for row in rows[:4]] == named
    assert list(catalogue.measure(options)) == rows
    assert len(seen) == 8


def test_classes_of_a_set_are_named_in_its_manifest(tmp_path: Path) -> None:
    (tmp_path / "sem").mkdir()
    text = "file,split,category,kind,classes\na.tif,train,SEM,semantic,0=background;1=axon;2=myelin\n"
    (tmp_path / "sem" / "manifest.csv").write_text(text, encoding="utf-8")
    assert dataset(tmp_path, "sem").entries("train")[0].classes == ("axon", "myelin")
