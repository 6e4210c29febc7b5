"""What nobody foresaw in a thread of the window, as a sentence."""

from __future__ import annotations

from napari_unet.core.errors import UnetError


def unforeseen(what: str, error: Exception) -> UnetError:
    """The error as a person reads it; its details are its notes."""
    told = UnetError(
        f"{what}: {type(error).__name__}: {error}.",
        do="Please try again; if it stays so, report it with the details.",
    )
    told.__cause__ = error
    return told
