"""Settings of the pictures' random changes while training."""

from __future__ import annotations

from dataclasses import dataclass

from napari_unet.core.settings.option import Settings, option


@dataclass(frozen=True)
class AugmentationSettings(Settings):
    """How pictures are changed at random while training, so that the model does not learn accidents by heart."""

    flips: bool = option(True, "Flips and quarter turns", "Mirror and turn patches.", advanced=True)
    rotation: float = option(
        180.0,
        "Rotation",
        "Largest turn, either way.",
        minimum=0.0,
        maximum=180.0,
        step=5.0,
        unit="°",
        advanced=True,
    )
    scale: float = option(
        1.5,
        "Scale",
        "Largest magnification; the largest reduction is its inverse. 1 is off.",
        minimum=1.0,
        maximum=4.0,
        step=0.1,
        unit="x",
        advanced=True,
    )
    shear: float = option(
        0.0,
        "Shear",
        "Largest slant, either way. 0 is off.",
        minimum=0.0,
        maximum=45.0,
        step=1.0,
        unit="°",
        advanced=True,
    )
    elastic: float = option(
        0.0,
        "Elastic",
        "Strength of smooth random bending, as in the original U-Net paper. 0 is off.",
        minimum=0.0,
        maximum=30.0,
        step=1.0,
        unit="px",
        advanced=True,
    )
    brightness: float = option(
        0.3,
        "Brightness",
        "Strength of random brightness. 0 is off.",
        minimum=0.0,
        maximum=1.0,
        step=0.05,
        advanced=True,
    )
    contrast: float = option(
        0.3,
        "Contrast",
        "Strength of random contrast; colours also change a little each on their own. 0 is off.",
        minimum=0.0,
        maximum=1.0,
        step=0.05,
        advanced=True,
    )
    colour: float = option(
        0.2,
        "Colour",
        "Strength of random colours of stained pictures: the hue turns, and colours pale or deepen. 0 is off.",
        minimum=0.0,
        maximum=1.0,
        step=0.05,
        advanced=True,
        before=0.0,
    )
    gamma: float = option(
        0.3,
        "Gamma",
        "Strength of random bending of the brightness scale. 0 is off.",
        minimum=0.0,
        maximum=1.0,
        step=0.05,
        advanced=True,
    )
    blur: float = option(
        0.0,
        "Blur",
        "Largest random blur. 0 is off.",
        minimum=0.0,
        maximum=10.0,
        step=0.5,
        unit="px",
        advanced=True,
    )
    noise: float = option(
        0.1,
        "Noise",
        "Largest added noise, as a share of the picture's contrast. 0 is off.",
        minimum=0.0,
        maximum=1.0,
        step=0.02,
        advanced=True,
    )
    invert: float = option(
        0.15,
        "Inverted",
        "Share of patches shown as their negative, so that dark on bright and bright on dark are both learned. "
        "0 is off.",
        minimum=0.0,
        maximum=0.5,
        step=0.05,
        advanced=True,
    )
    channel_drop: float = option(
        0.0,
        "Channel drop",
        "Share of patches in which one channel of several is blanked. 0 is off.",
        minimum=0.0,
        maximum=0.5,
        step=0.05,
        advanced=True,
    )
    cutout: float = option(
        0.0,
        "Cut-out",
        "Share of patches in which a square is blanked, so that surroundings are used. 0 is off.",
        minimum=0.0,
        maximum=0.5,
        step=0.05,
        advanced=True,
    )
    eased: int = option(
        500,
        "Eased in",
        "Changes of light grow over so many steps: from half of what is set, negatives and blanks from none. "
        "0 is at once.",
        minimum=0,
        maximum=1_000_000,
        step=100,
        unit="steps",
        advanced=True,
        before=0,
    )
