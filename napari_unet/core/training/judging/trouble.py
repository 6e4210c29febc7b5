"""What may be wrong with the labels or the learning, as sentences: before, while and after a model learns."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_unet.core.data.annotation import BACKGROUND, FIRST, UNLABELLED, completed
from napari_unet.core.data.sample import Sample
from napari_unet.core.inference.interrupting import Stopped
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.settings import Kind
from napari_unet.core.training.judging.block import picture_of
from napari_unet.core.training.judging.chance import half_width
from napari_unet.core.training.judging.division import Division, lot
from napari_unet.core.training.judging.opinion import Opinion, opinion
from napari_unet.core.training.judging.watching import Watch
from napari_unet.core.training.report import Noticed

__all__ = ["Watch", "before", "contradicted"]

FEW_PICTURES, FEW_OBJECTS = 3, 30
"""On fewer pictures or objects than these, it is said how little the score can tell."""

DIFFERENT = 0.005
"""Two annotations of one picture differ when this share of what is painted on both does."""

GLIMPSE = 1024
"""So many pixels are compared first."""

MOST_CLASSES = 1000
"""More classes than anybody names."""

NEARLY_ALL = 0.995
"""Where this share of what is painted is one class, the others are hardly to be learned."""

AT_LEAST_THREE = 3
"""Of fewer pictures none can be said to be unlike the others."""

CLEARLY = 0.25
"""A model disagrees clearly with a picture's labels where it is sure that this share of them is something else..."""

SPREADS, NARROWEST = 6, 0.02
"""...and the share is so many spreads (median absolute deviations, at least 0.02) above that of the usual picture."""

NAMED = 3
"""So many pictures are named at most."""


def before(samples: Sequence[Sample], division: Division, kind: Kind, class_names: tuple[str, ...]) -> list[Noticed]:
    """What is to be known before learning begins: of the labels, and of what the score can tell."""
    labels = [Noticed("labels", sentence) for sentence in _duplicates(samples, kind)]
    leaks = [Noticed("validation", sentence) for sentence in _leaks(division)]
    classes = [Noticed("classes", sentence) for sentence in _classes(samples, division, kind, class_names)]
    few = _few(division.measured, kind, class_names)
    return [*labels, *leaks, *classes, *([Noticed("validation", few)] if few else [])]


def contradicted(model: Model, samples: Sequence[Sample], stop: Callable[[], bool]) -> list[Noticed]:
    """The pictures with whose labels a learned model clearly disagrees, far more than with those of the others.

    `samples` are those it has learned from, or any others. A mask that is shifted or belongs to another picture is
    found so, even if the model has learned from it, as long as most masks are right. Works where the network is.
    Asked to stop, it tells of those it has looked at, in an order that has nothing to do with how they were added.
    """
    device = next(iter(model.network.parameters())).device.type
    opinions: list[tuple[str, Opinion]] = []
    for sample in sorted(samples, key=lambda sample: lot(sample.name, 0)):
        if stop():
            break
        try:
            one = opinion(model, sample, device)
        except Stopped:
            break
        opinions += [(picture_of(sample.name), one)] if one.painted else []
    if len(opinions) < AT_LEAST_THREE:
        return []
    limit = _usual([one.disagreed for _, one in opinions])
    worst = sorted((pair for pair in opinions if pair[1].disagreed > limit), key=lambda pair: -pair[1].disagreed)
    return [Noticed("labels", _disagreement(name, one)) for name, one in worst[:NAMED]]


def _usual(shares: Sequence[float]) -> float:
    """What no ordinary picture is above."""
    middle = float(np.median(shares))
    spread = 1.4826 * float(np.median(np.abs(np.asarray(shares) - middle)))  # of a normal distribution, its deviation
    return max(CLEARLY, middle + SPREADS * max(spread, NARROWEST))


def _disagreement(name: str, one: Opinion) -> str:
    return (
        f"In {name} the model says {one.instead} on {one.disagreed:.0%} of what is painted as {one.name}: "
        "its mask may be shifted or belong to another picture."
    )


def _duplicates(samples: Sequence[Sample], kind: Kind) -> Iterator[str]:
    """Sentences on pictures that are there twice with different labels."""
    for same in _same(samples):
        for one, other in itertools.combinations(same, 2):
            share = _difference(one, other, kind)
            if share > DIFFERENT:
                yield (
                    f"{one.name} and {other.name} are the same picture, but {share:.1%} of what is painted on both "
                    "differs: keep one of them, or make them agree."
                )


def _same(samples: Sequence[Sample]) -> list[list[Sample]]:
    """Those whose pictures are pixel by pixel the same, together."""
    alike = [group for group in _grouped(samples, _glimpse) if len(group) > 1]
    return [group for some in alike for group in _grouped(some, _pixels) if len(group) > 1]


