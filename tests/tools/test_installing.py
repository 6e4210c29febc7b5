"""What people install: a wheel and an sdist with everything in them, described alike wherever they are described.

`make package` does the rest, which takes minutes: it installs the wheel in an empty environment and uses it there.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
import tifffile
import yaml
from npe2 import PluginManifest
from packaging.metadata import Metadata
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ABOUT = PROJECT["project"]

COPY = """
import sys
from pathlib import Path
sys.path.insert(0, "tools")
from tracked import copy_checkout
copy_checkout(Path(sys.argv[1]))
"""

CONDAS = {"torch": "pytorch", "napari": "napari-base"}
"""What conda-forge calls a package of another name; napari-base is napari without Qt."""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what belongs to the project."""
    folder = tmp_path_factory.mktemp("package") / "checkout"
    subprocess.run([sys.executable, "-c", COPY, str(folder)], cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="module")
def built(checkout: Path) -> Path:
    """The sdist, and the wheel that is made from it, with what is installed here: nothing is fetched."""
    out = checkout.parent / "dist"
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(checkout)]
    done = subprocess.run(command, cwd=checkout.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> ZipFile:
    (path,) = built.glob("*.whl")
    return ZipFile(path)


@pytest.fixture(scope="module")
def metadata(wheel: ZipFile) -> Metadata:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return Metadata.from_email(wheel.read(name), validate=True)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_wheel_is_the_package_and_nothing_else(wheel: ZipFile, checkout: Path) -> None:
    inside = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert inside == {name for name in files(checkout) if name.startswith("napari_unet/")}


def test_the_sdist_holds_all_that_its_own_tests_and_pages_need(built: Path, checkout: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as packed:
        inside = {name.partition("/")[2] for name in packed.getnames()}
    # Those that building leaves in the copied checkout are not of the project.
    assert {name for name in files(checkout) if ".egg-info/" not in name} - inside == set()


def test_an_index_accepts_what_the_wheel_says_of_itself(metadata: Metadata) -> None:
    assert metadata.name == ABOUT["name"]
    assert metadata.description_content_type == "text/markdown"
    assert metadata.description is not None
    assert metadata.description.strip() == (ROOT / "README.md").read_text(encoding="utf-8").strip()
    assert metadata.license_expression == "BSD-3-Clause"
    assert not [one for one in metadata.classifiers or () if one.startswith("License ::")], "refused beside a licence"


def test_the_napari_hub_finds_what_it_shows(metadata: Metadata, wheel: ZipFile, tmp_path: Path) -> None:
    """It lists what has the classifier; authors, summary, Pythons and systems are read from the metadata."""
    classifiers = metadata.classifiers or []
    assert "Framework :: napari" in classifiers
    assert "Operating System :: OS Independent" in classifiers
    assert metadata.summary
    assert metadata.author
    promised = {f"3.{minor}" for minor in range(11, 15)}
    assert {one.rpartition(" ")[2] for one in classifiers if re.search(r"Python :: 3\.\d+$", one)} == promised
    wheel.extract("napari_unet/napari.yaml", tmp_path)
    manifest = PluginManifest.from_file(tmp_path / "napari_unet" / "napari.yaml")
    assert manifest.name == metadata.name, "else napari finds no plugin of this name"
    assert manifest.visibility == "public"


def test_napari_and_the_terminal_find_their_entries(wheel: ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/entry_points.txt"))
    said = wheel.read(name).decode()
    assert "[napari.manifest]\nnapari-unet-loop = napari_unet:napari.yaml" in said
    assert "napari-unet = napari_unet.cli:main" in said


def recipe() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "conda.recipe" / "recipe.yaml").read_text(encoding="utf-8"))
    return loaded


def of_conda(line: str) -> Requirement:
    """A requirement of pyproject.toml as conda names it."""
    found = Requirement(line)
    found.name = CONDAS.get(found.name, found.name)
    return found


def test_conda_needs_what_pip_needs() -> None:
    first, *others = recipe()["requirements"]["run"]
    assert first == "python >=${{ python_min }}"
    assert sorted(map(str, map(Requirement, others))) == sorted(str(of_conda(line)) for line in ABOUT["dependencies"])


def test_conda_builds_the_same_program() -> None:
    told = recipe()
    assert told["context"]["version"] == ABOUT["version"]
    assert told["context"]["name"] == ABOUT["name"]
    assert f">={told['context']['python_min']}" == ABOUT["requires-python"]
    scripts = [f"{name} = {target}" for name, target in ABOUT["scripts"].items()]
    assert told["build"]["python"]["entry_points"] == scripts
    (tool,) = PROJECT["build-system"]["requires"]
    assert Requirement(tool) in [Requirement(line) for line in told["requirements"]["host"] if line.startswith("set")]
    assert told["about"]["license"] == ABOUT["license"]
    assert told["about"]["summary"] == ABOUT["description"]


@pytest.mark.parametrize("extra", sorted(set(ABOUT["optional-dependencies"])))
def test_what_an_extra_brings_and_how_large_it_is_can_be_read(extra: str) -> None:
    page = (ROOT / "docs" / "installing.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith(f"| `{extra}` |")]
    assert len(rows) == 1
    assert re.search(r"(\d+ MB|not measured) \|$", rows[0])


def test_masks_are_counted_beside_whatever_else_an_export_writes(tmp_path: Path) -> None:
    """It writes a recipe there, too."""
    folder = tmp_path / "journey-today" / "masks"
    folder.mkdir(parents=True)
    for number in range(8):
        tifffile.imwrite(folder / f"{number}.tif", np.full((4, 4), number, np.uint16))
    (folder / "segmented.json").write_text("{}", encoding="utf-8")
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from installing import MASKS
    finally:
        sys.path.remove(str(ROOT / "tools"))
    done = subprocess.run([sys.executable, "-c", MASKS, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
