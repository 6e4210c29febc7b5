"""`napari-unet train`: train a model on pictures and their masks."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path

from napari_unet.cli.flags import named
from napari_unet.cli.progress import Progress
from napari_unet.cli.samples import read_lesson
from napari_unet.core.errors import ModelError
from napari_unet.core.explaining import write_description
from napari_unet.core.model.refusing import refuse_replacing
from napari_unet.core.model.shipped import model_path, shipped
from napari_unet.core.search.trials import best_plan
from napari_unet.core.settings import Plan, Value
from napari_unet.core.settings.planning import Said, plan_from, preset_plan, said

INTERRUPTED = 130


def run(arguments: Namespace) -> int:
    """Train, saying how far it is; print where the model is, how good it was, and whether it is better than before."""
    refuse_overwriting(arguments.out, arguments.overwrite or arguments.resume)
    plan, start = plan_of(arguments), starting_model(arguments.start)
    with Progress() as progress:
        samples, files, names = read_lesson(arguments, progress)
        # Only now, when everything a person can have mistaken is checked: torch takes seconds to come up.
        from napari_unet.cli.learning import learn, score_line
        from napari_unet.core.recipe import keep_recipe, of_files
        from napari_unet.core.training import TrainingTask

        task = TrainingTask(
            name=arguments.out.resolve().name,
            kind=arguments.kind,
            class_names=names,
            plan=plan,
            start=start,
            out=arguments.out,
            stop=lambda: False,
            rivals=(start,) if start else (),
            resume=arguments.resume,
            said=said_in(arguments),
        )
        finished, compared = learn(samples, task, progress)
        if os.environ.get("RANK", "0") != "0":  # of several processes, the first one tells
            return 0
        write_description(task.out)
        keep_recipe(task, finished, samples, of_files(samples, files, task.out))
    print(finished.folder)
    print(score_line(finished.scores) or "not measured: no picture was kept out of learning")
    if compared:
        print(compared)
    return INTERRUPTED if finished.stopped == "asked" else 0


def plan_of(arguments: Namespace) -> Plan:
    """The plan that the flags describe: a preset or a file, a strength of random changes, and single settings."""
    base = best_plan(arguments.plan) if arguments.plan else preset_plan(arguments.preset)
    return plan_from(base, arguments.changes, _values(arguments))


def said_in(arguments: Namespace) -> Said:
    """Which settings the flags say something about."""
    return said(_values(arguments), arguments.preset, arguments.changes, file=bool(arguments.plan))


def _values(arguments: Namespace) -> dict[str, Value]:
    """The single settings that were given, of all groups."""
    return {name: value for group in Plan().groups().values() for name, value in named(arguments, group).items()}


def starting_model(word: str) -> Path | None:
    """What --start means: nothing, a model's folder, or one that came along. Raises ModelError for anything else."""
    if word == "none":
        return None
    if (path := model_path(word)).exists():
        return path
    raise ModelError(
        f"There is no starting model called {word!r}, and no model at that path.",
        f"These come along: {', '.join(shipped()) or 'none'}.",
        "Give one of them, the folder of a model you trained, or none.",
    )


def refuse_overwriting(model: Path, overwrite: bool) -> None:
    """Raises StorageError when there is a file in the way, or a model already that may not be replaced."""
    refuse_replacing(model, overwrite, "Choose another folder with --out", "replace it with --overwrite")
