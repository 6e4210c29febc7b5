"""Looking at this computer. Whatever might hang or crash is tried in a process of its own; nothing here judges."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from shutil import disk_usage, which
from typing import Any

import psutil
from packaging.requirements import Requirement

from napari_unet.core.cores import available_cores
from napari_unet.core.doctor.surroundings import Card, Folder, Screen, Surroundings, System, Torch
from napari_unet.core.doctor.versions import DEVELOPERS, US
from napari_unet.core.doctor.window import BINDINGS

GIB = 2**30
PATIENCE = 120.0
"""Seconds for a trial. Loading torch for the first time from a slow disk may take one of its minutes."""

TRIALS = {"worker": "napari_unet.engine.trial", "window": "napari_unet.trial_window"}
"""Programs, started by name, that try something out and say how it went as a line of JSON. -P: see `engine.link`."""

COMPLAINT = re.compile(r"error|could not|cannot|failed", re.IGNORECASE)

NVIDIA, DISPLAYS = "0x10de", "0x03"
"""How the bus numbers a maker of cards, and the kind of a card."""


def gather(folders: Iterable[tuple[str, Path]]) -> Surroundings:
    """Look at this computer; takes about as long as a worker needs to start.

    Parameters
    ----------
    folders : what is written to, each with a word for its use.
    """
    with ThreadPoolExecutor(3) as threads:
        worker, window, cards = threads.submit(_torch), threads.submit(_screen), threads.submit(_cards)
        needs, extras = _requirements()
        found = Surroundings(
            version=_version(US),
            python=platform.python_version(),
            pythons=_pythons(),
            system=_system(),
            packages=_packages([*needs, *(need for each in extras.values() for need in each)]),
            needs=needs,
            extras=extras,
            cards=cards.result(),
            torch=worker.result(),
            screen=window.result(),
            folders=tuple(_folder(what, path) for what, path in folders),
        )
    return found


def at_home(words: str) -> str:
    """Words without the name of the person: their home is ~."""
    home = str(Path.home())
    return words.replace(home, "~") if len(home) > 1 else words


def _torch() -> Torch:
    return Torch(**{"version": _version("torch"), **_tried("worker")})


def _screen() -> Screen:
    screen = sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    asked = os.environ.get("QT_API", "")
    here = Screen(display=screen or os.environ.get("QT_QPA_PLATFORM") == "offscreen", asked=asked, remote=_remote())
    if not here.display or not any(_version(name) for name in BINDINGS):
        return here
    return replace(here, **_tried("window"))


def _tried(trial: str) -> dict[str, Any]:
    """What a trial says; only `error` when it died, hung, or said nothing."""
    command = [sys.executable, "-P", "-m", TRIALS[trial]]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=PATIENCE,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"error": f"it did not answer for {PATIENCE:.0f} s"}
    except OSError as error:
        return {"error": str(error.strerror)}
    try:
        said = json.loads(done.stdout.strip().splitlines()[-1])
        return {key: at_home(value) if isinstance(value, str) else value for key, value in said.items()}
    except (ValueError, IndexError):
        return {"error": at_home(_last_words(done.returncode, done.stderr))}


def _last_words(code: int, said: str) -> str:
    """How a process ended, and the line of its complaints that says most."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if COMPLAINT.search(line)] or lines[-1:]
    ended = f"it ended with {f'signal {-code}' if code < 0 else f'code {code}'}"
    return f"{ended}: {telling[-1][:200].rstrip('.')}" if telling else ended


def _cards() -> tuple[Card, ...]:
    """The NVIDIA cards, as their driver tells them; those of the bus where no driver answers."""
    table = _said(["nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader"])
    cuda = re.search(r"CUDA Version:\s*([\d.]+)", _said(["nvidia-smi"])) if table else None
    rows = [[part.strip() for part in line.split(",")] for line in table.splitlines()]
    cards = [Card(row[0], row[1], cuda[1] if cuda else "") for row in rows if len(row) == 2]
    return tuple(cards) or tuple(Card("NVIDIA card") for _ in _on_the_bus())


def _on_the_bus() -> list[Path]:
    """Cards of NVIDIA that Linux sees, with a driver or without."""
    devices = Path("/sys/bus/pci/devices").glob("*")
    return [path for path in devices if _read(path / "vendor") == NVIDIA and _read(path / "class").startswith(DISPLAYS)]


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _said(command: Sequence[str]) -> str:
    """What a program says; nothing when it is not there or fails."""
    if which(command[0]) is None:
        return ""
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def _system() -> System:
    memory = psutil.virtual_memory()
    translated = sys.platform == "darwin" and _said(["sysctl", "-n", "sysctl.proc_translated"]).strip() == "1"
    return System(
        platform.system(), platform.machine(), translated, available_cores(), memory.total / GIB, memory.available / GIB
    )


def _remote() -> str:
    """By what the screen is seen from afar, as far as it shows."""
    here = os.environ
    if here.get("SSH_CONNECTION") and here.get("DISPLAY", "").split(":")[0] in ("localhost", "127.0.0.1"):
        return "through ssh"
    if here.get("SESSIONNAME", "").upper().startswith("RDP"):
        return "Windows Remote Desktop"
    if here.get("VNCDESKTOP"):
        return "VNC"
    return "X2Go" if here.get("X2GO_SESSION") else ""


def _requirements() -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """What our package says it needs, and what each of its extras needs."""
    try:
        about = importlib.metadata.metadata(US)
    except importlib.metadata.PackageNotFoundError:
        return (), {}
    needs = [Requirement(line) for line in importlib.metadata.requires(US) or []]
    always = [need for need in needs if _applies(need, "")]
    wanted = [extra for extra in about.get_all("Provides-Extra") or [] if extra not in DEVELOPERS]
    others = [need for need in needs if need not in always]
    extras = {extra: _lines(need for need in others if _applies(need, extra)) for extra in wanted}
    return _lines(always), extras


def _applies(need: Requirement, extra: str) -> bool:
    return need.marker is None or need.marker.evaluate({"extra": extra})


def _lines(needs: Iterable[Requirement]) -> tuple[str, ...]:
    return tuple(f"{need.name}{need.specifier}" for need in needs)


def _pythons() -> tuple[str, ...]:
    """The Pythons that our package says it knows, oldest first."""
    kinds = importlib.metadata.metadata(US).get_all("Classifier") or [] if _version(US) else []
    found = [re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", kind) for kind in kinds]
    return tuple(match[1] for match in found if match) or Surroundings().pythons


def _packages(needs: Iterable[str]) -> dict[str, str]:
    """The installed ones of some packages and of the Qt bindings, with their versions."""
    names = dict.fromkeys([*(Requirement(need).name for need in needs), *BINDINGS])
    return {name: version for name in names if (version := _version(name))}


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _folder(what: str, path: Path) -> Folder:
    """Whether a folder can be written: by writing a file into it, for permissions do not tell all."""
    there = next((place for place in (path, *path.parents) if place.exists()), path)
    try:
        with tempfile.TemporaryFile(dir=there) as file:
            file.write(b"napari-unet")
        return Folder(what, at_home(str(path)), disk_usage(there).free / GIB)
    except OSError as error:
        return Folder(what, at_home(str(path)), error=str(error.strerror or error))
