"""The record of one picture in a project: where it came from, and where every accepted region came from."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import prod
from typing import Any, Literal, Self

import numpy as np

from napari_unet.core.data.axes import planes_in
from napari_unet.core.data.picture import Picture

How = Literal["hand", "corrected", "accepted"]
"""hand: painted or brought along by a person. corrected, accepted: a model's labels, with edits or as they were."""


@dataclass(frozen=True)
class Region:
    """A part of a picture that was taken into its annotation at once.

    `box` has start and stop along ([Z,] Y, X). `model` and `settings` say which model's labels they were and how its
    probability was cleaned; both are empty for a mask a person brought along, whose file `source` names. `kept` is the
    file with what stood there before; see `Acceptance`.
    """

    box: tuple[tuple[int, int], ...]
    how: How
    model: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    when: str = field(default_factory=lambda: now("seconds"))
    kept: str = ""

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The region from JSON values."""
        return cls(**{**values, "box": tuple((low, high) for low, high in values["box"])})


@dataclass(frozen=True)
class Record:
    """What is known about one picture beside its pixels.

    `shape` and `axes` are of the picture as we hold it, (C, [T,] [Z,] Y, X); `told` are the axes of its file as a
    person named them, empty where the file does itself. `sha256` is of its pixels, so that the same picture is known
    again in another file. `complete_planes` are the planes of a stack that are complete, counted from 0 in the order in
    which they are stored; none where all are, which `complete` says. `validation`: kept out of learning (True), learned
    from (False), not yet decided (None); once decided it stays.
    """

    source: str
    sha256: str
    axes: str
    shape: tuple[int, ...]
    pixel_size: tuple[float, ...]
    unit: str
    channel_names: tuple[str, ...]
    complete: bool = False
    validation: bool | None = None
    origin: tuple[Region, ...] = ()
    told: str = ""
    complete_planes: tuple[int, ...] = ()
    added: str = field(default_factory=lambda: now("microseconds"))

    @classmethod
    def of(cls, picture: Picture) -> Self:
        """The record of a picture that nothing was painted on yet."""
        return cls(
            source=picture.source,
            sha256=pixel_hash(picture),
            axes=picture.axes,
            shape=tuple(picture.image.shape),
            pixel_size=picture.pixel_size,
            unit=picture.unit,
            channel_names=picture.channel_names,
            told=picture.told,
        )

    @property
    def spatial_shape(self) -> tuple[int, ...]:
        """Shape along ([T,] [Z,] Y, X), which is the shape of its annotation and labels."""
        return self.shape[1:]

    @property
    def planes(self) -> int:
        """How many planes it has: 1 unless it is a stack."""
        return prod(self.shape[1:-2])

    def known_planes(self) -> frozenset[int]:
        """The planes that are complete."""
        return frozenset(range(self.planes)) if self.complete else frozenset(self.complete_planes)

    def marked(self, planes: Iterable[int], complete: bool) -> dict[str, Any]:
        """What changes here when these planes are complete from now on, or are so no more."""
        known = self.known_planes() | set(planes) if complete else self.known_planes() - set(planes)
        whole = len(known) == self.planes
        return {"complete": whole, "complete_planes": () if whole else tuple(sorted(known))}

    def to_json(self) -> dict[str, Any]:
        """The record as plain JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The record from JSON values. Raises KeyError, TypeError or ValueError when they are no record."""
        names = ("shape", "pixel_size", "channel_names", "complete_planes")
        tuples = {key: tuple(values[key]) for key in names if key != "complete_planes" or key in values}
        origin = tuple(Region.from_json(region) for region in values["origin"])
        return cls(**{**values, **tuples, "origin": origin})


def pixel_hash(picture: Picture) -> str:
    """SHA-256 of a picture's pixels, with their type and shape."""
    image = picture.image
    digest = hashlib.sha256(f"{image.dtype.str} {image.shape}".encode())
    for plane in planes_in(image):  # a stack may be larger than the memory
        digest.update(np.ascontiguousarray(plane).data)
    return digest.hexdigest()


def now(timespec: str) -> str:
    """The time, as ISO 8601 in UTC, so that later is greater in every summer and winter."""
    return datetime.now(UTC).isoformat(timespec=timespec)
