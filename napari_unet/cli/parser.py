"""The commands and their flags. Standard library and settings only, so that `--help` appears at once."""

from __future__ import annotations

import argparse
from pathlib import Path

from napari_unet.cli import values
from napari_unet.cli.flags import Parser, add_flags
from napari_unet.core.settings import (
    AUGMENTATIONS,
    PRESETS,
    AugmentationSettings,
    BlockSettings,
    ExportSettings,
    InferenceSettings,
    LossSettings,
    NetworkSettings,
    PostprocessingSettings,
    PreprocessingSettings,
    SearchSettings,
    SharingSettings,
    TrainingSettings,
)

EXIT_CODES = """\
exit codes:
  0    all is well
  1    something unexpected; a file with the details is named
  2    a flag or setting cannot have this value
  3    a picture, mask or folder cannot be used
  4    a model is missing, cut off, from a newer version, or does not fit
  5    the device asked for is not in this machine
  6    the disk is full or read-only, or a file would be overwritten
  8    the doctor found something that must be mended
  130  stopped with Ctrl+C; training keeps the best model so far

Progress goes to standard error, results to standard output.
"""

COMMANDS = (
    *("demo", "train", "segment", "evaluate", "export", "explain", "export-model", "import-model"),
    *("crossvalidate", "search", "run", "doctor"),
)
"""Each is a module of this room (with _ for -) with `run(arguments) -> exit code`; `window` runs without a command."""

SAMPLE = "--sample"
WINDOW = f"napari-unet [{SAMPLE} | PROJECT | PICTURE...]"
DESCRIPTION = f"""\
Train a U-Net on your own pictures and segment with it.

  {WINDOW}

opens the window: empty, with the practice project, with your project folder,
or with pictures. The same work without a window is done by the commands below.
"""

CAME_ALONG = "one that came along (cells, membranes, nuclei)"  # not read off the package: that takes numpy to load
MODEL_HELP = f"folder of a trained model, or the name of {CAME_ALONG}"

DEMO_FOLDER = Path("napari-unet-demo")
DEMO_TRAINING = TrainingSettings(minutes=1.25, batch=4, patch=128)
DEMO_NETWORK = NetworkSettings(width=8)
"""Small, so that a minute on two processor cores is enough to see that it works."""


def make_parser() -> Parser:
    """The parser of every command."""
    parser = Parser(
        prog="napari-unet",
        description=DESCRIPTION,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="say the version and leave")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _demo(_command(commands, "demo", "the whole job without a screen, on the sample pictures"))
    _train(_command(commands, "train", "train a model on pictures and their masks"))
    _segment(_command(commands, "segment", "run a model over pictures and write a mask for each"))
    _evaluate(_command(commands, "evaluate", "compare masks with the truth"))
    _export(
        _command(
            commands, "export", "write what was found in a project's pictures, or its training set as plain folders"
        )
    )
    _explain(_command(commands, "explain", "print a model's page: data, settings, scores, and a Methods paragraph"))
    _export_model(
        _command(commands, "export-model", "write a model for other programs: BioImage.IO, ONNX, TorchScript")
    )
    _import_model(_command(commands, "import-model", "take in the model of a BioImage.IO package, to start from"))
    _crossvalidate(_command(commands, "crossvalidate", "judge a plan on every picture: train once per fold"))
    _search(_command(commands, "search", "try plans for a short time each, and keep the best"))
    _run(_command(commands, "run", "do again what a recipe tells of, and say whether the same comes out"))
    _doctor(_command(commands, "doctor", "look at this computer and say what to mend"))
    return parser


