"""What the person hears of an error nobody foresaw: one sentence, and where the details are."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback


def sentence(error: Exception) -> str:
    """Write the details to a file and say so."""
    said = f"Something unexpected went wrong ({type(error).__name__}: {error})."
    try:
        return f"{said} The details are in {_written(error)}; please send that file along when you report it."
    except OSError as full:
        return f"{said} The details could not be written ({full.strerror})."


def _written(error: Exception) -> str:
    with tempfile.NamedTemporaryFile(
        "w", prefix="napari-unet-error-", suffix=".txt", delete=False, encoding="utf-8"
    ) as details:
        details.write(f"{' '.join(sys.argv)}\nin {os.getcwd()}\nPython {sys.version}\n\n")
        traceback.print_exception(error, file=details)
    return details.name
