"""`napari-unet explain`: print a model's page."""

from __future__ import annotations

from argparse import Namespace

from napari_unet.core.explaining import describe, read_curve
from napari_unet.core.model.header import read_card


def run(arguments: Namespace) -> int:
    """Print the page as Markdown."""
    print(describe(read_card(arguments.model), read_curve(arguments.model)), end="")
    return 0
