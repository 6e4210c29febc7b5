"""Real places where writing fails: a small disk of its own, and a user who may not write."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NOBODY = 65534


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of this size, mounted at a new folder. Skips the test loudly where nobody may mount one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False) if is_root() else None
    if done is None or done.returncode:
        pytest.skip("FULL DISK NOT TRIED: only root may mount a small disk, and this system must allow it")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Write until nothing more fits; the file that takes the room."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return ballast


def untouched_since(path: Path, seconds: float) -> None:
    """Make a file, or a folder with all that is in it, look as if nothing had changed for so long."""
    then = time.time() - seconds
    for one in (*path.rglob("*"), path):
        os.utime(one, (then, then))


BECOME = f"""
import os, sys
import numpy, tifffile
import napari_unet.core.data, napari_unet.core.export
os.setgroups([])
os.setgid({NOBODY})
os.setuid({NOBODY})
"""
"""Loads what is needed first: Python itself may lie where only root may look."""


def as_nobody(code: str, folder: Path) -> str:
    """What code says that is run by a user who owns nothing, with the folder's path as its argument.

    Skips the test loudly where there is no such user to become.
    """
    if not is_root():
        pytest.skip("READ-ONLY FOLDER NOT TRIED: only root may become another user")
    command = [sys.executable, "-c", BECOME + code, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def anybodys_folder() -> Iterator[Path]:
    """A folder that every user may read and only we may write: pytest's own are closed to others."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder)
