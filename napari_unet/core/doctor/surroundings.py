"""What was found on a computer, as plain values: a check judges them and looks at nothing else."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class System:
    """The computer itself.

    `name` is Linux, Windows or Darwin; `machine` is x86_64, arm64, ... as this Python sees it; `translated` says that
    an Apple chip pretends to be an Intel one for it. Memory in GiB, 0 where it is not known.
    """

    name: str = "Linux"
    machine: str = "x86_64"
    translated: bool = False
    cores: int = 1
    memory: float = 0.0
    memory_free: float = 0.0


@dataclass(frozen=True)
class Card:
    """An NVIDIA graphics card as its driver describes it.

    `driver` is empty when a card is there but no driver answers; `cuda` is the newest CUDA that the driver can run.
    """

    name: str
    driver: str = ""
    cuda: str = ""


@dataclass(frozen=True)
class Torch:
    """How torch does in the worker process.

    `cuda` is the CUDA it was built with, empty for a build without. `devices` maps each device to what is wrong with
    it: empty when it computed a small convolution rightly. `seconds` is how long a worker needs to be ready. `error`
    says why it could not start.
    """

    version: str = ""
    cuda: str = ""
    devices: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True)
class Screen:
    """What draws the window.

    `asked` is the Qt binding that QT_API names, `chosen` the one that was loaded. `remote` says by what the screen is
    seen from afar. `texture` is the side of the largest picture that can be drawn in one piece, in pixels. `error` says
    why no window could be opened.
    """

    display: bool = True
    asked: str = ""
    chosen: str = ""
    remote: str = ""
    renderer: str = ""
    opengl: str = ""
    texture: int = 0
    error: str = ""


@dataclass(frozen=True)
class Folder:
    """A folder that is written to. `what` is its use, `free` the room on its disk in GiB, `error` why it cannot be."""

    what: str
    path: str
    free: float = 0.0
    error: str = ""


@dataclass(frozen=True)
class Surroundings:
    """Everything that was found. `packages` maps the names of installed packages to their versions.

    `needs` and `extras` are what our own package says of itself: requirements as in its metadata, and those of each
    extra.
    """

    version: str = ""
    python: str = "3.11"
    pythons: tuple[str, ...] = ("3.11",)
    system: System = System()
    packages: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    extras: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cards: tuple[Card, ...] = ()
    torch: Torch = Torch()
    screen: Screen = Screen()
    folders: tuple[Folder, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        return dataclasses.asdict(self)
