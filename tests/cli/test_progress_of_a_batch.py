"""On a terminal, `segment` draws how far it is, with one picture at a time and several, of files, patterns, Zarrs."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stderr, redirect_stdout

import pytest

from napari_unet.cli import main, progress
from napari_unet.cli.progress import bar
from napari_unet.core.data.read import read_mask, read_picture
from napari_unet.core.export import Found, write_found
from napari_unet.core.settings import ExportSettings


class Screen(io.StringIO):
    """What is drawn on a terminal."""

    def isatty(self):
        return True


def test_a_bar_fills_as_pictures_are_done():
    assert bar(0, 4) == "[--------------------]"
    assert bar(1, 4) == "[#####---------------]"
    assert bar(4, 4) == "[####################]"
    assert bar(0, 0) == "[--------------------]"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_batch_of_files_patterns_and_zarrs_draws_a_bar(jobs, model, shared, masks, tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "REDRAW_SECONDS", 0.0)  # three pictures may be done before it would be drawn
    for name in "bc":
        found = Found(read_picture(shared / "pictures" / f"{name}.tif"), read_mask(shared / "masks" / f"{name}.tif"))
        write_found(found, name, tmp_path / "zarrs", ExportSettings(formats="ome-zarr"))
    pictures = (shared / "pictures" / "[a].tif", tmp_path / "zarrs" / "b*.zarr", tmp_path / "zarrs" / "c.ome.zarr")
    words = ["segment", model, *pictures, "--out", tmp_path / "masks", "--jobs", jobs]
    screen, printed = Screen(), io.StringIO()
    with redirect_stderr(screen), redirect_stdout(printed):
        assert main([*map(str, words)]) == 0, screen.getvalue()
    drawn = [len(one) for one in re.findall(r"\r\x1b\[K\[(#*)-*\] ", screen.getvalue())]
    assert drawn, screen.getvalue()
    assert drawn == sorted(drawn), "it never goes back"
    assert "picture 3 of 3" in screen.getvalue()
    assert sorted(printed.getvalue().split()) == [str(tmp_path / "masks" / f"{name}.tif") for name in "abc"]
    for name in "abc":
        assert (read_mask(tmp_path / "masks" / f"{name}.tif") == read_mask(masks / f"{name}.tif")).all()
