"""Segmenting a large picture, all of it, beside the bare network on the same tiles: what is not the network's time.

All of it is: reading, levels, blending, what is kept on the disk meanwhile, clean-up, joining, numbering and writing.
Bare is the network's forward pass alone, on tiles that are in memory, as many and as large, with as many turns. The two
are timed in turns, and on the processor also by its own clock, which other work does not stretch.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from benchmarks.outcome import Row
from benchmarks.slide import make_slide

LEAST = 0.85


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--side", type=int, default=3072, help="of the picture, in pixels (default 3072)")
    parser.add_argument("--model", default="nuclei", help="nuclei, cells, or the folder of a model (default nuclei)")
    parser.add_argument("--turns", type=int, default=2, help="averaged views (default 2)")
    parser.add_argument("--tile", type=int, default=1024, help="side of a tile (default 1024)")
    parser.add_argument("--device", default="auto", help="where to compute (default auto)")
    parser.add_argument("--repeats", type=int, default=1, help="how often both are timed (default 1)")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    import torch

    import napari_unet as nu
    from napari_unet.core.cores import available_cores
    from napari_unet.core.inference import describe_device, pick_device

    torch.set_num_threads(available_cores())
    model = nu.load_model(Path(options.model))
    settings = {"turns": options.turns, "tile": options.tile, "device": options.device}
    device = pick_device(options.device)
    with TemporaryDirectory() as folder:
        picture = make_slide(Path(folder) / "slide.tif", options.side)
        bare, whole = [_bare(model, picture, settings)], []
        for number in range(options.repeats):
            out = Path(folder) / f"masks-{number}.tif"
            whole.append(_timed(lambda out=out: nu.segment_large(model, picture, out, **settings)))
            bare.append(_bare(model, picture, settings))
    yield from _rows(whole, bare, options.side, describe_device(device), own_clock=device.type == "cpu")


def _rows(
    whole: list[tuple[float, float]], bare: list[tuple[float, float]], side: int, device: str, *, own_clock: bool
) -> Iterator[Row]:
    clocks = ("by the clock", "by the processor's clock") if own_clock else ("by the clock",)
    for at, name in enumerate(clocks):
        all_of_it, network = min(one[at] for one in whole), min(one[at] for one in bare)
        yield Row(f"all of it, {name} ({device})", all_of_it, "s", other=network, against="the bare network")
        yield Row(f"share of the bare network's throughput, {name}", network / all_of_it, "", limit=LEAST, less=False)
    yield Row("pixels a second", side * side / min(one[0] for one in whole) / 1e6, "million")


def _timed(action: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of the processor."""
    start, busy = perf_counter(), process_time()
    action()
    return perf_counter() - start, process_time() - busy


def _bare(model: Any, picture: Path, settings: dict[str, Any]) -> tuple[float, float]:
    """The forward passes that the picture takes, of tiles in memory."""
    import torch

    from napari_unet.core.inference.device import pick_device, place
    from napari_unet.core.inference.once import count, grid_of
    from napari_unet.core.large import open_windows
    from napari_unet.core.large.answering import looks
    from napari_unet.core.settings import InferenceSettings

    running = InferenceSettings(**settings)
    each = looks([model], open_windows(picture), running, model.card.postprocessing)[0]
    device, grid = pick_device(running.device), grid_of(each, running)
    network = each.model.network.eval()
    place(network, device)
    sides = [min(size, side) for size, side in zip(grid.size, grid.shape, strict=True)]
    tile = torch.rand(1, each.model.card.channels, *sides, device=device).to(memory_format=torch.channels_last)

    def forward() -> None:
        with torch.inference_mode():
            for _ in range(count(each, running) * running.turns):
                network(tile)
            if device.type == "cuda":
                torch.cuda.synchronize()

    with torch.inference_mode():
        network(tile)
    return _timed(forward)
