"""The page of a starting model: what it learned from and under which licence, how good it is, what it is bad at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.starting_models.lots import LOTS, SOURCES, Lot
from napari_unet.core.model.card import CARD, ModelCard

PAGE = "card.md"
ALONE = ", the start alone there"
"""So a row of `few_strokes` ends that tells how good the start is before any stroke."""

MADE_UP = (
    "It has seen made-up tissue alone. Skins of mitochondria look like membranes to it, and membranes cut along\n"
    "their face are faint. It tells no cell from the next, and knows of stacks only planes."
)

BAD = 0.6
"""Below this AP at an overlap of 0.5, a kind of picture is named as one that the model is bad at."""

ABOUT = {
    "nuclei": "Finds nuclei in fluorescence and in stained tissue. A model to start from, or to use as it is.",
    "cells": "Finds objects of many looks: nuclei, cells in phase contrast, axons, shapes. A model to start from.",
    "membranes": "Finds membranes of cells that fill a picture, as in electron microscopy. A model to start from.",
}

OF_OBJECTS = (
    "AP at an overlap (IoU) of 0.5, mean over `val` pictures that it did not learn from (36 of them, over all\n"
    "sets, chose the moment and the clean-up that were kept):"
)
OF_REGIONS = (
    "Overlap (IoU) with what people outlined, mean over `val` pictures. It learned from none of the set; its makers\n"
    "looked at these pictures while they chose what made-up pictures look like:"
)
SAID = {
    "objects": ("AP", OF_OBJECTS, "--model NAME --set SET"),
    "few_strokes": ("IoU", OF_REGIONS, "--kind regions --start NAME --sets SET"),
}
"""Of each benchmark: the measure, what stands before the table, and the flags of the command."""

EARLIER = {"nuclei": "That one had learned for 119 minutes, 7,636 steps, with AdamW, beginning with cells."}
"""What was before a model went on from itself."""


@dataclass(frozen=True)
class Scored:
    """What a benchmark found on one set: `objects` AP at an overlap of 0.5, by category; `few_strokes` the overlap
    before any stroke.
    """

    set: str
    benchmark: str
    machine: str
    when: str
    rows: dict[str, float]


def describe(name: str, folder: Path, files: Sequence[Path]) -> Path:
    """Write the page beside the model. `files` are JSON files of `objects --model NAME`, one a set; of a model of
    regions, that of `few_strokes --kind regions --start NAME` on one set.
    """
    card = ModelCard.from_json(json.loads((folder / CARD).read_text(encoding="utf-8")))
    text = page(name, card, LOTS[name], [scored(file) for file in files])
    (folder / PAGE).write_text(text, encoding="utf-8")
    return folder / PAGE


def scored(file: Path) -> Scored:
    """The scores in a JSON file of the benchmark."""
    found = json.loads(file.read_text(encoding="utf-8"))
    words = found["command"].split()
    benchmark = "few_strokes" if "few_strokes" in words else "objects"
    flag = {"objects": "--set", "few_strokes": "--sets"}[benchmark]
    which = words[words.index(flag) + 1] if flag in words else "dsb2018"
    told = [(str(row["name"]), row["value"]) for row in found["rows"]]
    rows = {name.removeprefix("ap50, "): value for name, value in told if name.startswith("ap50")}
    if benchmark == "few_strokes":
        rows = {"before any stroke": dict(told)[f"{which}{ALONE}"]}
    return Scored(which, benchmark, found["machine"], found["when"], rows)


def page(name: str, card: ModelCard, lot: Lot, scores: Sequence[Scored]) -> str:
    """The page as Markdown."""
    parts = [f"# {name}", ABOUT[name], "## What it learned from", _materials(lot), _training(card), "## How good it is"]
    parts += [_scores(scores), "## What it is bad at", _bad(scores)]
    return "\n\n".join(parts) + "\n"


def _materials(lot: Lot) -> str:
    rows = [f"| {name} | {SOURCES[name].what} | {SOURCES[name].licence} |" for name in lot.sets]
    made = f"| made-up pictures | {lot.made_up} pictures of shapes, made by this project | that of this project |"
    return "\n".join(["| set | what | licence |", "| --- | --- | --- |", *rows, made])


def _training(card: ModelCard) -> str:
    minutes = f"{card.seconds / 60:.0f} minutes, {card.steps_done:,} steps, on {card.device}"
    start, earlier = Path(card.start).name, ""
    if start == card.name:
        start, earlier = "itself as it was before", f" {EARLIER[card.name]}"
    beginning = "" if start == "none" else f", beginning with {start}"
    return f"Trained for {minutes}{beginning}.{earlier} All settings are in model.json."


def _scores(scores: Sequence[Scored]) -> str:
    if not scores:
        return "Not measured."
    sets, first = " and ".join(one.set for one in scores), scores[0]
    name, before, after = SAID[first.benchmark]
    lines = [before, "", f"| set | pictures | {name} |", "| --- | --- | ---: |"]
    lines += [f"| {one.set} | {row} | {value:.3f} |" for one in scores for row, value in one.rows.items()]
    lines += ["", f"`python -m benchmarks {first.benchmark} --data DIR {after}` for {sets}: {first.machine}."]
    return "\n".join(lines)


def _bad(scores: Sequence[Scored]) -> str:
    if any(one.benchmark == "few_strokes" for one in scores):
        return MADE_UP
    bad = [f"{one.set}, {row}" for one in scores for row, value in one.rows.items() if value < BAD]
    measured = f"Measured above: {'; '.join(bad)}." if bad else "None of the kinds measured above."
    return f"{measured} It knows nothing of kinds of pictures that are not named above, and of stacks only planes."
