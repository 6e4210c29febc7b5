"""Colours that mean something are told apart by people who see fewer of them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from napari_unet.core.data.project_card import COLOURS
from napari_unet.widgets.layers.colours import ORIGINS, VERDICTS
from napari_unet.widgets.look import MARKS, look_of

SEEN = {
    "all colours": np.eye(3),
    "no red": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no green": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "no blue": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""What becomes of red, green and blue light (Machado, Oliveira and Fernandes 2009, complete loss)."""

APART = 10.0
"""Of CIEDE2000, in which 1 can just be seen side by side. Ten is seen at a glance."""


def seen(colour: str, eye: str) -> np.ndarray:
    """A colour (CIELAB) as this eye sees it."""
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    light = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    light = np.clip(SEEN[eye] @ light, 0, 1)
    shown = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(rgb2lab(shown))


def least_apart(colours: dict[str, str], eye: str) -> tuple[float, str]:
    """How far the two are apart that are nearest, and which those are."""
    return min(
        (float(deltaE_ciede2000(seen(colours[one], eye), seen(colours[other], eye))), f"{one}, {other}")
        for one, other in combinations(colours, 2)
    )


@pytest.mark.parametrize("eye", SEEN)
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_the_states_of_pictures(theme: str, eye: str) -> None:
    look = look_of(theme)
    apart, which = least_apart({state: look.state(state) for state in MARKS}, eye)
    assert apart > APART, which
    assert len(set(MARKS.values())) == len(MARKS), "each has a shape of its own, too"


@pytest.mark.parametrize("eye", SEEN)
@pytest.mark.parametrize(
    "colours",
    [
        {f"class {number}": colour for number, colour in enumerate(COLOURS, 1)},
        {word: colour for colour, word in VERDICTS.values()},
        {word: colour for colour, word in ORIGINS.values()},
    ],
    ids=["classes", "comparison", "origins"],
)
def test_what_colours_say_on_the_picture(colours: dict[str, str], eye: str) -> None:
    apart, which = least_apart(colours, eye)
    assert apart > APART, which
