"""The search for better settings. The door is lazy: reports are read where torch must not be loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_unet.core.doors import behind_door

if TYPE_CHECKING:
    from napari_unet.core.search.report import Searched, TrialDone
    from napari_unet.core.search.searching import search
    from napari_unet.core.search.space import Space, parse_space
    from napari_unet.core.search.trials import Trial, best_plan, ranked, read_trials

__all__ = ["Searched", "Space", "Trial", "TrialDone", "best_plan", "parse_space", "ranked", "read_trials", "search"]

_HOMES = {
    "Searched": "report",
    "Space": "space",
    "Trial": "trials",
    "TrialDone": "report",
    "best_plan": "trials",
    "parse_space": "space",
    "ranked": "trials",
    "read_trials": "trials",
    "search": "searching",
}


def __getattr__(name: str) -> Any:
    return behind_door(__name__, _HOMES, name)
