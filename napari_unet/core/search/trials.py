"""What was tried, on the disk: one line a try, so that a search that was killed goes on where it was."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from napari_unet.core.data.atomic import atomic_path, storage_errors, write_json
from napari_unet.core.data.json_file import parse_json, read_json
from napari_unet.core.errors import SettingsError, StorageError
from napari_unet.core.search.report import TrialDone
from napari_unet.core.settings import Plan, Value

TRIALS = "trials.jsonl"
SEARCH = "search.json"
BEST = "best.json"


@dataclass(frozen=True)
class Trial:
    """One try. `half` is the best score of its first half, by which others are given up; None when it never got there.

    `scores` are those of the validation pictures. `pruned` and `failed` are as in `TrialDone`.
    """

    number: int
    values: dict[str, Value]
    score: float
    seconds: float
    pruned: bool = False
    half: float | None = None
    scores: dict[str, float] = field(default_factory=dict)
    failed: str = ""


def trial_folder(folder: Path, number: int) -> Path:
    """Where the model and the curve of a try are kept."""
    return folder / "trials" / f"{number:04}"


def append(folder: Path, trial: Trial) -> None:
    """Add a finished try: one line, on the disk before anything else happens. Raises StorageError."""
    file = folder / TRIALS
    with storage_errors(file), file.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(dataclasses.asdict(trial)) + "\n")
        stream.flush()
        os.fsync(stream.fileno())


def read_trials(folder: Path) -> list[Trial]:
    """The finished tries, in order. A line that was cut off by a crash counts as not tried."""
    file = folder / TRIALS
    if not file.is_file():
        return []
    trials = []
    for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            trials.append(Trial(**parse_json(line)))
        except (ValueError, TypeError):
            break
    return trials


def mend(folder: Path) -> list[Trial]:
    """The finished tries; what a crash left half-written is removed, so that the next line begins a line."""
    trials = read_trials(folder)
    file = folder / TRIALS
    if file.is_file():
        with atomic_path(file) as temporary:
            lines = [json.dumps(dataclasses.asdict(trial)) + "\n" for trial in trials]
            temporary.write_text("".join(lines), encoding="utf-8")
    return trials


Tried = TypeVar("Tried", Trial, TrialDone)


def ranked(trials: Sequence[Tried]) -> list[Tried]:
    """The best first: those trained to the end, then those given up, then those that failed."""
    return sorted(trials, key=lambda trial: (bool(trial.failed), trial.pruned, -trial.score, trial.number))


def begin(folder: Path, search: dict[str, Any]) -> None:
    """Note what is searched, or check that the search in the folder is the same.

    Raises
    ------
    StorageError : the folder holds something else, or cannot be written.
    """
    file = folder / SEARCH
    if file.is_file():
        if _kept(file) != json.loads(json.dumps(search)):
            raise StorageError(
                f"{folder} holds another search: other pictures, settings or ranges.",
                "A search goes on only with what it began with; more tries may be asked for.",
                "Choose another folder.",
            )
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StorageError(f"{folder} is not empty.", "A search needs a folder of its own.", "Choose another folder.")
    write_json(file, search)


def _kept(file: Path) -> Any:
    """What was searched before; nothing when that cannot be read, which is another search then."""
    try:
        return read_json(file)
    except (OSError, ValueError):
        return None


def keep_best(folder: Path, best: Trial, plan: Plan) -> None:
    """Write best.json: the whole plan, what was varied of it, and its score. Raises StorageError."""
    values = {"plan": plan.to_json(), "values": best.values, "score": best.score, "scores": best.scores}
    write_json(folder / BEST, {**values, "trial": best.number})


def best_plan(path: Path) -> Plan:
    """The plan in a best.json, a model.json or a recipe.json, or in the folder of a search.

    Raises SettingsError when there is none.
    """
    file = path / BEST if path.is_dir() else path
    try:
        return Plan.from_json(read_json(file)["plan"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(
            f"There is no plan in {path}.", f"A plan is in the {BEST} of a search, or in a model's model.json."
        ) from error
