"""What the window and its worker say to each other: frozen dataclasses, each one line of JSON on a pipe."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any

from napari_unet.core.errors import KINDS, UnetError, WorkerError
from napari_unet.core.search.report import Searched, TrialDone
from napari_unet.core.settings import Kind, Value
from napari_unet.core.training.report import (
    Closing,
    Compared,
    CrossValidated,
    EpochDone,
    Estimated,
    Finished,
    FoldDone,
    Noticed,
    Report,
    Standing,
    Started,
    Stepped,
    Unseen,
)
from napari_unet.engine.live_messages import LIVE_MESSAGES, Answered, FoundStart, LiveJob, Look, Suggested
from napari_unet.engine.share_messages import ShareModel

SettingsJson = dict[str, Value]


# What the window asks ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Train:
    """Train a model on the annotated pictures of a project; what is painted meanwhile counts.

    `project` is the project's folder, `start` the folder of the model to start from or empty, `out` the folder the
    model is written to, `plan` the settings as `Plan.to_json` gives them. `rivals` and `resume` are as in
    `TrainingTask`. The engine fills in `job`.
    """

    project: str
    name: str
    kind: Kind
    class_names: tuple[str, ...]
    out: str
    plan: dict[str, SettingsJson]
    start: str = ""
    rivals: tuple[str, ...] = ()
    resume: bool = False
    job: int = 0


@dataclass(frozen=True)
class Predict:
    """Run a model over one picture.

    `model` is the model's folder; `image` a .npy file (C, Y, X) of any real dtype; `out` the .npy file to make,
    (K, Y, X) float32, complete once the job is Done and not stopped. `also` are the folders of other models to ask:
    their answers are averaged. `spread` is the .npy file, (Y, X) float32, for how far answers differ; none when empty.
    `pixel_size` is in µm; 0 is unknown. `axes` and `channel_names` are the picture's, see `Picture`. `order` says which
    planes of an answer are added up in each plane of `out`, see `core.model.classes`; empty: they are as the model has
    them.
    """

    model: str
    image: str
    out: str
    settings: SettingsJson
    also: tuple[str, ...] = ()
    spread: str = ""
    pixel_size: float = 0.0
    axes: str = ""
    order: tuple[tuple[int, ...], ...] = ()
    job: int = 0
    channel_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Compare:
    """Compare a model with its rivals on the project's pictures that measure; reports `Compared`.

    `model` and `rivals` are folders.
    """

    project: str
    model: str
    rivals: tuple[str, ...]
    device: str
    job: int = 0


@dataclass(frozen=True)
class Estimate:
    """How long a training would take, and how much memory; reports `Estimated`.

    `channels` is of the pictures, `area` the pixels painted in all of them.
    """

    kind: Kind
    class_names: tuple[str, ...]
    plan: dict[str, SettingsJson]
    channels: int
    area: int
    job: int = 0


@dataclass(frozen=True)
class Preview:
    """Random examples as the network gets them, into the .npy file `out`: (N, C + 1, P, P) float32, 0..1.

    The last plane of each is 1 on the outlines of what was painted.
    """

    project: str
    kind: Kind
    class_names: tuple[str, ...]
    plan: dict[str, SettingsJson]
    count: int
    out: str
    job: int = 0


@dataclass(frozen=True)
class CrossValidate:
    """Measure the plan so that every picture is measured once by a model that has not learned from it.

    Fields are as in `Train`; `out` is the folder of the folds' models. Ends with `CrossValidated`.
    """

    project: str
    name: str
    kind: Kind
    class_names: tuple[str, ...]
    out: str
    plan: dict[str, SettingsJson]
    folds: int
    start: str = ""
    job: int = 0


@dataclass(frozen=True)
class Search:
    """Try plans, each for a short time; reports `TrialDone` for each, and ends with `Searched`.

    `space` names what is varied, as `parse_space` reads it; `settings` are a `SearchSettings`; `folder` is where the
    tries are kept, and one that was broken off goes on. The other fields are as in `Train`.
    """

    project: str
    kind: Kind
    class_names: tuple[str, ...]
    plan: dict[str, SettingsJson]
    space: tuple[str, ...]
    settings: SettingsJson
    folder: str
    start: str = ""
    job: int = 0


@dataclass(frozen=True)
class Score:
    """How good a model is on what it has not learned from; reports `Unseen`, or nothing when other jobs wait.

    Every other job goes first: it ends in the middle, and once it is asked again it goes on where it was. `model` is
    the model's folder, `device` where to compute.
    """

    project: str
    model: str
    device: str
    job: int = 0


@dataclass(frozen=True)
class Stop:
    """End a job soon, running or waiting, and keep what it has achieved."""

    job: int


@dataclass(frozen=True)
class Shutdown:
    """End every job and leave."""


Job = Train | Predict | Compare | Estimate | Preview | CrossValidate | Search | Score | ShareModel | LiveJob
Command = Job | Stop | Look | Shutdown


# What the worker tells --------------------------------------------------------------------------------------------

AnyReport = Report | TrialDone | Searched | Suggested | FoundStart


@dataclass(frozen=True)
class Ready:
    """The worker can take jobs at once. `device` is a sentence for the person; `seconds` is what getting ready took."""

    device: str
    threads: int
    seconds: float


@dataclass(frozen=True)
class Reported:
    """Learning got on, or a question is answered."""

    job: int
    report: AnyReport


@dataclass(frozen=True)
class Tiled:
    """Prediction got on: `done` of `total` tiles."""

    job: int
    done: int
    total: int


@dataclass(frozen=True)
class Done:
    """A job has ended well. `stopped` when it was asked to end before it was through."""

    job: int
    stopped: bool = False


@dataclass(frozen=True)
class Failed:
    """A job has ended with an error; `kind` is the name of its class, `details` are for an engineer."""

    job: int
    kind: str
    what: str
    needed: str = ""
    do: str = ""
    details: str = ""

    @property
    def error(self) -> UnetError:
        """The error as it was raised in the worker; its details are its notes."""
        return _noted(KINDS.get(self.kind, UnetError)(self.what, self.needed, self.do), self.details)


@dataclass(frozen=True)
class Died:
    """The worker process has ended by itself and took `jobs` with it. The engine starts a new one for the next job."""

    what: str
    needed: str = ""
    do: str = ""
    details: str = ""
    jobs: tuple[int, ...] = ()

    @property
    def error(self) -> UnetError:
        """The same as an error; its details are its notes."""
        return _noted(WorkerError(self.what, self.needed, self.do), self.details)


Event = Ready | Reported | Tiled | Answered | Done | Failed | Died
Message = Command | Event


# One line each ----------------------------------------------------------------------------------------------------

_TYPES: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        *(Train, Predict, Compare, Estimate, Preview, CrossValidate, Search, Score, ShareModel, Stop, Shutdown),
        *LIVE_MESSAGES,
        *(Ready, Reported, Tiled, Done, Failed, Died),
        *(
            Started,
            Estimated,
            Noticed,
            Stepped,
            EpochDone,
            Closing,
            Standing,
            Compared,
            Finished,
            FoldDone,
            CrossValidated,
            Unseen,
        ),
        *(TrialDone, Searched),
    )
}


def encode(message: Message) -> str:
    """The message as one line of ASCII, without its line end."""
    return json.dumps(_tagged(message), default=_plain)


def decode(line: str) -> Message:
    """The message of a line that `encode` made."""
    message: Message = _untagged(json.loads(line))
    return message


def _tagged(value: Any) -> Any:
    """A dataclass as a mapping that names its type."""
    if isinstance(value, tuple):
        return [_tagged(part) for part in value]
    if not dataclasses.is_dataclass(value):
        return value
    parts = {item.name: _tagged(getattr(value, item.name)) for item in dataclasses.fields(value)}
    return {"type": type(value).__name__, **parts}


def _untagged(value: Any) -> Any:
    """The reverse of `_tagged`. JSON knows no tuples; no message holds a list."""
    if isinstance(value, list):
        return tuple(_untagged(part) for part in value)
    if isinstance(value, dict) and value.get("type") in _TYPES:
        return _TYPES[value["type"]](**{key: _untagged(part) for key, part in value.items() if key != "type"})
    return value


def _plain(value: Any) -> Any:
    """A numpy number as a plain one."""
    return value.item()


def _noted(error: UnetError, details: str) -> UnetError:
    if details:
        error.add_note(details)
    return error
