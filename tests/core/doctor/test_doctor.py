"""The doctor finds what is wrong with made-up computers, and says the line that mends it."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from napari_unet.core import doctor
from napari_unet.core.doctor import Diagnosis, examine
from napari_unet.core.doctor.gathering import gather
from napari_unet.core.doctor.surroundings import Card
from tests.core.doctor.illnesses import CARD, GPU, ILLNESSES, WELL, with_packages, with_screen, with_torch
from tests.core.doctor.page import PAGE, finding, page


def test_a_computer_that_is_well_needs_nothing() -> None:
    assert examine(WELL).findings == ()
    assert examine(WELL).summary == "All is well: nothing was found that needs mending."


@pytest.mark.parametrize("key", ILLNESSES)
def test_each_illness_is_found_alone_and_with_what_mends_it(key: str) -> None:
    found = examine(ILLNESSES[key]).findings
    assert [one.key for one in found if one.level == finding(key).level] == [key]
    assert finding(key).level == "fine" or finding(key).line or finding(key).do


def test_every_finding_in_the_code_is_tried_here() -> None:
    files = Path(doctor.__file__).parent.glob("*.py")
    calls = [
        node for file in files for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)
    ]
    made = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Finding" and call.args]
    keys = {call.args[0].value for call in made if isinstance(call.args[0], ast.Constant)}
    assert len(keys) >= 10
    assert keys == set(ILLNESSES)


def test_the_page_is_what_the_doctor_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.core.doctor.page"


@pytest.mark.parametrize(
    ("cuda", "build"), [("13.0", "cu130"), ("14.2", "cu130"), ("12.2", "cu126"), ("11.4", "cu118"), ("", "cu126")]
)
def test_the_line_installs_a_torch_that_the_driver_can_run(cuda: str, build: str) -> None:
    idle = with_torch(replace(GPU, cards=(replace(CARD, cuda=cuda),)), cuda="", devices={"cpu": ""})
    (found,) = examine(idle).findings
    assert found.key == "card-unused"
    assert found.line.endswith(f"/whl/{build}")


def test_a_driver_runs_every_build_of_its_own_generation() -> None:
    newer = with_torch(replace(GPU, cards=(replace(CARD, cuda="12.2"),)), cuda="12.8")
    assert [one.key for one in examine(newer).findings] == ["card-computes"]


def test_one_finding_is_said_once_where_two_could_be() -> None:
    without = with_torch(with_packages(torch=""), error="No module named 'torch'")
    assert [one.key for one in examine(replace(without, cards=(Card("a card"),))).findings] == ["torch-missing"]
    assert [one.key for one in examine(replace(with_screen(error="no module qtpy"), packages={})).findings
            if one.key.startswith(("qt", "window"))] == ["qt-missing"]  # fmt: skip


def test_troubles_come_first_and_are_counted() -> None:
    ill = replace(ILLNESSES["card-unused"], screen=ILLNESSES["texture-small"].screen, python="3.9.1")
    diagnosis = examine(ill)
    assert [one.level for one in diagnosis.findings] == ["trouble", "trouble", "hint"]
    assert diagnosis.summary == "2 things must be mended; 1 thing could be better."
    assert f"      {finding('card-unused').line}\n" in diagnosis.text
    assert Diagnosis.from_json(json.loads(json.dumps(diagnosis.to_json()))) == diagnosis


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Diagnosis:
    """This very computer, looked at with a home that must not be told."""
    home = tmp_path_factory.mktemp("dr-who")
    before = os.environ.get("HOME")
    os.environ["HOME"] = str(home)
    try:
        return examine(gather([("project", home / "cells.unet"), ("cellar", Path("/proc/nothing"))]))
    finally:
        os.environ.update({"HOME": before} if before else {})


def test_this_computer_is_looked_at_and_nobody_is_named(here: Diagnosis) -> None:
    facts = dict(here.facts)
    assert facts["torch"].endswith("cpu works")
    assert facts["worker"].startswith("ready after")
    assert facts["project"].startswith("~/cells.unet, ")
    assert "dr-who" not in json.dumps(here.to_json())
    assert not {"torch-missing", "worker-fails", "package-missing", "package-version"} & {
        one.key for one in here.findings
    }


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no /proc")
def test_a_folder_that_cannot_be_written_is_found_by_writing(here: Diagnosis) -> None:
    (closed,) = [one for one in here.findings if one.key == "folder-closed"]
    assert "/proc/nothing" in closed.what


def test_a_trial_that_crashes_is_a_finding() -> None:
    """Qt ends a process that has no screen; whoever asked it lives on."""
    code = (
        "from pathlib import Path; from napari_unet.core.doctor import gathering as g\n"
        "g.TRIALS['window'] = 'tests.core.doctor.crashing'\n"
        "print(g._screen().error)"
    )
    environment = {**os.environ, "DISPLAY": ":77", "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout == "it ended with signal 6: Could not load the platform plugin\n"


def test_looking_imports_neither_torch_nor_qt() -> None:
    code = "import sys, napari_unet.core.doctor; print(*({'torch','qtpy','vispy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
