"""Projects and pictures for the tests of this room."""

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
