"""From a large picture to files: the whole way, with a folder beside the result for what is needed meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from napari_unet.core.cores import available_cores
from napari_unet.core.data.atomic import FORGOTTEN, scratch_folder, sweep
from napari_unet.core.data.picture import Picture
from napari_unet.core.export import Found, Written
from napari_unet.core.inference.once import Pass
from napari_unet.core.large.answering import answer_all, count_all, looks, plane_of
from napari_unet.core.large.found import Lazy, as_array
from napari_unet.core.large.numbering import Numbers
from napari_unet.core.large.objects import FURTHEST
from napari_unet.core.large.segmenting import BlockDone, Hands, OwnHands, Wishes, segment_large, task_of
from napari_unet.core.large.stacks import Plane, stacked
from napari_unet.core.large.work import Work
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.stopping import Stop, Stopped
from napari_unet.core.wording import counted

SEVERAL = 2
"""Blocks that are cleaned up at once: each takes memory."""

Write = Callable[[Found], Written]
Hire = Callable[[Sequence[Pass]], Hands]
"""Makes those who do the work, from the looks that are to be taken."""


@dataclass(frozen=True)
class Filed:
    """What was found in a large picture, and which files were written; `noticed` are sentences for the person."""

    numbers: Numbers
    written: Written
    noticed: tuple[str, ...]


@dataclass(frozen=True)
class Job:
    """One picture, and all that is asked about it.

    Parameters
    ----------
    picture : read a window at a time; see `source.open_windows`.
    stop : when it says yes, nothing is found, and no file is written.
    """

    models: Sequence[Model]
    picture: Picture
    wishes: Wishes
    stop: Stop

    @property
    def card(self) -> ModelCard:
        """Of the first model: all answer the same."""
        return self.models[0].card

    def planes(self, hire: Hire, folder: Path) -> Generator[BlockDone | Plane]:
        """What is in each plane, one after the other; fewer when somebody wants an end."""
        passes = looks(self.models, self.picture, self.wishes.inference, self.wishes.clean_up)
        places = list(np.ndindex(self.picture.spatial_shape[:-2]))
        for number, place in enumerate(places, 1):
            head = f"plane {number} of {len(places)}, " if place else ""
            mine = [plane_of(each, place) for each in passes]
            work = self._work(place, mine, folder.joinpath(*map(str, place)))
            yield from self._plane(work, hire(mine), head)
            if self.stop():
                return

    def _work(self, place: tuple[int, ...], passes: Sequence[Pass], folder: Path) -> Work:
        height, width = self.picture.spatial_shape[-2:]
        sizes = [each.view.shape for each in passes]
        return Work(task_of(((height, width), place), sizes, self.card, self.wishes, folder))

    def _plane(self, work: Work, hands: Hands, head: str) -> Generator[BlockDone | Plane]:
        for report in segment_large(work, hands, self.stop):
            if isinstance(report, BlockDone):
                yield replace(report, stage=head + report.stage)
            else:
                work.forget()
                yield Plane(report.labels, report.numbers)

    def whole(self, planes: Sequence[Plane]) -> tuple[Lazy, Numbers]:
        """The labels of the picture, and what is known of them."""
        leading = self.picture.spatial_shape[:-2]
        if not leading:
            return planes[0].labels, planes[0].numbers
        return stacked(planes, self.picture.axes[1:], leading, self.card.kind, self.wishes.clean_up)

    def found(self, labels: Lazy, numbers: Numbers) -> Found:
        """What was found, to be written."""
        card, title = self.card, " with ".join(model.card.name for model in self.models)
        names = (card.object_classes or (card.noun,)) if card.kind == "objects" else card.class_names
        settings = self.wishes.clean_up.to_json()
        return Found(self.picture, as_array(labels), card.kind, names, title, settings, numbers.classes)

    def noticed(self, numbers: Numbers) -> tuple[str, ...]:
        """What a person should know of it."""
        if not numbers.unseen:
            return ()
        seen = max(FURTHEST, self.wishes.cutting.halo)
        sentence = (
            f"{counted(numbers.unseen, self.card.noun)} went on for more than {seen:,} pixels beyond a block, and may "
            "be cut at its edge. A larger --block or --halo sees them whole."
        )
        return (sentence,)


def own_hands(wishes: Wishes) -> Hire:
    """This process does the work."""

    def hire(passes: Sequence[Pass]) -> Hands:
        settings = wishes.inference
        return OwnHands(
            lambda work, stop: answer_all(work, passes, settings, stop),
            count_all(passes, settings),
            min(SEVERAL, available_cores()),
        )

    return hire


def segment_to_files(job: Job, target: Path, write: Write, hire: Hire) -> Generator[BlockDone | Filed]:
    """Segment a picture block by block and write what was found; the last report is what came of it.

    Whatever ends it early, no file is left half written, and nothing of what was kept meanwhile.

    Parameters
    ----------
    target : beside this, the folder for what is kept meanwhile is made.
    write : writes what was found, of which labels are read a window at a time.
    hire : who does the work; see `own_hands`.

    Raises
    ------
    ModelError, PictureError, StorageError, DeviceError : see `answering.looks` and `segmenting.segment_large`.
    """
    sweep(target.absolute().parent, FORGOTTEN)
    with scratch_folder(target.absolute()) as folder:
        planes: list[Plane] = []
        for report in job.planes(hire, folder):
            os.utime(folder)  # somebody is still working here: see `atomic.sweep`
            if isinstance(report, BlockDone):
                yield report
            else:
                planes.append(report)
        if job.stop():
            return
        yield BlockDone("writing", 0, 1)
        try:
            labels, numbers = job.whole(planes)
            written = write(job.found(labels, numbers))
        except Stopped:
            return
        yield Filed(numbers, written, job.noticed(numbers))
