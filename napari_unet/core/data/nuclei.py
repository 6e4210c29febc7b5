"""Nuclei as a microscope finds them: irregular, crowded, pressed against each other, with chromatin inside.

A scene is grown, not scattered: nuclei divide and stay near each other, so each new one is set beside an older one.
Where two would overlap, each pixel goes to the one whose rim is further away, as soft bodies share the room; so no mask
overlaps another, and each is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.data.recipes import Culture

Plane = NDArray[np.float64]

CROWDED = 0.8
"""Nuclei come no closer than this share of the sum of their radii."""

WHOLE = 0.72
"""A nucleus that loses more than the rest of its area to its neighbours was never there."""


@dataclass(frozen=True)
class Nucleus:
    """One nucleus: where its middle is, its radius, outline and looks. Lengths in pixels, angles in radians."""

    row: float
    column: float
    radius: float
    oval: float
    angle: float
    waves: Plane
    dent: tuple[float, float]
    brightness: float
    defocus: float
    dividing: bool


@dataclass(frozen=True)
class Scene:
    """`labels` (Y, X) uint16, exact; `sharp` and `blurry` (Y, X) float, the light of nuclei in and out of focus."""

    labels: NDArray[np.uint16]
    sharp: Plane
    blurry: Plane


def grow(shape: tuple[int, int], culture: Culture, rng: np.random.Generator) -> Scene:
    """A scene of nuclei of one culture."""
    nuclei = _settled(shape, culture, rng)
    bend = _bending(shape, culture, rng)
    rims = [_rim(nucleus, shape, bend) for nucleus in nuclei]
    labels = _shared_out(shape, rims)
    texture = _chromatin(shape, rng)
    sharp, blurry = np.zeros(shape), np.zeros(shape)
    for number, (nucleus, (window, rim)) in enumerate(zip(nuclei, rims, strict=True), 1):
        mine = labels[window] == number
        if mine.sum() < WHOLE * max((rim > 0).sum(), 1):
            labels[window][mine] = 0
            continue
        light = _light(nucleus, rim, mine, texture[window], culture, rng)
        if nucleus.defocus:
            blurry[window] += ndimage.gaussian_filter(light, nucleus.defocus)
        else:
            sharp[window] += light
    return Scene(_renumbered(labels), sharp, blurry)


def _settled(shape: tuple[int, int], culture: Culture, rng: np.random.Generator) -> list[Nucleus]:
    """Nuclei set down one after another, most beside an older one, none too close to any."""
    nuclei: list[Nucleus] = []
    for _ in range(60 * culture.count):
        if len(nuclei) == culture.count:
            break
        nucleus = _drawn(shape, culture, nuclei, rng)
        room = [
            np.hypot(nucleus.row - other.row, nucleus.column - other.column) / (nucleus.radius + other.radius)
            for other in nuclei
        ]
        if _in_sight(nucleus, shape) and min(room, default=2.0) > CROWDED:
            nuclei.append(nucleus)
    return nuclei


def _in_sight(nucleus: Nucleus, shape: tuple[int, int]) -> bool:
    """Whether at least a good part of the nucleus lies in the picture."""
    edge = 0.3 * nucleus.radius
    return -edge < nucleus.row < shape[0] + edge and -edge < nucleus.column < shape[1] + edge


def _drawn(shape: tuple[int, int], culture: Culture, nuclei: list[Nucleus], rng: np.random.Generator) -> Nucleus:
    """A nucleus with a place, an outline and looks drawn at random."""
    radius = culture.radius * float(np.exp(rng.normal(0, culture.spread)))
    row, column = rng.uniform(-0.3 * radius, np.array(shape) + 0.3 * radius)
    angle = rng.uniform(0, np.pi)
    if nuclei and rng.random() < culture.clumping:
        beside = nuclei[rng.integers(len(nuclei))]
        way, step = rng.uniform(0, 2 * np.pi), (radius + beside.radius) * rng.uniform(CROWDED, 1.08)
        row, column = beside.row + step * np.sin(way), beside.column + step * np.cos(way)
        angle = beside.angle + rng.normal(0, 0.5)
    dividing = rng.random() < culture.dividing
    orders = np.arange(2, 7)
    return Nucleus(
        row=float(row),
        column=float(column),
        radius=radius * (0.62 if dividing else 1),
        oval=2.8 if dividing else 1 + abs(rng.normal(0, culture.oval)),
        angle=float(angle),
        waves=np.stack([rng.normal(0, culture.ragged, 5) * 2 / orders, rng.uniform(0, 2 * np.pi, 5)]),
        dent=(float(rng.uniform(0, 2 * np.pi)), float(rng.choice([0, 0, 0, 0.12, 0.25]))),
        brightness=float(np.exp(rng.normal(0, 0.22))) * (2.2 if dividing else float(rng.choice([1, 1, 1.35]))),
        defocus=float(rng.uniform(1.8, 3.6)) if rng.random() < culture.blurry else 0.0,
        dividing=dividing,
    )


def _bending(shape: tuple[int, int], culture: Culture, rng: np.random.Generator) -> Plane:
    """How far (pixels, along Y and X) each place is pushed aside: neighbours are bent alike."""
    width = culture.radius * 0.55
    bend = ndimage.gaussian_filter(rng.normal(0, 1, (2, *shape)), (0, width, width))
    pushed: Plane = bend / bend.std() * culture.radius * 0.09
    return pushed


def _rim(nucleus: Nucleus, shape: tuple[int, int], bend: Plane) -> tuple[tuple[slice, slice], Plane]:
    """The window around a nucleus, and in it how far (pixels) inside its outline each pixel lies; negative outside."""
    reach = nucleus.radius * 2.2
    window = (
        slice(max(0, int(nucleus.row - reach)), max(0, min(shape[0], int(nucleus.row + reach) + 1))),
        slice(max(0, int(nucleus.column - reach)), max(0, min(shape[1], int(nucleus.column + reach) + 1))),
    )
    rows, columns = np.mgrid[window]
    rows = rows - nucleus.row + bend[0][window]
    columns = columns - nucleus.column + bend[1][window]
    angle = np.arctan2(rows, columns) - nucleus.angle
    long, short = nucleus.radius * np.sqrt(nucleus.oval), nucleus.radius / np.sqrt(nucleus.oval)
    outline = long * short / np.hypot(short * np.cos(angle), long * np.sin(angle))
    for order, (size, phase) in enumerate(nucleus.waves.T, 2):
        outline = outline * (1 + size * np.cos(order * angle + phase))
    away = np.abs((angle - nucleus.dent[0] + np.pi) % (2 * np.pi) - np.pi)
    outline = outline * (1 - nucleus.dent[1] * np.exp(-((away / 0.5) ** 2)))
    return window, outline - np.hypot(rows, columns)


def _shared_out(shape: tuple[int, int], rims: list[tuple[tuple[slice, slice], Plane]]) -> NDArray[np.uint16]:
    """The number of the nucleus each pixel (Y, X) belongs to, each in one piece; 0 is none."""
    labels, deepest = np.zeros(shape, np.uint16), np.zeros(shape)
    for number, (window, rim) in enumerate(rims, 1):
        mine = rim > deepest[window]
        labels[window][mine] = number
        deepest[window][mine] = rim[mine]
    for number, (window, _) in enumerate(rims, 1):
        pieces, count = ndimage.label(labels[window] == number)
        if count > 1:
            largest = np.argmax(np.bincount(pieces.ravel())[1:]) + 1
            labels[window][(pieces > 0) & (pieces != largest)] = 0
    return labels


def _chromatin(shape: tuple[int, int], rng: np.random.Generator) -> Plane:
    """The fine structure of chromatin, mean 0 and spread 1: threads and clods of a few pixels."""
    noise = rng.normal(0, 1, (3, *shape))
    fine = _unit(ndimage.gaussian_filter(noise[0], 0.9) - ndimage.gaussian_filter(noise[0], 2.2))
    threads = _unit(-np.abs(_unit(ndimage.gaussian_filter(noise[1], 1.8) - ndimage.gaussian_filter(noise[1], 5))))
    clods = _unit(ndimage.gaussian_filter(noise[2], 4))
    return _unit(0.6 * fine + 0.8 * threads + 0.7 * clods)


def _unit(plane: Plane) -> Plane:
    scaled: Plane = (plane - plane.mean()) / plane.std()
    return scaled


def _light(
    nucleus: Nucleus,
    rim: Plane,
    mine: NDArray[np.bool_],
    texture: Plane,
    culture: Culture,
    rng: np.random.Generator,
) -> Plane:
    """The light of one nucleus in its window: thickness x chromatin; about 1 in the middle."""
    pressed = ndimage.distance_transform_edt(np.pad(mine, 1, mode="edge"))[1:-1, 1:-1]
    soft = rng.uniform(0, 0.6)
    width = min(culture.flat, 0.9 * nucleus.radius)
    thickness = mine * ((1 - soft) * _dome(pressed, width) + soft * _dome(rim, width))
    inside = np.clip(1 + culture.grain * rng.uniform(0.6, 1.2) * texture, 0.25, 3)
    if nucleus.dividing:
        return thickness * (0.7 + 0.3 * inside) * nucleus.brightness
    for _ in range(rng.poisson(culture.hollows)):
        inside *= 1 - rng.uniform(0.25, 0.6) * _blot(pressed, nucleus.radius * rng.uniform(0.09, 0.17), rng)
    for _ in range(rng.poisson(culture.spots)):
        inside += rng.uniform(0.4, 1.3) * _blot(pressed, rng.uniform(1.0, 1.9), rng)
    return thickness * inside * nucleus.brightness


def _dome(depth: Plane, width: float) -> Plane:
    """Thickness (0 to 1) at a depth from the rim: round within `width`, level further in."""
    share = np.clip(depth / width, 0, 1)
    dome: Plane = np.sqrt(1 - (1 - share) ** 2)
    return dome


def _blot(depth: Plane, radius: float, rng: np.random.Generator) -> Plane:
    """A soft oval blot, 1 in its middle, somewhere inside where `depth` leaves room for it."""
    rows, columns = np.nonzero(depth > min(radius + 1, 0.8 * depth.max()))
    spot = rng.integers(len(rows))
    across, along = rng.uniform(0.7, 1.3, 2) * radius
    row_axis, column_axis = np.indices(depth.shape)
    far = ((row_axis - rows[spot]) / across) ** 2 + ((column_axis - columns[spot]) / along) ** 2
    blot: Plane = np.exp(-(far**1.5) / 1.5)
    return blot


def _renumbered(labels: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """The labels numbered 1, 2, ... without gaps, in reading order."""
    values, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    first[values == 0] = -1
    rank = np.argsort(np.argsort(first)) + (0 if values[0] == 0 else 1)
    return rank[inverse].reshape(labels.shape).astype(np.uint16)
