"""What is said about a picture's labels compared with the truth, and about many pictures together.

Where a share is of nothing at all, because neither the labels nor the truth hold anything, the agreement is perfect and
the share is 1. Where only one of them is empty, it is 0.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from napari_unet.core.errors import MaskError
from napari_unet.core.settings import Kind

TWENTIETHS = tuple(range(10, 20))
"""The overlaps at which objects are compared, in twentieths: whole numbers, so that no rounding decides a match."""

IOU_THRESHOLDS = tuple(part / 20 for part in TWENTIETHS)
"""The same as fractions: 0.5, 0.55, ... 0.95."""


@dataclass(frozen=True)
class Overlap:
    """How well two sets of pixels agree; every number lies between 0 and 1, and 1 is perfect.

    `dice` is the F1 of the pixels, which other programs call F1 or F-measure. `boundary_f1` is that of the outlines;
    None where they were not compared. See `outline.outline_f1`.
    """

    dice: float
    iou: float
    precision: float
    recall: float
    accuracy: float
    boundary_f1: float | None = None

    @classmethod
    def counted(cls, both: int, only_found: int, only_true: int, neither: int) -> Self:
        """The overlap from numbers of pixels."""
        return cls(
            dice=share(2 * both, 2 * both + only_found + only_true),
            iou=share(both, both + only_found + only_true),
            precision=share(both, both + only_found, empty=float(only_true == 0)),
            recall=share(both, both + only_true, empty=float(only_found == 0)),
            accuracy=share(both + neither, both + only_found + only_true + neither),
        )


@dataclass(frozen=True)
class ObjectScores:
    """How well objects agree one by one. A found object is right at a threshold when its IoU with a true one is above.

    `ap` is TP / (TP + FP + FN) and `f1` is 2 TP / (2 TP + FP + FN), one value per threshold of `IOU_THRESHOLDS`, as in
    the Data Science Bowl 2018 (Caicedo et al., Nature Methods 2019). `panoptic_quality` (Kirillov et al., CVPR 2019) is
    the sum of the IoU of matches above 0.5, divided by TP + FP / 2 + FN / 2.
    """

    found: int
    true: int
    ap: tuple[float, ...]
    f1: tuple[float, ...]
    panoptic_quality: float

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `ap` and `f1` become mappings from threshold to value."""
        keys = [f"{threshold:.2f}" for threshold in IOU_THRESHOLDS]
        by_threshold = {name: dict(zip(keys, getattr(self, name), strict=True)) for name in ("ap", "f1")}
        return {**dataclasses.asdict(self), **by_threshold, "mean_ap": mean(self.ap)}


@dataclass(frozen=True)
class ClassScores:
    """How many objects of a class were found, how many there are, and how many are right: in place and in class."""

    found: int
    true: int
    right: int

    @property
    def ap50(self) -> float:
        """Average precision at an IoU of 0.5, the class included: right ones of all that are there or were found."""
        return share(self.right, self.found + self.true - self.right)

    def __add__(self, other: ClassScores) -> ClassScores:
        return ClassScores(self.found + other.found, self.true + other.true, self.right + other.right)


@dataclass(frozen=True)
class Scores:
    """The agreement of labels with the truth, of one picture or as the mean over `pictures` pictures.

    `foreground` compares everything that is not background. `objects` is None for regions; `classes` holds one overlap
    per class name, and is empty for objects. `object_classes` holds what was counted of each class of objects; of many
    pictures, in all of them together: a rare class may be in few.
    """

    kind: Kind
    foreground: Overlap
    objects: ObjectScores | None = None
    classes: dict[str, Overlap] = field(default_factory=dict)
    pictures: int = 1
    object_classes: dict[str, ClassScores] = field(default_factory=dict)

    @property
    def dice(self) -> float:
        """The Dice coefficient of the foreground, the headline for regions."""
        return self.foreground.dice

    @property
    def ap50(self) -> float:
        """Average precision at an IoU of 0.5, the headline for objects. Raises MaskError for regions."""
        if self.objects is None:
            raise MaskError("Regions have no average precision.", "It compares objects one by one.")
        return self.objects.ap[0]

    @property
    def class_ap50(self) -> float | None:
        """The mean over classes of their average precision; None where classes of objects were not compared."""
        there = [one.ap50 for one in self.object_classes.values() if one.found or one.true]
        return mean(there) if there else None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        plain = dataclasses.asdict(self)
        plain["object_classes"] = {
            name: {**dataclasses.asdict(one), "ap50": one.ap50} for name, one in self.object_classes.items()
        }
        plain["objects"] = self.objects.to_json() if self.objects else None
        return plain


def summarise(scores: Sequence[Scores]) -> Scores:
    """The mean over pictures of every number, each picture counting the same; numbers of objects are added up.

    Raises MaskError when there are no pictures.
    """
    if not scores:
        raise MaskError("There is nothing to summarise.", "At least one picture with a true mask is needed.")
    names = dict.fromkeys(name for one in scores for name in one.classes)
    return Scores(
        kind=scores[0].kind,
        foreground=_mean_overlap([one.foreground for one in scores]),
        objects=_mean_objects([one.objects for one in scores if one.objects]),
        classes={name: _mean_overlap([one.classes[name] for one in scores if name in one.classes]) for name in names},
        pictures=sum(one.pictures for one in scores),
        object_classes=together([one.object_classes for one in scores]),
    )


def together(counts: Sequence[Mapping[str, ClassScores]]) -> dict[str, ClassScores]:
    """What was counted of each class in several pictures, added up."""
    names = dict.fromkeys(name for one in counts for name in one)
    return {name: sum((one[name] for one in counts if name in one), ClassScores(0, 0, 0)) for name in names}


def share(part: float, whole: float, empty: float = 1.0) -> float:
    """`part / whole`, or `empty` where the whole is nothing."""
    return part / whole if whole else empty


def mean(values: Sequence[float]) -> float:
    """The mean of at least one value."""
    return sum(values) / len(values)


def _mean_overlap(overlaps: Sequence[Overlap]) -> Overlap:
    names = [item.name for item in dataclasses.fields(Overlap)]
    known = {name: [value for one in overlaps if (value := getattr(one, name)) is not None] for name in names}
    return Overlap(**{name: mean(values) for name, values in known.items() if values})


def _mean_objects(objects: Sequence[ObjectScores]) -> ObjectScores | None:
    if not objects:
        return None
    return ObjectScores(
        found=sum(one.found for one in objects),
        true=sum(one.true for one in objects),
        ap=tuple(mean(values) for values in zip(*(one.ap for one in objects), strict=True)),
        f1=tuple(mean(values) for values in zip(*(one.f1 for one in objects), strict=True)),
        panoptic_quality=mean([one.panoptic_quality for one in objects]),
    )
