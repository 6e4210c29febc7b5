"""What is done to a picture before the network sees it, in the words of other programs."""

from __future__ import annotations

import dataclasses
from typing import Any

from napari_unet.core.errors import ModelError
from napari_unet.core.model.card import ModelCard
from napari_unet.core.preprocessing.chain import steps_of
from napari_unet.core.preprocessing.levels import RANGE, SPREAD
from napari_unet.core.settings import PreprocessingSettings

EPS = 1e-12
"""What others add to a brightness before they divide by it. We add nothing; they must add something."""

MOST_PERCENTILE = 100.0


def check_sayable(card: ModelCard) -> None:
    """Raises ModelError when BioImage.IO has no words for a step: another program would answer something else."""
    if not steps_of(card.plan.preprocessing):
        return
    raise ModelError(
        f"{card.name} sees pictures after background, noise or contrast were changed.",
        "BioImage.IO has no words for these steps, so other programs would leave them out and answer something else.",
        "Share it as TorchScript or ONNX and prepare the pictures as its page says, or train without these steps.",
    )


def spoken(settings: PreprocessingSettings, axes: str) -> list[dict[str, Any]]:
    """The normalisation as steps of BioImage.IO, per channel over `axes`, such as "zyx"."""
    over = list(axes)
    low, high = SPREAD if settings.normalisation == "z-score" else RANGE
    return [
        {"id": "ensure_dtype", "kwargs": {"dtype": "float32"}},
        _scaling(settings, over),
        {"id": "clip", "kwargs": {"min": low, "max": high}},
    ]


def _scaling(settings: PreprocessingSettings, over: list[str]) -> dict[str, Any]:
    if settings.normalisation == "z-score":
        return {"id": "zero_mean_unit_variance", "kwargs": {"axes": over, "eps": EPS}}
    is_range = settings.normalisation == "min-max"
    low, high = (0.0, MOST_PERCENTILE) if is_range else (settings.low_percentile, settings.high_percentile)
    kwargs = {"axes": over, "min_percentile": low, "max_percentile": high, "eps": EPS}
    return {"id": "scale_range", "kwargs": kwargs}


def understood_steps(steps: Any) -> tuple[PreprocessingSettings, str]:
    """Our settings nearest to the steps of a package, and a sentence where they are not the same.

    `steps` come from anybody: whatever they are, nothing is raised.
    """
    usual = PreprocessingSettings()
    for step in steps if isinstance(steps, list) else []:
        if not isinstance(step, dict):
            continue
        name, told = step.get("id", step.get("name")), step.get("kwargs")
        if name == "zero_mean_unit_variance":
            return dataclasses.replace(usual, normalisation="z-score"), ""
        if name == "scale_range":
            return _percentiles(usual, told if isinstance(told, dict) else {})
    return usual, "Its preparation of pictures has no words here: they are normalised as usual."


def _percentiles(usual: PreprocessingSettings, told: dict[str, Any]) -> tuple[PreprocessingSettings, str]:
    low, high = (told.get(key, end) for key, end in (("min_percentile", 0.0), ("max_percentile", MOST_PERCENTILE)))
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in (low, high))
    bounds = {item.name: item for item in usual.options()}
    if numbers and _within(low, bounds["low_percentile"]) and _within(high, bounds["high_percentile"]):
        if (low, high) == (0, MOST_PERCENTILE):
            return dataclasses.replace(usual, normalisation="min-max"), ""
        return dataclasses.replace(usual, low_percentile=float(low), high_percentile=float(high)), ""
    return usual, "Its percentiles are beyond those here: pictures are normalised as usual."


def _within(value: Any, item: Any) -> bool:
    return bool(item.minimum <= value <= item.maximum)


def unscaled(card: ModelCard) -> ModelCard:
    """The card of the same model for pictures that have the size and the channels it sees already."""
    plain = dataclasses.replace(card.plan.preprocessing, channels="", pixel_size=0.0, object_size=0.0)
    return dataclasses.replace(card, plan=dataclasses.replace(card.plan, preprocessing=plain))


def seen_pixel(card: ModelCard) -> float:
    """The side of a pixel as the network sees it, in µm; 0 where it is not known. See `preprocessing.view.zoom`."""
    settings = card.plan.preprocessing
    resized = settings.object_size and card.object_width
    return settings.pixel_size * (card.object_width / settings.object_size if resized else 1.0)


def in_words(card: ModelCard) -> list[str]:
    """What is to be done to a picture before the bare network sees it, as sentences."""
    settings = card.plan.preprocessing
    steps = []
    if pixel := seen_pixel(card):
        steps.append(f"Rescale the picture so that a pixel is {pixel:.4g} µm wide.")
    elif settings.object_size and card.object_width:
        factor = settings.object_size / card.object_width
        steps.append(
            f"Make the picture {factor:.4g} times as large: objects are {settings.object_size:g} px wide then."
        )
    if steps_of(settings):
        steps.append(
            f"Subtract background (radius {settings.background:g} px; 0: none), denoise ({settings.denoise}, "
            f"{settings.denoise_strength:g} px), equalise ({settings.equalise}), in this order."
        )
    return [*steps, _normalising(settings)]


def _normalising(settings: PreprocessingSettings) -> str:
    low, high = SPREAD if settings.normalisation == "z-score" else RANGE
    how = {
        "percentile": f"percentile {settings.low_percentile:g} is 0 and percentile {settings.high_percentile:g} is 1",
        "min-max": "the darkest pixel is 0 and the brightest is 1",
        "z-score": "the mean is 0 and one standard deviation above it is 1",
    }[settings.normalisation]
    return f"Scale each channel of the whole picture so that {how}, and cut off below {low:g} and above {high:g}."
