"""What it takes a newcomer to get from nothing to a mask of a picture of their own: actions, seconds, and is it right?

A script does with the mouse and keyboard, in the real window, what the README says and nothing else: start the program,
make a project, add a picture, switch Live on, paint, correct, accept, export. It sees what a person would see, that
nuclei are missed or found where none are, by looking at the true mask, and knows nothing else of it. Then the mask that
was written is read with tifffile and compared with the truth. The picture is none of the sample pictures.

Seconds: what the script took, its waiting included; and what a person would take by the keystroke-level model (see
`corrector`; 0.28 s a key, and 1.35 s of thought before every action), plus the waiting.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import tifffile

from benchmarks.outcome import Row
from benchmarks.screen import in_a_window
from napari_unet.core.data.recipes import Culture, Microscope, Recipe
from napari_unet.core.data.synthesis import synthesise

RIGHT = 0.9
"""A mask with at least this AP (at an overlap of 0.5) and this Dice is right."""

MINE = Recipe("my_first_picture", (360, 420), Culture(34, 19, clumping=0.6, oval=0.4), Microscope(450, haze=0.18))
SEED = 7


def add_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--own", nargs=2, type=Path, metavar=("PICTURE", "MASK"), help="another picture and its truth")
    parser.add_argument("--rounds", type=int, default=4, help="rounds of strokes at most (default 4)")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    with TemporaryDirectory() as folder:
        pair = [path.resolve() for path in options.own] if options.own else made(Path(folder))
        found = in_a_window("benchmarks.first_used_window", *pair, options.rounds)
    yield from rows(found)


def made(folder: Path) -> list[Path]:
    """A picture that nobody has seen, and its true mask."""
    paths = [folder / f"{MINE.name}.tif", folder / "truth.tif"]
    for path, pixels in zip(paths, synthesise(MINE, SEED), strict=True):
        tifffile.imwrite(path, pixels)
    return paths


def rows(found: dict[str, dict[str, float]]) -> Iterator[Row]:
    """What the newcomer left behind: a row a step, then all of it, then how good the mask is."""
    steps = {name: each for name, each in found.items() if name != "mask"}
    for name, each in steps.items():
        yield Row(f"{name}, actions", each["actions"], "")
    yield Row("all, actions", sum(each["actions"] for each in steps.values()), "")
    for kind, words in (("waited", "waiting for the program"), ("clock", "of the script"), ("person", "of a person")):
        yield Row(f"all, seconds {words}", sum(each[kind] for each in steps.values()), "s")
    yield Row("mask, AP at an overlap of 0.5", found["mask"]["ap50"], "", limit=RIGHT, less=False)
    yield Row("mask, Dice", found["mask"]["dice"], "", limit=RIGHT, less=False)
