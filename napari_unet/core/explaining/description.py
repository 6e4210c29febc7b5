"""A model's page: what it is, what it learned from, how it went and what its score can tell. Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from napari_unet.core.data.atomic import atomic_path
from napari_unet.core.data.channels import called
from napari_unet.core.explaining.curve import Point, read_curve, sparkline
from napari_unet.core.explaining.methods import methods
from napari_unet.core.explaining.wording import LABELS, lasted, measures, spelled, spread_of
from napari_unet.core.model.card import ModelCard
from napari_unet.core.model.header import read_card
from napari_unet.core.settings import Settings
from napari_unet.core.wording import counted, listed

DESCRIPTION = "card.md"

FEW = 5
"""With fewer pictures, the spread between them is itself hardly known."""

ROWS = 8
"""Epochs in the table at most."""


def describe(card: ModelCard, curve: Sequence[Point]) -> str:
    """The page of a model, from its card and its curve (which may be empty)."""
    parts = {
        "Data": _data(card),
        "Settings": _settings(card),
        "Learning": _learning(card, curve),
        "Scores": _scores(card),
        "Noticed": [f"- {sentence}" for sentence in card.noticed],
        "Compared with earlier models": _compared(card),
        "Machine and versions": _machine(card),
        "For the Methods section": [methods(card, epochs=curve[-1].epoch if curve else card.epochs_done)],
    }
    sections = ["\n".join([f"## {title}", "", *lines]) for title, lines in parts.items() if lines]
    return "\n\n".join([f"# {card.name}", _head(card), *sections]) + "\n"


def write_description(folder: Path) -> Path:
    """Write card.md beside the model in `folder`; returns its path.

    Raises
    ------
    ModelError : there is no model, or its card cannot be read.
    StorageError : the folder cannot be written.
    """
    text = describe(read_card(folder), read_curve(folder))
    path = folder / DESCRIPTION
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="replace")
    return path


def _head(card: ModelCard) -> str:
    what = _wanted(card)
    pictures = "colour pictures" if card.colour else f"pictures of {counted(card.channels, 'channel')}"
    if chosen := called(card.plan.preprocessing.channels):
        pictures = f"{chosen} of pictures"
    made = f" Made {card.created}." if card.created else ""
    start = f" It went on from {card.start}." if card.start != "none" else ""
    return f"Finds {what} in {pictures}.{made}{start}"


def _wanted(card: ModelCard) -> str:
    if card.kind == "regions":
        return listed(card.class_names)
    classes = f", and tells apart {listed(card.object_classes)}," if card.object_classes else ""
    return f"every {card.noun}{classes}"


def _data(card: ModelCard) -> list[str]:
    measured = set(card.validation)
    learned = [name for name in card.data if name not in measured]
    taught = f"{counted(len(learned), 'picture').capitalize()} taught"
    lines = [
        f"{taught}, {len(measured)} measured and {'was' if len(measured) == 1 else 'were'} never learned from.",
        "",
        "| picture | used for | hash of pixels and labels |",
        "| --- | --- | --- |",
        *(
            f"| {name} | {'measuring' if name in measured else 'learning'} | `{key}` |"
            for name, key in card.data.items()
        ),
        *(f"| {name} | measuring (a part of a picture) | |" for name in card.validation if name not in card.data),
    ]
    if card.object_width:
        lines += ["", f"A typical {card.noun} was {card.object_width:.0f} px wide, as the network saw it."]
    return lines


def _settings(card: ModelCard) -> list[str]:
    groups: dict[str, Settings] = {**card.plan.groups(), "clean-up": card.postprocessing}
    rows = [
        f"| {name} | {item.label} | {spelled(getattr(group, item.name))} | {spelled(item.default)} |"
        for name, group in groups.items()
        for item in group.options()
        if getattr(group, item.name) != item.default
    ]
    if not rows:
        return ["All settings had their usual values."]
    return ["What was not as usual:", "", "| group | setting | value | usual |", "| --- | --- | --- | --- |", *rows]


def _learning(card: ModelCard, curve: Sequence[Point]) -> list[str]:
    steps = f" and {counted(card.steps_done, 'step')}" if card.steps_done else ""
    lines = [f"The model is that of epoch {card.epochs_done}{steps}; it took {lasted(card.seconds)}."]
    if not curve:
        return lines
    names = measures(curve[-1].scores)
    lines += ["", f"    loss     {sparkline([point.loss for point in curve])}"]
    for name in names:
        values = [point.scores.get(name, float("nan")) for point in curve]
        lines.append(f"    {LABELS.get(name, name):<8} {sparkline(values)}")
    head = ["epoch", "loss", *(LABELS.get(name, name) for name in names)]
    lines += ["", f"| {' | '.join(head)} |", "| " + " | ".join("---" for _ in head) + " |"]
    return lines + [_row(point, names) for point in _some(curve)]


def _some(curve: Sequence[Point]) -> list[Point]:
    """The first epoch, the last, and some between."""
    if len(curve) <= ROWS:
        return list(curve)
    return [curve[round(index * (len(curve) - 1) / (ROWS - 1))] for index in range(ROWS)]


def _row(point: Point, names: Sequence[str]) -> str:
    cells = [f"{point.scores[name]:.3f}" if name in point.scores else "" for name in names]
    return f"| {' | '.join([str(point.epoch), f'{point.loss:.3f}', *cells])} |"


def _scores(card: ModelCard) -> list[str]:
    if not card.scores:
        return ["Not measured: no picture was kept out of learning, so nothing is known about other pictures."]
    pictures = int(card.scores.get("pictures", len(card.validation)))
    rows = [f"| {LABELS.get(name, name)} | {spread_of(card.scores, name)} |" for name in measures(card.scores)]
    return ["| score | mean |", "| --- | --- |", *rows, "", _worth(pictures)]


def _worth(pictures: int) -> str:
    """What a score on so many pictures can tell."""
    chosen = "The epoch and the clean-up were chosen on the same pictures, so the scores flatter a little."
    if pictures == 1:
        return f"Measured on a single picture: how far others differ is not known. {chosen}"
    if pictures < FEW:
        return f"Means over {pictures} pictures ± how far they differ; so few say little about others. {chosen}"
    return f"Means over {pictures} pictures ± how far they differ (standard deviation). {chosen}"


def _compared(card: ModelCard) -> list[str]:
    if not card.compared.get("sentence"):
        return []
    rows = [f"| {one['name']} | {one['merit']:.3f} |" for one in card.compared.get("standings", ())]
    table = ["", "| model | merit on the same pictures |", "| --- | --- |", *rows] if rows else []
    return [str(card.compared["sentence"]), *table]


def _machine(card: ModelCard) -> list[str]:
    facts = {"device": card.device, "precision": card.precision, **card.machine, **card.versions}
    return [f"- {name}: {value}" for name, value in facts.items() if value]
