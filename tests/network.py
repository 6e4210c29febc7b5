"""Watches a program and all processes that it starts for attempts to reach another computer, and lets none succeed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Self

EVENTS = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.sendto",
          "urllib.Request", "http.client.connect", "ftplib.connect", "smtplib.connect")  # fmt: skip

WATCH = f"""
import os, sys

def _tell(line):
    with open(os.environ["NAPARI_UNET_WATCH"], "a", encoding="utf-8") as log:
        log.write(line + "\\n")

def _hook(event, details):
    if event in {EVENTS!r} and not (event == "socket.connect" and isinstance(details[1], (str, bytes))):
        _tell(f"TRIED {{event}} {{details!r}}")
        raise ConnectionRefusedError("no network in this test")

_tell(f"watching {{' '.join(sys.orig_argv)}}")
sys.addaudithook(_hook)
"""
"""A sitecustomize.py, which every Python runs first. A socket of this computer has a path, and is no network."""


class Watch:
    """The same watch in this very process, on for as long as a block lasts."""

    def __init__(self) -> None:
        self.tried: list[str] = []
        self._on = False
        sys.addaudithook(self._hear)  # a hook stays for ever: make one, and turn it on and off

    def __enter__(self) -> Self:
        self.tried, self._on = [], True
        return self

    def __exit__(self, *_: object) -> None:
        self._on = False

    def _hear(self, event: str, details: tuple[Any, ...]) -> None:
        if self._on and event in EVENTS and not (event == "socket.connect" and isinstance(details[1], (str, bytes))):
            self.tried.append(f"{event} {details!r}")
            raise ConnectionRefusedError("no network in this test")


def watching(folder: Path) -> dict[str, str]:
    """The environment of a program to be watched; `tried` says afterwards what it tried."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    path = os.pathsep.join(part for part in (str(folder), os.environ.get("PYTHONPATH", "")) if part)
    return {**os.environ, "PYTHONPATH": path, "NAPARI_UNET_WATCH": str(folder / "log.txt")}


def tried(folder: Path) -> list[str]:
    """The attempts to reach another computer."""
    return [line for line in _log(folder) if line.startswith("TRIED")]


def watched(folder: Path) -> list[str]:
    """The command lines of the processes that were watched."""
    return [line.removeprefix("watching ") for line in _log(folder) if line.startswith("watching")]


def _log(folder: Path) -> list[str]:
    file = folder / "log.txt"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []
