"""What a search says while it runs. Plain values, no torch: they cross to the window as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from napari_unet.core.settings import Value


@dataclass(frozen=True)
class TrialDone:
    """One plan was tried. `number` counts from 1 and `trials` is how many there will be; `values` are its settings.

    `score` decides (0 to 1, higher is better), `pruned` says that it was given up at half its time, and `failed` why
    it could not be trained at all.
    """

    number: int
    trials: int
    values: dict[str, Value]
    score: float
    seconds: float
    pruned: bool = False
    failed: str = ""


@dataclass(frozen=True)
class Searched:
    """The search is over. `best` are the settings that scored best; `folder` holds the trials and best.json."""

    best: dict[str, Value]
    score: float
    folder: str
