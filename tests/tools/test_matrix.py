"""What is promised is what is tried: Pythons, Qt bindings, the oldest and the newest napari."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
ABOUT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def told(code: str) -> Any:
    """What a program in tools prints as JSON."""
    begin = "import json, sys\nsys.path.insert(0, 'tools')\n"
    done = subprocess.run([sys.executable, "-c", begin + code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def promised() -> list[str]:
    begin = "Programming Language :: Python :: 3."
    return [f"3.{one.removeprefix(begin)}" for one in ABOUT["classifiers"] if one.startswith(begin)]


def bindings() -> list[str]:
    return sorted(name for name in ABOUT["optional-dependencies"] if name.startswith("pyqt"))


def job(name: str) -> dict[str, Any]:
    page = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    found: dict[str, Any] = page["jobs"][name]["strategy"]["matrix"]
    return found


def test_everything_that_is_promised_is_tried_at_every_push() -> None:
    assert job("test") == {"python": promised(), "qt": bindings()}
    assert job("napari") == {"napari": ["lowest", "newest"], "python": promised(), "qt": bindings()}
    assert job("package") == {"qt": bindings()}


def test_the_same_is_tried_on_this_machine() -> None:
    found = told(
        "import matrix\n"
        "cells = list(matrix.cells({'3.11': 'here', '3.14': 'there'}))\n"
        "print(json.dumps([matrix.versions(), [one.name for one in cells], [one.program for one in cells]]))"
    )
    versions, names, programs = found
    assert versions == promised()
    assert names == [
        f"{version}-{qt}-{napari}"
        for version in ("3.11", "3.14")
        for qt in bindings()
        for napari in ("lowest", "newest")
    ]
    assert programs == ["here"] * 4 + ["there"] * 4


def test_a_python_that_is_not_here_is_left_out() -> None:
    version = "{}.{}".format(*sys.version_info[:2])
    found = told(f"import matrix\nprint(json.dumps([matrix.program({version!r}), matrix.program('3.99')]))")
    assert found[0]
    assert found[1] == ""


def test_the_oldest_and_the_newest_napari_are_those_that_may_be_installed(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\nimport packages\n"
        f"made = [packages.constraints(napari, Path({str(tmp_path)!r})).read_text() for napari in packages.NAPARIS]\n"
        "print(json.dumps(made))"
    )
    pinned, lowest, newest = (
        [Requirement(line) for line in text.splitlines() if line and not line.startswith("#")] for text in told(code)
    )
    (allowed,) = (one for line in ABOUT["dependencies"] if (one := Requirement(line)).name == "napari")
    (oldest,) = (one for one in lowest if one.name == "napari")
    version = str(oldest.specifier).removeprefix("==")
    assert f">={version}" in str(allowed.specifier).split(",")
    assert [one for one in newest if one.name == "napari"] == []
    assert {one.name for one in pinned} > {one.name for one in newest}
    assert "torch" in {one.name for one in newest}, "the build of torch stays small"
