"""What the window and its worker say to each other while strokes are followed; see `messages` for all the rest."""

from __future__ import annotations

from dataclasses import dataclass

from napari_unet.core.settings import Kind


@dataclass(frozen=True)
class Live:
    """Follow what is painted in a project: answers come as `Answered`, until the job is stopped.

    `project` is the project's folder; `start` is "auto", the name of a model that came with the package, a model's
    folder, or empty for nothing; `device` is where to compute; `out` holds a folder a picture for probabilities;
    `picture` is on show, and of it `part`: plane, top, bottom, left, right in pixels, or nothing for all of it.
    `channels` are those that are looked at, see `core.data.channels`. `turned` are the starts whose other side was
    wanted when somebody was last here, and `unheard` those that were not asked; see `core.strokes.sides`. While other
    jobs run it waits, and goes on by itself.
    """

    project: str
    kind: Kind
    class_names: tuple[str, ...]
    start: str
    device: str
    out: str
    picture: str
    part: tuple[int, ...] = ()
    job: int = 0
    channels: str = ""
    turned: tuple[str, ...] = ()
    unheard: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """Another picture or part is on show: a running `Live` answers for this one first. No job of its own."""

    job: int
    picture: str
    part: tuple[int, ...] = ()


@dataclass(frozen=True)
class PreviewStarts:
    """What models say about a picture before anything is painted, into the .npy file `out`: (N, Y, X, 3) uint8.

    `starts` and `device` are as in `Live`; one tile each, in their order: a part of the picture, tinted where the model
    sees something.
    """

    project: str
    kind: Kind
    picture: str
    starts: tuple[str, ...]
    device: str
    out: str
    job: int = 0
    channels: str = ""


@dataclass(frozen=True)
class FindStart:
    """Which model that came with the package fits a picture, as "auto" of `Live` takes it; reports `FoundStart`."""

    project: str
    kind: Kind
    device: str
    picture: str
    job: int = 0
    channels: str = ""


@dataclass(frozen=True)
class FoundStart:
    """`start` is the name of the model that fits; empty when none knows such pictures."""

    start: str


@dataclass(frozen=True)
class Suggest:
    """Where the next strokes would help most; reports `Suggested`. `picture` is on show; the rest is as in `Live`."""

    project: str
    kind: Kind
    start: str
    device: str
    picture: str
    count: int
    job: int = 0
    channels: str = ""
    turned: tuple[str, ...] = ()
    unheard: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answered:
    """A picture has a fresh probability, in the .npy file `file`, (K, Y, X) float32; empty where nothing is known yet.

    `start` is what the answer starts from, empty for nothing; `strokes` how many there are in the whole project. In a
    `blank` picture there is nothing to see. `silent` is the start that would fit, and is not asked, as strokes
    are about something else. `turned` and `unheard` are as `Live` takes them.
    """

    job: int
    name: str
    file: str
    start: str
    strokes: int
    blank: bool = False
    silent: str = ""
    turned: tuple[str, ...] = ()
    unheard: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """A place to paint at: (y, x) in pixels of the picture `name`. `gain` is how much it would change, 0..1.

    `plane` is where along ([T,] [Z]) of a stack.
    """

    name: str
    position: tuple[int, int]
    gain: float
    plane: tuple[int, ...] = ()

    @property
    def place(self) -> tuple[int, ...]:
        """([T,] [Z,] y, x), in pixels."""
        return *self.plane, *self.position


@dataclass(frozen=True)
class Suggested:
    """Places to paint at, most helpful first."""

    places: tuple[Suggestion, ...]


LiveJob = Live | PreviewStarts | FindStart | Suggest
LIVE_MESSAGES = (Live, Look, PreviewStarts, FindStart, FoundStart, Suggest, Answered, Suggested, Suggestion)
"""All that travels, for those who put it into lines."""
