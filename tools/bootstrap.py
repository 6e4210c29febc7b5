"""From a bare checkout to a window, a test run or a result, with one command. Standard library only.

    python3 tools/bootstrap.py TARGET [--qt pyqt5|pyqt6] [-- more arguments]

Every target first makes the virtual environment and looks for the system's libraries, and does nothing where they
are there already. Set UV=1 to install with uv instead of pip.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import packages
import screen
import system
from steps import ROOT, Step, run_all

OLDEST = (3, 11)

SIDE_BY_SIDE = ("-n", "logical", "--maxprocesses", "4", "--dist", "loadfile")
"""Tests run on every core, those of one file after each other: they share what is slow to make."""


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


TARGETS = {target.__name__: target for target in (venv, run, test, lint, demo, bench, fuzz, docs, models)}
WINDOWLESS = ("venv", "lint", "demo", "fuzz", "docs", "models")


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
    return TARGETS[arguments.target](packages.prepare(arguments.qt), more)


def _reading(python: Path) -> list[Step]:
    """The checks that read the code. import-linter and npe2 are commands without a module to run."""
    tools = python.parent
    return [
        Step("ruff check", [python, "-m", "ruff", "check", "."]),
        Step("ruff format", [python, "-m", "ruff", "format", "--check", "."]),
        Step("mypy", [python, "-m", "mypy"]),
        Step("imports", [tools / "lint-imports", "--no-logo"]),
        Step("manifest", [tools / "npe2", "validate", "--imports", "napari-unet-loop"]),
    ]


def _split(words: list[str]) -> tuple[list[str], list[str]]:
    """Ours, and what follows "--", which is for the program that the target runs."""
    cut = words.index("--") if "--" in words else len(words)
    return words[:cut], words[cut + 1 :]


def _parser() -> argparse.ArgumentParser:
    lines = "\n".join(f"  make {name:6} {target.__doc__}" for name, target in TARGETS.items())
    parser = argparse.ArgumentParser(
        prog="bootstrap.py",
        usage="bootstrap.py TARGET [--qt pyqt5|pyqt6] [-- arguments for what the target runs]",
        description=f"napari-unet, from a bare checkout:\n\n{lines}\n\nQT=pyqt6 takes the other Qt.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("target", choices=TARGETS, metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--qt", choices=("pyqt5", "pyqt6"), default="pyqt5")
    return parser


if __name__ == "__main__":
    sys.exit(main())
