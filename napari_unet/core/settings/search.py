"""Settings of the search for better settings."""

from __future__ import annotations

from dataclasses import dataclass

from napari_unet.core.settings.option import Settings, option


@dataclass(frozen=True)
class SearchSettings(Settings):
    """How many plans are tried, how, and for how long each."""

    method: str = option(
        "random",
        "Method",
        "Random finds good settings soonest; grid tries every combination; optuna learns from earlier tries.",
        choices=("random", "grid", "optuna"),
    )
    trials: int = option(
        20,
        "Tries",
        "How many plans are tried at most.",
        minimum=1,
        maximum=10_000,
        step=1,
    )
    trial_minutes: float = option(
        2.0,
        "Minutes per try",
        "How long each plan is trained. All get the same time, so that the quicker network is not held back.",
        minimum=0.1,
        maximum=1000.0,
        step=0.1,
        unit="min",
    )
    pruning: bool = option(
        True,
        "Give up early",
        "End a try that is clearly behind the others at half its time.",
        advanced=True,
    )
    search_seed: int = option(
        0,
        "Seed of the search",
        "The same seed tries the same plans.",
        minimum=0,
        maximum=2_147_483_647,
        step=1,
        advanced=True,
    )
