"""Projects and pictures for the tests of this room."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import Picture, Project


def picture(name: str = "cells", shape: tuple[int, ...] = (1, 40, 50)) -> Picture:
    """A picture of noise with a pixel size."""
    image = np.random.default_rng(len(name)).integers(0, 4000, shape).astype(np.uint16)
    return Picture(name, image, pixel_size=(0.5, 0.25), unit="µm", source=f"/microscope/{name}.tif")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A new project of the kind objects, open."""
    with Project.create(tmp_path / "mine.unet", "objects", ("cell",)) as project:
        yield project


def mounted(folder: Path, options: str) -> None:
    """A real file system of its own at `folder`. Skips the test where none can be mounted."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a disk for the test can be mounted by root on Linux only")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 64 KiB."""
    mounted(tmp_path / "disk", "size=64k")
    yield tmp_path / "disk"
    subprocess.run(["umount", "-l", str(tmp_path / "disk")], check=True)
