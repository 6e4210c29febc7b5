"""The record of one picture in a project: where it came from, and where every accepted region came from."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Self

import numpy as np

from napari_unet.core.data.picture import Picture

How = Literal["hand", "corrected", "accepted", "rejected"]
"""hand: painted or brought along by a person. corrected, accepted: a model's labels, with edits or as they were.
rejected: what a model found, and a person says is none."""

TOGETHER = " + "
"""Stands between the names of models whose answers were averaged."""

Part = Literal["picture", "view", "rectangle", "object"]
"""What was taken at once: all of a picture, what was to be seen of it, a rectangle, or one object alone."""


@dataclass(frozen=True)
class Region:
    """A part of a picture that was taken into its annotation at once.

    `box` has start and stop along ([Z,] Y, X). `model` and `settings` say which model's labels they were and how its
    probability was cleaned; both are empty for a mask a person brought along, whose file `source` names. `kept` is the
    file with what stood there before; see `Acceptance`. `id` stays as it is when that file is written anew.
    """

    box: tuple[tuple[int, int], ...]
    how: How
    model: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    when: str = field(default_factory=lambda: now("seconds"))
    kept: str = ""
    part: Part = "rectangle"
    id: str = ""

    @property
    def models(self) -> tuple[str, ...]:
        """The models whose answers it is of: several where they were averaged."""
        return tuple(self.model.split(TOGETHER)) if self.model else ()

    @property
    def is_area(self) -> bool:
        """Whether all of its box was told, and not one object alone."""
        return self.part != "object"

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The region from JSON values; an older one is known by its file."""
        box = tuple((low, high) for low, high in values["box"])
        return cls(**{"id": values.get("kept", ""), **values, "box": box})


@dataclass(frozen=True)
class Record:
    """What is known about one picture beside its pixels.

    `shape` and `axes` are of the picture as we hold it, (C, [Z,] Y, X). `sha256` is of its pixels, so that the same
    picture is known again in another file. `validation`: kept out of learning (True), learned from (False), not yet
    decided (None); once decided it stays. `note` is a person's own; `cleared` are doubts about what is painted that a
    person has put away, see `Doubt.key`.
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
    note: str = ""
    cleared: tuple[str, ...] = ()
    added: str = field(default_factory=lambda: now("microseconds"))

    @classmethod
    def of(cls, picture: Picture) -> Self:
        """The record of a picture that nothing was painted on yet."""
        return cls(
            source=picture.source,
            sha256=pixel_hash(picture),
            axes="CZYX" if picture.image.ndim == 4 else "CYX",
            shape=tuple(picture.image.shape),
            pixel_size=picture.pixel_size,
            unit=picture.unit,
            channel_names=picture.channel_names,
        )

    @property
    def spatial_shape(self) -> tuple[int, ...]:
        """Shape along ([Z,] Y, X), which is the shape of its annotation and labels."""
        return self.shape[1:]

    def to_json(self) -> dict[str, Any]:
        """The record as plain JSON values."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The record from JSON values. Raises KeyError, TypeError or ValueError when they are no record."""
        tuples = {key: tuple(values[key]) for key in ("shape", "pixel_size", "channel_names")}
        origin = tuple(Region.from_json(region) for region in values["origin"])
        return cls(**{**values, **tuples, "origin": origin, "cleared": tuple(values.get("cleared", ()))})


def pixel_hash(picture: Picture) -> str:
    """SHA-256 of a picture's pixels, with their type and shape."""
    image = np.ascontiguousarray(picture.image)
    digest = hashlib.sha256(f"{image.dtype.str} {image.shape}".encode())
    digest.update(image.data)
    return digest.hexdigest()


def later(stamp: str, others: Iterable[str]) -> str:
    """`stamp`, or the next moment after the last of the others when the clock was set back behind them."""
    latest = max(others, default="")
    if stamp > latest:
        return stamp
    try:
        return (datetime.fromisoformat(latest) + timedelta(microseconds=1)).isoformat(timespec="microseconds")
    except ValueError:  # changed by hand
        return stamp


def now(timespec: str) -> str:
    """The time, as ISO 8601 in UTC, so that later is greater in every summer and winter."""
    return datetime.now(UTC).isoformat(timespec=timespec)
