"""Libraries that most people do not need: asked for when they are, with a sentence where they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from napari_unet.core.errors import SettingsError


def needed(library: str, extra: str, what: str) -> Any:
    """The library. Raises SettingsError, which names the `extra` it comes with, when it is not there or broken."""
    try:
        return import_module(library)
    except (ImportError, RuntimeError, AttributeError) as error:  # as libraries fail that do not fit each other
        raise SettingsError(
            f"{what} needs the package {library}, which is not installed or does not start ({error}).",
            f"It comes with the extra {extra!r} of this program.",
            f'Install it with: pip install "napari-unet-loop[{extra}]"',
        ) from None
