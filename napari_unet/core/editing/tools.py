"""The tools of the desk, each by a name: what it does with the places where a person pressed, drew and let go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from napari_unet.core.editing.edit import Edit, Labels, Place, number_at
from napari_unet.core.editing.joining import merge_along
from napari_unet.core.editing.locking import Locked, spared
from napari_unet.core.editing.numbering import relabel
from napari_unet.core.editing.parting import split_along, split_between
from napari_unet.core.editing.removing import delete, delete_inside, rectangle
from napari_unet.core.editing.shaping import fill_holes, grow, shrink, smooth

Tool = Literal["delete", "merge", "split", "fill", "smooth", "grow", "shrink", "fill all", "relabel"]
Path = Sequence[Place]
Run = Callable[[Labels, Path, Locked], Edit | None]


def run(tool: Tool, labels: Labels, path: Path, locked: Locked = ()) -> Edit | None:
    """What the tool changes; None where that is nothing. Locked objects stay as they are.

    Parameters
    ----------
    path : one place for a click; the places of a line, as it was drawn; nothing for "fill all" and "relabel". Split
        takes a line that cuts, or the two places that are to be in different objects; delete takes the corners of a
        rectangle for a line.
    """
    return spared(labels, _RUN[tool](labels, path, locked), locked)


def _delete(labels: Labels, path: Path, _locked: Locked) -> Edit | None:
    return delete(labels, path[0]) if len(path) == 1 else delete_inside(labels, rectangle(path))


def _split(labels: Labels, path: Path, _locked: Locked) -> Edit | None:
    ends = path[0], path[-1]
    if len(path) == 2 and number_at(labels, ends[0]) and number_at(labels, ends[0]) == number_at(labels, ends[1]):
        return split_between(labels, *ends)
    return split_along(labels, path)


_RUN: dict[Tool, Run] = {
    "delete": _delete,
    "merge": merge_along,
    "split": _split,
    "fill": lambda labels, path, _: fill_holes(labels, path[0]),
    "smooth": lambda labels, path, _: smooth(labels, path[0]),
    "grow": lambda labels, path, _: grow(labels, path[0]),
    "shrink": lambda labels, path, _: shrink(labels, path[0]),
    "fill all": lambda labels, _path, _: fill_holes(labels, None),
    "relabel": lambda labels, _path, locked: relabel(labels, locked),
}
