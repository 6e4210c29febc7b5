"""What training says while it runs. Plain values, no torch: they cross to the window as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Started:
    """Training begins: on which device, with how many samples to learn from and to measure on."""

    device: str
    learned: int
    measured: int
    parameters: int
    note: str = ""


@dataclass(frozen=True)
class Stepped:
    """One learning step is done. `step` counts from 1; `steps` is the expected total; `seconds_left` is an estimate."""

    step: int
    steps: int
    epoch: int
    loss: float
    labelled_pixels: int
    seconds_left: float


@dataclass(frozen=True)
class EpochDone:
    """One epoch is done. `scores` of the validation pictures ("dice", and "ap50" for objects); empty without any."""

    epoch: int
    epochs: int
    loss: float
    scores: dict[str, float] = field(default_factory=dict)
    best: bool = False


@dataclass(frozen=True)
class Finished:
    """Training ended and the best model is in `folder`. `stopped` says why: "done", "time", "patience", "asked"."""

    folder: str
    epochs: int
    seconds: float
    scores: dict[str, float]
    stopped: str = "done"
    note: str = ""


Report = Started | Stepped | EpochDone | Finished
