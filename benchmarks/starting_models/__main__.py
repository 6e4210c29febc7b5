"""`python -m benchmarks.starting_models VERB`: the starting models, from their materials to the package."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.datasets import Missing
from benchmarks.starting_models.lots import LOTS, RATE
from napari_unet.core.errors import UnetError


def main(words: list[str] | None = None) -> int:
    """Do one of them. Leaves with 1 when it cannot be done, and says why."""
    options = parser().parse_args(words)
    try:
        options.do(options)
    except (Missing, UnetError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    outer = argparse.ArgumentParser("python -m benchmarks.starting_models", description=__doc__)
    verbs = outer.add_subparsers(required=True, metavar="VERB")
    learning = _with_materials(verbs.add_parser("train", help="train a starting model"), _train)
    learning.add_argument("--minutes", type=float, required=True, help="how long; with --resume, in all")
    learning.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the model and its log go")
    learning.add_argument("--start", type=Path, metavar="MODEL_FOLDER", help="go on from this model")
    learning.add_argument(
        "--rate", type=float, default=RATE, help=f"learning rate; with --start, a tenth of it is used (default {RATE})"
    )
    learning.add_argument("--resume", action="store_true", help="go on with the training broken off in FOLDER")
    packing = verbs.add_parser("pack", help="make a trained model ready to be shipped")
    packing.add_argument("folder", type=Path, metavar="FOLDER", help="the trained model")
    packing.add_argument("--to", type=Path, required=True, help="where in the package it goes")
    packing.set_defaults(do=_pack)
    showing = _with_materials(verbs.add_parser("show", help="draw a sheet of the training pictures"), _show)
    showing.add_argument("--out", type=Path, required=True, metavar="FILE.png")
    showing.add_argument("--count", type=int, default=60, help="how many pictures (default 60)")
    showing.add_argument("--only", default="", help="only pictures whose name begins so: a set's name, or shapes")
    describing = verbs.add_parser("describe", help="write the page of a packed model")
    describing.add_argument("name", choices=tuple(LOTS), metavar="NAME", help=" or ".join(LOTS))
    describing.add_argument("folder", type=Path, metavar="FOLDER", help="the packed model")
    describing.add_argument("scores", type=Path, nargs="*", metavar="FILE.json", help="of the benchmark `objects`")
    describing.set_defaults(do=_describe)
    mixing = verbs.add_parser("mix", help="the model between one and what it became by learning on")
    mixing.add_argument("one", type=Path, metavar="MODEL_FOLDER")
    mixing.add_argument("other", type=Path, metavar="MODEL_FOLDER")
    mixing.add_argument("--share", type=float, default=0.5, help="how far on the way to the other (default 0.5)")
    mixing.add_argument("--to", type=Path, required=True, metavar="FOLDER")
    mixing.set_defaults(do=_mix)
    _add_steering(verbs)
    return outer


def _with_materials(parser: argparse.ArgumentParser, do: object) -> argparse.ArgumentParser:
    parser.add_argument("name", choices=tuple(LOTS), metavar="NAME", help=" or ".join(LOTS))
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with the real sets")
    parser.add_argument("--seed", type=int, default=0, help="of the made-up pictures and the training (default 0)")
    parser.set_defaults(do=do)
    return parser


def _add_steering(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The network that follows strokes has a way of its own."""
    rehearsing = verbs.add_parser("rehearse", help="let a simulated annotator paint, for the steered network")
    rehearsing.add_argument("--data", type=Path, required=True, metavar="DIR", help="folder with the real sets")
    rehearsing.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the sittings go")
    rehearsing.add_argument("--source", choices=("real", "lit", "made-up", "slender"), required=True)
    rehearsing.add_argument("--seconds", type=float, required=True, help="how long")
    rehearsing.add_argument("--seed", type=int, default=0)
    rehearsing.add_argument(
        "--shown", type=Path, metavar="MODEL_FOLDER", help="a steered model; its answers are corrected"
    )
    rehearsing.set_defaults(do=_rehearse)
    steering = verbs.add_parser("steer", help="teach the steered network from rehearsed sittings")
    steering.add_argument("sittings", type=Path, metavar="FOLDER", help="where the sittings are")
    steering.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where the model goes")
    steering.add_argument("--minutes", type=float, required=True)
    steering.add_argument("--start", type=Path, metavar="MODEL_FOLDER", help="go on from this one")
    steering.add_argument("--seed", type=int, default=0)
    steering.add_argument("--rate", type=float, default=2e-3, help="highest learning rate (default 0.002)")
    steering.set_defaults(do=_steer)


def _rehearse(options: argparse.Namespace) -> None:
    from benchmarks.starting_models.steering.rehearsing import rehearse

    print(rehearse(options.data, options.out, options.source, options.seconds, options.seed, options.shown), "moments")


def _steer(options: argparse.Namespace) -> None:
    from benchmarks.starting_models.steering.teaching import teach

    teach(options.sittings, options.out, options.minutes, options.seed, options.start, print, options.rate)


def _train(options: argparse.Namespace) -> None:
    from dataclasses import replace

    from benchmarks.starting_models.teaching import materials, speaker, task_of, teach

    say = speaker(options.out, options.resume)
    say(" ".join(sys.argv[1:]))
    task = task_of(options)
    teach(replace(task, resume=options.resume), materials(options.name, options.data, options.seed, say), say)


def _pack(options: argparse.Namespace) -> None:
    from benchmarks.starting_models.packing import pack

    print(f"{options.to}: {pack(options.folder, options.to):,} bytes")


def _mix(options: argparse.Namespace) -> None:
    from benchmarks.starting_models.packing import mix

    mix(options.one, options.other, options.share, options.to)


def _describe(options: argparse.Namespace) -> None:
    from benchmarks.starting_models.describing import describe

    print(describe(options.name, options.folder, options.scores))


def _show(options: argparse.Namespace) -> None:
    from benchmarks.starting_models.lots import LOTS
    from benchmarks.starting_models.materials import made_up, samples
    from benchmarks.starting_models.showing import sheet

    lot = LOTS[options.name]
    made = options.only.startswith("shapes")
    items = tuple(made_up(lot, options.seed)) if made else samples(options.data, lot, options.seed)
    sheet([sample for sample in items if sample.name.startswith(options.only)], options.count, options.out)


if __name__ == "__main__":
    sys.exit(main())
