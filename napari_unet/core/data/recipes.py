"""What the sample pictures show and how they were taken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Culture:
    """What grows in a dish.

    `radius` in pixels; `spread` is how much radii vary (a share); `clumping` is the share of nuclei that grow beside
    another; `oval` and `ragged` say how far outlines are from circles; `flat` is the width of the sloping rim in pixels
    (large for round cells, small for cells lying flat); `grain` is the contrast of chromatin, `spots` the number of
    bright spots in a nucleus (mouse cells have many) and `hollows` of dark ones (nucleoli); `dividing` is the share in
    mitosis and `blurry` the share out of focus.
    """

    count: int
    radius: float
    spread: float = 0.16
    clumping: float = 0.6
    oval: float = 0.3
    ragged: float = 0.048
    flat: float = 6.0
    grain: float = 0.22
    spots: int = 0
    hollows: int = 3
    dividing: float = 0.015
    blurry: float = 0.12


@dataclass(frozen=True)
class Microscope:
    """How a picture is taken.

    `photons` is the number of electrons a bright nucleus leaves in a pixel of the camera, `haze` the light of
    everything out of focus and `glow` that of the medium, as shares of it; `vignette` is how much of the light is lost
    in the far corner; `specks` the number of bright crumbs; `bits` 8 or 16. `blur` is the width (standard deviation, in
    pixels) of the image of a point, `read_noise` in electrons, `offset` the camera's zero, in counts of 16 bits.
    """

    photons: float
    haze: float = 0.12
    glow: float = 0.06
    vignette: float = 0.35
    specks: int = 3
    bits: int = 16
    blur: float = 0.75
    read_noise: float = 1.8
    offset: float = 100.0


@dataclass(frozen=True)
class Recipe:
    """What a sample picture shows and how it was taken. `shape` is (Y, X)."""

    name: str
    shape: tuple[int, int]
    culture: Culture
    microscope: Microscope


RECIPES = (
    Recipe("culture_sparse", (384, 512), Culture(22, 21, clumping=0.45), Microscope(900)),
    Recipe("culture_dense", (448, 512), Culture(90, 19, clumping=0.85, oval=0.25), Microscope(700, haze=0.2)),
    Recipe(
        "colonies",
        (400, 400),
        Culture(60, 16, clumping=0.95, oval=0.2, ragged=0.04, flat=8, blurry=0.06),
        Microscope(600, vignette=0.25),
    ),
    Recipe(
        "long_nuclei",
        (400, 512),
        Culture(34, 18, clumping=0.6, oval=0.75, ragged=0.04, hollows=2, blurry=0.1),
        Microscope(800, glow=0.09),
    ),
    Recipe(
        "short_exposure",
        (384, 384),
        Culture(34, 19, clumping=0.6, blurry=0.15),
        Microscope(38, haze=0.25, glow=0.12, read_noise=2.2, specks=2),
    ),
    Recipe(
        "mouse_spots",
        (384, 512),
        Culture(34, 20, clumping=0.65, grain=0.14, spots=11, hollows=1, oval=0.25),
        Microscope(400, bits=8, haze=0.1),
    ),
    Recipe(
        "small_cells",
        (320, 384),
        Culture(120, 9.0, spread=0.12, clumping=0.9, oval=0.12, ragged=0.035, flat=8, hollows=0, grain=0.16),
        Microscope(300, bits=8, haze=0.1, specks=5),
    ),
    Recipe(
        "uneven_light",
        (384, 448),
        Culture(46, 18, clumping=0.7, spread=0.25, blurry=0.2, dividing=0.04),
        Microscope(250, bits=8, vignette=0.75, haze=0.3, specks=6),
    ),
)
