"""Running one model or several over a picture of any size."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_unet.core.data.axes import behind
from napari_unet.core.data.channels import picked
from napari_unet.core.data.picture import Picture
from napari_unet.core.data.scale import microns
from napari_unet.core.errors import ModelError
from napari_unet.core.inference.disagreement import Disagreement
from napari_unet.core.inference.interrupting import Stopped
from napari_unet.core.inference.once import Pass, count, look
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.checkpoint import Model
from napari_unet.core.preprocessing import View
from napari_unet.core.settings import InferenceSettings
from napari_unet.core.stopping import Stop

THE_PICTURE = "The picture"
"""What errors call a picture whose name is not known here."""

SIZES = (1.0, 0.8, 1.25, 0.64, 1.5625)
"""In which sizes a picture is looked at, its own first: each 1.25 times as large as the next."""

AT_LEAST = 4
"""Of fewer views it cannot be said how far they differ."""

FLAT = 3
"""Axes of the probability of a picture that is no stack."""

Source = NDArray[np.generic] | Picture


@dataclass(frozen=True)
class TileDone:
    """`done` of `total` tiles are computed."""

    done: int
    total: int


def output_planes(card: ModelCard) -> int:
    """How many planes the model's probability has."""
    return len(card.outputs)


def predict(
    model: Model, picture: Source, settings: InferenceSettings, out: NDArray[np.float32], stop: Stop
) -> Generator[TileDone]:
    """Fill `out` with the model's probability of a picture, tile by tile.

    Usually memory is bounded by the tile. Averaged sizes, and models that see pictures rescaled or cleaned, need the
    whole picture in memory a few times over.

    Parameters
    ----------
    picture : a Picture, whose pixel size then counts, or (C, [T,] [Z,] Y, X) of any real dtype, as acquired. A network
        for planes goes through a stack plane by plane.
    out : (K, [T,] [Z,] Y, X) float32, for example a memory-mapped file; every value ends up in 0..1.
    stop : asked between tiles and inside; when it says yes, `out` is left incomplete.

    Raises
    ------
    ModelError : the picture's channels do not fit the model.
    PictureError : NaN or constant, a chosen channel is missing, or there is not enough memory for a tile.
    DeviceError : a device was asked for that is not there.
    """
    yield from predict_together([model], picture, settings, out, None, stop)


def predict_together(
    models: Sequence[Model],
    picture: Source,
    settings: InferenceSettings,
    out: NDArray[np.float32],
    spread: NDArray[np.float32] | None,
    stop: Stop,
) -> Generator[TileDone]:
    """Fill `out` with the mean probability of several models, as `predict` does with one.

    Models that were trained alike from different random beginnings err in different places: their mean is better than
    each, and where they differ, none is to be trusted (Lakshminarayanan et al. 2017,
    https://arxiv.org/abs/1612.01474). The same holds for one model's views of a turned, mirrored or rescaled picture
    (Wang et al. 2019, https://arxiv.org/abs/1807.07356).

    Parameters
    ----------
    spread : ([Z,] Y, X) float32, or None. Filled with how far all views, sizes and models differ, 0..0.5; see
        `disagreement`. One model that looks in one size and in less than AT_LEAST turns is shown the others for this
        alone: it takes as much longer, and `out` stays what it would have been.

    Raises
    ------
    ModelError : there are none, or they answer different questions; and as `predict`.
    """
    check_alike(models)
    pairs = [(model, view_of(model.card, picture, settings)) for model in models]
    yield from _asked(pairs, settings, out, spread, stop)


def predict_view(
    model: Model, view: View, settings: InferenceSettings, out: NDArray[np.float32], stop: Stop
) -> Generator[TileDone]:
    """As `predict`, of a view that is there already, or of a part of one: `out` is as large as its picture."""
    yield from _asked([(model, view)], settings, out, None, stop)


def view_of(card: ModelCard, picture: Source, settings: InferenceSettings) -> View:
    """What a model sees of a picture: of its channels, those it learned from. Raises PictureError and ModelError."""
    chosen = chosen_for(card, settings)
    if isinstance(picture, Picture):
        if card.plan.network.dimensions == "3-D" and "Z" not in picture.axes:
            raise ModelError(
                f"{card.name} sees in 3-D, but {picture.name} has no focal planes.",
                "A 3-D network looks through stacks.",
                "Choose a 2-D model.",
            )
        image = picked(picture.image, chosen, picture.channel_names, picture.name)
        return View(image, card, picture.name, microns(picture), settings.object_width)
    return View(picked(picture, chosen, (), THE_PICTURE), card, THE_PICTURE, 0.0, settings.object_width)


