"""`napari-unet demo`."""

from __future__ import annotations

import json


def test_the_demo_leaves_everything_it_promises_and_refuses_to_do_so_twice(tmp_path, terminal, here):
    out = tmp_path / "demo"
    training = ("--epochs", "1", "--steps", "2", "--batch", "1", "--patch", "64")
    said = terminal("demo", "--out", out, *training)
    assert said.code == 0, said.err
    for promised in ("$ napari-unet train", "$ napari-unet segment", "$ napari-unet evaluate", "AP@0.5", str(out)):
        assert promised in said.out
    assert (out / "model" / "model.safetensors").exists()
    judged = {file.stem for file in (out / "judge" / "pictures").iterdir()}
    learned = {file.stem for file in (out / "learn" / "pictures").iterdir()}
    assert judged
    assert not judged & learned
    assert {file.stem for file in (out / "masks").glob("*.tif")} == judged
    assert {file.stem for file in (out / "overlays").iterdir()} == judged
    assert json.loads((out / "scores.json").read_text())["pictures"].keys() == judged

    again = here("demo", "--out", out, *training)
    assert (again.code, again.out) == (6, "")
    assert f"{out} is not empty." in again.err
