"""The record of one picture in a project: where it came from, and where every accepted region came from."""

from __future__ import annotations

import dataclasses
import hashlib
import math
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Self, get_args

import numpy as np

from napari_unet.core.data.axes import bands_in
from napari_unet.core.data.json_file import are_numbers, is_words
from napari_unet.core.data.part import whole_source
from napari_unet.core.data.picture import AXES, Picture

LONGEST_SIDE = 2**31
"""Pixels along a side; no file that we read holds more."""

How = Literal["hand", "corrected", "accepted", "rejected"]
"""hand: painted or brought along by a person. corrected, accepted: a model's labels, with edits or as they were.
rejected: what a model found, and a person says is none."""

TOGETHER = " + "
"""Stands between the names of models whose answers were averaged."""

Part = Literal["picture", "view", "plane", "rectangle", "object"]
"""What was taken at once: all of a picture, what was to be seen of it, a rectangle, or one object alone."""

SetAside = Literal["", "test", "left out"]
"""What a picture is set aside for: to test models with, or for nothing at all. Empty where it is not."""


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
        region = cls(**{"id": values.get("kept", ""), **values, "box": box})
        if not is_words((region.how, region.model, region.source, region.when, region.kept, region.part, region.id)):
            raise ValueError("where a region came from must be words")
        sides = [side for sides in region.box for side in sides]
        if not all(type(side) is int for side in sides) or not isinstance(region.settings, dict):
            raise ValueError("a region must have a box of whole numbers, and settings")
        return region


@dataclass(frozen=True)
class Record:
    """What is known about one picture beside its pixels.

    `shape` and `axes` are of the picture as we hold it, (C, [T,] [Z,] Y, X); `told` are the axes of its file as a
    person named them, empty where the file does itself. `files` are the others it was read from beside `source`.
    `sha256` is of its pixels, so that the same picture is known again in another file. `complete_planes` are the planes
    of a stack that are complete, counted from 0 in the order in which they are stored; none where all are, which
    `complete` says. `corrected_planes` are those on which labels were corrected since, or that never were complete.
    `validation`: kept out of learning (True), learned from (False), not yet decided (None); once decided it stays.
    `aside`: a person keeps it from all learning and choosing, whatever else is decided. `note` is a person's own;
    `cleared` are doubts about what is painted that a person has put away, see `Doubt.key`.
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
    corrected_planes: tuple[int, ...] = ()
    note: str = ""
    cleared: tuple[str, ...] = ()
    aside: SetAside = ""
    files: tuple[str, ...] = ()
    added: str = field(default_factory=lambda: now("microseconds"))

    @classmethod
    def of(cls, picture: Picture) -> Self:
        """The record of a picture that nothing was painted on yet."""
        return cls(
            source=from_root(picture.source),
            sha256=pixel_hash(picture),
            axes=picture.axes,
            shape=tuple(picture.image.shape),
            pixel_size=picture.pixel_size,
            unit=picture.unit,
            channel_names=picture.channel_names,
            told=picture.told,
            files=tuple(map(from_root, picture.files)),
        )

    @property
    def spatial_shape(self) -> tuple[int, ...]:
        """Shape along ([T,] [Z,] Y, X), which is the shape of its annotation and labels."""
        return self.shape[1:]

    @property
    def planes(self) -> int:
        """How many planes it has: 1 unless it is a stack."""
        return math.prod(self.shape[1:-2])

    def known_planes(self) -> frozenset[int]:
        """The planes that are complete."""
        return frozenset(range(self.planes)) if self.complete else frozenset(self.complete_planes)

    def marked(self, planes: Iterable[int], complete: bool) -> dict[str, Any]:
        """What changes here when these planes are complete from now on, or are so no more."""
        told = set(planes)
        known = self.known_planes() | told if complete else self.known_planes() - told
        whole = len(known) == self.planes
        changes = {"complete": whole, "complete_planes": () if whole else tuple(sorted(known))}
        mended = set(self.corrected_planes) - told if complete else set(self.corrected_planes)
        return {**changes, "corrected_planes": tuple(sorted(mended))}

    def to_json(self) -> dict[str, Any]:
        """The record as plain JSON values."""
        values = dataclasses.asdict(self)
        for key in ("corrected_planes", "aside", "files"):  # an older version does not know them
            if not values[key]:
                del values[key]
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The record from JSON values. Raises KeyError, TypeError or ValueError when they are no record."""
        tuples = {key: tuple(values[key]) for key in ("shape", "pixel_size", "channel_names")}
        newer = ("complete_planes", "corrected_planes", "cleared", "files")
        tuples |= {key: tuple(values.get(key, ())) for key in newer}
        origin = tuple(Region.from_json(region) for region in values["origin"])
        record = cls(**{**values, **tuples, "origin": origin})
        record.check()
        return record

    def check(self) -> None:
        """Raises ValueError when a value is not of its kind: records are files that anybody may change."""
        known = (self.source, self.sha256, self.axes, self.told, self.unit, self.added, self.note)
        if not is_words((*known, *self.channel_names, *self.cleared, *self.files)):
            raise ValueError("source, files, hash, axes, unit, channels, note and date must be words")
        whole = all(type(side) is int and 0 < side <= LONGEST_SIDE for side in self.shape)
        if not whole or self.axes not in AXES or len(self.shape) != len(self.axes):
            raise ValueError(f"its shape {self.shape} with the axes {self.axes} is none of a picture")
        planes = (*self.complete_planes, *self.corrected_planes)
        if not all(type(plane) is int and 0 <= plane < self.planes for plane in planes):
            raise ValueError("its complete and corrected planes must be among those it has")
        if not are_numbers(self.pixel_size) or not all(0 < side < math.inf for side in self.pixel_size):
            raise ValueError(f"its pixel size {self.pixel_size} is none")
        if len(self.pixel_size) not in (2, len(self.shape) - 1):
            raise ValueError(f"its pixel size {self.pixel_size} does not fit its shape {self.shape}")
        flags: tuple[object, object] = (self.complete, self.validation)
        if not isinstance(flags[0], bool) or not isinstance(flags[1], (bool, type(None))):
            raise ValueError("complete and validation must be true or false")
        if self.aside not in get_args(SetAside):
            raise ValueError(f"a picture cannot be set aside for {self.aside!r}")


def from_root(source: str) -> str:
    """The source; a file that is named from where the program runs is named from the root of the disk, as it will run
    elsewhere the next time.
    """
    path = whole_source(source)  # or what a person called a layer, however long
    return str(Path.cwd() / source) if source and not os.path.isabs(path) and os.path.exists(path) else source


def pixel_hash(picture: Picture) -> str:
    """SHA-256 of a picture's pixels, with their type and shape."""
    image = picture.image
    digest = hashlib.sha256(f"{image.dtype.str} {image.shape}".encode())
    for band in bands_in(image):  # it may be larger than the memory
        digest.update(np.ascontiguousarray(band).data)
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
