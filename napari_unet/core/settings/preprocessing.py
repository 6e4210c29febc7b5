"""Settings of what is done to a picture before the network sees it. They are kept in the model and done again."""

from __future__ import annotations

from dataclasses import dataclass

from napari_unet.core.settings.option import Settings, option


@dataclass(frozen=True)
class PreprocessingSettings(Settings):
    """The chain from the picture to what the network sees; each step runs in this order."""

    channels: str = option(
        "",
        "Channels",
        "Which channels the network sees, by name or number with commas between: DAPI,2. Empty is all.",
        before="",
    )
    pixel_size: float = option(
        0.0,
        "Pixel size",
        "Rescale every picture to this pixel size first, where its own is known. 0 is off.",
        minimum=0.0,
        maximum=1000.0,
        step=0.01,
        unit="µm",
        advanced=True,
    )
    object_size: float = option(
        0.0,
        "Object size",
        "Rescale every picture so that a typical object is this wide. 0 is off.",
        minimum=0.0,
        maximum=500.0,
        step=1.0,
        unit="px",
        advanced=True,
    )
    background: float = option(
        0.0,
        "Subtract background",
        "Take away whatever is smoother than this; larger than the largest object. 0 is off.",
        minimum=0.0,
        maximum=1000.0,
        step=5.0,
        unit="px",
        advanced=True,
    )
    denoise: str = option(
        "none",
        "Denoise",
        "Gaussian blurs, median removes specks, non-local means keeps edges and is slow.",
        choices=("none", "gaussian", "median", "non-local means"),
        advanced=True,
    )
    denoise_strength: float = option(
        1.0,
        "Denoise strength",
        "Radius for Gaussian and median; strength for non-local means.",
        minimum=0.5,
        maximum=10.0,
        step=0.5,
        unit="px",
        advanced=True,
    )
    equalise: str = option(
        "none",
        "Equalise",
        "Spread the brightness over the whole range: of the picture at once, or locally (CLAHE).",
        choices=("none", "histogram", "clahe"),
        advanced=True,
    )
    normalisation: str = option(
        "percentile",
        "Normalisation",
        "Percentile is robust; z-score uses mean and spread; min-max is at the mercy of one hot pixel.",
        choices=("percentile", "z-score", "min-max"),
        advanced=True,
    )
    low_percentile: float = option(
        1.0,
        "Low percentile",
        "The brightness that becomes 0.",
        minimum=0.0,
        maximum=50.0,
        step=0.1,
        unit="%",
        advanced=True,
    )
    high_percentile: float = option(
        99.8,
        "High percentile",
        "The brightness that becomes 1. Few pixels of a microscopy picture are bright, and those matter.",
        minimum=50.1,
        maximum=100.0,
        step=0.1,
        unit="%",
        advanced=True,
    )
