"""Room to work: memory, disks, and folders that may be written."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from napari_unet.core.doctor.finding import Finding
from napari_unet.core.doctor.surroundings import Folder, Surroundings

LITTLE_MEMORY, LITTLE_FREE = 6.0, 1.5
"""GiB. A training with the usual settings takes about two, the window one, the system the rest."""

LITTLE_ROOM, TOO_LITTLE_ROOM = 5.0, 0.5
"""GiB. A model takes up to 0.1; the probabilities of a hundred pictures of 2048 x 2048 five."""

MAKE_ROOM = "Make room on it: in a project, everything in cache/ and trash/ may be deleted."

SYNCED = ("onedrive", "dropbox", "google drive", "googledrive", "mobile documents", "nextcloud", "creative cloud files")
"""Parts of paths that programs which copy folders into a cloud keep."""


def memory_is_enough(found: Surroundings) -> Iterator[Finding]:
    """Whether there is memory for window and training."""
    system = found.system
    if 0 < system.memory < LITTLE_MEMORY:
        yield Finding(
            "memory-little", "hint", f"This computer gives us {system.memory:.1f} GiB of memory.",
            "Large pictures and wide networks may not fit; training makes do with smaller batches by itself.",
            "Choose a smaller patch or the preset for little memory, or use a larger computer.",
        )  # fmt: skip
    elif 0 < system.memory_free < LITTLE_FREE:
        yield Finding(
            "memory-taken", "hint", f"Only {system.memory_free:.1f} of {system.memory:.0f} GiB of memory are free.",
            "Training would be slow, or end.", "Close other programs.",
        )  # fmt: skip


def folders_can_be_written(found: Surroundings) -> Iterator[Finding]:
    """Whether we may write where we have to."""
    for folder in found.folders:
        if folder.error:
            yield Finding(
                "folder-closed", "trouble", f"The {folder.what} cannot be written: {folder.path} ({folder.error}).",
                "What you paint could not be kept.",
                "Change the permissions of the folder, or choose another one.", _opened(found, folder),
            )  # fmt: skip


def disks_have_room(found: Surroundings) -> Iterator[Finding]:
    """Whether the disks that we write to have room."""
    for folder in found.folders:
        what = f"The disk of the {folder.what} ({folder.path}) has {folder.free:.1f} GiB left."
        if folder.error or folder.free >= LITTLE_ROOM:
            continue
        if folder.free < TOO_LITTLE_ROOM:
            yield Finding("disk-full", "trouble", what, "Nothing more can be kept.", MAKE_ROOM)
        else:
            yield Finding("disk-little", "hint", what, "Models and answers of many pictures may not fit.", MAKE_ROOM)


def nothing_is_synced(found: Surroundings) -> Iterator[Finding]:
    """Whether a program that copies into a cloud works on a folder of ours at the same time."""
    for folder in found.folders:
        if name := next((name for name in SYNCED if name in folder.path.lower()), ""):
            yield Finding(
                "folder-synced", "hint", f"The {folder.what} lies in a folder that is copied into a cloud ({name}).",
                "Files that are being copied cannot be replaced for a moment, and every stroke is copied.",
                "Keep projects in an ordinary folder, and copy them into the cloud when you have finished.",
            )  # fmt: skip


def _opened(found: Surroundings, folder: Folder) -> str:
    """The line that opens a folder; a shell knows our ~ only outside of quotation marks."""
    if found.system.name == "Windows":
        return ""
    home, rest = ("~/", folder.path[2:]) if folder.path.startswith("~/") else ("", folder.path)
    return f"chmod -R u+rwX {home}{shlex.quote(rest)}"


CHECKS = (memory_is_enough, folders_can_be_written, disks_have_room, nothing_is_synced)
