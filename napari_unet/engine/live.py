"""Jobs beside the long ones: following strokes, what starts say of a picture, and where to paint next.

Importing this brings torch: only the worker does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data import ProjectSet
from napari_unet.core.data.atomic import storage_errors
from napari_unet.core.data.channels import picked
from napari_unet.core.errors import ModelError, PictureError, UnetError
from napari_unet.core.model.shipped import AUTO, shipped
from napari_unet.core.strokes import Learner
from napari_unet.core.strokes.arrays import is_blank
from napari_unet.engine.answers import write_answer
from napari_unet.engine.following import MOMENT, Following, following
from napari_unet.engine.live_messages import (
    Answered,
    FindStart,
    FoundStart,
    Live,
    PreviewStarts,
    Suggest,
    Suggested,
    Suggestion,
)
from napari_unet.engine.messages import Reported, Tiled
from napari_unet.engine.tiles import flat, middle, middle_plane, tile
from napari_unet.engine.worker import Asked, Wish

FOREST = "sklearn.ensemble"
"""What the first stroke would otherwise wait more than a second for."""

REST = 3.0
"""After so many seconds without a stroke, other pictures get answers, too."""

PAUSE = 0.5
"""After so many seconds without a stroke, the background stage goes on learning."""

IDLE = 0.05
"""Seconds of sleep between two looks when there is nothing to do."""

LOOKED_AT = 12
"""So many pictures are searched for a place to paint at: the one on show and others."""


def live(command: Live, wish: Wish) -> Iterator[Answered]:
    """Answer for the picture on show after each stroke, and for the others in between."""
    know = following(command)
    know.begin(command.job)
    if not know.strokes and not know.learner.has_start:
        yield _answered(know, command, command.picture)
    import_module(FOREST)
    painted, others_turn = time.monotonic(), True
    while not wish() and not wish.others_wait():
        began = time.monotonic()
        shown = wish.picture or command.picture
        wanted_elsewhere = partial(_wanted_elsewhere, know, command, wish, shown)
        news = know.take_news(shown, wanted_elsewhere)
        if news or know.is_behind(shown):
            painted = began if news else painted
            yield from _answers(know, command, wish, shown)
            continue
        others_turn = not others_turn
        if (others_turn or not know.may_think) and began - painted > REST and (other := know.next_behind()):
            try:
                yield from _answers(know, command, wish, other)
            except UnetError:
                know.give_up(other)
            continue
        if began - painted > PAUSE and know.may_think and know.think(shown, wanted_elsewhere):
            continue
        time.sleep(max(0.0, IDLE - (time.monotonic() - began)))


def _wanted_elsewhere(know: Following, command: Live, wish: Wish, shown: str) -> bool:
    """Whether learning and thinking must wait: for a stop, another job, another picture, a stroke, an answer."""
    looked_at = wish.picture or command.picture
    elsewhere = wish() or wish.others_wait() or looked_at != shown
    return elsewhere or know.pictures.is_changed(shown) or know.is_behind(shown)


def _answers(know: Following, command: Live, wish: Wish, name: str) -> Iterator[Answered]:
    """Answers for a picture, until it has its best, or something else is wanted."""
    if not know.knows_something:
        know.finished(name)
        yield _answered(know, command, name)
        return
    shown, part = wish.picture or command.picture, wish.part or command.part
    for probability in know.answers(name, part if name == shown else ()):
        if probability is not None:
            file = str(write_answer(Path(command.out) / name, probability))
            yield _answered(know, command, name, file)
            if know.has_all(name):
                break  # whatever is on show by now
        if (
            wish()
            or wish.others_wait()
            or (wish.picture or command.picture, wish.part or command.part) != (shown, part)
        ):
            return
        if know.pictures.is_changed(shown):
            return
    know.finished(name)


def _answered(know: Following, command: Live, name: str, file: str = "") -> Answered:
    """What the window is told about a picture."""
    blank = know.is_blank(name)
    start = "" if blank else str(know.learner.start or "")  # none was asked
    silent = "" if blank else str(know.learner.silent or "")
    sides = know.learner.sides
    turned, unheard = (tuple(sorted(some.intersection(shipped()))) for some in (sides.other, sides.unheard))
    return Answered(command.job, name, file, start, know.strokes, blank, silent, turned, unheard)


def preview_starts(command: PreviewStarts, asked: Asked) -> Iterator[Tiled]:
    """A tile for each start. One that cannot be asked gets the bare picture."""
    image, tiles = middle(_image(command)), list[NDArray[np.uint8]]()
    for start in command.starts:
        yield Tiled(command.job, len(tiles), len(command.starts))
        if asked():
            return
        probability = None
        with suppress(ModelError, PictureError):  # but a device that is not there is told
            probability = Learner(command.kind, start, command.device).planes(image)
        tiles.append(tile(image, probability, command.kind))
    with storage_errors(Path(command.out)):
        np.save(command.out, np.stack(tiles))


def find_start(command: FindStart, asked: Asked) -> Iterator[Reported]:
    """Which start fits a picture; of a stack, its middle plane."""
    start = Learner(command.kind, AUTO, command.device).fits(flat(_image(command)))
    yield Reported(command.job, FoundStart(start or ""))


def _image(command: PreviewStarts | FindStart) -> NDArray[np.generic]:
    """The chosen channels of the picture. Raises PictureError."""
    picture = ProjectSet(Path(command.project)).picture(command.picture)
    if picture is None:
        raise PictureError(f"{command.picture} is no longer in the project.", "", "Choose another picture.")
    image: NDArray[np.generic] = picked(picture.image, command.channels, picture.channel_names, picture.name)
    return image


def suggest(command: Suggest, asked: Asked) -> Iterator[Reported | Tiled]:
    """Where the next strokes would help most."""
    know = following(command)
    until = time.monotonic() + MOMENT
    while know.take_news(command.picture, asked) and time.monotonic() < until:
        pass
    names = [command.picture, *(name for name in know.pictures.names() if name != command.picture)]
    aside = {name for name, record in know.pictures.records().items() if record.aside}  # strokes there teach nothing
    names = [name for name in names if name not in aside][:LOOKED_AT]
    found: list[Suggestion] = []
    for done, name in enumerate(names):
        yield Tiled(command.job, done, len(names))
        if asked():
            return
        with suppress(UnetError):  # what cannot be read is told when it is opened
            found += _suggested(know, command, name)
    best = sorted(found, key=lambda one: -one.gain)[: command.count]
    yield Reported(command.job, Suggested(tuple(best)))


def _suggested(know: Following, command: Suggest, name: str) -> list[Suggestion]:
    """The places in one picture."""
    picture = know.pictures.picture(name)
    if picture is None:
        return []
    image = flat(picked(picture.image, command.channels, picture.channel_names, name))
    if is_blank(image):
        return []
    plane = middle_plane(picture.image)
    places = know.learner.next_places({name: image}, command.count)
    return [Suggestion(one.name, one.position, one.gain, plane) for one in places]
