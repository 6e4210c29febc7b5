"""What drawing a batch costs beside learning from it, with each strength of random changes; and how busy a GPU is.

Usual network, patch and number of patches, on made-up pictures of 256 to 1040 pixels, grey and coloured, or on a real
set. Both are timed in turns on the device that training would choose. Beside a GPU, batches are made ahead by a thread:
there, what counts is the share of the time in which the GPU learns instead of waiting for a batch.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable

from benchmarks.outcome import Row
from napari_unet.core.cores import PATIENT


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--set", default="", help="a real set in --data (else pictures are made up)")
    parser.add_argument("--repeats", type=int, default=9, help="how many batches of each strength (default 9)")
    parser.add_argument(
        "--threads", type=int, default=0, help="how many cores are used (default: all that torch takes)"
    )


def measure(options: argparse.Namespace) -> Iterable[Row]:
    # As in the process that training runs in, and before torch is there.
    os.environ.update(PATIENT)
    from benchmarks import drawing

    return drawing.measure(options)
