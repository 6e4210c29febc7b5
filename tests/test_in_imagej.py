"""ImageJ itself opens what leaves: axes, pixel size, unit, every number, and every selection.

Needs ImageJ and a Java that compiles (Debian and Ubuntu: apt install imagej default-jdk-headless); skipped without.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from napari_unet.core.data import Picture
from napari_unet.core.export import Found, write_found
from napari_unet.core.settings import ExportSettings

JAR = next((path for path in map(Path, ("/usr/share/java/ij.jar", "/opt/Fiji.app/jars/ij.jar")) if path.exists()), None)
LOOK = Path(__file__).with_name("Look.java")

pytestmark = pytest.mark.skipif(
    JAR is None or shutil.which("javac") is None,
    reason="IMAGEJ IS NOT TRIED: apt install imagej default-jdk-headless",
)

SIDES = {"T": 2, "Z": 3, "Y": 20, "X": 24}
SIZE = {"T": 30.0, "Z": 2.0, "Y": 0.5, "X": 0.25}
"""Seconds, and µm."""


def in_imagej(*files: Path) -> list[list[str]]:
    """What ImageJ prints of each file, in lines."""
    line = ["java", "-Djava.awt.headless=true", "-cp", str(JAR), str(LOOK), *map(str, files)]
    done = subprocess.run(line, capture_output=True, text=True, check=True, encoding="utf-8")
    return [part.splitlines()[1:] for part in done.stdout.split("file ")[1:]]


def picture_of(axes: str) -> Picture:
    image = np.zeros([1, *(SIDES[axis] for axis in axes)], np.uint8)
    return Picture("p", image, tuple(SIZE[axis] for axis in axes), "µm", ("",), "", f"C{axes}")


def told(lines: list[str], word: str) -> list[list[float]]:
    return [[float(each) for each in line.split()[1:]] for line in lines if line.split()[0] == word]


def test_masks_have_their_axes_size_unit_and_numbers(tmp_path: Path) -> None:
    all_axes, files, masks = ("YX", "ZYX", "TYX", "TZYX"), [], []
    for colours in (False, True):
        for axes in all_axes:
            labels = (np.arange(np.prod([SIDES[axis] for axis in axes])) % 301).astype(np.uint32)
            masks.append(labels.reshape([SIDES[axis] for axis in axes]))
            settings = ExportSettings(formats="tiff", colours=colours)
            done = write_found(Found(picture_of(axes), masks[-1]), f"{axes}{colours}", tmp_path, settings)
            assert done.errors == ()
            files.append(done.files[0])
    for axes, mask, lines in zip(all_axes * 2, masks, in_imagej(*files), strict=True):
        sides = [SIDES[axis] if axis in axes else 1 for axis in "TZ"]
        assert told(lines, "sides") == [[*sides, 1, 20, 24]]
        assert told(lines, "bits") == [[16]]
        interval, *size = told(lines, "size")[0]
        assert size == pytest.approx([2.0 if "Z" in axes else size[0], 0.5, 0.25])
        assert interval == (30.0 if "T" in axes else interval)
        assert "unit µm" in lines
        np.testing.assert_array_equal(told(lines, "plane"), mask.reshape(-1, 20 * 24))


def test_selections_hold_the_pixels_of_their_objects(tmp_path: Path) -> None:
    mask = np.zeros((20, 24), np.uint32)
    mask[2:7, 3:9] = 1
    mask[10:18, 5:20] = 2
    mask[12:14, 12:20] = 0  # a bay
    mask[0:3, 20:24] = 3  # at the edge
    done = write_found(Found(picture_of("YX"), mask), "p", tmp_path, ExportSettings(formats="imagej-rois"))
    (lines,) = in_imagej(*done.files)
    inside = [{tuple(map(int, pair)) for pair in zip(one[::2], one[1::2], strict=True)} for one in told(lines, "roi")]
    objects = [set(map(tuple, np.argwhere(mask == number).tolist())) for number in (1, 2, 3)]
    assert len(inside) == len(objects)
    assert all(len(ours ^ theirs) <= 1 for ours, theirs in zip(objects, inside, strict=True))
