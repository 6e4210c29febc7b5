"""What it takes to bring a prediction to truth: with the tools of the desk, and with the brush alone.

A simulated person (see `corrector`) corrects the labels that a model gives for pictures of `val`, action by action,
until AP at an overlap of 0.5 reaches 0.95. Counted are actions, and seconds by the keystroke-level model.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import mean

import numpy as np

from benchmarks.corrector import Action, Labels, with_brush, with_tools
from benchmarks.datasets import by_category, dataset, evenly
from benchmarks.outcome import Row
from napari_unet.core import inference
from napari_unet.core.metrics import evaluate
from napari_unet.core.model import load_model
from napari_unet.core.postprocessing import postprocess
from napari_unet.core.settings import InferenceSettings

ENOUGH = 0.95
MOST = 2000
"""Actions after which a picture is given up."""

Next = Callable[[Labels, Labels], Action | None]


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--set", default="dsb2018", help="name of the set (default dsb2018)")
    parser.add_argument("--pictures", type=int, default=12, help="how many pictures (default 12)")
    parser.add_argument("--model", default="cells", help="a model's folder, or one that came along (default cells)")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    pictures = dataset(options.data, options.set)
    chosen = evenly(by_category(pictures.entries("val")), options.pictures)
    told: dict[str, list[list[Action]]] = {"desk": [], "brush": []}
    for entry in chosen:
        truth = pictures.pixels("masks", entry.file)
        labels = predicted(options.model, pictures.pixels("images", entry.file))
        for name, ask in (("desk", with_tools), ("brush", with_brush)):
            told[name].append(corrected(labels, truth, ask))
        print(f"{entry.file}: {len(told['desk'][-1])} actions with the desk, {len(told['brush'][-1])} with the brush")
    yield from _rows(told)


def _rows(told: dict[str, list[list[Action]]]) -> Iterator[Row]:
    for what, unit, of in (("actions", "", len), ("seconds", "s", _seconds)):
        desk, brush = (mean(of(actions) for actions in told[name]) for name in ("desk", "brush"))
        yield Row(f"{what} a picture, mean", desk, unit, brush, "brush alone")
    used = Counter(action.tool for actions in told["desk"] for action in actions)
    for tool, times in used.most_common():
        yield Row(f"{tool}, times in all", times, "")


def _seconds(actions: list[Action]) -> float:
    return sum(action.seconds for action in actions)


def corrected(labels: Labels, truth: Labels, ask: Next) -> list[Action]:
    """All that is done until the labels are right enough."""
    done: list[Action] = []
    while ap(labels, truth) < ENOUGH and len(done) < MOST and (action := ask(labels, truth)) is not None:
        done.append(action)
        labels = action.labels
    return done


def ap(labels: Labels, truth: Labels) -> float:
    """Average precision at an overlap of 0.5."""
    scores = evaluate(labels, truth, "objects", ("cell",), outlines=False)
    assert scores.objects is not None
    return scores.objects.ap[0]


def predicted(name: str, image: np.ndarray) -> Labels:
    """What a model finds, as signed numbers with room for more."""
    model = load_model(Path(name))
    planes = np.moveaxis(image, -1, 0) if image.ndim > 2 else image[np.newaxis]
    out = np.zeros((len(model.card.outputs), *planes.shape[1:]), np.float32)
    for _ in inference.predict(model, planes, InferenceSettings(), out, lambda: False):
        pass
    return postprocess(out, "objects", model.card.postprocessing).astype(np.int32)
