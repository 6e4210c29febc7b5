"""Every Python of this machine, with both Qt bindings, the oldest and the newest napari: what CI tries, tried here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packages import LOWEST, NEWEST
from steps import ROOT, Step, run_all

QTS = ("pyqt5", "pyqt6")


@dataclass(frozen=True)
class Cell:
    """One combination: a Python (its version and program), a Qt binding, and which napari."""

    version: str
    program: str
    qt: str
    napari: str

    @property
    def name(self) -> str:
        """What it is called, and its environment after it."""
        return f"{self.version}-{self.qt}-{self.napari}"

    def step(self, words: Sequence[str]) -> Step:
        """Have everything made ready and tried, by that Python."""
        command = [self.program, "tools/bootstrap.py", "cell", "--qt", self.qt, "--napari", self.napari]
        return Step(self.name, [*command, "--venv", f".venv-{self.name}", "--", *words])


def matrix(words: Sequence[str]) -> int:
    """Try every cell that this machine can; say which Pythons it lacks. `words` go to pytest."""
    pythons = {version: found for version in versions() if (found := program(version))}
    for version in versions():
        print(f"== Python {version}: {pythons.get(version, 'not on this machine, left out')}", flush=True)
    return run_all([cell.step(words) for cell in cells(pythons)])


def versions() -> list[str]:
    """The Pythons that pyproject.toml promises."""
    return re.findall(r"Python :: (3\.\d+)\"", (ROOT / "pyproject.toml").read_text())


def cells(pythons: dict[str, str]) -> Iterator[Cell]:
    """Every combination."""
    for version, found in pythons.items():
        yield from (Cell(version, found, qt, napari) for qt in QTS for napari in (LOWEST, NEWEST))


def program(version: str) -> str:
    """A Python of this version that can make environments; empty when there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    named = [shutil.which(f"python{version}") or "", *map(str, sorted(pyenv.glob(f"{version}.*/bin/python")))]
    mine = [sys.executable] if "{}.{}".format(*sys.version_info[:2]) == version else []
    return next((one for one in (*mine, *named) if one and _is(one, version)), "")


def _is(program: str, version: str) -> bool:
    code = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([program, "-c", code], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.strip() == version
