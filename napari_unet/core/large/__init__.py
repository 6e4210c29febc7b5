"""Pictures larger than memory, block by block. The door is lazy: torch is loaded when something is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_unet.core.doors import behind_door

if TYPE_CHECKING:
    from napari_unet.core.large.answering import why_not
    from napari_unet.core.large.filing import Filed, Job, own_hands, segment_to_files
    from napari_unet.core.large.segmenting import BlockDone, Wishes
    from napari_unet.core.large.source import in_windows, open_windows

__all__ = [
    "BlockDone",
    "Filed",
    "Job",
    "Wishes",
    "in_windows",
    "open_windows",
    "own_hands",
    "segment_to_files",
    "why_not",
]

_HOMES = {
    "BlockDone": "segmenting",
    "Filed": "filing",
    "Job": "filing",
    "Wishes": "segmenting",
    "in_windows": "source",
    "open_windows": "source",
    "own_hands": "filing",
    "segment_to_files": "filing",
    "why_not": "answering",
}


def __getattr__(name: str) -> Any:
    return behind_door(__name__, _HOMES, name)