def _grouped(samples: Sequence[Sample], key: Callable[[Sample], Hashable]) -> list[list[Sample]]:
    groups: defaultdict[Hashable, list[Sample]] = defaultdict(list)
    for sample in samples:
        groups[key(sample)].append(sample)
    return list(groups.values())


def _glimpse(sample: Sample) -> Hashable:
    """Some of the pixels: a hash of all of them takes seconds for a thousand pictures, and few are alike."""
    step = max(1, math.isqrt(math.prod(sample.image.shape[-2:]) // GLIMPSE))
    return sample.image.shape, sample.image.dtype.str, sample.image[..., ::step, ::step].tobytes()


def _pixels(sample: Sample) -> Hashable:
    return sha256(np.ascontiguousarray(sample.image).data).digest()


def _difference(one: Sample, other: Sample, kind: Kind) -> float:
    """The share of what is painted on both that differs. Objects may be numbered otherwise, not lie elsewhere."""
    first, second = (_painted(sample, kind) for sample in (one, other))
    both = (first != UNLABELLED) & (second != UNLABELLED)
    return float(np.mean(first[both] != second[both])) if both.any() else 0.0


def _painted(sample: Sample, kind: Kind) -> NDArray[np.integer]:
    annotation = completed(sample.annotation) if sample.complete else sample.annotation
    return np.minimum(annotation, FIRST) if kind == "objects" else annotation


def _leaks(division: Division) -> Iterator[str]:
    learned = {picture_of(sample.name) for sample in division.learned}
    for same in _same([*division.learned, *division.measured]):
        measuring = [sample.name for sample in same if picture_of(sample.name) not in learned]
        teaching = [sample.name for sample in same if sample.name in learned]
        if measuring and teaching:
            yield (
                f"{measuring[0]} measures, but it is the same picture as {teaching[0]}, which is learned from: "
                "the score flatters. Remove one of them."
            )


def _classes(samples: Sequence[Sample], division: Division, kind: Kind, class_names: tuple[str, ...]) -> Iterator[str]:
    learned = _count(division.learned, kind)
    all_painted = _count(samples, kind) if kind == "regions" else learned
    for value, name in enumerate(class_names, FIRST) if kind == "regions" else ():
        if not all_painted[value]:
            yield f"Nothing is painted as {name} yet, so the model cannot find it."
        elif not learned[value]:
            yield f"{name} is painted only where the model is measured, so it cannot learn it: paint some elsewhere."
    if kind == "objects":
        noun = class_names[0] if len(class_names) == 1 else "object"
        for name in [name for value, name in ((FIRST, noun), (BACKGROUND, "background")) if not learned[value]]:
            yield f"No {name} is painted where the model learns, only where it is measured: paint some elsewhere, too."
    total = learned.total()
    for value, count in learned.most_common(1):
        if count > NEARLY_ALL * total and len(learned) > 1:
            name = "background" if value == BACKGROUND else class_names[min(value - FIRST, len(class_names) - 1)]
            yield f"{count / total:.1%} of what is painted is {name}: paint more of the rest, or it is hardly learned."


def _count(samples: Sequence[Sample], kind: Kind) -> Counter[int]:
    """Painted pixels by class; all objects are one."""
    counts: Counter[int] = Counter()
    for sample in samples:
        numbers = np.bincount(np.minimum(_painted(sample, kind), MOST_CLASSES).ravel())
        counts.update({value: int(numbers[value]) for value in np.flatnonzero(numbers).tolist() if value})
    return counts


def _few(measured: Sequence[Sample], kind: Kind, class_names: tuple[str, ...]) -> str:
    """What the score cannot tell, where it is of little; see `chance.half_width`."""
    pictures, things = len({picture_of(sample.name) for sample in measured}), 0
    for sample in measured:
        things += _things(sample)
        if pictures >= FEW_PICTURES and things >= FEW_OBJECTS:
            return ""
    if not pictures:
        return ""
    noun = class_names[0] if len(class_names) == 1 else "object"
    word = noun if kind == "objects" and all(sample.complete for sample in measured) else "painted patch"
    part = "part of " if any(picture_of(sample.name) != sample.name for sample in measured) else ""
    what = f"{part}{pictures} picture{'s' if pictures > 1 else ''}"
    if not things:
        return f"Measured on {what} with nothing painted but background: only false alarms can be seen."
    least = math.ceil(10 * min(0.5, half_width(things))) / 10
    return (
        f"Measured on {what} with {things} {_plural(word, things)}: a difference below {least:.1f} means nothing "
        "(95 % interval of a share of so many). Label more pictures completely to know better."
    )


def _things(sample: Sample) -> int:
    """Objects, or patches of paint if there are more: neighbouring pixels tell the same."""
    painted = sample.annotation >= FIRST
    return max(int(ndimage.label(painted)[1]), len(np.unique(sample.annotation[painted])))


def _plural(word: str, count: int) -> str:
    if count == 1:
        return word
    special = {"nucleus": "nuclei"}
    return special.get(word, word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s"))
