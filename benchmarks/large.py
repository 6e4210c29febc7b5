"""Peak memory and time of a picture larger than memory, segmented in blocks; and in one go, where that is possible.

The sample pictures side by side as a tiled BigTIFF of uint16; in a process of its own, so that the most memory it ever
had can be asked for. "Idle" is the process with its model loaded. Memory must not depend on the picture's size.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import tifffile

from benchmarks.outcome import Row
from benchmarks.slide import make_slide
from napari_unet.core.data.synthesis import sample_data_folder
from napari_unet.core.model.shipped import model_path

LIMIT_MIB = 2048.0
AGAINST = "in one go"
QUICK = {"width": 8, "depth": 2, "patch": 128, "seed": 0}
"""Of a small network, so that a large picture takes minutes, not hours: memory for blocks does not depend on it."""


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--side", type=int, default=20_000, help="of the picture, in pixels (default 20000)")
    parser.add_argument("--whole", type=int, default=6000, help="up to this side also in one go (default 6000)")
    parser.add_argument(
        "--model", default="quick", help="quick (a small one, trained now), nuclei, cells, or the folder of a model"
    )
    parser.add_argument("--minutes", type=float, default=0.5, help="how long the quick one is trained (default 0.5)")
    parser.add_argument("--turns", type=int, default=1, help="averaged views (default 1)")
    parser.add_argument("--tile", type=int, default=1024, help="side of a tile (default 1024)")
    parser.add_argument("--block", type=int, default=2048, help="side of a block (default 2048)")
    parser.add_argument("--cores", type=int, default=0, help="clean up as with so many (default 0: as there are)")
    parser.add_argument("--folder", type=Path, help="where picture, masks and what is needed meanwhile go")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    with TemporaryDirectory(dir=options.folder) as temporary:
        folder = Path(temporary)
        picture, model = make_slide(folder / "slide.tif", options.side), _model(options, folder)
        cutting = {"turns": options.turns, "tile": options.tile, "block": options.block, "cores": options.cores}
        blocks = _segmented("blocks", model, picture, folder / "blocks.tif", cutting)
        whole = {}
        if options.side <= options.whole:
            whole = _segmented("whole", model, picture, folder / "whole.tif", cutting)
        yield Row("idle, with its model", blocks["idle"], "MiB")
        peak = Row("peak memory over idle", blocks["peak"], "MiB", whole.get("peak"), AGAINST, LIMIT_MIB)
        yield peak
        yield Row("time", blocks["seconds"], "s", whole.get("seconds"), AGAINST)
        for stage, seconds in blocks["stages"].items():
            yield Row(f"of that: {stage}", seconds, "s")
        yield Row("objects", blocks["count"], "", whole.get("count"), AGAINST)
        if whole:
            differing = tifffile.imread(folder / "blocks.tif") != tifffile.imread(folder / "whole.tif")
            yield Row("pixels that differ", float(np.count_nonzero(differing)), "", limit=0)


def _segmented(way: str, model: Path, picture: Path, out: Path, settings: dict[str, int]) -> dict[str, Any]:
    words = [way, str(model), str(picture), str(out), json.dumps(settings)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.one_slide", *words], check=True, stdout=subprocess.PIPE, text=True
    )
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def _model(options: argparse.Namespace, folder: Path) -> Path:
    if options.model != "quick":
        return model_path(options.model)
    code = (
        f"import napari_unet as nu; nu.train(*{[str(sample_data_folder() / part) for part in ('images', 'masks')]!r}, "
    )
    code += f"{str(folder / 'model')!r}, minutes={options.minutes}, overwrite=True, **{QUICK!r})"
    subprocess.run([sys.executable, "-c", code], check=True, stdout=sys.stderr)
    return folder / "model"
