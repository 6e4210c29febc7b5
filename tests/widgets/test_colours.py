"""Colours that mean something are told apart by people who see fewer of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from napari_unet.core.data.project_card import COLOURS
from napari_unet.widgets.layers.colours import ORIGINS, QUIET, VERDICTS, annotation_colours, hex_of, object_colour
from napari_unet.widgets.layers.making import OPACITY
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


def over(grey: float, colour: Sequence[float]) -> str:
    """What is seen of a colour (red, green, blue, opacity) of our layers over a grey picture."""
    share = colour[3] * OPACITY
    return hex_of([grey + (part - grey) * share for part in colour[:3]])


@pytest.mark.parametrize("eye", SEEN)
@pytest.mark.parametrize("grey", [0.0, 0.1, 0.25, 0.5, 0.75, 1.0])
def test_background_is_seen_on_every_picture(grey: float, eye: str) -> None:
    assert tuple(annotation_colours("objects", 0).colors[1]) == pytest.approx(QUIET)
    bare, painted = seen(hex_of([grey] * 3), eye), seen(over(grey, QUIET), eye)
    assert deltaE_ciede2000(bare, painted) > APART


@pytest.mark.parametrize("eye", SEEN)
def test_background_is_no_class(eye: str) -> None:
    apart = {colour: float(deltaE_ciede2000(seen(hex_of(QUIET), eye), seen(colour, eye))) for colour in COLOURS}
    assert min(apart.values()) > APART, apart


@pytest.mark.parametrize("grey", [0.0, 0.2, 0.5])
def test_no_cell_looks_like_the_background_that_it_lies_in(grey: float) -> None:
    eye = "all colours"
    background = seen(over(grey, QUIET), eye)
    cells = {number: seen(over(grey, object_colour(number)), eye) for number in range(2, 400)}
    apart = {number: float(deltaE_ciede2000(background, cell)) for number, cell in cells.items()}
    assert min(apart.values()) > APART, min(apart, key=lambda number: apart[number])
