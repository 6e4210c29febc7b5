"""The tools of the desk, each by a name: what it does with the places where a person pressed, drew and let go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from napari_unet.core.editing.edit import Edit, Labels, Place, free_numbers, number_at
from napari_unet.core.editing.joining import merge_along
from napari_unet.core.editing.locking import Locked, spared
from napari_unet.core.editing.numbering import relabel
from napari_unet.core.editing.parting import split_along, split_between
from napari_unet.core.editing.removing import delete, delete_inside, rectangle, through_planes
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
        rectangle for a line. Lines and rectangles, which are drawn on one plane, go through all planes of a stack.
    """
    return spared(labels, _RUN[tool](labels, path, locked), locked)


def run_in_plane(tool: Tool, labels: Labels, path: Path, locked: Locked = ()) -> Edit | None:
    """The same on the plane of a stack ([T,] Z, Y, X) in which the path begins, and on no other."""
    plane = path[0][:-2]
    done = run(tool, labels[plane], [place[-2:] for place in path], locked)
    if done is None:
        return None
    values = _unused(labels, labels[plane], done.values)
    return Edit((*(slice(at, at + 1) for at in plane), *done.box), values[(np.newaxis,) * len(plane)])


def _unused(labels: Labels, plane: Labels, values: Labels) -> Labels:
    """Numbers that are new in a plane, made new in the whole stack: another plane's object must not win ground."""
    new = np.setdiff1d(values, plane)
    new = new[new > 0]
    if not len(new):
        return values
    fresh = np.array([*free_numbers(labels, len(new), 0)], labels.dtype)
    return np.where(np.isin(values, new), fresh[np.searchsorted(new, values).clip(max=len(new) - 1)], values)


def _delete(labels: Labels, path: Path, _locked: Locked) -> Edit | None:
    if len(path) == 1:
        return delete(labels, path[0])
    return delete_inside(labels, through_planes(rectangle(path), labels.ndim))


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
