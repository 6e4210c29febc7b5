"""The search for better settings: begun, gone on with, and its best taken."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from napari_unet.core.data.json_file import read_json
from napari_unet.core.errors import SettingsError, UnetError
from napari_unet.core.search.report import Searched, TrialDone
from napari_unet.core.search.space import parse_space
from napari_unet.core.search.trials import BEST, SEARCH, best_plan, read_trials
from napari_unet.core.settings import Plan, SearchSettings
from napari_unet.core.settings.training import MOST_EPOCHS
from napari_unet.core.training.report import EpochDone, Report
from napari_unet.engine.messages import Search
from napari_unet.session.job import Job
from napari_unet.session.jobs import Learning as Kind
from napari_unet.session.opened import told
from napari_unet.session.sharing import Sharing

SEARCHES = "searches"
"""The folder of a project that searches are kept in."""

Points = list[tuple[float, float]]


class Searching(Sharing):
    """One search at a time; the newest one of the project is on show."""

    def __init__(self) -> None:
        super().__init__()
        self.tries: tuple[TrialDone, ...] = ()
        self.try_curves: dict[int, Points] = {}  # for each try of this sitting, its score by epoch
        self.tries_wanted = 0

    def why_no_space(self, space: Sequence[str], settings: SearchSettings) -> str:
        """Why this cannot be searched, as a sentence; empty when it can."""
        from napari_unet.core.search.proposing import check_method  # only here: it may bring optuna

        try:
            check_method(parse_space(space), settings)
        except SettingsError as error:
            return error.sentence
        return ""

    @told("train")
    def search(self, space: Sequence[str]) -> None:
        """Try plans in which the settings that `space` names vary; the others are as they are."""
        project = self._ready_to_learn()
        # The time decides how long each try is, so that the quicker network is not held back.
        plan = self.plan.with_values({"epochs": MOST_EPOCHS})
        number = 1 + max((int(folder.name) for folder in self._searches()), default=0)
        self.tries, self.try_curves = (), {}
        self._try(plan, tuple(space), project.folder / SEARCHES / f"{number:03}", self._start_folder())

    @told("train")
    def search_on(self) -> None:
        """Go on with the newest search where it was."""
        folder = self._newest()
        if folder is None:
            return
        self._ready_to_learn()
        try:
            kept = read_json(folder / SEARCH)
            settings = {**kept["settings"], "trials": self._search_settings().trials}
            self.set_settings("search", SearchSettings.from_json(settings))
            space = tuple(f"{name}={part}" for name, part in kept["space"].items())
            self._try(Plan.from_json(kept["plan"]), space, folder, str(kept["start"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise SettingsError(f"The search in {folder} is damaged ({error}).", "", "Begin a new one.") from error

    def can_search_on(self) -> bool:
        """Whether the newest search has tries to go."""
        return self._newest() is not None and 0 < len(self.tries) < self._search_settings().trials

    @told("train")
    def use_best(self) -> None:
        """Take the best settings that the newest search found; how long to train stays as it is."""
        folder = self._newest()
        if folder is None:
            return
        mine = self.plan.training
        found = best_plan(folder).with_values({"epochs": mine.epochs, "minutes": mine.minutes, "device": mine.device})
        self.take_plan(found)
        self.said.emit("train", "The project has the best settings that the search found.")

    def can_use_best(self) -> bool:
        """Whether the newest search has found settings."""
        folder = self._newest()
        return folder is not None and (folder / BEST).exists()

    def reported(self, kind: Kind, report: Report | TrialDone | Searched) -> None:
        """A search tells how far it is."""
        if kind != "search":
            super().reported(kind, report)  # type: ignore[arg-type]  # reports of a search come of no other job
            return
        if isinstance(report, TrialDone):
            self.tries, self.tries_wanted = (*self.tries, report), report.trials
            self._show_tries()
        elif isinstance(report, EpochDone):
            score = report.scores.get("ap50", report.scores.get("dice"))
            if score is not None:
                self.try_curves.setdefault(len(self.tries) + 1, []).append((report.epoch, score))
        else:
            return
        self.search_changed.emit()

    @told("train")
    def ended(self, job: Job) -> None:
        """A search is over: say how many plans were tried."""
        if job.kind == "search":
            self.said.emit("train", _came_of(self.tries))
            self.search_changed.emit()
        super().ended(job)

    def lost(self, job: Job | None) -> None:
        """A search that ended badly, perhaps before it began: the newest that is on the disk shows."""
        if job is not None and job.kind == "search" and self.project is not None:
            self._show_newest()
        super().lost(job)

    def _try(self, plan: Plan, space: tuple[str, ...], folder: Path, start: str) -> None:
        project, settings = self.need_project(), self._search_settings()
        command = Search(
            project=str(project.folder),
            kind=project.kind,
            class_names=project.class_names,
            plan=plan.to_json(),
            space=space,
            settings=settings.to_json(),
            folder=str(folder),
            start=start,
        )
        self.tries_wanted = settings.trials
        self.jobs.learn("search", command, "Search · reading the pictures")
        self._show_tries()
        self.search_changed.emit()

    def _show_tries(self) -> None:
        """Show how far the search is."""
        done, wanted = len(self.tries), max(self.tries_wanted, 1)
        each = sum(one.seconds for one in self.tries) / done if done else 60 * self._search_settings().trial_minutes
        text = f"Search · try {min(done + 1, wanted)} of {wanted}"
        self.jobs.show_progress(text, done / wanted, each * (wanted - done))

    def _search_settings(self) -> SearchSettings:
        settings = self.settings("search")
        assert isinstance(settings, SearchSettings)
        return settings

    def _searches(self) -> list[Path]:
        folder = self.need_project().folder / SEARCHES
        return sorted(path for path in folder.glob("*") if path.name.isdecimal() and path.is_dir())

    def _newest(self) -> Path | None:
        return next(reversed(self._searches()), None) if self.project is not None else None

    def _forget_results(self) -> None:
        super()._forget_results()
        self.tries, self.try_curves, self.tries_wanted = (), {}, 0

    def _load_models(self) -> None:
        """Show the tries of the newest search again."""
        super()._load_models()
        self._show_newest()

    def _show_newest(self) -> None:
        self.tries, self.try_curves, self.tries_wanted = (), {}, 0
        if (folder := self._newest()) is not None:
            with suppress(OSError, UnetError):
                trials = read_trials(folder)
                self.tries = tuple(
                    TrialDone(one.number, len(trials), one.values, one.score, one.seconds, one.pruned, one.failed)
                    for one in trials
                )
        self.search_changed.emit()


def _came_of(tries: Sequence[TrialDone]) -> str:
    """What a search has found so far, as a sentence."""
    scores = [one.score for one in tries if not one.failed]
    if not scores:
        return "The search has no result yet: none of its tries was trained to an end."
    return f"Tried {len(tries)} plan{'s' if len(tries) != 1 else ''}; the best scored {max(scores):.2f}."
