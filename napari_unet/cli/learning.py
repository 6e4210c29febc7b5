"""Training in this process, told as it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from napari_unet.cli.cores import use_every_core
from napari_unet.cli.interrupt import asked_to_stop
from napari_unet.cli.progress import Progress, spoken
from napari_unet.core import training
from napari_unet.core.data.sample import FixedSet, Sample
from napari_unet.core.settings.training import MOST_EPOCHS
from napari_unet.core.training.report import (
    Closing,
    Compared,
    EpochDone,
    Estimated,
    Finished,
    FoldDone,
    Noticed,
    Report,
    Started,
    Stepped,
)

if TYPE_CHECKING:
    from napari_unet.core.training import TrainingTask

SCORES = {"ap50": "AP@0.5", "class_ap50": "with class", "dice": "Dice"}
ENDINGS = {
    "done": "Trained",
    "time": "The time limit ended the training",
    "patience": "The score rose no further, so the training ended",
    "asked": "Stopped, keeping the best model,",
}


def learn(samples: Sequence[Sample], task: TrainingTask, progress: Progress) -> tuple[Finished, str]:
    """Train on samples in memory, on every core, until it is done or Ctrl+C is pressed.

    Returns how it ended, and the sentence of the comparison with the model it started from. Raises as training does.
    """
    use_every_core()
    ended, compared = None, ""
    with asked_to_stop() as stop:
        for report in training.train(FixedSet(tuple(samples)), replace(task, stop=stop)):
            tell(report, progress)
            if isinstance(report, Finished):
                ended = report
            elif isinstance(report, Compared):
                compared = report.sentence
    assert ended is not None, "training ends with a Finished report"
    return ended, compared


def score_line(scores: dict[str, float]) -> str:
    """The scores a person compares models by; empty without any."""
    known = [f"{label} {scores[key]:.3f}" for key, label in SCORES.items() if key in scores]
    return f"{' · '.join(known)} on the validation pictures" if known else ""


def tell(report: Report, progress: Progress) -> None:
    """Say what a report means, in a line that stays or passes."""
    match report:
        case Started():
            pictures = f"{report.learned} pictures to learn from, {report.measured} to measure on"
            progress.say(f"{report.device}; {pictures}; {report.parameters:,} weights")
            if report.note:
                progress.say(f"Note: {report.note}")
        case Estimated() if report.seconds > 0:
            seen = "As it looks now" if report.measured else "Estimated before the start"
            memory = f", at most {report.memory / 1e9:.1f} GB of memory" if report.memory else ""
            progress.say(f"{seen}: about {spoken(report.seconds)} of learning{memory}.")
        case Noticed():
            progress.say(f"Noticed: {report.sentence}")
        case FoldDone():
            scores = score_line(report.scores)
            progress.say(f"Fold {report.fold} of {report.folds} is done{f': {scores}' if scores else ''}.")
        case Stepped():
            left = f" · {spoken(report.seconds_left)} left" if report.seconds_left > 0 else ""
            progress.show(f"epoch {report.epoch} · step {report.step} of {report.steps} · loss {report.loss:.3f}{left}")
        case EpochDone():
            scores = score_line(report.scores)
            best = " (best so far)" if report.best else ""
            of = f" of {report.epochs}" if report.epochs < MOST_EPOCHS else ""
            text = f"epoch {report.epoch}{of} · loss {report.loss:.3f}"
            progress.say(" · ".join(part for part in (text, scores) if part) + best)
        case Closing():
            progress.show(f"{report.doing}{f' · {report.done:.0%}' if report.done else ''}")
        case Finished():
            epochs = f"{report.epochs} epoch{'s' if report.epochs != 1 else ''}"
            progress.say(f"{ENDINGS[report.stopped]} after {epochs} in {spoken(report.seconds)}.")
            if report.note:
                progress.say(f"Note: {report.note}")
