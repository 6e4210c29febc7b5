"""The terminal as a person meets it: real commands in processes of their own, on tiny pictures."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import tifffile

from napari_unet.cli import main
from tests.network import Watch, tried, watching

SIDE = 96
QUICK = ("--epochs", "2", "--steps", "3", "--depth", "2", "--width", "8", "--patch", "64", "--batch", "2")
"""Settings of a model that is trained in a moment and is not good."""


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


Terminal = Callable[..., Said]


@pytest.fixture(scope="session")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """Runs `napari-unet WORDS` in a process of its own, which must not try to reach another computer."""
    watch = tmp_path_factory.mktemp("watch")
    own = watching(watch)

    def run(*words: object, cwd: Path | None = None, limit: int = 120, **more: object) -> Said:
        command = [sys.executable, "-m", "napari_unet.cli", *map(str, words)]
        environment = {**own, "COLUMNS": "120"}
        done = subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, timeout=limit, env=environment, **more, check=False
        )
        assert tried(watch) == [], f"{words} tried to reach another computer"
        return Said(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def here() -> Terminal:
    """Runs `napari-unet WORDS` in this process, which has loaded torch already, under the same watch.

    A process of its own says the same, but takes seconds to begin: each command has one test there, with `terminal`.
    """
    watch = Watch()

    def run(*words: object) -> Said:
        out, err = io.StringIO(), io.StringIO()
        with watch, redirect_stdout(out), redirect_stderr(err), pytest.MonkeyPatch.context() as patched:
            patched.setenv("COLUMNS", "120")
            patched.setattr("napari_unet.cli.cores.available_cores", lambda: 1)  # other tests run beside this one
            try:
                code = main([*map(str, words)])
            except SystemExit as left:  # words that argparse does not know
                code = int(left.code or 0)
        assert watch.tried == [], f"{words} tried to reach another computer"
        return Said(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture(scope="session")
def quick() -> tuple[str, ...]:
    return QUICK


def discs(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A noisy picture (Y, X) uint16 of four bright discs, and its mask (Y, X) uint16."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    mask = np.zeros((SIDE, SIDE), np.uint16)
    for number, (y, x) in enumerate([(20, 22), (20, 70), (68, 24), (70, 72)], 1):
        y, x = y + random.integers(-6, 6), x + random.integers(-6, 6)
        mask[(rows - y) ** 2 + (columns - x) ** 2 < random.integers(9, 14) ** 2] = number
    picture = 100 + 400 * (mask > 0) + random.normal(0, 30, mask.shape)
    return picture.clip(0).astype(np.uint16), mask


def laid_out(home: Path) -> Path:
    """Folders `pictures` and `masks` of three pictures, a.tif, b.tif and c.tif, in `home`."""
    for folder in ("pictures", "masks"):
        (home / folder).mkdir(parents=True)
    for seed, name in enumerate("abc"):
        picture, mask = discs(seed)
        tifffile.imwrite(
            home / "pictures" / f"{name}.tif", picture, resolution=(2.0, 2.0), metadata={"unit": "um"}, imagej=True
        )
        tifffile.imwrite(home / "masks" / f"{name}.tif", mask)
    return home


@pytest.fixture(scope="session")
def lay_out() -> Callable[[Path], Path]:
    """Makes the folders anew, to be spoilt."""
    return laid_out


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `pictures` and `masks` of three pictures: a.tif, b.tif and c.tif. Not to be written to."""
    return laid_out(tmp_path_factory.mktemp("shared") / "discs")


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """The same, to be spoilt."""
    return laid_out(tmp_path / "discs")


@pytest.fixture(scope="session")
def model(shared: Path, terminal: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model trained for a moment by the real command."""
    out = tmp_path_factory.mktemp("models") / "quick"
    said = terminal("train", shared / "pictures", shared / "masks", "--out", out, *QUICK)
    assert said.code == 0, said.err
    return out


@pytest.fixture(scope="session")
def masks(shared: Path, model: Path, here: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What that model makes of the pictures."""
    out = tmp_path_factory.mktemp("masks") / "quick"
    said = here("segment", model, shared / "pictures", "--out", out)
    assert said.code == 0, said.err
    return out
