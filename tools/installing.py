"""What people install, tried as they would: built, looked at, installed in an empty environment elsewhere, and used."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import packages
import screen
from steps import ROOT, Step, run_until_bad
from tracked import copy_checkout

DIST = ROOT / "dist"
JOURNEY = ("--epochs", "3")
"""The walk through the window is to end with masks, not with good ones."""

CAME_ALONG = """
import sys
from pathlib import Path
import napari_unet
from napari_unet.core.data.synthesis import sample_data_folder
from napari_unet.core.model.shipped import shipped, shipped_model
home = Path(napari_unet.__file__).parent
checkout, names = Path(sys.argv[1]), sys.argv[2:]
assert checkout not in home.parents, f"{home} is in the checkout"
assert (home / "napari.yaml").is_file() and (home / "py.typed").is_file()
models = [shipped_model(name) / "model.safetensors" for name in names]
assert all(model.stat().st_size > 1e6 for model in models)
pictures = sorted(path.name for path in (sample_data_folder() / "images").iterdir())
print(f"{home}: starting models {', '.join(shipped())}; sample pictures {', '.join(pictures)}")
assert len(pictures) == 8
"""

MASKS = """
import sys
from pathlib import Path
import tifffile
(masks,) = Path(sys.argv[1]).glob("journey-*/masks")
found = {path.name: int(tifffile.imread(path).max()) for path in sorted(masks.glob("*.tif"))}
print(found)
assert len(found) == 8 and sum(count > 0 for count in found.values()) > 1
"""


def package(python: Path, qt: str, words: Sequence[str]) -> int:
    """Build into dist, and try what was built. `words` go to the journey."""
    with tempfile.TemporaryDirectory(prefix="napari-unet-package-") as name, screen.virtual():
        elsewhere = Path(name)
        return run_until_bad(_building(python, elsewhere)) or run_until_bad(_using(qt, elsewhere, words or JOURNEY))


def _building(python: Path, elsewhere: Path) -> Iterator[Step]:
    """The sdist from a copy of the checkout, the wheel from the sdist, and what indexes say of both."""
    for old in DIST.glob("napari_unet_loop-*"):
        old.unlink()
    pip = [python, "-m", "pip", "install", "-qq", "-c", "constraints.txt"]
    yield Step("tools", [*pip, "build", "twine"])
    yield Step("build", [python, "-m", "build", "--outdir", DIST, copy_checkout(elsewhere / "checkout")])
    yield Step("metadata", [python, "-m", "twine", "check", "--strict", *sorted(DIST.iterdir())])


def _using(qt: str, elsewhere: Path, words: Sequence[str]) -> Iterator[Step]:
    """As a person does who never sees the checkout."""
    (wheel,) = DIST.glob("*.whl")
    home, empty = elsewhere / "environment", elsewhere / "empty"
    empty.mkdir()
    yield Step("environment", [sys.executable, "-m", "venv", home])
    python = packages.python_in(home)
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "-qq", "-c", ROOT / "constraints.txt"]
    yield Step("install", [*pip, f"{wheel}[{qt}]"], empty)
    own = _own(elsewhere, qt)
    yield Step("consistent", [python, "-m", "pip", "check"], empty, own)
    models = sorted(folder.name for folder in (ROOT / "napari_unet" / "starting").iterdir())
    yield Step("came along", [python, "-c", CAME_ALONG, ROOT, *models], empty, own)
    yield Step("manifest", [python.parent / "npe2", "validate", "--imports", "napari-unet-loop"], empty, own)
    yield Step("terminal", [python.parent / "napari-unet", "--version"], empty, own)
    yield Step("journey", [python, "-m", "napari_unet.journey", "--out", empty, *words], empty, own)
    yield Step("masks", [python, "-c", MASKS, empty], empty, own)


def _own(elsewhere: Path, qt: str) -> dict[str, str]:
    """An environment that knows nothing of the checkout, nor of what the person has used before."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "NAPARI"))}
    own = {f"XDG_{kind}_HOME": str(elsewhere / kind.lower()) for kind in ("STATE", "DATA", "CACHE", "CONFIG")}
    return {**kept, **own, "NAPARI_CONFIG": str(elsewhere / "napari.yaml"), "QT_API": qt}
