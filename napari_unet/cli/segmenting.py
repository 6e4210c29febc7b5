"""Segmenting in this process, picture by picture, told as it goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from napari_unet.cli.cores import use_every_core
from napari_unet.cli.progress import Progress
from napari_unet.core.data.read import read_picture
from napari_unet.core.data.write_tiff import write_picture
from napari_unet.core.errors import StorageError, UnetError
from napari_unet.core.export import export_labels
from napari_unet.core.inference import describe_device, output_planes, pick_device, predict_together
from napari_unet.core.model import Model, load_model
from napari_unet.core.postprocessing import postprocess
from napari_unet.core.settings import ExportSettings, InferenceSettings, PostprocessingSettings


@dataclass(frozen=True)
class How:
    """How pictures become masks: the settings of each step, and where it is kept how far the models disagree.

    `axes` are those of the pictures' files, as in `read_picture`.
    """

    inference: InferenceSettings
    postprocessing: PostprocessingSettings
    export: ExportSettings
    spread: Path | None = None
    axes: str = ""


@dataclass
class Outcome:
    """What became of every picture."""

    written: list[Path] = field(default_factory=list)
    failed: dict[Path, UnetError] = field(default_factory=dict)
    stopped: bool = False


def segment(models: Sequence[Path], targets: Mapping[Path, Path], how: How, progress: Progress) -> Outcome:
    """Write the mask of every picture (key) to its file (value), on every core, and print the name of each.

    A picture that cannot be used is noted and the next one tried. A full disk and Ctrl+C end it: the next picture
    would fare no better. Raises ModelError and DeviceError before the first picture.
    """
    use_every_core()
    loaded, outcome = [load_model(model) for model in models], Outcome()
    names = " with ".join(model.card.name for model in loaded)
    progress.say(f"{names}, on {describe_device(pick_device(how.inference.device))}")
    for number, (source, target) in enumerate(targets.items(), 1):
        head = f"picture {number} of {len(targets)} · {source.name}"
        try:
            found = _segment_one(loaded, source, target, how, partial(_show, progress, head))
        except KeyboardInterrupt:
            outcome.stopped = True
            break
        except UnetError as error:
            outcome.failed[source] = error
            progress.say(f"{head} · {error.sentence}")
            if isinstance(error, StorageError):
                break
        else:
            outcome.written.append(target)
            progress.say(f"{head} · {found}")
            print(target, flush=True)
    return outcome


def _show(progress: Progress, head: str, state: str) -> None:
    progress.show(f"{head} · {state}")


def _segment_one(models: Sequence[Model], source: Path, target: Path, how: How, show: Callable[[str], None]) -> str:
    """Segment one picture; says what was found in it."""
    show("reading")
    picture, card = read_picture(source, how.axes), models[0].card
    spread = None if how.spread is None else np.zeros(picture.spatial_shape, np.float32)
    probability = np.empty((output_planes(card), *picture.spatial_shape), np.float32)
    for tile in predict_together(models, picture, how.inference, probability, spread, lambda: False):
        show(f"tile {tile.done} of {tile.total}")
    show("cleaning up")
    labels = postprocess(probability, card.kind, how.postprocessing, picture.axes[1:])
    export_labels(labels, picture, target, how.export)
    if how.spread is not None and spread is not None:
        write_picture(how.spread / target.name, replace(picture, image=spread[np.newaxis], channel_names=()))
    if card.kind == "objects":
        return f"{len(np.unique(labels[labels > 0]))} {card.class_names[0]}s"
    return f"{np.count_nonzero(labels) / labels.size:.0%} labelled"
