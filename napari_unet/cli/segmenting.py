"""Segmenting in this process, or several, picture by picture, told as it goes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import numpy as np

from napari_unet.cli.batch import Batch, Row, spread_file
from napari_unet.cli.cores import use_every_core
from napari_unet.cli.progress import Progress, bar, spoken
from napari_unet.cli.unexpected import sentence
from napari_unet.core.data.read import read_picture, shown_name
from napari_unet.core.data.record import pixel_hash
from napari_unet.core.data.write_tiff import write_picture
from napari_unet.core.errors import StorageError, UnetError
from napari_unet.core.export import Found, Written, write_found
from napari_unet.core.inference import describe_device, output_planes, pick_device, predict_together
from napari_unet.core.memory import kept_memory
from napari_unet.core.model import Model, load_model
from napari_unet.core.model.card import ModelCard
from napari_unet.core.postprocessing import object_classes, postprocess
from napari_unet.core.recipe import mask_hash
from napari_unet.core.settings import BlockSettings, ExportSettings, InferenceSettings, PostprocessingSettings
from napari_unet.core.wording import counted

FULL = 3
"""After so many pictures in a row that could not be written, the next would fare no better."""


@dataclass(frozen=True)
class How:
    """How pictures become files: the settings of each step, where everything goes, and where it is kept how far the
    models disagree. No settings for writing: all that is wished but that is there already. `axes` are those of the
    pictures' files, as in `read_picture`. `cutting` says which pictures are taken block by block;
    a `cluster` that does it (an address, or a scheduler's file) loads the `models` itself.
    """

    inference: InferenceSettings
    postprocessing: PostprocessingSettings
    export: ExportSettings | None
    out: Path
    spread: Path | None = None
    axes: str = ""
    cutting: BlockSettings = field(default_factory=BlockSettings)
    cluster: str = ""
    models: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Done:
    """What came of one picture: its row, its files, why it failed, and whether the disk was to blame for that."""

    row: Row
    files: tuple[Path, ...] = ()
    error: UnetError | None = None
    blocked: bool = False


@dataclass
class Outcome:
    """What became of every picture."""

    done: list[Done] = field(default_factory=list)
    stopped: bool = False

    @property
    def failed(self) -> list[Done]:
        """Those with which something went wrong."""
        return [one for one in self.done if one.error is not None]

    def full(self) -> bool:
        """Whether one after the other could not be written."""
        return len(self.done) >= FULL and all(one.blocked for one in self.done[-FULL:])


def segment(
    models: Sequence[Path], pictures: Mapping[str, Path], how: How, progress: Progress, batch: Batch | None = None
) -> Outcome:
    """Segment every picture, on every core, and print its files.

    A picture that cannot be used is noted and the next one tried. Ctrl+C ends it, and so do several pictures in a row
    that cannot be written. Raises ModelError and DeviceError before the first picture.
    """
    loaded = begin(models, how, progress)
    with kept_memory():
        return follow(_one_by_one(pictures, loaded, how, progress, batch), pictures, progress, batch)


def begin(models: Sequence[Path], how: How, progress: Progress) -> list[Model]:
    """Load the models and say what computes. Raises ModelError, DeviceError."""
    use_every_core()
    loaded = [load_model(model) for model in models]
    names = " with ".join(model.card.name for model in loaded)
    progress.say(f"{names}, on {describe_device(pick_device(how.inference.device))}")
    return loaded


def follow(results: Iterator[Done], pictures: Mapping[str, Path], progress: Progress, batch: Batch | None) -> Outcome:
    """Tell every result as it comes, and keep it; what is found, what went wrong, and the files."""
    outcome, total, began = Outcome(), len(pictures), time.monotonic()
    try:
        progress.show(f"{bar(0, total)} 0 of {total}")
        for number, result in enumerate(results, 1):
            outcome.done.append(result)
            if batch is not None:
                batch.finished(result.row)
            name = shown_name(pictures[result.row.name])
            progress.say(f"picture {number} of {len(pictures)} · {name} · {told(result)}")
            for file in result.files:
                print(file, flush=True)
            progress.show(f"{bar(number, total)} {number} of {total}{_time_left(outcome, total, began)}")
            if outcome.full():
                break
    except KeyboardInterrupt:
        outcome.stopped = True
    return outcome


def _time_left(outcome: Outcome, total: int, began: float) -> str:
    """How long the rest will take, if it goes on so; nothing where nobody can know yet."""
    computed = sum(one.row.state != "done before" for one in outcome.done)
    left = total - len(outcome.done)
    return f" · about {spoken((time.monotonic() - began) / computed * left)} left" if computed and left else ""


def told(result: Done) -> str:
    """What came of a picture, in a few words."""
    if result.error is not None:
        return result.error.sentence
    return f"{'done before, ' if result.row.state == 'done before' else ''}{result.row.found}"


def _one_by_one(
    pictures: Mapping[str, Path], models: Sequence[Model], how: How, progress: Progress, batch: Batch | None
) -> Iterator[Done]:
    for number, (name, source) in enumerate(pictures.items(), 1):
        head = f"{bar(number - 1, len(pictures))} picture {number} of {len(pictures)} · {shown_name(source)}"
        if batch is not None and (row := batch.done_before(name)) is not None:
            yield Done(row, batch.files(name))
            continue
        mine = how if batch is None else replace(how, export=batch.begin(name))
        yield attempt(models, name, source, mine, partial(_show, progress, head))


def _show(progress: Progress, head: str, state: str) -> None:
    progress.show(f"{head} · {state}")


def attempt(models: Sequence[Model], name: str, source: Path, how: How, show: Callable[[str], None]) -> Done:
    """Segment one picture. Whatever goes wrong is told in the result: the next ones are still to be done."""
    try:
        return _segment_one(models, name, source, how, show)
    except UnetError as error:
        return _failed(name, error)
    except MemoryError:
        needed = "A picture and what is said about it must fit into it."
        what = f"There was not enough memory for {shown_name(source)}."
        return _failed(name, UnetError(what, needed, "Try it alone."))
    except Exception as error:  # noqa: BLE001  (one strange picture must not cost a night's batch)
        return _failed(name, UnetError(sentence(error)))


def _failed(name: str, error: UnetError) -> Done:
    return Done(Row(name, warnings=(error.sentence,), state="failed"), (), error, is_of_disk(error))


def is_of_disk(error: UnetError) -> bool:
    """Whether the next file would fare no better: the operating system said no, not we."""
    return isinstance(error, StorageError) and isinstance(error.__cause__, OSError)


def _segment_one(models: Sequence[Model], name: str, source: Path, how: How, show: Callable[[str], None]) -> Done:
    from napari_unet.cli.in_blocks import large_picture, segment_in_blocks  # which knows us

    began = time.monotonic()
    show("reading")
    if (large := large_picture(models, source, how)) is not None:
        return segment_in_blocks(models, (name, source), large, how, show)
    picture, card = read_picture(source, how.axes), models[0].card
    spread = None if how.spread is None else np.zeros(picture.spatial_shape, np.float32)
    probability = np.empty((output_planes(card), *picture.spatial_shape), np.float32)
    for tile in predict_together(models, picture, how.inference, probability, spread, lambda: False):
        show(f"tile {tile.done} of {tile.total}")
    show("cleaning up")
    labels = postprocess(probability, card.kind, how.postprocessing, picture.axes[1:])
    show("writing")
    title = " with ".join(model.card.name for model in models)
    names = (card.object_classes or (card.noun,)) if card.kind == "objects" else card.class_names
    classes = object_classes(probability, labels) if card.object_classes else {}
    found = Found(picture, labels, card.kind, names, title, how.postprocessing.to_json(), classes)
    written = Written((), ()) if how.export is None else write_found(found, name, how.out, how.export)
    if how.spread is not None and spread is not None:
        write_picture(spread_file(name, how.spread), replace(picture, image=spread[np.newaxis], channel_names=()))
    count, share = int(np.count_nonzero(np.unique(labels))), float(np.count_nonzero(labels) / max(labels.size, 1))
    row = row_of(name, count, share, card, time.monotonic() - began)
    notes = [picture.note] if picture.note else []
    row = replace(row, warnings=(*notes, *row.warnings), pixels=pixel_hash(picture), mask=mask_hash(labels))
    if written.errors:
        sentences, first = tuple(error.sentence for error in written.errors), written.errors[0]
        return Done(replace(row, warnings=sentences, state="failed"), written.files, first, is_of_disk(first))
    return Done(row, written.files)


def row_of(name: str, count: int, share: float, card: ModelCard, seconds: float) -> Row:
    """The row of a picture in which so many objects were found, on so large a share of it."""
    objects = card.kind == "objects"
    warnings = () if count else (f"No {card.noun if objects else 'class'} was found.",)
    found = counted(count, card.noun) if objects else f"{share:.0%} labelled"
    return Row(name, count, share, seconds, warnings, "done", found)
