"""What a person reads and sees of a shared model: its page and its cover."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from napari_unet.core.explaining import describe, read_curve
from napari_unet.core.model.card import ModelCard
from napari_unet.core.sharing.chain import in_words
from napari_unet.core.sharing.specimen import Specimen

LARGEST = 512
"""Pixels of a side of the cover at most; it is twice as wide as high."""

PLANES = {
    "cell": "is it an object",
    "border": "do two objects touch here",
    "distance": "how deep inside an object, 0 at its edge and 1 in its middle",
}

RUNNING = """\
## Running it

The network looks at {channels} ({names}) and answers with {planes}, each 0 to 1:

{meanings}

What is done to a picture first:

{steps}

{cleanup}

## Validation

The package holds a made-up picture and the answer to it: `bioimageio test PACKAGE` compares. How good the model is on
pictures of yours, only masks of yours can tell: at least a few dozen objects that it has not learned from, compared
with what it finds, for example with `napari-unet evaluate`. Do not use it where it was not measured.
"""

OBJECTS = """\
To have objects, take the plane `{first}` above {threshold:g}, and part those that touch where `distance` is low or
`border` is high. napari-unet does so with the settings that were found best; a threshold and connected pixels come
near."""
REGIONS = "The class of a pixel is the plane with the largest value."


def page_of(card: ModelCard, folder: Path, outputs: list[str], channels: tuple[str, ...]) -> str:
    """The model's page, with how others run it. Markdown."""
    first, threshold = outputs[0], card.postprocessing.threshold
    running = RUNNING.format(
        channels=f"{len(channels)} channel{'s' if len(channels) > 1 else ''}",
        names=", ".join(channels),
        planes=f"{len(outputs)} plane{'s' if len(outputs) > 1 else ''}",
        meanings="\n".join(f"- `{name}`{_meaning(card, own)}" for name, own in zip(outputs, card.outputs, strict=True)),
        steps="\n".join(f"- {step}" for step in in_words(card)),
        cleanup=OBJECTS.format(first=first, threshold=threshold) if card.kind == "objects" else REGIONS,
    )
    return f"{describe(card, read_curve(folder))}\n{running}"


def _meaning(card: ModelCard, plane: str) -> str:
    meaning = PLANES.get(plane, "") if card.kind == "objects" else ""
    return f": {meaning}" if meaning else ""


def draw_cover(specimen: Specimen, file: Path) -> None:
    """Write a PNG of the made-up picture beside the first plane of the answer; of stacks, the middle."""
    shown = [_grey(specimen.picture[0], stretched=True), _grey(specimen.probability[0], stretched=False)]
    side = min(LARGEST, max(shown[0].shape))
    pair = [Image.fromarray(one).resize((side, side), Image.Resampling.BILINEAR) for one in shown]
    cover = Image.new("L", (2 * side, side))
    for number, one in enumerate(pair):
        cover.paste(one, (number * side, 0))
    cover.save(file, optimize=True)


def _grey(plane: NDArray[np.float32], *, stretched: bool) -> NDArray[np.uint8]:
    flat = plane[len(plane) // 2] if plane.ndim > 2 else plane
    low, high = (float(flat.min()), float(flat.max())) if stretched else (0.0, 1.0)
    return np.asarray(255 * ((flat - low) / max(high - low, 1e-9)).clip(0, 1), np.uint8)
