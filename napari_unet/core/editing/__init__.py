"""Correcting labels object by object: what each tool of the desk changes. Plain arrays in, an `Edit` out.

Labels are ([Z,] Y, X) whole numbers, 0 is background. Nothing is changed in place: an `Edit` says what would change, so
that it can be one step of an undo history. A tool that finds nothing to change returns None.
"""

from napari_unet.core.editing.between import Between, between, interpolate
from napari_unet.core.editing.carrying import carried
from napari_unet.core.editing.edit import Edit
from napari_unet.core.editing.joining import merge, merge_along
from napari_unet.core.editing.locking import Locked, marks, spared, spoiled
from napari_unet.core.editing.numbering import relabel
from napari_unet.core.editing.order import next_object, ranked
from napari_unet.core.editing.parting import split_along, split_between
from napari_unet.core.editing.removing import delete, delete_inside, mostly_inside, rectangle, through_planes
from napari_unet.core.editing.shaping import fill_holes, grow, shrink, smooth
from napari_unet.core.editing.tools import Tool, run, run_in_plane

__all__ = [
    "Between",
    "Edit",
    "Locked",
    "Tool",
    "between",
    "carried",
    "delete",
    "delete_inside",
    "fill_holes",
    "grow",
    "interpolate",
    "marks",
    "merge",
    "merge_along",
    "mostly_inside",
    "next_object",
    "ranked",
    "rectangle",
    "relabel",
    "run",
    "run_in_plane",
    "shrink",
    "smooth",
    "spared",
    "split_along",
    "split_between",
    "spoiled",
    "through_planes",
]
