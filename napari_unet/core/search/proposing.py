"""Which plan is tried next: at random, one after the other on a grid, or as optuna advises.

The first two are decided by the space and the seed alone, so that a search that was broken off goes on as if it had not
been. Random search: Bergstra and Bengio 2012. Optuna: Akiba et al. 2019, https://optuna.org; its tree-structured Parzen
estimator is told every finished try.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from random import Random
from typing import Any

from napari_unet.core.errors import SettingsError
from napari_unet.core.search.space import Choices, Range, Space
from napari_unet.core.search.trials import Trial
from napari_unet.core.settings import SearchSettings, Value

PATIENCE = 200
"""Draws in a row that bring nothing new after which a space counts as used up."""


def proposed(space: Space, settings: SearchSettings) -> list[dict[str, Value]]:
    """Every plan's values in order, for grid and random; fewer than asked for when the space has no more.

    Raises SettingsError for a grid of a range, or of more combinations than may be tried.
    """
    return _grid(space, settings.trials) if settings.method == "grid" else _random(space, settings)


def how_many(space: Space, settings: SearchSettings) -> int:
    """How many plans will be tried."""
    return len(proposed(space, settings)) if settings.method != "optuna" else settings.trials


def check_method(space: Space, settings: SearchSettings) -> None:
    """Raises SettingsError when the method cannot search this space, or is not installed."""
    if settings.method == "optuna":
        _optuna()
    else:
        proposed(space, settings)


def next_values(space: Space, settings: SearchSettings, done: Sequence[Trial]) -> dict[str, Value]:
    """The values to try after those that are done."""
    if settings.method == "optuna":
        return _advised(space, settings, done)
    return proposed(space, settings)[len(done)]


def _grid(space: Space, most: int) -> list[dict[str, Value]]:
    ranges = [name for name, part in space.items() if isinstance(part, Range)]
    if ranges:
        raise SettingsError(
            f"A grid cannot be laid over the range of {ranges[0]}.",
            "It tries every combination of single values.",
            f"Name them ({ranges[0]}=A,B,C), or search at random.",
        )
    columns = [part.values for part in space.values() if isinstance(part, Choices)]
    count = math.prod(len(column) for column in columns)
    if count > most:
        raise SettingsError(
            f"The grid has {count} combinations, but only {most} may be tried.",
            "A part of a grid would leave out values altogether.",
            f"Allow {count} tries, name fewer values, or search at random.",
        )
    return [dict(zip(space, values, strict=True)) for values in itertools.product(*columns)]


def _random(space: Space, settings: SearchSettings) -> list[dict[str, Value]]:
    random, idle = Random(settings.search_seed), 0
    drawn: list[dict[str, Value]] = []
    while len(drawn) < settings.trials and idle < PATIENCE:
        values = {name: part.drawn(random) for name, part in space.items()}
        idle = idle + 1 if values in drawn else 0
        if not idle:
            drawn.append(values)
    return drawn


def _optuna() -> Any:
    try:
        import optuna
    except ImportError as error:
        raise SettingsError(
            "Optuna is not installed.",
            "The method 'optuna' needs it; 'random' and 'grid' do not.",
            "Install it with: pip install napari-unet-loop[search]",
        ) from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna


def _advised(space: Space, settings: SearchSettings, done: Sequence[Trial]) -> dict[str, Value]:
    optuna = _optuna()
    shapes = {name: _distribution(optuna, part) for name, part in space.items()}
    # A sampler that is made anew draws the same first numbers again, so the number of the try is in its seed.
    sampler = optuna.samplers.TPESampler(seed=settings.search_seed + len(done))
    study = optuna.create_study(direction="maximize", sampler=sampler)
    for trial in done:
        study.add_trial(optuna.trial.create_trial(params=trial.values, distributions=shapes, value=trial.score))
    asked = study.ask(shapes).params
    return {name: part.value(asked[name]) if isinstance(part, Range) else asked[name] for name, part in space.items()}


def _distribution(optuna: Any, part: Choices | Range) -> Any:
    kinds = optuna.distributions
    if isinstance(part, Choices):
        return kinds.CategoricalDistribution(part.values)
    if part.option.kind is int:
        return kinds.IntDistribution(int(part.low), int(part.high), log=part.wide)
    return kinds.FloatDistribution(part.low, part.high, log=part.wide)
