"""`napari-unet search`: try plans for a short time each, and keep the best."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import Any

from napari_unet.cli.flags import given, named, spelled
from napari_unet.cli.progress import Progress, spoken
from napari_unet.cli.samples import class_names, read_samples
from napari_unet.cli.train import INTERRUPTED, plan_of
from napari_unet.core.search.report import TrialDone
from napari_unet.core.search.space import parse_space
from napari_unet.core.search.trials import BEST, Trial, ranked, read_trials
from napari_unet.core.settings import SearchSettings, Value
from napari_unet.core.settings.training import MOST_EPOCHS
from napari_unet.core.training.report import EpochDone, Stepped


def run(arguments: Namespace) -> int:
    """Search until all tries are done or Ctrl+C is pressed; print the tries, the best first."""
    space, settings, plan = parse_space(arguments.vary), given(arguments, SearchSettings()), plan_of(arguments)
    if "epochs" not in named(arguments, plan.training):
        plan = plan.with_values({"epochs": MOST_EPOCHS})  # all of a try's time is used
    with Progress() as progress:
        samples, _ = read_samples(arguments.pictures, arguments.masks, arguments.kind, progress, arguments.axes)
        names = class_names(arguments.kind, arguments.classes, samples)
        from napari_unet.cli.cores import use_every_core
        from napari_unet.cli.interrupt import asked_to_stop
        from napari_unet.core.data.sample import FixedSet
        from napari_unet.core.search import search
        from napari_unet.core.training import TrainingTask

        use_every_core()
        with asked_to_stop() as stop:
            task = TrainingTask("search", arguments.kind, names, plan, None, arguments.out, stop)
            for report in search(FixedSet(tuple(samples)), task, space, settings, arguments.out):
                _tell(report, progress)
            stopped = stop()
    trials = ranked(read_trials(arguments.out))
    if trials:
        print(table(trials))
        print(f"The best plan is in {arguments.out / BEST}; train with it: --plan {arguments.out / BEST}")
    return INTERRUPTED if stopped else 0


def table(trials: Sequence[Trial]) -> str:
    """A line per try: its score, its time, its values, and what became of it."""
    lines = ["rank   score      time   try  values"]
    for rank, trial in enumerate(trials, 1):
        fate = f"  (failed: {trial.failed})" if trial.failed else "  (given up at half time)" if trial.pruned else ""
        head = f"{rank:>4}   {trial.score:.3f}  {spoken(trial.seconds):>8}  {trial.number:>4}"
        lines.append(f"{head}  {_values(trial.values)}{fate}")
    return "\n".join(lines)


def _values(values: dict[str, Value]) -> str:
    return "  ".join(f"{name}={spelled(value)}" for name, value in values.items())


def _tell(report: Any, progress: Progress) -> None:
    match report:
        case TrialDone():
            fate = f"failed: {report.failed}" if report.failed else f"score {report.score:.3f}"
            given_up = ", given up at half time" if report.pruned else ""
            progress.say(f"try {report.number} of {report.trials} · {fate}{given_up} · {_values(report.values)}")
        case Stepped():
            progress.show(f"epoch {report.epoch} · step {report.step} · loss {report.loss:.3f}")
        case EpochDone():
            progress.show(f"epoch {report.epoch} · loss {report.loss:.3f}")
