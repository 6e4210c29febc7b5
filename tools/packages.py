"""The virtual environment: made once, made again when what it should hold has changed."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from steps import ROOT

INGREDIENTS = ("pyproject.toml", "constraints.txt")
STAMP = "napari-unet.stamp"

PINNED, LOWEST, NEWEST = "pinned", "lowest", "newest"
NAPARIS = (PINNED, LOWEST, NEWEST)
"""Which napari is taken: that of constraints.txt, the oldest that pyproject.toml allows, or the newest."""

GOES_WITH_NAPARI = ("app-model", "magicgui", "napari", "npe2", "pandas", "psygnal", "pydantic", "superqt", "vispy")
"""What another napari may want in other versions."""


def prepare(qt: str, napari: str = PINNED, name: str = "") -> Path:
    """Make the environment for a Qt binding and a napari unless it is ready. Returns its Python.

    `name` is the folder's; usually it follows from what is in it.
    """
    folder = ROOT / (name or _name(qt, napari))
    python, stamp, recipe = python_in(folder), folder / STAMP, _recipe(qt, napari)
    if not (stamp.is_file() and stamp.read_text() == recipe and python.exists()):
        _make(folder, python)
        _install(python, qt, constraints(napari, folder))
        stamp.write_text(recipe)
    return python


def add(python: Path, extra: str) -> None:
    """Install one more of the extras of pyproject.toml into an environment that is ready, unless it is there."""
    stamp = python.parents[1] / f"napari-unet-{extra}.stamp"
    recipe = _recipe(extra)
    if not (stamp.is_file() and stamp.read_text() == recipe):
        print(f"== installing what {extra} needs", flush=True)
        _pip(python, extra, Path("constraints.txt"))
        stamp.write_text(recipe)


def python_in(folder: Path) -> Path:
    """The Python of an environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def constraints(napari: str, folder: Path) -> Path:
    """The versions to take: those of constraints.txt, but for what goes with another napari."""
    file = ROOT / "constraints.txt"
    if napari == PINNED:
        return file
    kept = [line for line in file.read_text().splitlines() if line.partition("==")[0] not in GOES_WITH_NAPARI]
    own = folder / f"constraints-{napari}.txt"
    own.write_text("\n".join([*kept, *([f"napari=={lowest_napari()}"] if napari == LOWEST else [])]) + "\n")
    return own


def lowest_napari() -> str:
    """The oldest napari that pyproject.toml allows."""
    found = re.search(r'"napari>=([\d.]+)', (ROOT / "pyproject.toml").read_text())
    assert found, "pyproject.toml names no oldest napari"
    return found[1]


def _name(qt: str, napari: str) -> str:
    return "-".join(
        [".venv", *([qt] if (qt, napari) != ("pyqt5", PINNED) else []), *([napari] if napari != PINNED else [])]
    )


def _recipe(qt: str, napari: str = PINNED) -> str:
    """Says whether an environment is what this checkout asks for. Its place counts: environments cannot be moved."""
    digest = hashlib.sha256(f"{qt} {napari} {ROOT} {sys.version_info[:2]}".encode())
    for name in INGREDIENTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _make(folder: Path, python: Path) -> None:
    """Make the environment, or mend one whose making was interrupted."""
    whole = python.exists() and _runs([python, "-m", "pip", "--version"])
    if whole:
        return
    print(f"== making {folder}", flush=True)
    if not (_runs([sys.executable, "-m", "venv", "--clear", folder]) or _made_without_ensurepip(folder, python)):
        sys.exit("Python cannot make a virtual environment. On Debian and Ubuntu: sudo apt-get install python3-venv")


def _made_without_ensurepip(folder: Path, python: Path) -> bool:
    """Debian's Python brings no pip for environments unless python3-venv is installed; the system's pip brings one."""
    bare = [sys.executable, "-m", "venv", "--clear", "--without-pip", folder]
    return _runs(bare) and _runs([sys.executable, "-m", "pip", "--python", python, "install", "-qq", "pip"])


def _install(python: Path, qt: str, versions: Path) -> None:
    """Install this project and what its tests need, editable, in these versions."""
    print("== installing packages (a few minutes the first time)", flush=True)
    _pip(python, f"{qt},test", versions)


def _pip(python: Path, extras: str, versions: Path) -> None:
    wanted = ["-c", str(versions), "-e", f".[{extras}]"]
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