class _Version(argparse.Action):
    """Says the version; looks it up only when asked for, because the look-up takes longer than all of the parser."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"napari-unet {version('napari-unet-loop')}")
        parser.exit()


def _command(commands: argparse._SubParsersAction[Parser], name: str, help: str) -> Parser:  # noqa: A002
    sentence = help[0].upper() + help[1:] + "."
    return commands.add_parser(
        name,
        help=help,
        description=sentence,
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _demo(parser: Parser) -> None:
    parser.add_argument(
        "--out", type=Path, default=DEMO_FOLDER, metavar="DIR", help=f"where everything goes (default ./{DEMO_FOLDER})"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace what an earlier demo left in the folder")
    add_flags(parser, DEMO_TRAINING, "training")
    add_flags(parser, DEMO_NETWORK, "network")


def _train(parser: Parser) -> None:
    _add_lesson(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="MODEL", help="folder for the model, made new")
    parser.add_argument("--overwrite", action="store_true", help="replace the model that is already in the folder")
    parser.add_argument(
        "--resume", action="store_true", help="go on with the training that was broken off in the folder"
    )
    parser.add_argument(
        "--start",
        default="none",
        metavar="none|MODEL",
        help=f"start from nothing, the folder of a model, or {CAME_ALONG}; compared in the end",
    )
    _add_plan(parser)


def _add_lesson(parser: Parser) -> None:
    parser.add_argument("pictures", type=Path, metavar="PICTURES", help="folder of pictures (TIFF, PNG, JPG)")
    parser.add_argument("masks", type=Path, metavar="MASKS", help="folder of masks, with the names of the pictures")
    _add_kind(parser, "what the numbers in the masks mean: one per object, or one per class (default objects)")
    _add_axes(parser)


def _add_axes(parser: Parser) -> None:
    parser.add_argument(
        "--axes",
        default="",
        metavar="AXES",
        help="of stacks whose files do not name their axes: ZYX, TYX, ZCYX ... (Z focal planes, T time, C channels)",
    )


def _add_plan(parser: Parser) -> None:
    """Every setting of a plan; what is not given comes from the preset or the file."""
    named = parser.add_argument_group("plan (single settings below go before it)")
    presets = " ".join(f"{preset.name}: {preset.help}" for preset in PRESETS.values())
    named.add_argument("--preset", choices=tuple(PRESETS), default="usual", help=f"{presets} (default usual)")
    named.add_argument("--plan", type=Path, metavar="FILE", help="the plan of a search's best.json, or of a model.json")
    named.add_argument(
        "--changes", choices=tuple(AUGMENTATIONS), default="", help="strength of random changes, all at once"
    )
    add_flags(parser, TrainingSettings(), "training (--minutes without --epochs uses all of that time)")
    add_flags(parser, NetworkSettings(), "network (an earlier model given with --start keeps its own)")
    add_flags(parser, PreprocessingSettings(), "what is done to pictures before the network sees them")
    add_flags(parser, AugmentationSettings(), "random changes of the pictures while training")
    add_flags(parser, LossSettings(), "loss: what counts as a mistake, and how much")


def _explain(parser: Parser) -> None:
    parser.add_argument("model", type=values.model, metavar="MODEL", help=MODEL_HELP)


def _export_model(parser: Parser) -> None:
    parser.add_argument("model", type=values.model, metavar="MODEL", help=MODEL_HELP)
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="the file to write: NAME.zip, NAME.onnx or NAME.pt"
    )
    parser.add_argument(
        "--author",
        action="append",
        default=[],
        metavar="NAME",
        help="who is named in a package (may be given several times)",
    )
    add_flags(parser, SharingSettings(), "sharing (the format is that of the file's name)")


def _import_model(parser: Parser) -> None:
    parser.add_argument("package", type=Path, metavar="PACKAGE", help="a BioImage.IO package, as one .zip")
    parser.add_argument("--out", type=Path, required=True, metavar="MODEL", help="folder for the model, made new")
    parser.add_argument("--overwrite", action="store_true", help="replace the model that is already in the folder")


def _crossvalidate(parser: Parser) -> None:
    _add_lesson(parser)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the models, one per fold")
    parser.add_argument("--overwrite", action="store_true", help="replace the models that are already in the folder")
    parser.add_argument(
        "--folds", type=values.folds, default=5, metavar="N", help="how many models (2 or more; default 5)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every number, per picture, to this file")
    _add_plan(parser)


def _search(parser: Parser) -> None:
    _add_lesson(parser)
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder of the search; one that is there is gone on with"
    )
    parser.add_argument(
        "--vary",
        action="append",
        required=True,
        metavar="NAME=...",
        help="a setting and its values: width=8,16,32 or rate=1e-4..1e-2 (may be given several times)",
    )
    add_flags(parser, SearchSettings(), "search")
    _add_plan(parser)


def _run(parser: Parser) -> None:
    parser.add_argument(
        "recipe",
        type=Path,
        metavar="RECIPE",
        help="a recipe.json (of a training) or segmented.json (of masks), or the folder with one",
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder for the new model, or the masks (default: its name, and -again)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace what is already there")
    parser.add_argument(
        "--script", type=Path, metavar="FILE", help="of masks: write the Python script that makes them again instead"
    )
    parser.add_argument(
        "--segment", type=Path, nargs="+", default=(), metavar="PICTURE_OR_FOLDER", help="also segment these"
    )


def _doctor(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help="print everything as JSON, for programs and for a report")
    parser.add_argument("--project", type=Path, metavar="PROJECT", help="also look whether this project can be written")


def _segment(parser: Parser) -> None:
    parser.add_argument("model", type=values.model, metavar="MODEL", help=MODEL_HELP)
    parser.add_argument(
        "pictures",
        type=Path,
        nargs="+",
        metavar="PICTURE_OR_FOLDER",
        help='pictures, folders of pictures, or patterns such as "plate*/*.tif"; what is done already is skipped',
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the files of each picture")
    parser.add_argument(
        "--jobs",
        type=values.jobs,
        default=1,
        metavar="N",
        help="how many pictures at once, each with a part of the processor's cores (default 1)",
    )
    _add_axes(parser)
    parser.add_argument(
        "--also",
        type=values.model,
        action="append",
        default=[],
        metavar="MODEL",
        help="another model whose answer is averaged with the first one's (may be given several times)",
    )
    parser.add_argument(
        "--uncertainty",
        type=Path,
        metavar="DIR",
        help="also write how far the models, or the views of one, disagree: NAME.tif, 0 to 0.5",
    )
    add_flags(parser, PostprocessingSettings(), "clean-up", default="what fits the model best")
    add_flags(parser, InferenceSettings(), "computing")
    parser.add_argument(
        "--cluster",
        default="",
        metavar="ADDRESS_OR_FILE",
        help="work in blocks on the machines of a Dask cluster: tcp://..., or the file that its scheduler writes",
    )
    add_flags(parser, BlockSettings(), "pictures larger than memory (see docs/large.md)")
    add_flags(parser, ExportSettings(), "writing")


def _evaluate(parser: Parser) -> None:
    parser.add_argument("labels", type=Path, metavar="LABELS", help="folder of masks to judge")
    parser.add_argument("truth", type=Path, metavar="TRUTH", help="folder of true masks, with the same names")
    _add_kind(parser, "what the numbers in the masks mean (default objects)")
    _add_axes(parser)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every number, per picture, to this file")
    parser.add_argument(
        "--confusion",
        type=Path,
        metavar="DIR",
        help="also draw every picture's hits (white), misses (blue) and false alarms (orange): NAME.png",
    )


def _export(parser: Parser) -> None:
    parser.add_argument("project", type=Path, metavar="PROJECT", help="folder of a project; it may be open in a window")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder for images/, masks/ and, painted in part, partly/; with --as, for the files of each picture",
    )
    where.add_argument(
        "--into",
        type=Path,
        metavar="MASK",
        help="the mask of a large picture (TIFF, or labels of an OME-Zarr): the parts of it are written back there",
    )
    add_flags(parser, ExportSettings(), "writing (with --as the labels as they stand, else the training set)")


def _add_kind(parser: Parser, help: str) -> None:  # noqa: A002
    parser.add_argument("--kind", choices=("objects", "regions"), default="objects", help=help)
    parser.add_argument(
        "--classes",
        type=values.class_names,
        default=(),
        metavar="NAME,NAME...",
        help="names of the classes 1, 2, ... of regions (default class 1, class 2, ...), or of the classes of objects "
        "(default: those in NAME_classes.csv beside the masks)",
    )
