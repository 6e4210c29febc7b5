"""Segments one picture in a process of its own, in blocks or in one go, and says what that took; for `large`."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from time import perf_counter

import psutil
import scipy.ndimage
import skimage.segmentation  # noqa: F401  (what an idle worker has loaded)
import tifffile  # noqa: F401

import napari_unet as nu
from napari_unet.core.cores import available_cores
from napari_unet.core.large import filing

MIB = 2**20
TELL = 30.0
"""Every so many seconds it is told how far it is, as an end may not be waited for."""


def main(way: str, model: str, picture: str, out: str, settings: str) -> None:
    """Segment, and print JSON: MiB over what the process needed with the model loaded, and seconds."""
    import torch

    loaded, given = nu.load_model(Path(model)), json.loads(settings)
    cores = given.pop("cores") or available_cores()
    filing.available_cores = lambda: cores  # type: ignore[attr-defined]
    torch.set_num_threads(available_cores())
    scipy.ndimage.label([0])
    idle, began = psutil.Process().memory_info().rss, perf_counter()
    stages: dict[str, float] = {}
    last, told = [began], [began]

    def watch(report: object) -> None:
        stage, now = getattr(report, "stage", "writing"), perf_counter()
        stages[stage], last[0] = stages.get(stage, 0.0) + now - last[0], now
        if now > told[0] + TELL:
            told[0] = now
            where = f"{stage} {getattr(report, 'done', '')} of {getattr(report, 'total', '')}"
            sentence = f"{now - began:.0f} s, {where}: at most {peak_over(idle):.0f} MiB over idle"
            print(sentence, file=sys.stderr, flush=True)

    if way == "blocks":
        count = nu.segment_large(loaded, picture, out, watch=watch, **given)
    else:
        running = {name: value for name, value in given.items() if name in ("tile", "turns", "device")}
        labels = nu.postprocess(nu.predict(loaded, picture, **running), loaded)
        nu.export(labels, out, picture)
        count = int(labels.max())
    said = {"peak": peak_over(idle), "idle": idle / MIB, "seconds": perf_counter() - began, "count": count}
    print(json.dumps({**said, "stages": stages}))


def peak_over(idle: int) -> float:
    """The most memory that this process ever had, in MiB over what it had when it was idle."""
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - idle) / MIB


if __name__ == "__main__":
    main(*sys.argv[1:])
