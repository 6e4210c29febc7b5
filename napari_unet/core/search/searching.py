"""The search: one short training after the other, all measured on the same pictures."""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from napari_unet.core import training
from napari_unet.core.data.fingerprint import fingerprint
from napari_unet.core.data.sample import FixedSet, Sample, TrainingSet
from napari_unet.core.errors import PictureError, StorageError, TrainingError, UnetError
from napari_unet.core.fitting import merit
from napari_unet.core.inference.device import pick_device
from napari_unet.core.model.card import RESUME, WEIGHTS
from napari_unet.core.search.proposing import check_method, how_many, next_values
from napari_unet.core.search.report import Searched, TrialDone
from napari_unet.core.search.space import Space
from napari_unet.core.search.trials import Trial, append, begin, keep_best, mend, ranked, trial_folder
from napari_unet.core.settings import Plan, SearchSettings, Value
from napari_unet.core.training.beginning import channels_of, check_learnable
from napari_unet.core.training.judging.division import divide
from napari_unet.core.training.report import EpochDone, Finished, Report
from napari_unet.core.training.task import TrainingTask

FEWEST = 3
"""So many tries must have passed half their time before another is given up against them."""

SearchReport = Report | TrialDone | Searched


def search(
    samples: TrainingSet, task: TrainingTask, space: Space, settings: SearchSettings, folder: Path
) -> Generator[SearchReport]:
    """Try plans: `task.plan` with the values of the space put in. A search that was broken off goes on.

    Yields every training's reports, a TrialDone after each, and Searched at the end. Each try has the time of the
    settings (and the epochs of the plan, should those end first) and the same pictures measure in all. A try whose best
    score at half its time is below the median of the others' is given up (the median rule of Golovin et al. 2017).
    `task.name` and `task.out` are not used: every try has a folder of its own, and only the best keeps its model.

    Raises
    ------
    SettingsError : the method cannot search this space.
    TrainingError : no picture can be kept out to measure, or there is nothing to learn.
    ModelError, DeviceError : no plan could be tried: pictures of different channels, or no such device.
    StorageError : the folder holds something else, or cannot be written.
    """
    check_method(space, settings)
    fixed = _divided(samples.samples(), task.plan)
    _check_possible(fixed.samples(), task)
    begin(folder, _identity(space, settings, task, fixed))
    done, trials = mend(folder), how_many(space, settings)
    while len(done) < trials and not task.stop():
        trying = _Trying(done, settings, task.stop)
        values = next_values(space, settings, done)
        yield from _tried(fixed, _task(task, settings, values, trial_folder(folder, len(done) + 1)), trying)
        if task.stop():
            break  # a try that was broken off is tried again
        done.append(trying.trial(len(done) + 1, values))
        append(folder, done[-1])
        _keep(folder, done, task.plan)
        yield _told(done[-1], trials)
    yield _best(done, folder)


@dataclass
class _Trying:
    """One try while it runs."""

    others: Sequence[Trial]
    settings: SearchSettings
    asked: Callable[[], bool]
    begun: float = field(default_factory=time.monotonic)
    top: float = 0.0
    half: float | None = None
    pruned: bool = False
    scores: dict[str, float] = field(default_factory=dict)
    failed: str = ""

    def stop(self) -> bool:
        """Whether the training is to end now."""
        return self.pruned or self.asked()

    def see(self, report: Report) -> None:
        """Follow the training; at half its time, decide whether it is given up."""
        if isinstance(report, EpochDone):
            self.top = max(self.top, merit(report.scores))
            if self.half is None and self._share(report) >= 0.5:
                self.half = self.top
                self.pruned = self.settings.pruning and self._is_behind()
        elif isinstance(report, Finished):
            self.scores = report.scores

    def trial(self, number: int, values: dict[str, Value]) -> Trial:
        """The try as it ended."""
        return Trial(
            number=number,
            values=values,
            score=merit(self.scores),
            seconds=round(time.monotonic() - self.begun, 1),
            pruned=self.pruned,
            half=self.half,
            scores=self.scores,
            failed=self.failed,
        )

    def _share(self, report: EpochDone) -> float:
        by_time = (time.monotonic() - self.begun) / (60 * self.settings.trial_minutes)
        return max(by_time, report.epoch / report.epochs)

    def _is_behind(self) -> bool:
        halves = [trial.half for trial in self.others if trial.half is not None]
        return len(halves) >= FEWEST and self.top < statistics.median(halves)


def _tried(samples: FixedSet, task: TrainingTask, trying: _Trying) -> Generator[Report]:
    """Train one plan. What only this plan cannot do, such as a network too deep, is noted and the search goes on."""
    try:
        for report in training.train(samples, dataclasses.replace(task, stop=trying.stop)):
            trying.see(report)
            yield report
    except (StorageError, PictureError):
        raise
    except UnetError as error:
        trying.failed = error.sentence


def _divided(samples: Sequence[Sample], plan: Plan) -> FixedSet:
    """The samples, each told whether it measures. Parts of pictures are the same for every seed anyway."""
    division = divide(samples, plan.training.validation, plan.training.seed)
    if not division.measured:
        raise TrainingError(
            "No picture is kept out of learning, so no plan could be told from another.",
            "A search measures every plan on pictures it has not learned from.",
            "Label a second picture completely, or keep a share for validation.",
        )
    if division.parts:
        return FixedSet(tuple(samples))
    measured = {sample.name for sample in division.measured}
    return FixedSet(tuple(dataclasses.replace(sample, validation=sample.name in measured) for sample in samples))


def _check_possible(samples: Sequence[Sample], task: TrainingTask) -> None:
    """What no plan could do is an error before the first try, and not the failure of each. Raises as `search`."""
    check_learnable(samples, task)
    channels_of(samples, task.plan.preprocessing.channels)
    pick_device(task.plan.training.device)


def _identity(space: Space, settings: SearchSettings, task: TrainingTask, samples: FixedSet) -> dict[str, object]:
    """What a search is: with any of this changed, its tries could not be compared. More of them may be asked for."""
    return {
        "space": {name: part.words for name, part in space.items()},
        "settings": {name: value for name, value in settings.to_json().items() if name != "trials"},
        "plan": task.plan.to_json(),
        "kind": task.kind,
        "class_names": list(task.class_names),
        "start": str(task.start or ""),
        "pictures": {sample.name: [fingerprint(sample), sample.validation] for sample in samples.samples()},
    }


def _task(task: TrainingTask, settings: SearchSettings, values: dict[str, Value], out: Path) -> TrainingTask:
    plan = task.plan.with_values({**values, "minutes": settings.trial_minutes})
    return dataclasses.replace(task, name=f"try {int(out.name)}", plan=plan, out=out, rivals=(), resume=False)


def _keep(folder: Path, done: Sequence[Trial], plan: Plan) -> None:
    """Write down the best plan, and forget the weights of all other tries."""
    best = ranked(done)[0]
    if not best.failed:
        keep_best(folder, best, plan.with_values(best.values))
    for trial in done:
        (trial_folder(folder, trial.number) / RESUME).unlink(missing_ok=True)
        if trial != best:
            (trial_folder(folder, trial.number) / WEIGHTS).unlink(missing_ok=True)


def _told(trial: Trial, trials: int) -> TrialDone:
    return TrialDone(trial.number, trials, trial.values, trial.score, trial.seconds, trial.pruned, trial.failed)


def _best(done: Sequence[Trial], folder: Path) -> Searched:
    best = ranked(done)[:1]
    return Searched(best[0].values if best else {}, best[0].score if best else 0.0, str(folder))
