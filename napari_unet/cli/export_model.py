"""`napari-unet export-model`: write a model for other programs."""

from __future__ import annotations

from argparse import Namespace

from napari_unet.cli.flags import given
from napari_unet.core.sharing.words import usual_for


def run(arguments: Namespace) -> int:
    """Write the file and print its name."""
    from napari_unet.core.sharing import export_model  # brings torch

    export_model(arguments.model, arguments.out, given(arguments, usual_for(arguments.out)), arguments.author)
    print(arguments.out)
    return 0
