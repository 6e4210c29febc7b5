"""Layers made from a picture: same place, scale and units for all of them, and numbers wide enough for every cell."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pint
from napari.layers import Image, Labels, Layer
from numpy.typing import NDArray

from napari_unet.core.data.picture import Picture
from napari_unet.core.data.scale import Scaled
from napari_unet.widgets.layers.colours import LabelColours

Role = Literal[
    "picture",
    "seen",
    "probability",
    "uncertainty",
    "labels",
    "comparison",
    "origins",
    "annotation",
    "locked",
    "place",
    "rectangle",
]

Numbered = Literal["labels", "annotation"]
"""The layers a person paints on."""

Viewed = Literal["seen", "uncertainty", "comparison", "origins", "locked"]
"""The layers that are only looked at, each while it is wanted."""

ORDER: tuple[Role, ...] = (
    "picture",
    "seen",
    "probability",
    "uncertainty",
    "labels",
    "annotation",
    "comparison",
    "origins",
    "locked",
    "place",
    "rectangle",
)
"""From the bottom of the layer list to its top."""

OWNER = "napari-unet"
"""Key in a layer's metadata that says the layer is ours."""

SAMPLE = 512
"""Contrast is judged on at most this many pixels along each axis."""

OPACITY = 0.5
"""Of labels and annotation: the picture is seen through them."""

COLOURS = 3
"""Red, green, blue."""

CHANNEL_COLOURS = ("gray", "green", "magenta", "cyan", "yellow", "red", "blue")


def picture_layers(picture: Picture) -> list[Image]:
    """The picture as one layer, or as one layer a channel when it has several that are not red, green, blue."""
    if picture.is_colour:
        image = np.moveaxis(picture.image, 0, -1)
        return [Image(image, name="picture", rgb=True, **_common(picture, "picture"))]
    return [_channel(picture, index) for index in range(picture.channels)]


def probability_layer(picture: Picture, plane: NDArray[np.floating], *, visible: bool) -> Image:
    """The probability (Y, X), 0..1, of a cell or of anything but background."""
    return Image(
        plane,
        name="probability",
        colormap="magma",
        contrast_limits=(0.0, 1.0),
        opacity=0.75,
        visible=visible,
        **_common(picture, "probability"),
    )


def uncertainty_layer(picture: Picture, spread: NDArray[np.floating]) -> Image:
    """How far answers differ (Y, X), 0..0.5: dark where all agree. Hidden until the person shows it."""
    return Image(
        spread,
        name="uncertainty",
        colormap="inferno",
        contrast_limits=(0.0, 0.5),
        opacity=0.75,
        visible=False,
        **_common(picture, "uncertainty"),
    )


def seen_layers(picture: Picture, seen: NDArray[np.floating]) -> list[Image]:
    """What the network gets (C, y, x), 0..1: one layer a channel, stretched over the picture."""
    common = _common(picture, "seen")
    finer = np.array(picture.spatial_shape, float) / np.array(seen.shape[1:], float)
    scale = np.array(picture.pixel_size, float) * finer
    # The corners of both pictures lie on each other, not the centres of their first pixels.
    common |= dict(scale=tuple(scale), translate=tuple((scale - np.array(picture.pixel_size)) / 2))
    title = "what the network sees"
    if picture.is_colour and len(seen) == COLOURS:
        return [Image(np.clip(np.moveaxis(seen, 0, -1), 0, 1), name=title, rgb=True, **common)]
    return [
        Image(
            plane,
            name=title if len(seen) == 1 else f"{title} · {index + 1}",
            colormap="gray" if len(seen) == 1 else CHANNEL_COLOURS[1:][index % (len(CHANNEL_COLOURS) - 1)],
            blending="additive" if index else "translucent",
            contrast_limits=(0.0, 1.0),
            **common,
        )
        for index, plane in enumerate(seen)
    ]


def number_layer(picture: Picture, role: Role, numbers: NDArray[np.integer], colours: LabelColours) -> Labels:
    """Labels or annotation. `numbers` is shown and painted in place, not copied."""
    layer = Labels(numbers, name=role, colormap=colours, **_common(picture, role))
    layer.opacity = OPACITY
    return layer


def foreground(probability: NDArray[np.floating], kind: str) -> NDArray[np.floating]:
    """The plane to show of a probability (K, Y, X): cell for objects, anything but background for regions."""
    plane = probability[0] if kind == "objects" else 1.0 - probability[0]
    return plane.astype(np.float32) if plane.dtype == np.float16 else plane


def role_of(layer: Layer) -> Role | None:
    """What a layer of ours is for; None for every other layer."""
    mine = layer.metadata.get(OWNER)
    return mine["role"] if mine else None


def geometry(picture: Scaled) -> dict[str, Any]:
    """Scale, units and axis labels of a picture's layers, along ([T,] [Z,] Y, X)."""
    labels = tuple(picture.axes[1:].lower())
    units = tuple("pixel" if axis == "t" else unit_of(picture.unit) for axis in labels)
    return dict(scale=picture.pixel_size, units=units, axis_labels=labels)


def unit_of(unit: str) -> str:
    """A unit napari can measure with; what it does not know is a pixel."""
    try:
        return str(pint.get_application_registry().Unit(unit))
    except (pint.errors.UndefinedUnitError, pint.errors.DefinitionSyntaxError, ValueError, TypeError):
        return "pixel"


def _common(picture: Picture, role: Role) -> dict[str, Any]:
    return dict(metadata={OWNER: {"role": role, "picture": picture.name}}, **geometry(picture))


def _channel(picture: Picture, index: int) -> Image:
    several = picture.channels > 1
    given = picture.channel_names[index] if index < len(picture.channel_names) else f"channel {index + 1}"
    colours = CHANNEL_COLOURS[1:] if several else CHANNEL_COLOURS
    return Image(
        picture.image[index],
        name=f"picture · {given}" if several else "picture",
        colormap=colours[index % len(colours)],
        blending="additive" if several and index else "translucent",
        contrast_limits=contrast(picture.image[index]),
        **_common(picture, "picture"),
    )


def contrast(image: NDArray[np.generic]) -> tuple[float, float]:
    """Limits that show a picture well: the 0.1 and 99.9 percentiles of a sample, so that size does not matter."""
    steps = tuple(slice(None, None, max(1, side // SAMPLE)) for side in image.shape)
    sample = np.asarray(image[steps], dtype=np.float64)
    sample = sample[np.isfinite(sample)]
    if sample.size == 0:
        return 0.0, 1.0
    low, high = (float(limit) for limit in np.percentile(sample, (0.1, 99.9)))
    return (low, high) if high > low else (low, low + 1.0)
