"""The page of named plans and strengths of random changes: how each differs from the usual settings."""

from __future__ import annotations

from napari_unet.cli.flags import spelled, words
from napari_unet.core.settings import AUGMENTATIONS, PRESETS, AugmentationSettings, Plan, Preset

LEAD = """\
# Named plans and random changes

A whole set of settings at one word: *Settings* and *Random changes* in the window, under *more* in *Train*; `--preset`
and `--changes` in the terminal; `preset=` and `changes=` in Python. Single settings given beside them go before them.
"""


def presets_page() -> str:
    """Both."""
    return "\n".join([LEAD, "## Plans\n", *map(_preset, PRESETS.values()), "## Random changes\n", *_changes(), ""])


def _preset(preset: Preset) -> str:
    plan: Plan = preset.make()
    told = {name: " ".join(words(group)).split(" --") for name, group in plan.groups().items()}
    differing = [f"| {name} | {_flags(flags)} |" for name, flags in told.items() if flags != [""]]
    table = ["| group | other than usual |", "| --- | --- |", *differing] if differing else ["Every setting is usual."]
    return "\n".join([f"### {preset.title} (`{preset.name}`) {{ #{preset.name} }}\n", f"{preset.help}\n", *table, ""])


def _flags(flags: list[str]) -> str:
    """Each flag with its value, without the dashes by which they were taken apart."""
    return " ".join(f"`--{flag.removeprefix('--')}`" for flag in flags)


def _changes() -> list[str]:
    head = " | ".join(f"`{name}`" for name in AUGMENTATIONS)
    rows = [f"| change | {head} |", "| --- |" + " ---: |" * len(AUGMENTATIONS)]
    for item in AugmentationSettings.options():
        unit = f", {item.unit}" if item.unit else ""
        values = " | ".join(spelled(getattr(group, item.name)) for group in AUGMENTATIONS.values())
        rows.append(f"| [{item.label}](settings_augmentation.md#{item.name}){unit} | {values} |")
    return rows
