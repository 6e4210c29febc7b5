"""What a model has not learned from: whole pictures, or parts of them; never single pixels.

A pixel beside one that was learned from is nearly a copy of it, so a score on such pixels flatters. For the same
reason a picture that is there twice counts as learned from when either was: pictures are told apart by their pixels,
not by their names.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from napari_unet.core.data.annotation import UNLABELLED
from napari_unet.core.data.record import Record, Region
from napari_unet.core.data.sample import Sample
from napari_unet.core.model.card import ModelCard
from napari_unet.core.training.judging.block import NAMED, SMALLEST, Block, block_named, cut_out, picture_of
from napari_unet.core.training.judging.division import is_labelled, lot

WHOLE = ""
"""The part that is all of a picture."""


@dataclass
class Learned:
    """What is known of the pictures that a model, and those it went on from, have learned from.

    `contents` maps the hash of a picture's pixels to the parts that were kept out of learning, one for each time the
    picture was learned from; WHOLE where none was.
    """

    contents: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def take(self, card: ModelCard, contents: Mapping[str, Iterable[str]]) -> None:
        """Take in what is on a model's card; `contents` maps names to the hashes of the pictures that had them."""
        parts = {picture_of(name): name for name in card.validation if NAMED.match(name)}
        for name in set(card.data) - set(card.validation):
            for content in contents.get(name, ()):
                self.contents[content].add(_box(parts.get(name, WHOLE)))

    def left(self, name: str, content: str) -> str | None:
        """What of a picture was never learned from: WHOLE, the name of a part, or None for nothing."""
        parts = self.contents.get(content, set())
        if not parts:
            return WHOLE
        (part, *others) = parts
        return None if others or part == WHOLE else f"{name} {part}"


@dataclass(frozen=True)
class Candidate:
    """A picture, or a part of it, that may tell how good a model is."""

    name: str
    part: str
    record: Record

    @property
    def may_count(self) -> bool:
        """Whether objects may be counted in it: in strokes, and between objects taken one by one, they cannot."""
        return self.record.complete or any(region.is_area for region in self.record.origin)

    def sample(self, whole: Sample) -> Sample | None:
        """What is measured on: the part that is left, or all; what is painted wholly, where it can be found."""
        if self.part != WHOLE:
            block = block_named(self.part, whole)
            cut = None if block is None else cut_out(whole, block)
            return cut if cut is not None and is_labelled(cut) else None
        if whole.complete:
            return whole
        accepted = _accepted(whole, self.record.origin)
        if accepted is not None:
            return accepted
        return whole if is_labelled(whole) else None


def candidates(records: Mapping[str, Record], learned: Learned, models: Collection[str]) -> tuple[list[Candidate], int]:
    """What a model may be measured on, each content once, in an order that has nothing to do with names.

    Nothing that a person left out.

    Parameters
    ----------
    records : of all pictures.
    learned : what the model has learned from.
    models : the names of its folder and of those it went on from.

    Returns
    -------
    candidates : those kept for testing first, and complete pictures before others, as they tell more.
    own : how many were left out because their labels are the model's own answer: it would only agree with itself.
    """
    ordered = sorted(
        (name for name, record in records.items() if record.aside != "left out"),
        key=lambda name: (not records[name].aside, not records[name].complete, lot(name, 0)),
    )
    found: dict[str, Candidate] = {}
    own = set()
    for name in ordered:
        record = records[name]
        part = learned.left(name, record.sha256)
        if part is None or record.sha256 in found:
            continue
        if _is_own(record, models):
            own.add(record.sha256)
        else:
            found[record.sha256] = Candidate(name, part, record)
    return list(found.values()), len(own - set(found))


def _is_own(record: Record, models: Collection[str]) -> bool:
    """Whether what is painted is an answer of these models, all of it or some, accepted as it was."""
    return any(region.how == "accepted" and not set(region.models).isdisjoint(models) for region in record.origin)


def _accepted(whole: Sample, origin: Sequence[Region]) -> Sample | None:
    """The largest region that was accepted or brought along and is wholly labelled, as a complete sample of its own."""
    if whole.annotation.ndim != 2:
        return None
    blocks = [Block((region.box[0], region.box[1]), 0) for region in origin if region.is_area]
    fitting = [block for block in blocks if block.fits(whole) and _is_whole(whole, block)]
    if not fitting:
        return None
    return dataclasses.replace(cut_out(whole, max(fitting, key=_area)), complete=True)


def _is_whole(sample: Sample, block: Block) -> bool:
    if min(high - low for low, high in block.box) < SMALLEST:
        return False
    return not np.any(sample.annotation[block.window()] == UNLABELLED)


def _area(block: Block) -> int:
    (top, bottom), (left, right) = block.box
    return (bottom - top) * (right - left)


def _box(part: str) -> str:
    """A part's place without the picture's name: a copy of the picture has another."""
    found = NAMED.match(part)
    return part.removeprefix(found.group(1)).strip() if found else WHOLE
