"""A plan from what a person says: a named one to begin with, a strength of random changes, and single settings."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from napari_unet.core.errors import SettingsError
from napari_unet.core.settings.option import Value
from napari_unet.core.settings.plan import Plan
from napari_unet.core.settings.presets import AUGMENTATIONS, PRESETS
from napari_unet.core.settings.training import MOST_EPOCHS


@dataclass(frozen=True)
class Said:
    """Which settings of a plan a person asked for, by their names; all others have the values that are usual now.

    Parameters
    ----------
    each : one by one.
    together : many at once, by the name of a plan, a file with one, or a strength of random changes.
    """

    each: frozenset[str]
    together: frozenset[str]


def said(values: Iterable[str], preset: str, changes: str, *, file: bool) -> Said:
    """What is said by single settings, the name of a plan, a strength of random changes, and a file with a plan."""
    each, usual = set(values), Plan().values()
    if "minutes" in each:
        each.add("epochs")  # a time limit says something about those; see `plan_from`
    together = {name for name, value in preset_plan(preset).values().items() if value != usual[name]}
    if changes:
        together |= AUGMENTATIONS[changes].to_json().keys()
    return Said(frozenset(each), frozenset(usual if file else together))


def preset_plan(name: str) -> Plan:
    """The named plan. Raises SettingsError."""
    if name not in PRESETS:
        raise SettingsError(f"There is no plan called {name!r}.", f"Known are {', '.join(PRESETS)}.")
    return PRESETS[name].make()


def plan_from(base: Plan, changes: str, values: Mapping[str, Value]) -> Plan:
    """`base` with the random changes of that strength (empty: its own) and then with single settings put in.

    A time limit alone uses all of that time, whatever the plan's number of epochs. Raises SettingsError.
    """
    if changes:
        if changes not in AUGMENTATIONS:
            raise SettingsError(
                f"There is no strength of random changes called {changes!r}.", f"Known are {', '.join(AUGMENTATIONS)}."
            )
        base = dataclasses.replace(base, augmentation=AUGMENTATIONS[changes])
    if values.get("minutes") and "epochs" not in values:
        base = base.with_values({"epochs": MOST_EPOCHS})
    return base.with_values(values)
