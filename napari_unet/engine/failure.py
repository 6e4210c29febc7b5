"""Errors of a job as they cross to the window: the kind is kept, and what nobody foresaw becomes a sentence."""

from __future__ import annotations

import errno
import traceback

from napari_unet.core.errors import StorageError, UnetError
from napari_unet.engine.messages import Failed


def failed(job: int, error: Exception) -> Failed:
    """What to tell the window about an error that ended `job`."""
    known = error if isinstance(error, UnetError) else _explained(error)
    details = "".join(traceback.format_exception(error))
    return Failed(job, type(known).__name__, known.what, known.needed, known.do, details)


def _explained(error: Exception) -> UnetError:
    """A sentence for an error that no room of core turned into one."""
    if _is_out_of_memory(error):
        return UnetError(
            f"The memory of the {_memory(error)} is full.",
            "The job needs more than is free.",
            "Close other programs, or choose a smaller patch, fewer patches per step, a smaller tile or less width.",
        )
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return StorageError("The disk is full.", "The job must write its result.", "Make room and try again.")
    return UnetError(
        f"The job failed in a way nobody foresaw: {_first_line(error)}",
        do="Please try again; if it stays so, report it with the details.",
    )


def _is_out_of_memory(error: Exception) -> bool:
    """Memory runs out by many names: Python's, CUDA's and MPS's, and torch's allocator for the processor."""
    text = str(error).lower()
    named = isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError"
    return named or "out of memory" in text or "can't allocate memory" in text or "not enough memory" in text


def _memory(error: Exception) -> str:
    text = str(error)
    return "graphics card" if "CUDA" in text or "MPS" in text or "GPU" in text else "computer"


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else f"{type(error).__name__}."
