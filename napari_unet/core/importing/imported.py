"""What an import gives: an annotation with its classes, or the sentence that says why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.annotation import BACKGROUND, FIRST
from napari_unet.core.errors import MaskError, UnetError

Shape = tuple[int, ...]
"""A picture's shape along ([Z,] Y, X)."""


@dataclass(frozen=True)
class Imported:
    """The annotation of one picture, read from the file of another tool.

    Parameters
    ----------
    annotation : ([Z,] Y, X) uint16 or uint32, 1 = background, 2, 3, ... = objects, in the order of the file. In a label
        picture they are whatever its numbers were, plus 1. No pixel is unlabelled, unless `complete` is off.
    class_names : the classes that the file knows, in its order; empty when the format has none.
    notes : sentences on what a person should know: pixels that overlapped, objects that were cut or left out.
    classes : the class name of each object, that of the number 2 first; "" where an object has none. Empty when
        `class_names` is.
    complete : every pixel is known. Off where our own export says that the picture is painted in part.
    """

    annotation: NDArray[np.integer]
    class_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    complete: bool = True

    def regions(self, class_names: tuple[str, ...]) -> NDArray[np.integer]:
        """The annotation as a regions project counts it: 2, 3, ... = `class_names`, in their order.

        Same shape and dtype as the annotation. Without classes in the file the numbers stay what they are.

        Raises
        ------
        MaskError : an object has no class, or one that is not among `class_names`.
        """
        if not self.class_names:
            return self.annotation
        present = np.unique(self.annotation)
        unknown = {self.classes[number - FIRST] for number in present if number >= FIRST} - set(class_names)
        if unknown:
            raise _unknown_classes(unknown, class_names)
        table = np.full(len(self.classes) + FIRST, BACKGROUND, self.annotation.dtype)
        for number in present[present >= FIRST]:
            table[number] = class_names.index(self.classes[number - FIRST]) + FIRST
        regions: NDArray[np.integer] = table[self.annotation]
        return regions


@dataclass(frozen=True)
class Source:
    """A file that may hold the annotation of a picture.

    Parameters
    ----------
    path : the file.
    reason : why it is taken for this picture's, for a person to judge.
    read : reads it for a picture's shape ([Z,] Y, X) and name; raises MaskError.
    """

    path: Path
    reason: str
    read: Callable[[Shape, str], Imported]


@dataclass(frozen=True)
class Found:
    """A picture and the files that may hold its annotation; none when nothing was found."""

    picture: Path
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Findings:
    """A folder looked through: every picture once, and what is wrong with the files that go with none."""

    found: tuple[Found, ...]
    problems: tuple[tuple[Path, UnetError], ...]


@dataclass(frozen=True)
class Outcome:
    """A picture with its annotation, or with the error that says why it has none: one of the two is None.

    `path` and `reason` say which file it came from and why that one; empty when there is no annotation.
    """

    picture: Path
    imported: Imported | None
    error: UnetError | None
    path: Path | None = None
    reason: str = ""


def _unknown_classes(unknown: set[str], class_names: tuple[str, ...]) -> MaskError:
    named = ", ".join(name or "(an object without a class)" for name in sorted(unknown))
    return MaskError(
        f"The annotation has classes that the project does not: {named}.",
        f"The classes of the project are {', '.join(class_names)}.",
        "Add the missing classes to the project, or give every object its class in the tool it comes from.",
    )
