"""A tile through a network with memory kept for the next array, beside the same as the C library has it by itself.

In processes that take turns: processor seconds a tile, by the process's own clock, and the most memory it ever had.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from statistics import median
from time import process_time

from benchmarks.outcome import Row
from napari_unet.core.memory import kept_memory

AGAINST = "given back each time"


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", default="nuclei", help="nuclei, cells, or the folder of a model (default nuclei)")
    parser.add_argument("--tile", type=int, default=1024, help="side of the tile (default 1024)")
    parser.add_argument("--repeats", type=int, default=3, help="processes of each (default 3)")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    runs = [(_run(options, keep=True), _run(options, keep=False)) for _ in range(options.repeats)]
    for at, (name, unit) in enumerate((("processor time of a tile", "s"), ("most memory", "MB"))):
        kept, usual = (median(run[way][at] for run in runs) for way in (0, 1))
        yield Row(name, kept, unit, usual, AGAINST)


def _run(options: argparse.Namespace, *, keep: bool) -> tuple[float, float]:
    words = [options.model, str(options.tile), str(int(keep))]
    done = subprocess.run([sys.executable, "-m", __name__, *words], check=True, stdout=subprocess.PIPE, text=True)
    seconds, megabytes = json.loads(done.stdout)
    return float(seconds), float(megabytes)


def main(name: str, side: str, keep: str) -> None:
    """Print [processor seconds a tile, megabytes]; Linux."""
    import resource

    import torch

    from napari_unet.core.inference.device import place
    from napari_unet.core.model import load_model
    from napari_unet.core.model.shipped import model_path

    torch.set_num_threads(1)
    model = load_model(model_path(name))
    place(model.network, torch.device("cpu"))
    shown = torch.rand(1, model.card.channels, int(side), int(side)).contiguous(memory_format=torch.channels_last)
    with kept_memory() if keep == "1" else nullcontext(), torch.inference_mode():
        model.network(shown)
        begun, tiles = process_time(), 3
        for _ in range(tiles):
            model.network(shown)
        seconds = (process_time() - begun) / tiles
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6]))


if __name__ == "__main__":
    main(*sys.argv[1:])
