"""Tries out what the worker needs, and says how it went: `python -m napari_unet.engine.trial`. For the doctor.

A process of its own: a driver that does not fit may end the process that asks it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any


def tried() -> dict[str, Any]:
    """Get ready as a worker does, then compute a small convolution on every device that torch has."""
    begun = time.monotonic()
    import torch

    from napari_unet.core.inference.device import trouble
    from napari_unet.engine import jobs

    jobs.warm_up()
    seconds = time.monotonic() - begun
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    return {
        "version": torch.__version__,
        "cuda": torch.version.cuda or "",
        "seconds": round(seconds, 1),
        "devices": {name: trouble(name) or "" for name in there if there[name]},
    }


def main() -> None:
    """Say it as a line of JSON; what libraries print goes elsewhere."""
    answer, sys.stdout = os.fdopen(os.dup(1), "w", encoding="utf-8"), sys.stderr
    try:
        said = tried()
    except (ImportError, OSError, RuntimeError) as error:  # as torch fails where its libraries do not fit
        said = {"error": " ".join(str(error).split()) or type(error).__name__}
    print(json.dumps(said), file=answer, flush=True)


if __name__ == "__main__":
    main()
