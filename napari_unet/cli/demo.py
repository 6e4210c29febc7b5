"""`napari-unet demo`: the whole job without a screen, on the sample pictures, by the commands one would type."""

from __future__ import annotations

import shlex
import shutil
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from napari_unet.cli.flags import given, words
from napari_unet.cli.folders import masks_by_name, pictures_by_name
from napari_unet.cli.overlay import write_overlay
from napari_unet.cli.parser import DEMO_NETWORK, DEMO_TRAINING, make_parser
from napari_unet.core.data.atomic import storage_errors
from napari_unet.core.data.read import read_mask, read_picture
from napari_unet.core.data.synthesis import sample_data_folder
from napari_unet.core.errors import StorageError

KEPT_OUT = 3
"""Every third picture is kept out of learning, to judge the model on pictures it has never seen."""


def run(arguments: Namespace) -> int:
    """Train, segment, clean up, export and judge; says where everything is."""
    out: Path = arguments.out
    if out.exists() and not out.is_dir():
        raise StorageError(f"{out} is a file.", "The demo fills a folder.", "Choose another name with --out.")
    if out.exists() and any(out.iterdir()) and not arguments.overwrite:
        raise StorageError(f"{out} is not empty.", do="Choose another folder with --out, or add --overwrite.")
    learned, judged = _lay_out(sample_data_folder(), out)
    print(f"Sample pictures: {learned} to learn from, {judged} to judge by, in {out}.")
    over = ["--overwrite"] if arguments.overwrite else []
    settings = [*words(given(arguments, DEMO_TRAINING)), *words(given(arguments, DEMO_NETWORK))]
    for title, command in _steps(out, settings, over):
        print(f"\n{title}\n$ napari-unet {shlex.join(command)}", flush=True)
        code = _run(command)
        if code:
            return code
    _draw(out)
    print(f"\nEverything is in {out.resolve()}: model, masks, scores.json, and what was found, drawn, in overlays.")
    return 0


def _steps(out: Path, settings: Sequence[str], over: Sequence[str]) -> list[tuple[str, list[str]]]:
    learn, judge, model, masks = out / "learn", out / "judge", out / "model", out / "masks"
    device = [*settings[settings.index("--device") :][:2]] if "--device" in settings else []
    train = ["train", f"{learn / 'pictures'}", f"{learn / 'masks'}", "--out", f"{model}", *settings, *over]
    segment = ["segment", f"{model}", f"{judge / 'pictures'}", "--out", f"{masks}", *device, *over]
    evaluate = ["evaluate", f"{masks}", f"{judge / 'truth'}", "--json", f"{out / 'scores.json'}"]
    return [
        ("1. Train a model from nothing.", train),
        ("2. Segment pictures it has never seen, clean up, and write a mask for each.", segment),
        ("3. Compare the masks with the truth.", evaluate),
    ]


def _run(command: Sequence[str]) -> int:
    arguments = make_parser().parse_args(command)
    return int(import_module(f"napari_unet.cli.{arguments.command}").run(arguments))


def _lay_out(samples: Path, out: Path) -> tuple[int, int]:
    """Copy the sample pictures into folders to learn from and to judge by; how many of each."""
    pictures, masks = pictures_by_name([samples / "images"]), masks_by_name(samples / "masks")
    judged = set(list(pictures)[KEPT_OUT - 1 :: KEPT_OUT])
    for name, picture in pictures.items():
        home, drawn = (out / "judge", "truth") if name in judged else (out / "learn", "masks")
        _copy(picture, home / "pictures")
        _copy(masks[name], home / drawn)
    return len(pictures) - len(judged), len(judged)


def _copy(file: Path, folder: Path) -> None:
    with storage_errors(folder / file.name):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / file.name)


def _draw(out: Path) -> None:
    pictures = pictures_by_name([out / "judge" / "pictures"])
    for name, mask in masks_by_name(out / "masks").items():
        write_overlay(read_picture(pictures[name]), read_mask(mask), out / "overlays" / f"{name}.png")
