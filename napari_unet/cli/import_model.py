"""`napari-unet import-model`: take in the model of a BioImage.IO package."""

from __future__ import annotations

import sys
from argparse import Namespace


def run(arguments: Namespace) -> int:
    """Make the model's folder, print its name, and say what was taken."""
    from napari_unet.core.sharing import import_model  # brings torch

    brought = import_model(arguments.package, arguments.out, arguments.overwrite)
    print(brought.folder)
    print(brought.sentence, file=sys.stderr)
    return 0