def chosen_for(card: ModelCard, settings: InferenceSettings) -> str:
    """The channels that a model is shown, as `picked` takes them: those it learned from, unless others are named."""
    return settings.channels or card.plan.preprocessing.channels


def check_alike(models: Sequence[Model]) -> None:
    """Raises ModelError unless there are models and all answer the same question."""
    if not models:
        raise ModelError("No model was given.", "At least one is needed.", "Choose a model.")
    first, *others = (model.card for model in models)
    for card in others:
        if (card.kind, card.outputs) != (first.kind, first.outputs):
            raise ModelError(
                f"{first.name} finds {first.kind} ({', '.join(first.outputs)}), "
                f"but {card.name} finds {card.kind} ({', '.join(card.outputs)}).",
                "Models that answer together must have learned the same kind and the same classes.",
                "Leave one of them out.",
            )
        ours, theirs = first.plan.network.dimensions, card.plan.network.dimensions
        if ours != theirs:
            raise ModelError(
                f"{first.name} sees in {ours}, but {card.name} in {theirs}.",
                "Models that answer together must look at a picture in the same way.",
                "Leave one of them out.",
            )


def _averaged(
    pairs: Sequence[tuple[Model, View]],
    settings: InferenceSettings,
    out: NDArray[np.float32],
    spread: NDArray[np.float32] | None,
    stop: Stop,
) -> Generator[TileDone]:
    passes = list(passes_of(pairs, settings, spread is not None))
    wanted = sum(each.counts for each in passes)
    disagreement = None if spread is None else Disagreement(pairs[0][0].card.kind)
    done, total, averaged = 0, sum(count(each, settings) for each in passes), 0
    out[:] = 0
    yield TileDone(0, total)
    for each in passes:
        direct = wanted == 1 and each.counts and each.view.shape == out.shape[1:]
        answer = out if direct else np.zeros((len(out), *each.view.shape), np.float32)
        try:
            for _ in look(each, settings, answer, stop):
                done += 1
                yield TileDone(done, total)
        except Stopped:
            if stop():
                return
            raise  # somebody else has stopped the network: an unfinished answer must not pass for a whole one
        answer = each.view.back(answer)
        if each.counts and not direct:
            averaged += 1
            out += (answer - out) / averaged
        if disagreement is not None:
            disagreement.add(answer)
    if disagreement is not None and spread is not None:
        spread[:] = disagreement.spread()


def passes_of(pairs: Sequence[tuple[Model, View]], settings: InferenceSettings, apart: bool) -> Iterator[Pass]:
    """How often which model looks at the picture, in which size and how turned; each turn on its own if `apart`."""
    turns, sizes = tuple(range(settings.turns)), SIZES[: settings.scales]
    looked = max(AT_LEAST, len(turns)) if len(pairs) * len(sizes) == 1 else len(turns)
    for model, view in pairs:
        for size in sizes:
            sized = view if size == 1 else view.sized(size)
            for group in [(turn,) for turn in range(looked)] if apart else [turns]:
                yield Pass(model, sized, group, counts=set(group) <= set(turns))


def _asked(
    pairs: Sequence[tuple[Model, View]],
    settings: InferenceSettings,
    out: NDArray[np.float32],
    spread: NDArray[np.float32] | None,
    stop: Stop,
) -> Generator[TileDone]:
    flat = all(model.card.plan.network.dimensions == "2-D" for model, _ in pairs)
    depth = 0 if flat else 1  # axes that a network sees beside those of a plane
    if len(out.shape) <= FLAT + depth:
        yield from _averaged(pairs, settings, out, spread, stop)
        return
    places = list(np.ndindex(out.shape[1 : -2 - depth]))
    for number, place in enumerate(places):
        planes = [(model, view.plane(place)) for model, view in pairs]
        last, apart = TileDone(0, 0), None if spread is None else spread[place]
        for last in _averaged(planes, settings, out[behind(place)], apart, stop):
            if last.done or not number:
                yield TileDone(number * last.total + last.done, len(places) * last.total)
        if last.done < last.total:
            return
