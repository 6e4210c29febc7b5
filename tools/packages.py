"""The virtual environment: made once, made again when what it should hold has changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from steps import ROOT

INGREDIENTS = ("pyproject.toml", "constraints.txt")
STAMP = "napari-unet.stamp"


def prepare(qt: str) -> Path:
    """Make the environment for a Qt binding unless it is ready. Returns its Python."""
    folder = ROOT / (".venv" if qt == "pyqt5" else f".venv-{qt}")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp, recipe = folder / STAMP, _recipe(qt)
    if not (stamp.is_file() and stamp.read_text() == recipe and python.exists()):
        _make(folder, python)
        _install(python, qt)
        stamp.write_text(recipe)
    return python


def add(python: Path, extra: str) -> None:
    """Install one more of the extras of pyproject.toml into an environment that is ready, unless it is there."""
    stamp = python.parents[1] / f"napari-unet-{extra}.stamp"
    recipe = _recipe(extra)
    if not (stamp.is_file() and stamp.read_text() == recipe):
        print(f"== installing what {extra} needs", flush=True)
        _pip(python, extra)
        stamp.write_text(recipe)


def _recipe(qt: str) -> str:
    """Says whether an environment is what this checkout asks for. Its place counts: environments cannot be moved."""
    digest = hashlib.sha256(f"{qt} {ROOT} {sys.version_info[:2]}".encode())
    for name in INGREDIENTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _make(folder: Path, python: Path) -> None:
    """Make the environment, or mend one whose making was interrupted."""
    whole = python.exists() and _runs([python, "-m", "pip", "--version"])
    if whole:
        return
    print(f"== making {folder}", flush=True)
    if not _runs([sys.executable, "-m", "venv", "--clear", folder], quiet=False):
        sys.exit("Python cannot make a virtual environment. On Debian and Ubuntu: sudo apt-get install python3-venv")


def _install(python: Path, qt: str) -> None:
    """Install this project and what its tests need, editable, in the versions it is tested with."""
    print("== installing packages (a few minutes the first time)", flush=True)
    _pip(python, f"{qt},test")


def _pip(python: Path, extras: str) -> None:
    wanted = ["-c", "constraints.txt", "-e", f".[{extras}]"]
    command: list[str | Path] = [python, "-m", "pip", "install", "--disable-pip-version-check", "-qq", *wanted]
    if os.environ.get("UV") == "1" and (uv := shutil.which("uv")):
        # uv does not read pip's settings: hand on where wheels are found, so that both choose the same ones.
        os.environ.setdefault("UV_FIND_LINKS", os.environ.get("PIP_FIND_LINKS", ""))
        command = [uv, "pip", "install", "--python", python, *wanted]
    if not _runs(command, quiet=False):
        sys.exit("The packages could not be installed; the lines above say why. Run the same command to try again.")


def _runs(command: list[str | Path], *, quiet: bool = True) -> bool:
    output = subprocess.DEVNULL if quiet else None
    done = subprocess.run([str(part) for part in command], cwd=ROOT, stdout=output, stderr=output, check=False)
    return done.returncode == 0
