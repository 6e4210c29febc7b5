"""From a bare checkout to a window, a test run or a result, with one command. Standard library only.

    python3 tools/bootstrap.py TARGET [--qt pyqt5|pyqt6] [--napari pinned|lowest|newest] [-- more arguments]

Every target first makes the virtual environment and looks for the system's libraries, and does nothing where they
are there already. Set UV=1 to install with uv instead of pip.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import installing
import matrix as every
import packages
import screen
import system
from steps import ROOT, Step, run_all

OLDEST = (3, 11)

SIDE_BY_SIDE = ("-n", "logical", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder")
"""Tests run on every core, those of one file after each other: they share what is slow to make. Files are begun in the
order of tests/conftest.py, not those with many tests first."""


LIBRARIES = ("bioimageio.spec>=0.5.14", "imagecodecs", "xarray", "onnx", "onnxruntime", "onnxscript")
"""What the extras `bioimageio` and `onnx` bring, and what BioImage.IO's runner needs: too large for every test run."""

RUNNER = "bioimageio.core==0.11.0"
"""BioImage.IO's runner. It asks for a bioimageio.spec that fails with pydantic 2.14, and works with a newer one."""


def venv(python: Path, more: list[str]) -> int:
    """Make everything ready and stop there."""
    print(f"Ready: {python}")
    return 0


def run(python: Path, more: list[str]) -> int:
    """The window with the sample project; without a screen the same journey under Xvfb, saved as pictures."""
    if screen.is_there():
        return run_all([Step("window", [python, "-m", "napari_unet.cli", "--sample", *more])])
    out = ROOT / "napari-unet-run"
    print(f"No screen here: a virtual one shows the window. Its pictures and masks go to {out}.")
    with screen.virtual():
        return run_all([Step("journey", [python, "-m", "napari_unet.journey", "--out", out, *more])])


def lint(python: Path, more: list[str]) -> int:
    """Every check that reads the code."""
    return run_all(_reading(python))


def test(python: Path, more: list[str]) -> int:
    """Every check and every test; the real window under Xvfb."""
    return run_all([*_reading(python), Step("tests", [python, "-m", "pytest", *SIDE_BY_SIDE, *more])])


def demo(python: Path, more: list[str]) -> int:
    """The whole job without a screen: train, segment, clean, export, score."""
    return run_all([Step("demo", [python, "-m", "napari_unet.cli", "demo", *more])])


def bench(python: Path, more: list[str]) -> int:
    """The numbers of docs/benchmarks.md; name one after ARGS=."""
    with screen.virtual():
        return run_all([Step("benchmarks", [python, "-m", "benchmarks", *more])])


def fuzz(python: Path, more: list[str]) -> int:
    """Thousands of spoilt files of every kind: each is read, or refused with a sentence."""
    return run_all([Step("fuzz", [python, "-m", "tests.fuzz", *more])])


def kills(python: Path, more: list[str]) -> int:
    """The window is killed 20 times while somebody works in it: nothing older than two seconds may be lost."""
    os.environ.setdefault("NAPARI_UNET_KILLS", "20")
    tests = [python, "-m", "pytest", "-n", "0", "tests/widgets/test_window_killed.py", *more]
    return run_all([Step("kills", tests)])


def docs(python: Path, more: list[str]) -> int:
    """The site of docs/, in build/docs; whatever it warns of is an error."""
    packages.add(python, "docs")
    os.environ["NO_MKDOCS_2_WARNING"] = "1"  # the theme's word about its successor is for us, not for a build
    code = run_all([Step("docs", [python, "-m", "mkdocs", "build", "--strict", *more])])
    if code == 0:
        print(f"Open {ROOT / 'build' / 'docs' / 'index.html'} in a browser.")
    return code


