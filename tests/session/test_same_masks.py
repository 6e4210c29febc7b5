"""One way through the work, whoever goes it: window, terminal and script make the same masks, number for number."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

import napari_unet as nu
from napari_unet.core.data import read_mask
from napari_unet.core.data.write_tiff import write_picture
from napari_unet.core.model.checkpoint import save_model
from napari_unet.core.recipe.hashing import mask_hash
from napari_unet.session import Session
from tests.core.large.scenes import made_model
from tests.session.conftest import Told, Wait, discs


def test_masks_made_by_window_terminal_and_script_are_the_same(
    session: Session, told: Told, wait: Wait, tmp_path: Path
) -> None:
    picture, file = discs("new", 3)[0], tmp_path / "new.tif"
    write_picture(file, picture)
    session.add_files([file])
    folder = session.need_project().folder
    model = folder / "models" / "2026-01-01-made"
    save_model(made_model(), model)
    session.open_project(folder)
    looks, clean_up = {"turns": 2, "device": "cpu"}, {"smallest": 3, "split": 0.9}
    cell = nu.predict(model, file, **looks)[0]
    clean_up["threshold"] = round(float(np.quantile(cell, 0.7)), 2)

    session.set_settings("inference", replace(session.settings("inference"), **looks))
    session.set_settings("postprocessing", replace(session.settings("postprocessing"), **clean_up))
    session.segment(None)
    wait(lambda: not session.busy)
    session.export(None, tmp_path / "window", False)
    wait(lambda: not session.busy)
    assert told.errors == []

    flags = [word for name, value in (looks | clean_up).items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "napari_unet.cli", "segment", model, file, "--out", tmp_path / "terminal", *flags]
    subprocess.run(list(map(str, command)), check=True, capture_output=True)

    nu.export(nu.postprocess(nu.predict(model, file, **looks), model, **clean_up), tmp_path / "script.tif", file)

    masks = [read_mask(tmp_path / name) for name in ("window/new.tif", "terminal/new.tif", "script.tif")]
    assert masks[0].max() > 5
    assert len({mask_hash(mask) for mask in masks}) == 1

    for made_by in ("window", "terminal"):
        recipe = tmp_path / made_by / "segmented.json"
        again = nu.run_recipe(recipe, tmp_path / f"{made_by}-again")
        assert again.masks == {"new": True}, again.sentence
        assert mask_hash(read_mask(tmp_path / f"{made_by}-again" / "new.tif")) == mask_hash(masks[0])