def models(python: Path, more: list[str]) -> int:
    """Files for other programs, tried in those programs' own libraries, which are installed for it."""
    install = [python, "-m", "pip", "install", "-qq", "-c", "constraints.txt", *LIBRARIES]
    runner = [python, "-m", "pip", "install", "-qq", "--no-deps", RUNNER]
    tests = [python, "-m", "pytest", "-n", "0", "tests/core/sharing", "tests/cli/test_sharing_commands.py", *more]
    return run_all([Step("libraries", install), Step("runner", runner), Step("tests", tests)])


def package(python: Path, more: list[str]) -> int:
    """Build wheel and sdist into dist, install the wheel in an empty environment elsewhere, and use it there."""
    return installing.package(python, os.environ["QT_API"], more)


def cell(python: Path, more: list[str]) -> int:
    """The manifest and every test, without the checks that read the code: for one cell of the matrix."""
    return run_all([_manifest(python), Step("tests", [python, "-m", "pytest", *SIDE_BY_SIDE, *more])])


def matrix(python: Path, more: list[str]) -> int:
    """Every Python of this machine, both Qt, the oldest and the newest napari; each has an environment of its own."""
    return every.matrix(more)


TARGETS = {
    target.__name__: target
    for target in (venv, run, test, lint, demo, bench, fuzz, kills, docs, models, package, cell, matrix)
}
WINDOWLESS = ("venv", "lint", "demo", "fuzz", "docs", "models")
WITHOUT_ENVIRONMENT = ("matrix",)
"""What needs none of its own."""

USAGE = "bootstrap.py TARGET [--qt pyqt5|pyqt6] [--napari pinned|lowest|newest] [-- arguments for what the target runs]"
OTHERS = "QT=pyqt6 takes the other Qt, NAPARI=lowest and NAPARI=newest another napari."


def main() -> int:
    """Read the command line, set up, go."""
    words, more = _split(sys.argv[1:])
    arguments = _parser().parse_args(words)
    if sys.version_info < OLDEST:
        found, wanted = (".".join(map(str, version[:2])) for version in (sys.version_info, OLDEST))
        print(f"This is Python {found}. napari-unet needs {wanted} or newer: try PYTHON=python{wanted} make.")
        return 2
    os.environ["QT_API"] = os.environ["PYTEST_QT_API"] = arguments.qt
    if not system.prepare(needed=arguments.target not in WINDOWLESS):
        return 2
    python = Path(sys.executable)
    if arguments.target not in WITHOUT_ENVIRONMENT:
        python = packages.prepare(arguments.qt, arguments.napari, arguments.venv)
    return TARGETS[arguments.target](python, more)


def _reading(python: Path) -> list[Step]:
    """The checks that read the code. import-linter and npe2 are commands without a module to run."""
    tools = python.parent
    return [
        Step("ruff check", [python, "-m", "ruff", "check", "."]),
        Step("ruff format", [python, "-m", "ruff", "format", "--check", "."]),
        Step("mypy", [python, "-m", "mypy", "--num-workers", "2"]),
        Step("imports", [tools / "lint-imports", "--no-logo"]),
        _manifest(python),
    ]


def _manifest(python: Path) -> Step:
    return Step("manifest", [python.parent / "npe2", "validate", "--imports", "napari-unet-loop"])


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """Ours, and what follows "--", which is for the program that the target runs."""
    cut = words.index("--") if "--" in words else len(words)
    return words[:cut], words[cut + 1 :]


def _parser() -> argparse.ArgumentParser:
    lines = "\n".join(f"  make {name:7} {target.__doc__}" for name, target in TARGETS.items())
    parser = argparse.ArgumentParser(
        prog="bootstrap.py",
        usage=USAGE,
        description=f"napari-unet, from a bare checkout:\n\n{lines}\n\n{OTHERS}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("target", choices=TARGETS, metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--qt", choices=("pyqt5", "pyqt6"), default="pyqt5")
    parser.add_argument("--napari", choices=packages.NAPARIS, default=packages.PINNED)
    parser.add_argument("--venv", default="", metavar="FOLDER", help="the environment's folder, in the checkout")
    return parser


if __name__ == "__main__":
    sys.exit(main())
